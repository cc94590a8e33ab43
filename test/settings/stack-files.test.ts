import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import type { z } from "zod";
import { integrationSchemas } from "../../integrations";
import { parseSettings, stackFileSchema } from "../../settings";
import { configuration, INTEGRATIONS, MAXIMAL, MINIMAL, named, PROJECT } from "./fixtures";

type JsonSchema = z.core.JSONSchema._JSONSchema;

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

const ROOT = join(__dirname, "..", "..");
const STACKS = ["dev", "prod"] as const;

function read(file: string): unknown {
  return parse(readFileSync(join(ROOT, file), "utf8"));
}

function stackFile(stack: string): StackFile {
  return read(`Pulumi.${stack}.yaml`) as StackFile;
}

/** The settings without their namespace, and without those of others: where the providers deploy to. */
function settingsOf({ config }: StackFile): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]): [string, unknown][] =>
      key.startsWith(`${PROJECT}:`) ? [[key.slice(PROJECT.length + 1), value]] : [],
    ),
  );
}

function checker(
  integrations: Parameters<typeof stackFileSchema>[0],
): (file: unknown) => readonly ErrorObject[] {
  const validate = addFormats(new Ajv({ allErrors: true })).compile(stackFileSchema(integrations, PROJECT));
  return (file) => (validate(file) ? [] : (validate.errors ?? []));
}

describe.each(STACKS)("Pulumi.%s.yaml", (stack) => {
  test("holds valid settings, also where docs/pipelines.md put a provider's beside them", () => {
    const { config } = stackFile(stack);
    const subscription = { "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001" };
    const settings = configuration(settingsOf({ config: { ...config, ...subscription } }));
    expect(parseSettings(settings, new Set(), PROJECT, integrationSchemas).issues).toBeUndefined();
  });

  test("is valid for editors", () => {
    expect(checker(integrationSchemas)(stackFile(stack))).toEqual([]);
  });

  test("names the schema for editors", () => {
    expect(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")).toMatch(
      /^# yaml-language-server: \$schema=\.\/settings\/settings\.schema\.json\n/,
    );
  });
});

test("dev has nothing with a standing cost but the gateway, and can be deleted", () => {
  const { settings } = parseSettings(
    configuration(settingsOf(stackFile("dev"))),
    new Set(),
    PROJECT,
    integrationSchemas,
  );
  expect(settings).toMatchObject({
    gateway: { tier: { name: "Developer" } },
    protect: false,
    vault: { softDeleteDays: 7, purgeProtection: false },
  });
  expect(settings).not.toHaveProperty("monitoring");
  expect(settings).not.toHaveProperty("backup");
});

test("prod survives the loss of a zone and of a region, and keeps its backups in neither", () => {
  const { settings } = parseSettings(
    configuration(settingsOf(stackFile("prod"))),
    new Set(),
    PROJECT,
    integrationSchemas,
  );
  const tier = settings?.gateway?.tier;
  const regions = tier?.name === "Premium" ? Object.keys(tier.regions ?? {}) : [];
  expect(tier).toMatchObject({ name: "Premium", zones: ["1", "2"] });
  expect(regions).not.toEqual([]);
  expect([settings?.location, ...regions]).not.toContain(settings?.backup?.location);
  expect(settings).toMatchObject({
    protect: true,
    vault: { purgeProtection: true },
  });
});

test("settings.schema.json is what `npm run generate` makes of the schema today", () => {
  expect(read("settings/settings.schema.json")).toEqual(stackFileSchema(integrationSchemas, PROJECT));
});

test("Pulumi.yaml declares no setting that the CLI would check before ours are", () => {
  expect(read("Pulumi.yaml")).toMatchObject({ name: PROJECT });
  expect(read("Pulumi.yaml")).not.toHaveProperty("config");
});

describe("the JSON Schema of a stack file", () => {
  const check = checker(INTEGRATIONS);

  function errors(settings: Readonly<Record<string, unknown>>): string[] {
    return check({ config: named(settings) }).map(
      ({ instancePath, keyword }) => `${instancePath} ${keyword}`,
    );
  }

  const encrypted = { secure: "v1:AAAA:BBBB" };

  test("admits the least", () => {
    expect(errors(MINIMAL)).toEqual([]);
  });

  test("admits everything, with secrets encrypted", () => {
    expect(
      errors({
        ...MAXIMAL,
        gateway: {
          ...MAXIMAL.gateway,
          namedValues: { greeting: { value: "Hello" }, key: { secret: encrypted } },
        },
        portal: {
          ...MAXIMAL.portal,
          delegation: { ...MAXIMAL.portal.delegation, validationKey: encrypted },
        },
        integrations: { invoices: { ...MAXIMAL.integrations.invoices, password: encrypted } },
      }),
    ).toEqual([]);
  });

  test("admits what Pulumi keeps beside the settings", () => {
    expect(
      check({
        secretsprovider: "azurekeyvault://vault.vault.azure.net/keys/pulumi",
        encryptedkey: "AAAA",
        encryptionsalt: "v1:AAAA",
        environment: ["azure"],
        config: {
          ...named(MINIMAL),
          "azure-native:location": "westeurope",
          "azuread:clientSecret": encrypted,
        },
      }),
    ).toEqual([]);
  });

  test("admits booleans as `pulumi config set` writes them", () => {
    expect(errors({ ...MINIMAL, protect: "false" })).toEqual([]);
    expect(errors({ ...MINIMAL, protect: "no" })).not.toEqual([]);
  });

  test.each<[what: string, settings: Record<string, unknown>, error: string]>([
    ["a misspelt setting", { ...MINIMAL, locaton: "x" }, "/config additionalProperties"],
    [
      "a misspelt setting below",
      { ...MINIMAL, vault: { softDeletedDays: 7 } },
      `/config/${PROJECT}:vault additionalProperties`,
    ],
    [
      "a misspelt integration",
      { ...MINIMAL, integrations: { invoice: {} } },
      `/config/${PROJECT}:integrations additionalProperties`,
    ],
    ["a missing setting", { gateway: MINIMAL.gateway }, "/config required"],
    ["no gateway", { location: "westeurope" }, "/config oneOf"],
    ["two gateways", { ...MINIMAL, gatewayStack: "a/b/c" }, "/config oneOf"],
    [
      "a value out of its limits",
      { ...MINIMAL, vault: { softDeleteDays: 6 } },
      `/config/${PROJECT}:vault/softDeleteDays minimum`,
    ],
    [
      "a secret in clear",
      {
        ...MINIMAL,
        integrations: { invoices: { ...MAXIMAL.integrations.invoices, password: "correct horse" } },
      },
      `/config/${PROJECT}:integrations/invoices/password type`,
    ],
    [
      "an encrypted value that is no secret",
      { ...MINIMAL, location: encrypted },
      `/config/${PROJECT}:location type`,
    ],
  ])("refuses %s", (_, settings, error) => {
    expect(errors(settings)).toContain(error);
  });

  test("describes every setting, at every depth", () => {
    const undescribed = (schema: JsonSchema, path: string): string[] => {
      if (typeof schema === "boolean") return [];
      const { properties = {}, additionalProperties, anyOf = [], oneOf = [] } = schema;
      return [
        ...Object.entries(properties).flatMap(([key, child]) => [
          ...(typeof child === "object" && child.description === undefined ? [`${path}/${key}`] : []),
          ...undescribed(child, `${path}/${key}`),
        ]),
        ...[additionalProperties ?? false, ...anyOf, ...oneOf].flatMap((child) => undescribed(child, path)),
      ];
    };
    const { config = {} } = stackFileSchema({}, PROJECT).properties ?? {};
    expect(undescribed(config, "")).toEqual([]);
  });
});
