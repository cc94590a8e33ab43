import type { PolicyDocument, PolicyElement } from "../../gateway";
import { SECTION_PROPERTY } from "../../gateway/document";
import { SECTIONS } from "../../gateway/spec";
import { isElement } from "../../gateway/statement";
import { knownText } from "../../gateway/value";
import { ALWAYS_DONE, findTokenGap } from "../../gateway/token-gap";
import {
  onSameService,
  resourceGuardrail,
  stackGuardrail,
  type Guardrail,
  type Resource,
} from "../guardrail";
import {
  documentOf,
  elementsOf,
  fragmentsBeside,
  POLICIES,
  POLICIES_AND_FRAGMENTS,
  textsOf,
} from "../policy-documents";
import { at, fromJson, isProperties, same, text } from "../properties";

const API = "azure-native:apimanagement:Api";
const OPERATION = "azure-native:apimanagement:ApiOperation";
const API_POLICY = "azure-native:apimanagement:ApiPolicy";
const OPERATION_POLICY = "azure-native:apimanagement:ApiOperationPolicy";
const GLOBAL = "azure-native:apimanagement:Policy";
const NAMED_VALUE = "azure-native:apimanagement:NamedValue";

/** What stands on an API, or on one of its revisions. */
function on(api: Resource, stack: readonly Resource[], type: string): readonly Resource[] {
  return stack.filter(
    (one) =>
      one.type === type &&
      same(text(one.inputs, "apiId"), text(api.inputs, "apiId")) &&
      onSameService(one, api),
  );
}

/** Contracts whose operations are read here. */
const READABLE = ["openapi+json", "swagger-json"];

/**
 * The operations of an API: those that stand by themselves, those that have a policy, and those of its contract. What stands
 * in a contract that is not read here, or in none, has the policy of the API: the operation without a name.
 */
function operationsOf(api: Resource, stack: readonly Resource[]): readonly string[] {
  const own = [OPERATION, OPERATION_POLICY]
    .flatMap((type) => on(api, stack, type))
    .flatMap(({ inputs }) => text(inputs, "operationId") ?? []);
  const contract = text(api.inputs, "value");
  const isReadable = contract !== undefined && READABLE.includes(text(api.inputs, "format") ?? "");
  const read = isReadable ? fromJson(contract) : undefined;
  const all = [...new Set([...own, ...operationIds(read)])];
  const isWhole = contract === undefined || read !== undefined;
  return isWhole && all.length > 0 ? all : [...all, ""];
}

function operationIds(contract: unknown): readonly string[] {
  const paths = at(contract, "paths");
  return Object.values(isProperties(paths) ? paths : {}).flatMap((path) =>
    Object.values(isProperties(path) ? path : {}).flatMap(
      (operation) => text(operation, "operationId") ?? [],
    ),
  );
}

function isAny(site: string | undefined): boolean {
  return site?.trim() === "*";
}

/** Whether scripts of any site may read an answer: by the policy for that, or by the header that it sets. */
function admitsAnySite(part: PolicyElement): boolean {
  if (part.element === "origin") return textsOf(part).some(isAny);
  return (
    part.element === "set-header" &&
    same(knownText(part.attributes.name ?? ""), "Access-Control-Allow-Origin") &&
    part.content.filter(isElement).some((value) => textsOf(value).some(isAny))
  );
}

function documents(policies: readonly Resource[]): readonly PolicyDocument[] {
  return policies.flatMap((policy) => documentOf(policy) ?? []);
}

/** Whether what is above a policy is run whatever the request is. */
function runsBase(content: PolicyElement["content"]): boolean {
  return content.filter(isElement).some(({ element, content: within }) => {
    if (element === "base") return true;
    if (element !== "choose") return ALWAYS_DONE.has(element) && runsBase(within);
    const branches = within.filter(isElement);
    return (
      branches.some((one) => one.element === "otherwise") && branches.every((one) => runsBase(one.content))
    );
  });
}

/** Whether an element stands somewhere in a section. */
function holds(element: string, content: PolicyElement["content"]): boolean {
  return content.some(
    (part) => isElement(part) && (part.element === element || holds(element, part.content)),
  );
}

/** What every policy of the gateway must satisfy. */
export const POLICY_GUARDRAILS: readonly Guardrail[] = [
  stackGuardrail({
    id: "apim-token-required",
    level: "mandatory",
    environments: "all",
    rule: "Every operation of an API validates a token, whatever the request: by the policy of the API, or its own.",
    reason: "The key of a subscription tells which product is used, not who calls.",
    fix: "put requireToken into the policy of the API; except an API that is for everybody, with the reason",
    mirrors: ["Azure Policy 8ac833bd", "MCSB IM-4"],
    judges: [API],
    *judge(api, stack) {
      const fragments = fragmentsBeside(api, stack);
      const [ofAll] = documents(stack.filter((one) => one.type === GLOBAL && onSameService(one, api)));
      const [ofApi] = documents(on(api, stack, API_POLICY));
      const above = [ofApi, ofAll].filter((document) => document !== undefined);
      const isOpen = (operationId: string) => {
        const own = on(api, stack, OPERATION_POLICY).filter(({ inputs }) =>
          same(text(inputs, "operationId"), operationId),
        );
        const [narrowest, ...broader] = [...documents(own), ...above];
        return narrowest === undefined || findTokenGap([narrowest, ...broader], fragments) !== undefined;
      };
      const open = operationsOf(api, stack).filter(isOpen);
      const named = open.filter((operationId) => operationId !== "");
      if (named.length > 0) yield `validates no token in ${named.join(", ")}`;
      else if (open.length > 0) yield "validates no token";
    },
  }),
  resourceGuardrail({
    id: "apim-policy-base",
    level: "mandatory",
    environments: "all",
    rule: "A policy below that of all APIs runs those above it: <base/> stands in each of its sections, or in the backend section, which holds one policy, a call of its own.",
    reason: "What is demanded of all APIs would be demanded of all but this one.",
    fix: "place base() in each section, or except the policy with a reason",
    mirrors: ["PSRule AZR-000371", "Azure Policy d5448c98"],
    judges: POLICIES.filter((type) => type !== GLOBAL),
    *judge(_inputs, policy) {
      const document: Partial<PolicyDocument> = documentOf(policy) ?? {};
      const without = SECTIONS.filter((section) => {
        const content = document[SECTION_PROPERTY[section]] ?? [];
        return !runsBase(content) && !(section === "backend" && holds("forward-request", content));
      });
      if (without.length > 0) yield `leaves it out in ${without.join(", ")}`;
    },
  }),
  resourceGuardrail({
    id: "apim-cors-no-wildcard",
    level: "mandatory",
    environments: "all",
    rule: "Scripts of named sites only may call an API.",
    reason: "Any site that somebody visits could call with what the browser holds.",
    fix: "name the origins",
    mirrors: ["PSRule AZR-000365"],
    judges: [...POLICIES_AND_FRAGMENTS, NAMED_VALUE],
    *judge(inputs, resource) {
      // It could stand for the name of a site.
      if (resource.type === NAMED_VALUE) {
        if (isAny(text(inputs, "value"))) yield "stands for every site";
        return;
      }
      // The original refuses any method and any header too; they admit nobody.
      for (const element of elementsOf(resource)) if (admitsAnySite(element)) yield "admits every site";
    },
  }),
];
