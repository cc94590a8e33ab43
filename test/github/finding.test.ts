import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportDrift } from "../../.github/scripts/finding";
import { writeDrift } from "../../.github/scripts/reports";
import { serveGitHub, type FakeGitHub, type Written } from "./fake-github";

const DETAILS = "https://github.com/contoso/shop/actions/runs/1";
const MARKER = "<!-- basic-enterprise-integration: drift -->";

let folder: string;
let gitHub: FakeGitHub;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "finding-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await gitHub.close();
});

/** Reports what differs in each stack; a stack that is left out could not be compared. */
async function report(drift: Readonly<Record<string, readonly string[]>>, issues: Written[] = []) {
  gitHub = await serveGitHub({ issues });
  for (const [stack, lines] of Object.entries(drift)) await writeDrift(folder, stack, lines);
  return reportDrift(gitHub.repository, { folder, stacks: ["dev", "prod"], details: DETAILS });
}

const written = () => gitHub.issues.map(({ title, body, state }) => ({ title, body, state }));

test("what differs is an issue, which names each stack", async () => {
  const drift = { dev: [], prod: ["update of azure-native:dns:Zone zone (tags)"] };
  expect(await report(drift)).toBe("created");
  expect(written()).toEqual([
    {
      title: "Azure differs from what was deployed: prod",
      state: "open",
      body: `${MARKER}
Somebody or something other than Pulumi changed these resources. Each night this is looked at again; the issue is closed when nothing differs.

### \`dev\`

Nothing differs.

### \`prod\`

- update of azure-native:dns:Zone zone (tags)

What to do: find out who changed them. Then \`pulumi up --refresh\` restores what the program says; or put the change into the program first. [How each differs](${DETAILS})`,
    },
  ]);
});

test("the issue that is open is updated, and not a pull request or a person's issue that begins alike", async () => {
  const others = [
    { body: MARKER, pull_request: {} },
    { body: MARKER, user: { type: "User" } },
  ];
  const drift = { dev: ["delete of azure-native:dns:Zone zone"], prod: [] };
  expect(await report(drift, [...others, { body: `${MARKER}\nold`, title: "old" }])).toBe("updated");
  expect(written()).toEqual([
    expect.objectContaining({ body: MARKER }),
    expect.objectContaining({ body: MARKER }),
    expect.objectContaining({ title: "Azure differs from what was deployed: dev", state: "open" }),
  ]);
});

test("the issue is closed when nothing differs", async () => {
  expect(await report({ dev: [], prod: [] }, [{ body: `${MARKER}\nold` }])).toBe("closed");
  expect(written()).toMatchObject([{ state: "closed" }]);
});

test("where nothing differs and no issue is open, none is opened", async () => {
  expect(await report({ dev: [], prod: [] })).toBe("nothing to close");
  expect(written()).toEqual([]);
});

test("where a stack could not be compared, the issue stays as it is", async () => {
  expect(await report({ dev: [] }, [{ body: `${MARKER}\nold` }])).toBeUndefined();
  expect(written()).toMatchObject([{ state: "open", body: `${MARKER}\nold` }]);
});

test("what another wrote into a name is no markup, and notifies nobody", async () => {
  await report({ dev: ["update of x <img src=y> @contoso/all [a](b)"], prod: [] });
  expect(gitHub.issues[0]?.body).toContain("- update of x \\<img src=y\\> @\u200bcontoso/all \\[a\\](b)\n");
});
