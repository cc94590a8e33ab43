import {
  readFragment,
  readPolicy,
  type PolicyDocument,
  type PolicyElement,
  type PolicyFragment,
  type Scope,
} from "../gateway";
import { isElement } from "../gateway/statement";
import { knownText } from "../gateway/value";
import { onSameService, type Resource } from "./guardrail";
import { text } from "./properties";

/** Types of resources that hold a policy, with the scope that it is attached to. */
const SCOPES: Readonly<Record<string, Scope>> = {
  "azure-native:apimanagement:Policy": "global",
  "azure-native:apimanagement:ProductPolicy": "product",
  "azure-native:apimanagement:ApiPolicy": "api",
  "azure-native:apimanagement:ApiOperationPolicy": "operation",
};

const FRAGMENT = "azure-native:apimanagement:PolicyFragment";

/** Types of resources that hold a policy. */
export const POLICIES = Object.keys(SCOPES);

/** Types of resources that hold statements of policies. */
export const POLICIES_AND_FRAGMENTS = [...POLICIES, FRAGMENT];

/** What was read, by scope and text: several guardrails look at each policy, in each run. */
const read = new Map<string, PolicyDocument>();

/**
 * The policy that a resource holds; `undefined` where it holds none.
 *
 * @throws PolicyError where Azure could not read it either
 */
export function documentOf({ type, inputs }: Resource): PolicyDocument | undefined {
  const scope = SCOPES[type];
  const xml = text(inputs, "value");
  if (scope === undefined || xml === undefined) return undefined;
  const key = `${scope} ${xml}`;
  const document = read.get(key) ?? readPolicy(xml, scope);
  read.set(key, document);
  return document;
}

/** The fragments on the service that a resource stands on, by their ids. */
export function fragmentsBeside(
  resource: Resource,
  stack: readonly Resource[],
): ReadonlyMap<string, PolicyFragment> {
  return new Map(
    policiesBeside(resource, stack)
      .filter(({ type }) => type === FRAGMENT)
      .map(({ inputs }) => [text(inputs, "id") ?? "", readFragment(text(inputs, "value") ?? "")]),
  );
}

/** Every element of a policy or a fragment. */
export function* elementsOf(resource: Resource): Iterable<PolicyElement> {
  if (resource.type === FRAGMENT) {
    yield* walk(readFragment(text(resource.inputs, "value") ?? "").statements);
    return;
  }
  const { inbound = [], backend = [], outbound = [], onError = [] } = documentOf(resource) ?? {};
  for (const section of [inbound, backend, outbound, onError]) yield* walk(section);
}

/** The texts within an element that are known; an expression is none. */
export function textsOf({ content }: PolicyElement): readonly string[] {
  return content.flatMap((part) => (isElement(part) ? [] : (knownText(part) ?? [])));
}

function* walk(content: PolicyElement["content"]): Iterable<PolicyElement> {
  for (const part of content) {
    if (!isElement(part)) continue;
    yield part;
    yield* walk(part.content);
  }
}

/** The policies and fragments on the service that a resource stands on. */
export function policiesBeside(resource: Resource, stack: readonly Resource[]): readonly Resource[] {
  return stack.filter((one) => POLICIES_AND_FRAGMENTS.includes(one.type) && onSameService(one, resource));
}
