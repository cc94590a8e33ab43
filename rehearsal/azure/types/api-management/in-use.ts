import { AzureError } from "../../errors";
import type { AzureView, Fixture, Rule, StoredResource, Write } from "../../resource-type";
import { nameOf, same, text } from "../common";
import { inServiceOf, serviceIdOf, TOKENS } from "./common";
import { parsePolicy } from "./policy-xml";

/** Whatever has a policy document. */
const POLICIES = ["Policy", "ProductPolicy", "ApiPolicy", "ApiOperationPolicy"].map(
  (type) => `azure-native:apimanagement:${type}`,
);

/** What is told of a kind of thing that cannot be deleted while others use it. */
interface InUse {
  readonly id: string;
  /** Where the refusal is quoted or documented. */
  readonly source: string;
  /** What Azure calls it, e.g. `Policy Fragment`. */
  readonly kind: string;
  /** What may use it. */
  readonly users: readonly string[];
  /** Whether one of these does. */
  readonly uses: (user: StoredResource, used: Write, azure: AzureView) => boolean;
  /** One that nobody uses. */
  readonly example: Required<Pick<Fixture, "given" | "inputs">>;
  /** Something that would use it. */
  readonly user: NonNullable<Fixture["given"]>[number];
}

/** A rule that refuses to delete what something in the same service still uses. */
export function inUseRule({ id, source, kind, users, uses, example, user }: InUse): Rule {
  const deletion = { ...example, operation: "delete", previous: example.inputs } as const;
  return {
    id,
    source,
    check: (write, azure) => {
      if (write.operation !== "delete") return undefined;
      const service = serviceIdOf(write.id);
      const places = users
        .flatMap(inServiceOf(write.id, azure))
        .filter((one) => !same(one.id, write.id))
        .filter((one) => uses(one, write, azure))
        .map((one) => `${one.id.slice(service.length)}\r\n`);
      return places.length === 0
        ? undefined
        : new AzureError(
            400,
            "ValidationError",
            `The ${kind} '${nameOf(write.id)}' is used by the following entities:\r\n${places.join("")}`,
          );
    },
    accepted: deletion,
    refused: { ...deletion, given: [...example.given, user] },
  };
}

/** Tokens of what can include a fragment, or name a backend or a logger: every policy and fragment. */
export const POLICY_DOCUMENTS: readonly string[] = [...POLICIES, TOKENS.fragment];

/** Whether a policy or fragment has an element whose attribute names something. */
export function namesInPolicy(
  user: StoredResource,
  element: string,
  attribute: string,
  name: string,
): boolean {
  const policy = text(user.inputs, "value") ?? "";
  // Most have none, and need not be parsed to tell: the name of an element cannot be escaped.
  if (!policy.includes(`<${element}`)) return false;
  const elements = parsePolicy(policy)?.getElementsByTagName(element) ?? [];
  return [...elements].some((one) => same(one.getAttribute(attribute) ?? "", name));
}

/** The named values that a text refers to, as `{{name}}`. */
export function namedValuesIn(value: string): readonly string[] {
  return [...value.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].flatMap(([, name]) => name ?? []);
}
