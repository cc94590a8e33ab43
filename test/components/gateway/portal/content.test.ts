import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentParts, readPortalContent } from "../../../../components/gateway/portal/content";

const PAGE = "/contentTypes/page/contentItems/home";
const DOCUMENT = "/contentTypes/document/contentItems/home";
const STYLES = "/contentTypes/document/contentItems/stylesheet";

describe("content of the portal", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "portal-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (file: string, content: unknown) => {
    writeFileSync(join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
  };
  const refused = (below = ".") => {
    try {
      readPortalContent(join(folder, below));
    } catch (error) {
      return (error as Error).message.replaceAll(folder, "portal");
    }
    throw new Error("the content was accepted");
  };

  it("is every item of every JSON file, without what the script captures beside its properties", () => {
    write("pages.json", {
      [PAGE]: { type: "contentItems", name: "home", properties: { en_us: { title: "Home" } } },
    });
    write("branding.json", { [STYLES]: { properties: { nodes: [] } } });
    write("README.md", "not content");
    expect(readPortalContent(folder)).toEqual({
      [PAGE]: { properties: { en_us: { title: "Home" } } },
      [STYLES]: { properties: { nodes: [] } },
    });
  });

  it("is written with documents before the pages that show them, in an order that does not depend on the files", () => {
    const page = { properties: { en_us: { documentId: DOCUMENT } } };
    const document = { properties: { nodes: [] } };
    const paths = ["contentTypes/document/contentItems/home", "contentTypes/page/contentItems/home"];
    for (const content of [
      { [PAGE]: page, [DOCUMENT]: document },
      { [DOCUMENT]: document, [PAGE]: page },
    ]) {
      expect(contentParts(content).map(({ path }) => path)).toEqual(paths);
    }
  });

  it("is refused with every problem of the files at once", () => {
    write("a.json", { [PAGE]: { properties: {} } });
    write("b.json", { [PAGE]: { properties: {} }, [STYLES]: { nodes: [] } });
    write("c.json", "{");
    write("d.json", []);
    expect(refused()).toBe(
      [
        "The portal's content in portal is not valid: 4 problems",
        `  - b.json: ${PAGE}: an item stands once`,
        "    fix: keep one of the two",
        `  - b.json: ${STYLES}: an item has properties (received {"nodes":[]})`,
        '    fix: write { "properties": … }',
        "  - c.json: the file is a JSON object of content items",
        "    fix: write it as the portal's script captures them",
        "  - d.json: the file is a JSON object of content items",
        "    fix: write it as the portal's script captures them",
      ].join("\n"),
    );
  });

  it.each([".", "nowhere"])("is not taken from a folder that has none, or is none: %s", (name) => {
    mkdirSync(join(folder, "folder.json"));
    expect(refused(name)).toBe(
      [
        `The portal's content in ${join("portal", name)} is not valid: 1 problem`,
        "  - *.json: a folder of content stands there, with at least one file",
        "    fix: capture the content into it, or leave it out",
      ].join("\n"),
    );
  });
});
