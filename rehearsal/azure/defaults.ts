import { createHash, randomBytes } from "node:crypto";
import { inputType, shapeOf } from "./projection";
import type { AzureView, Json, Properties, ResourceType } from "./resource-type";
import type { Shapes } from "./shapes";
import { UNKNOWN } from "./wire";

/** Marks inputs whose name was drawn at random: such a resource is created anew before the old one is deleted. */
export const CREATE_BEFORE_DELETE = "__createBeforeDelete";

/** What the engine says about automatic names, where the project or stack configures them. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** What azure-native's check looks at to fill in what the program left out. */
export interface DefaultsRequest {
  readonly type: ResourceType;
  readonly shapes: Shapes;
  readonly azure: AzureView;
  /** The name in the program. */
  readonly name: string;
  readonly inputs: Properties;
  /** The inputs in state; none for a new resource, and for the new one of a replacement. */
  readonly previous?: Properties;
  /** `azure-native:location` in the stack's configuration. */
  readonly location?: string;
  /** The engine's, one for each resource and plan: the same seed gives the same name. @default a random one */
  readonly randomSeed?: Uint8Array;
  readonly autonaming?: Autonaming;
}

/** The inputs with what azure-native adds to them: name, location, API version. */
export function withDefaults(request: DefaultsRequest): Properties {
  const { type, shapes, inputs } = request;
  const shape = shapeOf(shapes, type.token);
  const location =
    inputs.location === undefined &&
    shape.apiVersion !== undefined &&
    inputType(shape, "location") !== undefined
      ? defaultLocation(request)
      : undefined;
  return {
    ...inputs,
    ...defaultName(request),
    ...(location === undefined ? {} : { location }),
    ...(shape.apiVersion === undefined || inputs.azureApiVersion !== undefined
      ? {}
      : { azureApiVersion: shape.apiVersion }),
  };
}

/** The inputs without what the provider added for itself: what Azure gets to see. */
export function withoutOwn(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) => name !== "azureApiVersion" && !name.startsWith("__")),
  );
}

function defaultName({
  type,
  name,
  inputs,
  previous = {},
  randomSeed,
  autonaming,
}: DefaultsRequest): Properties {
  if (type.autoName === undefined || inputs[type.autoName.property] !== undefined) return {};
  const { property, kind } = type.autoName;
  const random = { [CREATE_BEFORE_DELETE]: true };
  const old = previous[property];
  if (old !== undefined)
    return { [property]: old, ...(previous[CREATE_BEFORE_DELETE] === true ? random : {}) };
  if (autonaming?.mode === "disable") return {};
  if (autonaming?.mode === "enforce" || (autonaming?.mode === "propose" && kind !== "uuid")) {
    return { [property]: autonaming.proposedName, ...random };
  }
  switch (kind) {
    case "copy":
      return { [property]: name };
    case "random":
      return { [property]: `${name}${hexDigits(8, name, randomSeed)}`, ...random };
    case "uuid":
      return {
        [property]: hexDigits(32, "", randomSeed).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
        ...random,
      };
  }
}

function hexDigits(count: number, name: string, seed: Uint8Array = new Uint8Array()): string {
  const bytes = seed.length === 0 ? randomBytes(64) : createHash("sha512").update(seed).update(name).digest();
  return bytes.toString("hex").slice(0, count);
}

/** Azure-native's order: what stands in state, the configuration, the location of the resource group. */
function defaultLocation({ azure, inputs, previous = {}, location }: DefaultsRequest): Json | undefined {
  if (previous.location !== undefined) return previous.location;
  if (location !== undefined) return location;
  const group = inputs.resourceGroupName;
  if (typeof group !== "string") return undefined;
  if (group === UNKNOWN) return UNKNOWN;
  return azure.get(`/subscriptions/${azure.subscriptionId}/resourceGroups/${group}`)?.outputs.location;
}
