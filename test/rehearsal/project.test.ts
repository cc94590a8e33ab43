import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCanary } from "../../rehearsal/canary";
import { readProject, requiredPulumiVersion } from "../../rehearsal/project";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "project-test-"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: shop # the project\nruntime: nodejs\n");
});
afterEach(() => rm(folder, { recursive: true }));

function stackFile(text: string): Promise<void> {
  return writeFile(join(folder, "Pulumi.dev.yaml"), text);
}

test("what only the owner can decrypt is replaced or removed, everything else stays as it is", async () => {
  await stackFile(`secretsprovider: azurekeyvault://contoso.vault.azure.net/keys/pulumi
encryptedkey: bm90IG91cnM=
encryptionsalt: v1:x3kMb4cxUwg=:v1:PBbLGGDb5g:==
config:
  shop:location: westeurope # where
  shop:apiKey:
    secure: v1:AAA
  shop:backends:
    orders.v2:
      - url: https://orders.example
        password:
          secure: v1:BBB
  azure-native:clientSecret:
    secure: v1:CCC
`);
  const project = await readProject({ folder, stack: "dev" });
  expect(project.canaries.map(({ key }) => key)).toEqual([
    "shop:apiKey",
    'shop:backends["orders.v2"][0].password',
    "azure-native:clientSecret",
  ]);
  const [apiKey, password, clientSecret] = project.canaries.map(({ value }) => value);
  expect(new Set([apiKey, password, clientSecret]).size).toBe(3);
  expect(project.configuration).toEqual({
    "shop:location": "westeurope",
    "shop:apiKey": apiKey,
    "shop:backends": { "orders.v2": [{ url: "https://orders.example", password }] },
    "azure-native:clientSecret": clientSecret,
  });
  const written = project.files["Pulumi.dev.yaml"];
  expect(written).not.toMatch(/secure|v1:|encryptionsalt|secretsprovider|encryptedkey/);
  expect(written).toContain("shop:location: westeurope # where");
  expect(project.files["Pulumi.yaml"]).toBe("name: shop # the project\nruntime: nodejs\n");
});

test("the value that stands in has the form that the project's schema accepts", async () => {
  await stackFile("config:\n  shop:port:\n    secure: v1:AAA\n  other:port:\n    secure: v1:BBB\n");
  const project = await readProject({
    folder,
    stack: "dev",
    accepts: (path, value) => path.join() === "port" && typeof value === "number" && value < 65536,
  });
  const [own, other] = project.canaries.map(({ value }) => value);
  expect(Number(own)).toBeLessThan(65536);
  expect(other).toMatch(/^canary/);
});

test("a setting that admits nothing that can be made up is named, with what to do", async () => {
  await stackFile("config:\n  shop:colour:\n    secure: v1:AAA\n");
  await expect(readProject({ folder, stack: "dev", accepts: () => false })).rejects.toThrow(
    /shop:colour is encrypted, and no value can be made up[^]*fix: keep it in clear/,
  );
});

test("a stack file without configuration has none", async () => {
  await stackFile("# nothing\n{}\n");
  expect((await readProject({ folder, stack: "dev" })).configuration).toEqual({});
});

test.each([
  ["prod", "Pulumi.prod.yaml is not in "],
  ["dev", "Pulumi.dev.yaml is not YAML: "],
])("a stack file that is not there or not YAML is named (%s)", async (stack, message) => {
  await stackFile("config: [");
  await expect(readProject({ folder, stack })).rejects.toThrow(message);
});

test("the required version of the CLI is read from Pulumi.yaml", () => {
  expect(requiredPulumiVersion('name: x\nrequiredPulumiVersion: ">=3.200.0"\n')).toBe(">=3.200.0");
  expect(requiredPulumiVersion("name: x\n")).toBe("*");
});

test.each<[string, (value: string | number | boolean) => boolean, RegExp]>([
  [
    "an e-mail address",
    (value) => /^\S+@\S+\.\S+$/.test(String(value)),
    /^canary-[0-9a-f]{24}@example\.com$/,
  ],
  ["an https address", (value) => String(value).startsWith("https://"), /^https:\/\/canary-/],
  ["a uuid", (value) => /^[0-9a-f]{8}-/.test(String(value)), /^[0-9a-f-]{36}$/],
  ["a port", (value) => typeof value === "number" && value > 1024 && value < 65536, /^\d{4,5}$/],
  ["a truth value", (value) => typeof value === "boolean", /^true$/],
])("a value is made up for %s", (_form, accepts, expected) => {
  expect(makeCanary(accepts)).toMatch(expected);
});
