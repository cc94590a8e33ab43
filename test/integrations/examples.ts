import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { OpenAPIV3 } from "openapi-types";

export const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));

/** A schema with an example of it, by where it stands. */
interface Example {
  readonly path: string;
  readonly schema: OpenAPIV3.SchemaObject;
  readonly example: unknown;
}

function examplesIn(node: unknown, path = ""): Example[] {
  if (typeof node !== "object" || node === null) return [];
  const { schema, example, ...rest } = node as Partial<Example>;
  const beside = schema && example !== undefined ? [{ path, schema, example }] : [];
  const inside = "type" in node && example !== undefined ? [{ path, schema: node, example }] : [];
  return [
    ...beside,
    ...(inside as Example[]),
    ...Object.entries({ ...rest, schema }).flatMap(([key, value]) => examplesIn(value, `${path}/${key}`)),
  ];
}

/**
 * The examples of a contract that do not fit their schemas, and the bodies that have none.
 *
 * @param contract with the objects that it refers to in their place
 */
export function checkExamples({ paths }: OpenAPIV3.Document): {
  readonly problems: readonly string[];
  /** How many requests and answers with a body were looked at. */
  readonly bodies: number;
} {
  const unfit = examplesIn(paths).flatMap(({ path, schema, example }) =>
    ajv.validate(schema, example) ? [] : [`${path}: ${ajv.errorsText()}`],
  );
  const bodies = Object.entries(paths).flatMap(([path, item]) =>
    [item?.get, item?.post]
      .filter((operation) => operation !== undefined)
      .flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses)])
      .flatMap((part) => Object.values((part as OpenAPIV3.ResponseObject | undefined)?.content ?? {}))
      .map((body) => ({ path, body })),
  );
  const bare = bodies.filter(({ body }) => body.example === undefined);
  return { problems: [...unfit, ...bare.map(({ path }) => `${path}: no example`)], bodies: bodies.length };
}
