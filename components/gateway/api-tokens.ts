import { findTokenGap, type PolicyDocument, type TokenGap } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import type { ApiContract, ApiOperation } from "../contracts";
import { checkReason } from "../validation";
import { operationsOf, unknownOperation } from "./api-source";
import type { GatewayInventory } from "./inventory";

/** That whoever reaches an API may call it, or some operations of it, with no token of his own. */
export interface Anonymous {
  /** Why nobody need say who he is, e.g. `the catalogue is public`. */
  readonly because: string;
  /** Ids of the operations of which that is true; all others validate tokens. @default all operations */
  readonly operations?: readonly string[];
}

/** The policies of a revision, with what is said of them. */
export interface ApiPolicies {
  readonly policy: PolicyDocument;
  readonly operationPolicies?: Readonly<Record<string, PolicyDocument>>;
  readonly anonymous?: Anonymous;
}

/**
 * Every operation that anybody may call, though that was not said, and every one of which it was said in vain.
 *
 * Only the policies of the API and its operations count: those of products hold for their own subscriptions, and those of
 * all APIs may be another stack's.
 *
 * @param path of the revision
 */
export function validateTokens(
  path: string,
  { policy, operationPolicies = {}, anonymous }: ApiPolicies,
  contract: ApiContract,
  { fragments }: GatewayInventory,
): Issue[] {
  const operations = operationsOf(contract);
  // A GraphQL API has one address, and no operations to name.
  const named = (ids: readonly string[]) => (operations.length > 0 ? received(ids) : undefined);
  const gaps = (operations.length > 0 ? operations.map(({ id }) => id) : [""]).map((id) => {
    const own = operationPolicies[id];
    return { id, gap: findTokenGap(own ? [own, policy] : [policy], fragments) };
  });
  const isAnonymous = (id: string) =>
    anonymous !== undefined && (anonymous.operations === undefined || anonymous.operations.includes(id));

  const open = new Map<string, { readonly gap: TokenGap; readonly ids: string[] }>();
  for (const { id, gap } of gaps) {
    if (!gap || isAnonymous(id)) continue;
    const document = gap.scope === "operation" ? `operationPolicies.${id}` : "policy";
    const place = `${path}${document}.${gap.path}`;
    open.set(place, { gap, ids: [...(open.get(place)?.ids ?? []), id] });
  }
  const closed = gaps.filter(({ id, gap }) => !gap && isAnonymous(id)).map(({ id }) => id);

  return [
    ...(anonymous ? validateAnonymous(`${path}anonymous`, anonymous, operations) : []),
    ...[...open].map(([place, { gap, ids }]) => ({
      path: place,
      rule: gap.rule,
      received: gap.received ?? named(ids),
      fix: `${gap.fix}; or say anonymous: { because: "…" }, where anybody may call`,
    })),
    ...(closed.length > 0
      ? [
          {
            path: `${path}anonymous`,
            rule: "what validates tokens is not anonymous",
            received: named(closed),
            fix: "leave anonymous out, or do not validate tokens; anonymous.operations tells operations apart",
          },
        ]
      : []),
  ];
}

function validateAnonymous(
  path: string,
  { because, operations: ids = [] }: Anonymous,
  operations: readonly ApiOperation[],
): Issue[] {
  return [
    ...checkReason(`${path}.because`, because, "an API that anybody may call", "validate tokens"),
    ...ids.flatMap((id) => unknownOperation(`${path}.operations`, id, operations)),
  ];
}
