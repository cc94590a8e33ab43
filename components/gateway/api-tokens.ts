import { findTokenGap, type PolicyDocument } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import type { ApiContract } from "../contracts";
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
  const said = anonymous?.operations;
  const issues = anonymous
    ? [
        ...checkReason(
          `${path}anonymous.because`,
          anonymous.because,
          "an API that anybody may call",
          "validate tokens",
        ),
        ...(said ?? []).flatMap((id) => unknownOperation(`${path}anonymous.operations`, id, operations)),
      ]
    : [];
  const open = new Map<string, { readonly issue: Issue; readonly ids: string[] }>();
  const closed: string[] = [];
  // A GraphQL API has one address, and no operations.
  for (const id of operations.length > 0 ? operations.map((operation) => operation.id) : [undefined]) {
    const own = id === undefined ? undefined : operationPolicies[id];
    const gap = findTokenGap(own ? [own, policy] : [policy], fragments);
    const expected =
      anonymous !== undefined && (said === undefined || (id !== undefined && said.includes(id)));
    if (!gap && expected) closed.push(id ?? "");
    if (!gap || expected) continue;
    const { scope, ...issue } = gap;
    const place = scope === "operation" ? `${path}operationPolicies.${id ?? ""}` : `${path}policy`;
    const key = `${place}.${gap.path}`;
    const known = open.get(key) ?? {
      issue: {
        ...issue,
        path: key,
        fix: `${issue.fix}; or say anonymous: { because: "…" }, where anybody may call`,
      },
      ids: [],
    };
    open.set(key, known);
    if (id !== undefined) known.ids.push(id);
  }
  for (const { issue, ids } of open.values()) {
    issues.push(ids.length === 0 ? issue : { received: received(ids), ...issue });
  }
  if (closed.length > 0) {
    issues.push({
      path: `${path}anonymous`,
      rule: "what validates tokens is not anonymous",
      received: received(closed),
      fix: "leave anonymous out, or do not validate tokens; anonymous.operations tells operations apart",
    });
  }
  return issues;
}
