import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as authorization from "@pulumi/azure-native/authorization";
import type { ImportResource, PulumiFn, Stack, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { expandId, idProperties } from "../rehearsal/azure/ids";
import type { Properties } from "../rehearsal/azure/resource-type";
import { resourceTypes } from "../rehearsal/azure/types";
import { UNKNOWN } from "../rehearsal/azure/wire";
import { inlineProgram } from "../rehearsal/inline-program";
import { nameOf } from "../rehearsal/steps";

/** What `pulumi import --file` reads (https://www.pulumi.com/docs/iac/guides/migration/import/#bulk-import-operations). */
export interface ImportFile {
  /** URNs of parents and providers that the state has already, by the names that `resources` call them. */
  readonly nameTable?: Readonly<Record<string, string>>;
  readonly resources: readonly ImportResource[];
}

/** A resource that a stack would create, and that is not imported. */
export interface LeftOut {
  readonly type: string;
  readonly name: string;
  readonly reason: string;
}

/** What a stack would create on a gateway, and can import instead. */
export interface Importable {
  readonly file: ImportFile;
  readonly leftOut: readonly LeftOut[];
}

/** A resource as the engine tells that it would create it. */
export interface Planned extends Pick<StepEventStateMetadata, "type" | "urn" | "custom"> {
  readonly parent?: string;
  readonly inputs: Properties;
}

/**
 * Finds what a stack would create on a gateway, by a preview, with the ids by which it is imported instead.
 *
 * @param components names of components, to which it is restricted, with what is below them. None: all of the stack
 * @throws Error where the preview fails, or where a component is not in the program
 */
export async function findImportable(
  stack: Stack,
  program: PulumiFn,
  components: readonly string[],
): Promise<Importable> {
  const registered: Planned[] = [];
  const created: Planned[] = [];
  let subscriptionId = "";
  const folder = await mkdtemp(join(tmpdir(), "import-"));
  try {
    const importFile = join(folder, "import.json");
    await stack.preview({
      importFile,
      program: inlineProgram(async () => {
        ({ subscriptionId } = await authorization.getClientConfig());
        return program();
      }),
      onEvent: ({ resourcePreEvent }) => {
        if (resourcePreEvent?.metadata.new === undefined) return;
        registered.push(resourcePreEvent.metadata.new);
        if (resourcePreEvent.metadata.op === "create") created.push(resourcePreEvent.metadata.new);
      },
    });
    const drafted = JSON.parse(await readFile(importFile, "utf8")) as Drafted;
    return importable({ drafted, created, selected: below(components, registered), subscriptionId });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An import file as the CLI writes it: without any list where nothing would be created. */
type Drafted = Omit<ImportFile, "resources"> & { readonly resources: ImportFile["resources"] | null };

/** What the engine told of a preview. */
export interface Preview {
  /** Its own import file, in which every id is a placeholder. */
  readonly drafted: Drafted;
  /** What would be created, in the order of that file. */
  readonly created: readonly Planned[];
  readonly selected: (urn: string) => boolean;
  readonly subscriptionId: string;
}

/** The import file of a preview, with ids: they follow from the inputs. */
export function importable({ drafted, created, selected, subscriptionId }: Preview): Importable {
  const resources: ImportResource[] = [];
  const leftOut: LeftOut[] = [];
  const planned = new Map<string, Planned[]>();
  for (const one of created) {
    const key = `${one.type} ${nameOf(one.urn)}`;
    planned.set(key, [...(planned.get(key) ?? []), one]);
  }
  for (const draft of drafted.resources ?? []) {
    const { type, name, logicalName = name } = draft;
    const found = planned.get(`${type} ${logicalName}`)?.shift();
    if (found === undefined) throw new Error(`the preview tells nothing of ${type} ${logicalName}`);
    if (draft.component === true) {
      resources.push(draft);
    } else if (selected(found.urn)) {
      const id = importId(found, subscriptionId);
      if ("reason" in id) leftOut.push({ type, name: logicalName, reason: id.reason });
      else resources.push({ ...draft, ...id });
    }
  }
  return { file: { ...drafted, resources: withParents(resources) }, leftOut };
}

/** Drops the components below which nothing is imported. */
function withParents(resources: readonly ImportResource[]): ImportResource[] {
  const needed = new Set<string>();
  // A parent comes before its children.
  return [...resources]
    .reverse()
    .filter(({ component, name, parent }) => {
      if (component === true && !needed.has(name)) return false;
      if (parent !== undefined) needed.add(parent);
      return true;
    })
    .reverse();
}

/** The ids of what stands on a gateway: the simulated Azure knows the same ones as Azure. */
const ID_TEMPLATES: ReadonlyMap<string, string> = new Map(
  resourceTypes.flatMap(({ token, id }): [string, string][] =>
    typeof id === "string" && id.includes("/Microsoft.ApiManagement/service/{serviceName}/")
      ? [[token, id]]
      : [],
  ),
);

/** The id by which something on a gateway is imported, or why there is none. */
export function importId(
  { type, inputs }: Pick<Planned, "type" | "inputs">,
  subscriptionId: string,
): { readonly id: string } | { readonly reason: string } {
  const template = ID_TEMPLATES.get(type);
  if (template === undefined) return { reason: "it does not stand on a gateway; the next update creates it" };
  const unknown = idProperties(template).find((property) => inputs[property] === UNKNOWN);
  if (unknown !== undefined) {
    return {
      reason: `its ${unknown} is known once what it belongs to is imported or deployed; then run this again`,
    };
  }
  return { id: expandId(template, { ...inputs, subscriptionId }) };
}

function below(components: readonly string[], registered: readonly Planned[]): (urn: string) => boolean {
  const parents = new Map(registered.map(({ urn, parent }) => [urn, parent]));
  const isComponent = ({ type, custom }: Planned) => custom !== true && type !== "pulumi:pulumi:Stack";
  const known = new Set(registered.filter(isComponent).map(({ urn }) => nameOf(urn)));
  const missing = components.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new Error(
      `the stack has no component ${missing.join(", ")}.\n  fix: name some of ${[...known].sort().join(", ")}`,
    );
  }
  if (components.length === 0) return () => true;
  const isBelow = (urn: string | undefined): boolean =>
    urn !== undefined && urn !== "" && (components.includes(nameOf(urn)) || isBelow(parents.get(urn)));
  return (urn) => isBelow(parents.get(urn));
}
