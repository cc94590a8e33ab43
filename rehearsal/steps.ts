import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { received } from "../validation/issue";

/** What one run of the engine did, or announced, with one resource. */
export interface Step {
  readonly urn: string;
  /** Azure's id; empty before the resource is there, and for components. */
  readonly id: string;
  /** Pulumi's type token, e.g. `azure-native:dns:Zone`. */
  readonly type: string;
  /** A component or the stack itself has no provider behind it. */
  readonly custom: boolean;
  readonly parent: string;
  readonly protect: boolean;
  /** In order; more than one where a resource is replaced. */
  readonly operations: readonly OpType[];
  /** Properties that differ, as the engine names them. */
  readonly diffs: readonly string[];
  /** As the engine reports them: secrets are masked, and what is not known yet is {@link UNKNOWN}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Inputs before the run. @default the resource was not there */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** What a guardrail says of a resource. */
export interface Violation {
  /** Id of the guardrail. */
  readonly guardrail: string;
  /** Of the resource; that of the stack, where it is of none. */
  readonly urn: string;
  /** Whether the engine goes no further. */
  readonly mandatory: boolean;
  /** What is wrong, why it matters, what to do; or what is not known yet. */
  readonly message: string;
}

/** The steps of one run by URN, and what went wrong in it. */
export interface Run {
  readonly steps: ReadonlyMap<string, Step>;
  /** Messages of severity "error". */
  readonly errors: readonly string[];
  readonly violations: readonly Violation[];
  /** Receives the engine's events. */
  readonly onEvent: (event: EngineEvent) => void;
}

/** How the engine writes a value that is not known before the deployment. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Records a run. */
export function recordRun(): Run {
  const steps = new Map<string, Step>();
  const errors: string[] = [];
  const violations: Violation[] = [];
  const onEvent = (event: EngineEvent): void => {
    const before = event.resourcePreEvent?.metadata;
    const metadata = before ?? event.resOutputsEvent?.metadata;
    if (metadata !== undefined) {
      const known = steps.get(metadata.urn);
      const operations = known?.operations ?? [];
      // The engine writes null, not undefined, where there is no old or new state. The end of what was replaced says nothing
      // of its successor, which has the same URN and was made before.
      const succeeded = metadata.op === "delete-replaced" && operations.includes("create-replacement");
      const state = metadata.new ?? (succeeded ? known : metadata.old);
      const announced = before !== undefined || !operations.includes(metadata.op);
      steps.set(metadata.urn, {
        urn: metadata.urn,
        id: state?.id ?? "",
        type: metadata.type,
        custom: state?.custom ?? false,
        parent: state?.parent ?? "",
        protect: state?.protect ?? false,
        operations: announced ? [...operations, metadata.op] : operations,
        diffs: metadata.diffs ?? known?.diffs ?? [],
        inputs: state?.inputs ?? {},
        outputs: state?.outputs ?? {},
        before: known?.before ?? metadata.old?.inputs,
      });
    }
    if (event.policyEvent !== undefined) {
      const { policyName, resourceUrn = "", enforcementLevel, message } = event.policyEvent;
      const mandatory = enforcementLevel === "mandatory";
      violations.push({ guardrail: policyName, urn: resourceUrn, mandatory, message: plain(message) });
    }
    if (event.diagnosticEvent?.severity === "error") errors.push(plain(event.diagnosticEvent.message));
  };
  return { steps, errors, violations, onEvent };
}

/** Without the engine's colour marks (`<{%reset%}>`). */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}

/** The name that the program gave a resource: the last part of its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** A resource for a reader: its own type and its name. */
export function title(urn: string): string {
  return `${urn.split("::")[2]?.split("$").at(-1) ?? ""} ${nameOf(urn)}`;
}

/** Operations after which a resource is not there, unless it was replaced. */
const REMOVALS: ReadonlySet<OpType> = new Set<OpType>([
  "delete",
  "delete-replaced",
  "discard",
  "discard-replaced",
]);

/** Whether a resource is there after a run. */
export function remains({ operations }: Step): boolean {
  return operations.some((operation) => !REMOVALS.has(operation));
}

/** Operations that leave Azure as it is. */
const HARMLESS: ReadonlySet<OpType> = new Set<OpType>(["same", "read", "refresh"]);

/** What a run does to a resource; nothing where it leaves it as it is. */
export function changing({ operations }: Step): readonly OpType[] {
  return operations.filter((operation) => !HARMLESS.has(operation));
}

/** One line for each resource that a run changed; none where it left everything as it was. */
export function changes(run: Run): string[] {
  return [...run.steps.values()].flatMap((step) => {
    const { urn, diffs } = step;
    const changed = changing(step);
    if (changed.length === 0) return [];
    const where = diffs.length === 0 ? "" : ` (${diffs.join(", ")})`;
    return [`${changed.join(", ")} of ${title(urn)}${where}`];
  });
}

/**
 * One line for each difference between what a preview announced and what the deployment did: an operation, an input
 * or an output that was known and came out otherwise. What the preview did not know cannot differ.
 *
 * Outputs that merely repeat an input are left out: azure-native's preview answers the inputs, Azure may write them in
 * a form of its own. Where somebody uses such an output, the difference shows as their input.
 */
export function surprises(preview: Run, deployment: Run): string[] {
  const urns = new Set([...preview.steps.keys(), ...deployment.steps.keys()]);
  return [...urns].flatMap((urn) => {
    const announced = preview.steps.get(urn);
    const done = deployment.steps.get(urn);
    const operations = (step?: Step) => step?.operations.join(", ") ?? "nothing";
    if (announced === undefined || done === undefined || operations(announced) !== operations(done)) {
      return [
        `${title(urn)}: the preview announced ${operations(announced)}, the deployment did ${operations(done)}`,
      ];
    }
    return [
      ...differences("inputs", announced.inputs, done.inputs),
      ...differences("outputs", withoutEchoes(announced), done.outputs),
    ].map((difference) => `${title(urn)}: ${difference}`);
  });
}

function withoutEchoes({ inputs, outputs }: Step): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).filter(
      ([key, value]) => !(key in inputs && isDeepStrictEqual(inputs[key], value)),
    ),
  );
}

function differences(path: string, announced: unknown, done: unknown): string[] {
  if (typeof announced === "string" && announced.includes(UNKNOWN)) return [];
  if (Array.isArray(announced) && Array.isArray(done) && announced.length === done.length) {
    return announced.flatMap((item: unknown, index) => differences(`${path}[${index}]`, item, done[index]));
  }
  if (isRecord(announced) && isRecord(done)) {
    // A key that only the deployment has was not known before; one that only the preview had was announced wrongly.
    return Object.keys(announced).flatMap((key) => differences(`${path}.${key}`, announced[key], done[key]));
  }
  if (announced === done) return [];
  return [`${path} was ${received(announced)} in the preview and is ${received(done)} now`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
