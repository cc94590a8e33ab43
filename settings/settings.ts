import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { formatIssues, type Issue } from "../validation/issue";
import { toIssues } from "./issues";
import { settingsSchema, type IntegrationSchemas, type Settings } from "./schema";
import { formatPath, schemasAt, secretPaths, unwrap, type Step } from "./walk";

/** Settings that hold, or everything that is wrong with them. */
export type ParsedSettings<I extends IntegrationSchemas> =
  | { readonly settings: Settings<I>; readonly issues?: undefined }
  | { readonly settings?: undefined; readonly issues: readonly Issue[] };

/**
 * Reads the settings of the stack that is being deployed.
 *
 * @param integrations the schema of each integration that a stack may list
 * @throws pulumi.RunError with every problem in one message
 */
export function readSettings<I extends IntegrationSchemas>(integrations: I): Settings<I> {
  // The SDK exports this, but leaves it out of its declarations; a test runs it.
  const { allConfig, isConfigSecret } = pulumi.runtime as typeof pulumi.runtime & {
    isConfigSecret: (key: string) => boolean;
  };
  const config = allConfig();
  const secretKeys = new Set(Object.keys(config).filter(isConfigSecret));
  const { settings, issues } = parseSettings(config, secretKeys, pulumi.getProject(), integrations);
  if (issues)
    throw new pulumi.RunError(
      formatIssues(`The settings of stack ${pulumi.getStack()} are not valid`, issues),
    );
  return settings;
}

/**
 * Reads settings from a stack's configuration as the engine hands it over: texts, which hold JSON where the stack
 * file has anything but a text. Keys of other namespaces, such as providers', are left alone.
 *
 * @param config every key with its namespace, e.g. `basic-enterprise-integration:location`
 * @param secretKeys the keys, so written, that are or hold a secret: no value of theirs is shown
 * @param project the namespace of the settings: the Pulumi project's name
 */
export function parseSettings<I extends IntegrationSchemas>(
  config: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
  project: string,
  integrations: I,
): ParsedSettings<I> {
  const schema = settingsSchema(integrations);
  const namespace = `${project}:`;
  const own = Object.keys(config).filter((key) => key.startsWith(namespace));
  const name = (key: string) => key.slice(namespace.length);
  const value = Object.fromEntries(
    own.map((key) => [name(key), decode(schema, name(key), config[key] ?? "")]),
  );

  const secret = new Set(own.filter((key) => secretKeys.has(key)).map(name));
  const result = schema.safeParse(value);
  const issues = [
    ...(result.error?.issues ?? []).flatMap((found) =>
      toIssues(found, { schema, value, secretKeys: secret }),
    ),
    ...secretPaths(schema, value)
      .filter(([top]) => !secret.has(String(top)))
      .map(inClear),
  ];
  return result.success && issues.length === 0 ? { settings: result.data } : { issues: distinct(issues) };
}

function inClear(path: readonly Step[]): Issue {
  const written = formatPath(path);
  return {
    path: written,
    rule: "must be encrypted: the stack file is kept with the code",
    fix: `take it out, change the secret wherever it is used, and run \`pulumi config set --secret --path '${written}'\``,
  };
}

/** A value can break two limits of one rule, which is then said once. */
function distinct(issues: readonly Issue[]): Issue[] {
  return issues.filter(
    (issue, index) =>
      issues.findIndex(({ path, rule }) => path === issue.path && rule === issue.rule) === index,
  );
}

/** What a text of the configuration stands for. What is not JSON stays a text, for the schema to refuse. */
function decode(schema: z.ZodType, key: string, text: string): unknown {
  if (schemasAt(schema, [key]).every((setting) => unwrap(setting)._zod.def.type === "string")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
