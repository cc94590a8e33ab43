import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { resourceTypes } from "../rehearsal/azure/types";
import { estimate } from "../rehearsal/prices";
import { describeWithEngine } from "./engine";

const ROOT = join(__dirname, "..");
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");

/** The pages of the documentation, by their names. */
const PAGES: readonly (readonly [name: string, text: string])[] = [
  ["README.md", read("README.md")],
  ["CONTRIBUTING.md", read("CONTRIBUTING.md")],
  ...readdirSync(join(ROOT, "docs")).map((name): [string, string] => [name, read("docs", name)]),
];

/** Every call of a program in a page: a line of a block, continued or not, or between backticks. */
function callsOf(program: string): string[] {
  return PAGES.flatMap(([, text]) => {
    const joined = text.replace(/ \\\n */g, " ");
    const lines = joined.match(new RegExp(`^ *${program} [^\n]+`, "gm")) ?? [];
    const inline = [...joined.matchAll(new RegExp(`\`(${program} [^\`\n]+)\``, "g"))].map(
      ([, call = ""]) => call,
    );
    return [...lines, ...inline].map((call) => call.trim());
  });
}

/** Commands of Pulumi that have commands of their own. */
const GROUPS = ["stack", "config", "state", "plugin"];

describeWithEngine("the documentation's calls of pulumi", (engine) => {
  test("are of commands that the CLI has, with options that they have", async () => {
    const { command } = await engine();
    const calls = callsOf("pulumi").map((call) => {
      const [first = "", second = ""] = call.split(" ").slice(1);
      const words = GROUPS.includes(first) && /^[a-z-]+$/.test(second) ? [first, second] : [first];
      return { call, name: words.join(" "), options: call.match(/(?<= )--[a-z-]+/g) ?? [] };
    });
    expect(calls.length).toBeGreaterThan(10);
    const help = new Map<string, string>();
    for (const name of new Set(calls.map((each) => each.name))) {
      const { stdout } = await promisify(execFile)(command, [...name.split(" "), "--help"]);
      help.set(name, stdout);
    }
    const unknown = calls.flatMap(({ call, name, options }) => {
      const text = help.get(name) ?? "";
      // Of a command that it does not have, the CLI explains itself instead.
      const [last = ""] = name.split(" ").slice(-1);
      const known = new RegExp(`^ +pulumi ${name}\\b|^Aliases:\n.*\\b${last}\\b`, "m").test(text);
      const missing = options.filter((option) => !new RegExp(`${option}\\b`).test(text));
      return known && missing.length === 0
        ? []
        : [`${call}: ${known ? missing.join(", ") : "no such command"}`];
    });
    expect(unknown).toEqual([]);
  });
});

test("the documentation's calls of npm are of scripts that are there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const calls = callsOf("npm run");
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter((call) => !(/^npm run ([\w:-]+)/.exec(call)?.[1] ?? "" in scripts))).toEqual([]);
});

/** Namespaces of Azure's resource providers, of the types that the program and its integrations make. */
function namespacesUsed(): string[] {
  const folders = ["components", "integrations"].map((name) => join(ROOT, name));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const imported = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/"@pulumi\/azure-native\/(\w+)"/g)].map(([, module = ""]) => module),
    ),
  );
  const ids = resourceTypes
    .filter(({ token }) => imported.has(token.split(":")[1] ?? ""))
    .flatMap(({ id }) => (typeof id === "string" ? id : []));
  return [...new Set(ids.flatMap((id) => /.*\b(Microsoft\.\w+)/.exec(id)?.[1] ?? []))];
}

test("every resource provider that the program needs is registered in the documentation", () => {
  const section = /## Once for a subscription([\s\S]*?)\n## /.exec(read("docs", "deploying.md"))?.[1] ?? "";
  const told = new Set(section.match(/Microsoft\.\w+/g));
  expect(namespacesUsed().length).toBeGreaterThan(5);
  expect(namespacesUsed().filter((namespace) => !told.has(namespace))).toEqual([]);
});

test("the documentation tells what the gateways of both stacks cost", () => {
  const type = "azure-native:apimanagement:ApiManagementService";
  const cost = (name: string, capacity: number) => {
    const [line] = estimate([{ type, inputs: { sku: { name, capacity } } }]);
    return line?.monthly?.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  };
  expect(read("Pulumi.dev.yaml")).toMatch(/name: Developer\n/);
  expect(read("Pulumi.prod.yaml")).toMatch(/name: Premium\n[\s\S]*?units: 2\n[\s\S]*?units: 1\n/);
  const cells = /^\| The gateway alone.*$/m
    .exec(read("docs", "deploying.md"))?.[0]
    .split("|")
    .map((cell) => cell.trim());
  expect(cells?.slice(2, 4)).toEqual([cost("Developer", 1), cost("Premium", 3)]);
});

/** The anchors that GitHub gives the headings of a page. */
function anchorsIn(text: string): Set<string> {
  const headings = [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) =>
      heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test("what the documentation links to in the project is there, and so is the heading", () => {
  const broken = PAGES.flatMap(([name, text]) => {
    const file = existsSync(join(ROOT, name)) ? join(ROOT, name) : join(ROOT, "docs", name);
    const prose = text.replace(/```[\s\S]*?```|`[^`]*`/g, "");
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const own = links.filter((link) => !/^\w+:/.test(link));
    return own
      .filter((link) => {
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? file : join(dirname(file), path);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsIn(readFileSync(target, "utf8")).has(anchor);
      })
      .map((link) => `${name}: ${link}`);
  });
  expect(broken).toEqual([]);
});
