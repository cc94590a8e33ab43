import { readdirSync, readFileSync } from "node:fs";
import { randomBytes, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { parse } from "yaml";
import { integrationSchemas } from "../../integrations";
import { readFolder } from "../../rehearsal/leaks";
import { settingsSchema } from "../../settings";
import { formatPath, secretPaths, valueAt } from "../../settings/walk";
import { PROJECT } from "../settings/fixtures";
import { scan, secretsInClear } from "./scan";

const ROOT = join(__dirname, "../..");

/** What is beside the code and not kept with it, e.g. the state of a simulated Azure that somebody serves. */
const IGNORED = readFileSync(join(ROOT, ".gitignore"), "utf8")
  .split("\n")
  .map((line) => new RegExp(`^${line.replace(/\/$/, "").replaceAll(".", "\\.").replaceAll("*", ".*")}$`));

/** Everything that is kept with the code. */
async function repository() {
  const entries = readdirSync(ROOT, { withFileTypes: true }).filter(
    ({ name }) => name !== ".git" && !IGNORED.some((pattern) => pattern.test(name)),
  );
  const folders = entries.filter((entry) => entry.isDirectory());
  const files = entries.filter((entry) => entry.isFile());
  return [
    ...files.map(({ name }) => ({ where: name, text: readFileSync(join(ROOT, name), "utf8") })),
    ...(await Promise.all(folders.map(({ name }) => readFolder(join(ROOT, name), name)))).flat(),
  ];
}

/** Where a stack file holds in clear what the settings keep secret. */
function inClear(stackFile: string): string[] {
  const { config } = parse(stackFile) as { config: Readonly<Record<string, unknown>> };
  const settings = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(`${PROJECT}:`, ""), value]),
  );
  return secretPaths(settingsSchema(integrationSchemas), settings)
    .filter((path) => typeof valueAt(settings, [...path, "secure"]) !== "string")
    .map(formatPath);
}

const base64 = (bytes: number) => randomBytes(bytes).toString("base64");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
/** Forms in which a private key is given without its PEM lines. */
const der = (type: "pkcs1" | "pkcs8" | "sec1", key = privateKey) =>
  key.export({ type, format: "der" }).toString("base64");
const curveKeys = ["P-256", "P-384", "P-521"].map(
  (namedCurve) => generateKeyPairSync("ec", { namedCurve }).privateKey,
);
const marked = (before: number, mark: string) =>
  `${base64(before).replace(/=+$/, "").slice(0, before)}${mark}`;

/** A secret of each kind, made up here: a file that held one would be found itself. */
const PLANTED: readonly (readonly [what: string, text: string, found: string])[] = [
  ["a storage account's key", base64(64), "a key of a storage account"],
  [
    "a connection string of a storage account",
    `AccountName=contoso;AccountKey=${base64(64)};EndpointSuffix=core.windows.net`,
    "a key of a storage account",
  ],
  [
    "a connection string of a namespace",
    `Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKey=${base64(32)}`,
    "a shared access key",
  ],
  [
    "a signed address of a workflow",
    `https://prod-1.logic.azure.com/workflows/a?sp=%2F&sig=${randomBytes(32).toString("base64url")}`,
    "a shared access signature",
  ],
  [
    "a signed address of a blob",
    `https://contoso.blob.core.windows.net/b?sv=2024-11-04&amp;sig=${encodeURIComponent(base64(32))}`,
    "a shared access signature",
  ],
  ["a client secret", `abC8Q~${"aZ3.xY-9Kd_s0a".repeat(3).slice(0, 34)}`, "a client secret of Entra ID"],
  [
    "a token",
    [{ alg: "RS256", typ: "JWT" }, { aud: "orders" }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat(randomBytes(32).toString("base64url"))
      .join("."),
    "a signed token",
  ],
  ["a key of Service Bus alone", marked(33, "+ASbCabcde="), "a key with the mark of its service"],
  ["a key of a search service", marked(42, "AzSeBabcde"), "a key with the mark of its service"],
  [
    "a key of a function",
    `${"aB3_-".repeat(9).slice(0, 44)}AzFuabcdeQ==`,
    "a key with the mark of its service",
  ],
  [
    "a key of the common form",
    `${"aB3d".repeat(13)}JQQJ99AL${"aB3d".repeat(6)}`,
    "a key with the mark of its service",
  ],
  ["a private key as PEM", pem, "a private key"],
  ["a private key as PEM in JSON", JSON.stringify(pem.replaceAll("\n", "\r\n")), "a private key"],
  [
    "a private key as PEM with a password",
    privateKey
      .export({ type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "example" })
      .toString(),
    "a private key",
  ],
  ...["", "RSA ", "OPENSSH "].map((kind): (typeof PLANTED)[number] => [
    `a ${kind}private key as PEM in base64`,
    Buffer.from(pem.replaceAll("PRIVATE", `${kind}PRIVATE`)).toString("base64"),
    "a private key in base64",
  ]),
  ["a private key as DER", der("pkcs8"), "a private key in base64"],
  ["a private key of RSA as DER", der("pkcs1"), "a private key in base64"],
  ...curveKeys.flatMap((key, index): (typeof PLANTED)[number][] => [
    [`a private key of curve ${index} as DER`, der("pkcs8", key), "a private key in base64"],
    [`a private key of curve ${index} alone as DER`, der("sec1", key), "a private key in base64"],
  ]),
  [
    // RFC 7292: a sequence of 2,400 bytes with version 3, and a sequence in it.
    "a PFX",
    Buffer.concat([Buffer.from("308209600201033082092c", "hex"), randomBytes(2396)]).toString("base64"),
    "a PFX in base64",
  ],
  [
    // The same without lengths, as some libraries write it.
    "a PFX of unknown length",
    Buffer.concat([Buffer.from("3080020103308006092a864886f70d01", "hex"), randomBytes(96)]).toString(
      "base64",
    ),
    "a PFX in base64",
  ],
  ["a token of GitHub", `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`, "GITHUB_TOKEN"],
];

/** Made up, and needed as they are: addresses with a password, which are refused, and a webhook of Azure's documentation. */
const MADE_UP = [
  "test (components/contracts/openapi.test.ts): BasicAuth",
  "test (components/gateway/backend.test.ts): BasicAuth",
  "test (integrations/catalog.test.ts): BasicAuth",
  "test (policies/gateway/reference.test.ts): IncomingWebhook",
  "test (policies/gateway/reference.test.ts): IncomingWebhook",
  "test (validation/issue.test.ts): BasicAuth",
];

test("nothing in the repository looks like a secret, but what is made up", async () => {
  const texts = await repository();
  expect(texts.map(({ where }) => where)).toEqual(
    expect.arrayContaining(["Pulumi.dev.yaml", "package-lock.json", "components (secret-vault.ts)"]),
  );
  const found = (await scan(texts)).map((one) => one.replace(/:\d+: /, ": "));
  expect(found.sort()).toEqual(MADE_UP);
});

test("no file of the repository is a key store, in which no text would show a key", async () => {
  const names = (await repository()).map(({ where }) => where.replace(/\)$/, ""));
  expect(names.filter((name) => /\.(?:pfx|p12|jks|keystore|kdbx|key|der)$/i.test(name))).toEqual([]);
});

test("each kind of secret is found where it stands, and not repeated", async () => {
  const texts = PLANTED.map(([what, text]) => ({ where: what, text: `first line\nvalue: "${text}"\n` }));
  const found = await scan(texts);
  const expected = PLANTED.map(([what, , form]) => `${what}:2: ${form}`);
  // Both know this one.
  expect(found.sort()).toEqual([...expected, "a private key as PEM:2: PrivateKey"].sort());
  for (const [, text] of PLANTED) expect(found.join("\n")).not.toContain(text);
});

test.each(readdirSync(ROOT).filter((name) => /^Pulumi\..+\.yaml$/.test(name)))(
  "%s holds no secret setting in clear",
  (name) => {
    expect(inClear(readFileSync(join(ROOT, name), "utf8"))).toEqual([]);
  },
);

test("a secret setting in clear is found beside encrypted ones of the same key", () => {
  // The engine tells the program only that the whole key holds something encrypted.
  expect(
    inClear(`config:
  ${PROJECT}:gateway:
    namedValues:
      one: { secret: { secure: v1:abc } }
      two: { secret: in-clear }
      three: { value: public }
`),
  ).toEqual(["gateway.namedValues.two.secret"]);
});

test("a state that holds a known secret in clear is found, an encrypted one is not", () => {
  const encrypted = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: "v1:abc",
  };
  const state = {
    deployment: {
      resources: [
        { urn: "stack" },
        { urn: "topic", outputs: { primaryKey: "in-clear", secondaryKey: encrypted, name: "topic" } },
        { urn: "insights", inputs: { settings: [{ ConnectionString: "in-clear", password: "" }] } },
        { urn: "gateway", inputs: { hostnameConfigurations: [{ encodedCertificate: "in-clear" }] } },
      ],
    },
  };
  expect(secretsInClear(state)).toEqual([
    "topic.outputs.primaryKey",
    "insights.inputs.settings[0].ConnectionString",
    "gateway.inputs.hostnameConfigurations[0].encodedCertificate",
  ]);
});
