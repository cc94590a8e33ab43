import { z } from "zod";
import { GATEWAY_KEYS, settingsSchema, type IntegrationSchemas } from "./schema";
import { isSecret } from "./walk";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What `pulumi config set --secret` writes in the place of a value. */
const ENCRYPTED: JsonSchema = {
  type: "object",
  properties: {
    secure: { type: "string", description: "Ciphertext, written by `pulumi config set --secret --path`." },
  },
  required: ["secure"],
  additionalProperties: false,
};

/** What our schemas say about themselves beyond JSON Schema. */
const FOR_MESSAGES = new Set<string>([
  "secret",
  "unshown",
  "rule",
  "fix",
  "refused",
] satisfies (keyof z.GlobalMeta)[]);

/**
 * The JSON Schema (draft 7, which editors read) of a `Pulumi.<stack>.yaml`: our settings strictly, everything else
 * that Pulumi keeps there freely. Rules about several settings are left to {@link settingsSchema}.
 *
 * @param integrations the schema of each integration that a stack may list
 * @param project the namespace of the settings: the Pulumi project's name
 */
export function stackFileSchema(integrations: IntegrationSchemas, project: string): JsonSchema {
  const { properties = {}, required = [] } = z.toJSONSchema(settingsSchema(integrations), {
    io: "input",
    target: "draft-7",
    override: ({ zodSchema, jsonSchema }) => {
      const { description, ...own } = Object.fromEntries(
        Object.entries(jsonSchema).filter(([keyword]) => !FOR_MESSAGES.has(keyword)),
      ) as JsonSchema;
      const content = isSecret(zodSchema) ? ENCRYPTED : own;
      replace(jsonSchema, { ...(description !== undefined && { description }), ...content });
    },
  });
  const key = (name: string) => `${project}:${name}`;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `A stack of ${project}`,
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, schema]) => [key(name), asText(schema)]),
        ),
        patternProperties: { [`^(?!${key("")})[^:]+:`]: {} },
        additionalProperties: false,
        required: required.map(key),
        oneOf: GATEWAY_KEYS.map((name) => ({ required: [key(name)] })),
      },
    },
  };
}

/** `pulumi config set` writes a top-level value as text, whatever it is. */
function asText(schema: z.core.JSONSchema._JSONSchema): z.core.JSONSchema._JSONSchema {
  if (typeof schema === "boolean" || schema.type !== "boolean") return schema;
  const { type, ...rest } = schema;
  return { ...rest, anyOf: [{ type }, { enum: ["true", "false"] }] };
}

function replace(target: JsonSchema, content: JsonSchema): void {
  for (const name of Object.keys(target)) Reflect.deleteProperty(target, name);
  Object.assign(target, content);
}
