/*
 * The pack: `pulumi preview --policy-pack policies/guardrails`. The one file here that does something.
 */
import {
  PolicyPack,
  validateResourceOfType,
  type PolicyConfigSchema,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { CustomResource } from "@pulumi/pulumi";
import { defaultLevel, optionsOf } from "./configuration";
import type { Guardrail, GuardrailOptions, Resource, ResourceGuardrail, StackGuardrail } from "./guardrail";
import { complaint, judge, looksAt, NOT_YET_KNOWN, postponementText, type Postponement } from "./judge";
import { GUARDRAILS } from "./table";

const texts = { type: "array", items: { type: "string" } } as const;

const configSchema: PolicyConfigSchema = {
  properties: {
    except: {
      type: "object",
      additionalProperties: { type: "string", pattern: "\\S" },
      description: "Resources that it does not hold for, by logical name, each with the reason.",
    },
    regions: { ...texts, description: "Regions that resources may stand in." },
    tags: { ...texts, description: "Tags that a resource must have." },
  },
};

/** What programs ask for, by URN, as it is told before a stack is judged: that tells outputs only. */
const asked = new Map<string, Resource>();

/** What a preview has put off so far, by guardrail and URN. */
const postponed = new Map<string, Postponement & { readonly urn: string }>();

function fromArgs({ type, name, urn, props, opts }: ResourceValidationArgs): Resource {
  return { type, name, urn, inputs: props, dependencies: {}, protect: opts.protect };
}

function fromStack({ type, name, urn, props, opts, propertyDependencies }: PolicyResource): Resource {
  return {
    type,
    name,
    urn,
    inputs: asked.get(urn)?.inputs ?? {},
    outputs: props,
    dependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, on]) => [key, on.map((one) => one.urn)]),
    ),
    protect: opts.protect,
  };
}

/** Judges resources, and notes what is not known yet: {@link notYetKnown} tells of it. */
function report(
  guardrail: Guardrail,
  resources: readonly Resource[],
  stack: readonly Resource[],
  config: GuardrailOptions,
  reportViolation: ReportViolation,
): void {
  for (const resource of resources) {
    const { name, urn } = resource;
    const { problems, notYetKnown: value } = judge(guardrail, resource, stack, config);
    for (const problem of problems) reportViolation(complaint(guardrail, problem), urn);
    const key = `${guardrail.id} ${urn}`;
    if (value === undefined) postponed.delete(key);
    else postponed.set(key, { guardrail: guardrail.id, resource: name, urn, value });
  }
}

function common(guardrail: Guardrail) {
  return {
    name: guardrail.id,
    description: guardrail.rule,
    enforcementLevel: defaultLevel(guardrail),
    remediationSteps: guardrail.fix,
    configSchema,
  };
}

/** Stands for the SDK's class of a type, which would have to be loaded: a policy asks it for nothing else. */
function classOf(type: string) {
  return class extends CustomResource {
    static readonly __pulumiType = type;
  };
}

function resourcePolicy(guardrail: ResourceGuardrail): ResourceValidationPolicy {
  const validate = (args: ResourceValidationArgs, reportViolation: ReportViolation) => {
    if (!looksAt(guardrail, args)) args.notApplicable();
    report(guardrail, [fromArgs(args)], [], optionsOf(args.getConfig(), new Date()), reportViolation);
  };
  const [type, ...others] = guardrail.judges;
  // A policy for one type, declared so, is not even handed what is of another: reading that would take most of the time.
  const validateResource =
    typeof type === "string" && others.length === 0
      ? validateResourceOfType(classOf(type), (_properties, args, reportViolation) => {
          validate(args, reportViolation);
        })
      : validate;
  return { ...common(guardrail), validateResource };
}

function stackPolicy(guardrail: StackGuardrail): StackValidationPolicy {
  return {
    ...common(guardrail),
    validateStack: (args, reportViolation) => {
      const stack = args.resources.map(fromStack);
      const judged = stack.filter((resource) => looksAt(guardrail, resource));
      if (judged.length === 0) args.notApplicable();
      report(guardrail, judged, stack, optionsOf(args.getConfig(), new Date()), reportViolation);
    },
  };
}

/** Judges nothing: remembers what is asked for. */
const remember: ResourceValidationPolicy = {
  name: "remember",
  description: "Remembers what is asked for, for the guardrails that look at the whole stack.",
  enforcementLevel: "mandatory",
  validateResource: (args) => {
    asked.set(args.urn, fromArgs(args));
  },
};

/**
 * Tells once of all that the others put off, and so comes after them. It warns, whatever their levels: the SDK would do so in
 * a sentence of its own for each resource and guardrail.
 */
const notYetKnown: StackValidationPolicy = {
  name: NOT_YET_KNOWN,
  description: "What a preview does not know yet is checked again by the update:",
  enforcementLevel: "advisory",
  validateStack: ({ resources }, reportViolation) => {
    const standing = new Set(resources.map(({ urn }) => urn));
    const all = [...postponed.values()].filter(({ urn }) => standing.has(urn));
    postponed.clear();
    if (all.length > 0) reportViolation(postponementText(all));
  },
};

new PolicyPack("guardrails", {
  description: "What every deployment of the basic enterprise integration architecture must satisfy.",
  policies: [
    remember,
    ...GUARDRAILS.map((guardrail) =>
      guardrail.looksAt === "resource" ? resourcePolicy(guardrail) : stackPolicy(guardrail),
    ),
    notYetKnown,
  ],
});
