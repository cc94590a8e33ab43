import { DOMParser } from "@xmldom/xmldom";
import { z } from "zod";
import type { ExportedResource } from "../exported";

/** An operation of an API, by which a request is told apart from others. */
export interface Operation {
  /** In lower case, as the id of its policy has it; none where Azure makes one up. */
  readonly id: string | undefined;
  readonly method: string;
  /** e.g. `/orders/{orderId}`. */
  readonly path: string;
  /** Parameters of the query without which a request is none to this operation. */
  readonly query: readonly string[];
  /** Where the schemas of its body stand in the document, by content type. */
  readonly bodies: Readonly<Record<string, string>>;
}

const parameter = z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false) });
const reference = z.object({ $ref: z.string() });
const parameters = z.array(z.union([parameter, reference])).default([]);
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;
const operation = z.object({
  operationId: z.string(),
  parameters,
  requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
});
const document = z.object({ paths: z.record(z.string(), z.looseObject({ parameters })) });

const imported = z.object({
  format: z.string().optional(),
  value: z.string().optional(),
  wsdlSelector: z.object({ wsdlEndpointName: z.string() }).optional(),
  soapApiType: z.string().optional(),
});
const added = z.object({ operationId: z.string(), method: z.string(), urlTemplate: z.string() });

/**
 * The operations of an API: those of its own resources, and those that Azure makes of the contract that it imports, which
 * stands among the inputs, as Azure does not answer it.
 *
 * https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 *
 * @returns what it needs to know and is not told, where that is so
 */
export function readOperations(
  api: ExportedResource,
  resources: readonly ExportedResource[],
): { readonly operations: readonly Operation[]; readonly document: unknown } | string {
  const { format, value, wsdlSelector, soapApiType } = imported.parse(api.inputs);
  if (value === undefined) {
    const operations = resources.map(({ inputs }) => {
      const { operationId, method, urlTemplate } = added.parse(inputs);
      const [path = "", query = ""] = urlTemplate.split("?");
      return { id: operationId, method, path, query: [...new URLSearchParams(query).keys()], bodies: {} };
    });
    return operations.length > 0
      ? { operations, document: undefined }
      : "a contract, or operations of its own";
  }
  if (format === "openapi+json") {
    const whole: unknown = JSON.parse(value);
    return { operations: operationsOfOpenApi(whole), document: whole };
  }
  if (format === "wsdl" && soapApiType === "http" && wsdlSelector) {
    return { operations: operationsOfWsdl(value, wsdlSelector.wsdlEndpointName), document: undefined };
  }
  return `a contract as openapi+json or as a wsdl offered as REST, as ${format ?? "another"} is not known here`;
}

function operationsOfOpenApi(whole: unknown): Operation[] {
  return Object.entries(document.parse(whole).paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const own = operation.optional().parse(item[method]);
      if (own === undefined) return [];
      const all = [...item.parameters, ...own.parameters].map((one) =>
        "$ref" in one ? parameter.parse(at(whole, one.$ref)) : one,
      );
      const base = `#/paths/${pointer(path)}/${method}/requestBody/content`;
      const types = Object.keys(own.requestBody?.content ?? {});
      return [
        {
          id: own.operationId.toLowerCase(),
          method: method.toUpperCase(),
          path,
          query: all.filter((one) => one.in === "query" && one.required).map(({ name }) => name),
          bodies: Object.fromEntries(types.map((type) => [type, `${base}/${pointer(type)}/schema`])),
        },
      ];
    }),
  );
}

function pointer(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function at(whole: unknown, ref: string): unknown {
  return ref
    .replace(/^#\//, "")
    .split("/")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      whole,
    );
}

/** Each operation is a POST to its name: https://learn.microsoft.com/azure/api-management/restify-soap-api */
function operationsOfWsdl(wsdl: string, endpoint: string): Operation[] {
  const root = new DOMParser().parseFromString(wsdl, "text/xml");
  const named = (tag: string, name: string) =>
    [...root.getElementsByTagNameNS("http://schemas.xmlsoap.org/wsdl/", tag)].find(
      (element) => element.getAttribute("name") === name,
    );
  const binding = named("binding", named("port", endpoint)?.getAttribute("binding")?.split(":").at(-1) ?? "");
  const operations = binding?.getElementsByTagNameNS("http://schemas.xmlsoap.org/wsdl/", "operation") ?? [];
  return [...operations].map((element) => ({
    id: undefined,
    method: "POST",
    path: `/${element.getAttribute("name") ?? ""}`,
    query: [],
    bodies: {},
  }));
}
