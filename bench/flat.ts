import { readFile } from "node:fs/promises";
import type * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../rehearsal/steps";

/** A resource with nothing but literal inputs, as it stands in an exported state. */
export interface RawResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources that it waits for. */
  readonly dependsOn: readonly string[];
}

interface ExportedState {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly type: string;
      readonly custom: boolean;
      readonly inputs?: Readonly<Record<string, unknown>>;
      readonly dependencies?: readonly string[];
    }[];
  };
}

/** The raw resources of an exported state; providers are left to the engine. */
export async function rawResources(stateFile: string): Promise<RawResource[]> {
  const state = JSON.parse(await readFile(stateFile, "utf8")) as ExportedState;
  return state.deployment.resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
    .map(({ urn, type, inputs = {}, dependencies = [] }) => ({
      type,
      name: nameOf(urn),
      inputs: plain(inputs) as RawResource["inputs"],
      dependsOn: dependencies.map(nameOf),
    }));
}

/** The marker of an encrypted value in a state file. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** What a secret was, does not matter to the time that it takes. What the provider adds by itself is left out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "a secret";
  const kept = Object.entries(value).filter(([key]) => key !== "azureApiVersion" && !key.startsWith("__"));
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item)]));
}

type ResourceClass = new (
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  opts: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** The SDK's class of a type token. */
function resourceClass(type: string): ResourceClass {
  const [provider, module = "", className = ""] = type.split(":");
  const path = provider === "azuread" ? "@pulumi/azuread" : `@pulumi/azure-native/${module}`;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the modules are known only now
  const found = (require(path) as Readonly<Record<string, ResourceClass>>)[className];
  if (!found) throw new Error(`the SDK has no class for ${type}`);
  return found;
}

/** The same resources in the same order of dependency as one flat program: no components, no settings, no checks. */
export function flatProgram(resources: readonly RawResource[]): () => Promise<void> {
  return () => {
    const made = new Map<string, pulumi.CustomResource>();
    for (const { type, name, inputs, dependsOn } of resources) {
      const needed = dependsOn.flatMap((other) => made.get(other) ?? []);
      made.set(name, new (resourceClass(type))(name, inputs, { dependsOn: needed }));
    }
    return Promise.resolve();
  };
}

/** The same, written as Pulumi's own template begins: the whole of azure-native imported at its root. */
export function templateProgram(resources: readonly RawResource[]): string {
  const lines = resources.map(({ type, name, inputs }) => {
    const [provider = "", module = "", className = ""] = type.split(":");
    const path = provider === "azuread" ? `azuread.${className}` : `azure.${module}.${className}`;
    return `  new ${path}(${JSON.stringify(name)}, ${JSON.stringify(inputs)});`;
  });
  return [
    'import * as azure from "@pulumi/azure-native";',
    'import * as azuread from "@pulumi/azuread";',
    "export = () => {",
    ...lines,
    "  return Promise.resolve();",
    "};",
    "",
  ].join("\n");
}
