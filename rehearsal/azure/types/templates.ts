import type { Deployed, Json, Properties } from "../resource-type";
import { TOKENS } from "./api-management/common";
import { at, items, members, same, text, texts } from "./common";
import { GENERIC, genericType } from "./generic";

const SERVICE = "Microsoft.ApiManagement/service";

/** How a resource of a template is written as one of the SDK. */
interface TemplateType {
  /** ARM's name for it. */
  readonly type: string;
  readonly token: string;
  /** The properties that take the segments of its name. */
  readonly names: readonly string[];
  /** Properties that azure-native calls by another name than ARM. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** A property whose members azure-native has beside the others. */
  readonly flattened?: string;
  /** Whether azure-native takes the properties as they are, in one of its own. */
  readonly whole?: boolean;
}

/** The types that a template may have, beside those of {@link genericType}. */
const TYPES: readonly TemplateType[] = [
  {
    type: `${SERVICE}/apis`,
    token: TOKENS.api,
    names: ["serviceName", "apiId"],
    renamed: { type: "apiType", apiType: "soapApiType" },
  },
  {
    type: `${SERVICE}/apis/policies`,
    token: "azure-native:apimanagement:ApiPolicy",
    names: ["serviceName", "apiId", "policyId"],
  },
  {
    type: `${SERVICE}/apis/operations`,
    token: TOKENS.operation,
    names: ["serviceName", "apiId", "operationId"],
  },
  {
    type: `${SERVICE}/apis/operations/policies`,
    token: "azure-native:apimanagement:ApiOperationPolicy",
    names: ["serviceName", "apiId", "operationId", "policyId"],
  },
  {
    type: `${SERVICE}/apis/schemas`,
    token: "azure-native:apimanagement:ApiSchema",
    names: ["serviceName", "apiId", "schemaId"],
    flattened: "document",
  },
  {
    type: `${SERVICE}/apis/tags`,
    token: "azure-native:apimanagement:TagByApi",
    names: ["serviceName", "apiId", "tagId"],
  },
  {
    type: `${SERVICE}/apis/diagnostics`,
    token: "azure-native:apimanagement:ApiDiagnostic",
    names: ["serviceName", "apiId", "diagnosticId"],
  },
  {
    type: `${SERVICE}/contentTypes/contentItems`,
    token: TOKENS.contentItem,
    names: ["serviceName", "contentTypeId", "contentItemId"],
    whole: true,
  },
];

/** A resource of a template, as far as it is written down there. */
export interface TemplateResource {
  readonly type: string;
  /** The segments of its name. */
  readonly names: readonly string[];
  readonly declared: Properties;
  /** ARM id, in the group that is deployed to. */
  readonly id: string;
}

/** What a member of a template that is a resource may have: the simulated Azure knows no loops, conditions or scopes. */
export const SIMULATED_MEMBERS = ["type", "apiVersion", "name", "dependsOn", "properties", "comments"];

/** The resources of a template. */
export function declaredResources(inputs: Properties): readonly Properties[] {
  return items(inputs, "properties.template.resources").map((one) =>
    one !== null && typeof one === "object" && !Array.isArray(one) ? one : {},
  );
}

/**
 * The resources of a template, with their names read.
 *
 * @param group id of the resource group that is deployed to
 */
export function templateResources(inputs: Properties, group: string): readonly TemplateResource[] {
  return declaredResources(inputs).map((declared) => {
    const type = text(declared, "type") ?? "";
    const [namespace = "", ...types] = type.split("/");
    const names = unescaped(text(declared, "name") ?? "").split("/");
    const path = types.map((segment, index) => `${segment}/${names[index] ?? ""}`).join("/");
    return { type, names, declared, id: `${group}/providers/${namespace}/${path}` };
  });
}

/** Whether a resource of a template can be written. */
export function isSimulated(type: string): boolean {
  return genericType(type) !== undefined || TYPES.some((one) => same(one.type, type));
}

/** Where a string begins and ends with a bracket it is an expression, unless the first one is doubled. */
const EXPRESSION = /^\[(?!\[).*\]$/s;
const ESCAPED = /^\[\[.*\]$/s;

/** The one expression that is simulated: what a parameter of the template holds. */
const PARAMETER = /^\[parameters\('(\w+)'\)\]$/;

/** Every expression in a template that is not simulated: all but parameters in the properties of a resource. */
export function expressions(inputs: Properties): readonly string[] {
  const { resources, ...rest } = members(inputs, "properties.template");
  return [
    ...expressionsIn(rest),
    ...[resources ?? []].flat().flatMap((resource) => {
      const { properties, ...place } = members({ resource }, "resource");
      return [
        ...expressionsIn(place),
        ...expressionsIn(properties).filter((found) => !PARAMETER.test(found)),
      ];
    }),
  ];
}

function expressionsIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return EXPRESSION.test(value) ? [value] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(expressionsIn);
}

/** Names of the parameters that a value takes. */
export function parametersIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return PARAMETER.exec(value)?.slice(1) ?? [];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(parametersIn);
}

/** The value with what is given for each parameter in its place. */
function filled<T extends Json>(value: T, given: Properties): T;
function filled(value: Json, given: Properties): Json {
  if (typeof value === "string") {
    const [, name] = PARAMETER.exec(value) ?? [];
    return name === undefined ? value : (at(given, `${name}.value`) ?? null);
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, given));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, given)]));
}

function unescaped<T extends Json>(value: T): T;
function unescaped(value: Json): Json {
  if (typeof value === "string") return ESCAPED.test(value) ? value.slice(1) : value;
  if (Array.isArray(value)) return value.map((item) => unescaped(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unescaped(member)]));
}

/** Places of the resources that one waits for, and the name of the first that is not in the template. */
function waitsFor(
  resource: TemplateResource,
  all: readonly TemplateResource[],
): { readonly places: readonly number[]; readonly missing?: string } {
  const places: number[] = [];
  for (const name of texts(resource.declared, "dependsOn")) {
    const place = all.findIndex(({ id, names }) => same(id, name) || same(names.join("/"), name));
    if (place < 0) return { places, missing: name };
    places.push(place);
  }
  return { places };
}

/**
 * The places of a template's resources in an order in which each comes after what it depends on, with all that it waits
 * for, however indirectly; or why there is none.
 */
export function deploymentOrder(
  all: readonly TemplateResource[],
):
  | { readonly problem: string }
  | { readonly problem?: undefined; readonly after: ReadonlyMap<number, ReadonlySet<number>> } {
  const direct = all.map((resource) => waitsFor(resource, all));
  const missing = direct.find((one) => one.missing !== undefined)?.missing;
  if (missing !== undefined) return { problem: `The resource '${missing}' is not defined in the template.` };
  const after = new Map<number, ReadonlySet<number>>();
  for (let left = all.length; left > 0; left -= 1) {
    const next = direct.findIndex(
      ({ places }, place) => !after.has(place) && places.every((other) => after.has(other)),
    );
    if (next < 0) return { problem: "Circular dependency detected among the resources of the template." };
    const places = direct[next]?.places ?? [];
    after.set(next, new Set(places.flatMap((other) => [other, ...(after.get(other) ?? [])])));
  }
  return { after };
}

/** What a deployment writes, in order. Nothing where something is wrong with the template. */
export function deployedResources(inputs: Properties, group: string): readonly Deployed[] {
  const all = templateResources(inputs, group);
  const ordered = deploymentOrder(all);
  if (ordered.problem !== undefined) return [];
  const order = [...ordered.after.keys()];
  return [...ordered.after].flatMap(([place, others]): Deployed[] => {
    const resource = all[place];
    if (resource === undefined) return [];
    const after = [...others].map((other) => order.indexOf(other));
    const given = members(inputs, "properties.parameters");
    return [{ ...typed(resource, text(inputs, "resourceGroupName") ?? "", given), after }];
  });
}

/** A resource of a template as one of the SDK. */
function typed(
  resource: TemplateResource,
  resourceGroupName: string,
  given: Properties,
): Pick<Deployed, "token" | "inputs"> {
  const { type, names, declared } = resource;
  const properties = unescaped(filled(members(declared, "properties"), given));
  const found = TYPES.find((one) => same(one.type, type));
  if (found !== undefined) {
    const path = found.names.map((property, index): [string, Json] => [property, names[index] ?? ""]);
    const { flattened = "", whole = false } = found;
    const all = Object.entries(whole ? { properties } : { ...properties, ...members(properties, flattened) });
    const renamed = all
      .filter(([name]) => name !== flattened)
      .map(([name, value]): [string, Json] => [found.renamed?.[name] ?? name, value]);
    return {
      token: found.token,
      inputs: Object.fromEntries([["resourceGroupName", resourceGroupName], ...path, ...renamed]),
    };
  }
  const [resourceProviderNamespace = "", ...types] = type.split("/");
  const parents = types.slice(0, -1).map((segment, index) => `${segment}/${names[index] ?? ""}`);
  return {
    token: GENERIC,
    inputs: {
      resourceGroupName,
      resourceProviderNamespace,
      parentResourcePath: parents.join("/"),
      resourceType: types.at(-1) ?? "",
      resourceName: names.at(-1) ?? "",
      apiVersion: text(declared, "apiVersion") ?? "",
      properties,
    },
  };
}
