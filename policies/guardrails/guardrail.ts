import { isDeepStrictEqual } from "node:util";
import { isUnknownValue, same, text, type Properties } from "./properties";

/** A resource as a preview, an update or an exported state tells of it. */
export interface Resource {
  /** Pulumi's type token, e.g. `azure-native:keyvault:Vault`. */
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly urn: string;
  /** What the program asks for. Secrets may stand in it: messages show no values. */
  readonly inputs: Properties;
  /** What Azure answered. @default nothing is known yet */
  readonly outputs?: Properties;
  /** URNs of the resources that gave an input its value, by its name. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
}

/** Whether two resources stand on one service. A name that is not known yet is the same where both have it from the same. */
export function onSameService(one: Resource, other: Resource): boolean {
  try {
    return same(text(one.inputs, "serviceName"), text(other.inputs, "serviceName"));
  } catch (error) {
    const [from, too] = [one, other].map(({ dependencies }) => new Set(dependencies.serviceName));
    if (isUnknownValue(error) && from && from.size > 0 && isDeepStrictEqual(from, too)) return true;
    throw error;
  }
}

/** What a stack says of a guardrail in the pack's configuration. */
export interface GuardrailOptions {
  /** Resources that it does not hold for, by their logical name, each with the reason. */
  readonly except: Readonly<Record<string, string>>;
  /** Regions that resources may stand in. @default any */
  readonly regions: readonly string[];
  /** Names of tags that a resource must have. */
  readonly tags: readonly string[];
  /** The day on which what expires is looked at. */
  readonly today: Date;
}

/** What a guardrail is for: everywhere, or where the pack's configuration switches it on, as for production. */
export type Environments = "all" | "production";

/** What every deployment must satisfy, as data. */
interface GuardrailText {
  /** As reports and the pack's configuration name it. */
  readonly id: string;
  /** Whether a deployment that breaks it is refused, or warned of. */
  readonly level: "mandatory" | "advisory";
  readonly environments: Environments;
  /** What must hold, in a sentence. */
  readonly rule: string;
  /** Why. */
  readonly reason: string;
  /** What to do about a violation. */
  readonly fix: string;
  /** The same demand elsewhere: PSRule for Azure, Azure Policy, the Microsoft cloud security benchmark, Checkov. */
  readonly mirrors: readonly string[];
  /** Types of the resources that it judges, or what they look like. */
  readonly judges: readonly (string | RegExp)[];
}

/** Says what is wrong with a resource, a phrase each; nothing where it is right. What is known is looked at first. */
export type Judgement = Iterable<string>;

/** A guardrail that looks at what is asked for a single resource: before it is written. */
export interface ResourceGuardrail extends GuardrailText {
  readonly looksAt: "resource";
  readonly judge: (inputs: Properties, resource: Resource, options: GuardrailOptions) => Judgement;
}

/** A guardrail that looks at a resource together with the others, or with what Azure answered. */
export interface StackGuardrail extends GuardrailText {
  readonly looksAt: "stack";
  readonly judge: (resource: Resource, stack: readonly Resource[], options: GuardrailOptions) => Judgement;
}

export type Guardrail = ResourceGuardrail | StackGuardrail;

/** Declares a guardrail that looks at single resources. */
export function resourceGuardrail(guardrail: Omit<ResourceGuardrail, "looksAt">): ResourceGuardrail {
  return { ...guardrail, looksAt: "resource" };
}

/** Declares a guardrail that looks at the whole stack. */
export function stackGuardrail(guardrail: Omit<StackGuardrail, "looksAt">): StackGuardrail {
  return { ...guardrail, looksAt: "stack" };
}
