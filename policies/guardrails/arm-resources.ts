import type { Resource } from "./guardrail";
import { at, fromJson, text } from "./properties";

/** A resource as Azure Resource Manager knows it, without a type of Pulumi's for it. What is asked for is read, and no more. */
export interface ArmResource {
  /** The last part of its type, e.g. `vaults`, in lower case. */
  readonly kind: string;
  /** E.g. `microsoft.keyvault/vaults`, in lower case; an expression in brackets, where only Azure can tell. */
  readonly type: () => string;
  /** The last part of its name. */
  readonly name: () => string;
  readonly properties: unknown;
}

/** Any resource of Azure, by its id: the program makes connections of workflows so. */
export const GENERIC = "azure-native:resources:Resource";

/** Types of resources that may be any resource of Azure, or hold some within a template. */
export const MAY_BE_ANYTHING = [GENERIC, /^azure-native:resources:Deployment/];

/** What a resource is, or what the templates within it hold. */
export function* armResources({ type, inputs }: Resource): Iterable<ArmResource> {
  if (type !== GENERIC) {
    yield* within(inputs);
    return;
  }
  const own = (text(inputs, "resourceType") ?? "").toLowerCase();
  yield {
    kind: lastPart(own),
    type: () => {
      // `service/apim` and `apis` are a `service/apis`, wherever the path is cut.
      const path = `${text(inputs, "parentResourcePath") ?? ""}/${own}`
        .split("/")
        .filter((part) => part !== "");
      const types = path.filter((_part, index) => index % 2 === 0);
      return [text(inputs, "resourceProviderNamespace") ?? "", ...types].join("/").toLowerCase();
    },
    name: () => text(inputs, "resourceName") ?? "",
    properties: at(inputs, "properties"),
  };
}

/** Whether a template stands elsewhere, so that nobody sees here what is in it. */
export function isLinked({ inputs }: Resource): boolean {
  const deployments = [...within(inputs)].filter(isDeployment).map(({ properties }) => properties);
  return [inputs, ...deployments].some((one) => partOf(one, "templateLink") !== undefined);
}

function isDeployment({ kind, type }: ArmResource): boolean {
  return kind === "deployments" && type() === "microsoft.resources/deployments";
}

/** A part of a deployment, which stands beside or below its properties. */
function partOf(deployment: unknown, part: string): unknown {
  return at(deployment, part) ?? at(deployment, `properties.${part}`);
}

function* within(deployment: unknown): Iterable<ArmResource> {
  const template = partOf(deployment, "template");
  yield* declared(typeof template === "string" ? fromJson(template) : template, "");
}

function* declared(parent: unknown, parentType: string): Iterable<ArmResource> {
  // A list, or an object of them by names of its own: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
  const resources = at(parent, "resources");
  if (typeof resources !== "object" || resources === null) return;
  for (const resource of Object.values(resources)) {
    const own = (text(resource, "type") ?? "").toLowerCase();
    // A child that stands within its parent says the last part only.
    const type = parentType === "" || own.includes(".") ? own : `${parentType}/${own}`;
    const found = {
      kind: lastPart(own),
      type: () => type,
      name: () => lastPart(text(resource, "name") ?? ""),
      properties: at(resource, "properties"),
    };
    yield found;
    if (isDeployment(found)) yield* within(found.properties);
    yield* declared(resource, type);
  }
}

function lastPart(path: string): string {
  return path.split("/").at(-1) ?? "";
}
