import { received, type Issue } from "../../validation/issue";
import type { PolicyDocument } from "./document";
import type { PolicyFragment } from "./fragment";
import type { Scope } from "./spec";
import { isElement, type PolicyElement } from "./statement";
import { knownText } from "./value";

/** Why requests get further without a validated token. */
export interface TokenGap extends Issue {
  /** The document in which it is mended; the path is that of a part of it. */
  readonly scope: Scope;
}

/** What is known of a request behind some policies: that its token is valid, nothing, or that it got further without. */
type Outcome = "validated" | "open" | TokenGap;

/** What the walk along the policies has beside the place where it is. */
interface Walk {
  readonly fragments: ReadonlyMap<string, PolicyFragment>;
  /** The document that it is in. */
  policy: PolicyDocument;
  /** The fragments that it is in. */
  readonly within: PolicyFragment[];
  /** What looks like a validation and is none. */
  readonly nearly: TokenGap[];
}

/** With these a request is answered, or may be; `cors` answers what a browser asks before the request. */
const ANSWERS: ReadonlySet<string> = new Set(["return-response", "mock-response", "cache-lookup"]);

/** What they hold is done at least once. */
export const ALWAYS_DONE: ReadonlySet<string> = new Set(["retry", "limit-concurrency"]);

/** With these in place of a tenant those of every one are admitted: https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy */
const EVERY_TENANT = /^(?:https:\/\/[^/]+\/)?(?:common|organizations|consumers)\/?$/i;

/**
 * Why a request can be answered or sent on without a valid token; `undefined` where every one is validated before: by a
 * `validate-azure-ad-token` for one tenant or a `validate-jwt` that asks for a signature, with the audience of the API.
 *
 * The policies of the broadest document's own base are not known, and count for nothing.
 *
 * @param chain the documents that a request passes, from the narrowest scope: the policy of its operation, where it has
 * one, that of its API, and, where they are known, those of its product and of all APIs
 * @param fragments what the gateway's policy fragments hold, by their ids
 */
export function findTokenGap(
  chain: readonly [PolicyDocument, ...PolicyDocument[]],
  fragments: ReadonlyMap<string, PolicyFragment> = new Map(),
): TokenGap | undefined {
  const [narrowest, ...broader] = chain;
  const walk: Walk = { fragments, policy: narrowest, within: [], nearly: [] };
  const outcome = through(narrowest.inbound ?? [], "inbound", broader, walk);
  if (outcome === "validated") return undefined;
  if (outcome !== "open") return outcome;
  return (
    walk.nearly[0] ?? {
      scope: walk.policy.scope,
      path: "inbound",
      rule: "a request goes no further without a valid token",
      fix: "validate it by requireToken, or requireTokenOf for who is not Entra ID",
    }
  );
}

/** What is known of a request behind policies that are done one after the other. */
function through(
  parts: PolicyElement["content"],
  path: string,
  broader: readonly PolicyDocument[],
  walk: Walk,
): Outcome {
  for (const [index, part] of parts.entries()) {
    if (!isElement(part)) continue;
    const outcome = behind(part, `${path}[${index}].${part.element}`, broader, walk);
    if (outcome !== "open") return outcome;
  }
  return "open";
}

function behind(part: PolicyElement, path: string, broader: readonly PolicyDocument[], walk: Walk): Outcome {
  const { element, attributes, content } = part;
  const { scope } = walk.policy;
  if (element === "validate-azure-ad-token" || element === "validate-jwt") {
    const lack = lackOf(part);
    if (lack === undefined) return "validated";
    walk.nearly.push({ scope, path, ...lack });
    return "open";
  }
  if (ANSWERS.has(element)) {
    return {
      scope,
      path,
      rule: "nothing answers before the token is validated",
      fix: "validate the token before it",
    };
  }
  if (element === "base") {
    const [policy, ...rest] = broader;
    if (policy === undefined) return "open";
    walk.policy = policy;
    return through(policy.inbound ?? [], "inbound", rest, walk);
  }
  if (element === "include-fragment") {
    const id = knownText(attributes["fragment-id"] ?? "");
    const fragment = id === undefined ? undefined : walk.fragments.get(id);
    if (fragment !== undefined && !walk.within.includes(fragment)) {
      walk.within.push(fragment);
      const outcome = through(fragment.statements, `${path}(${id ?? ""})`, broader, walk);
      walk.within.pop();
      return outcome;
    }
    return {
      scope,
      path,
      rule: "what a fragment holds that stands before the validation of the token is known",
      received: received(id),
      fix: "validate the token before it, or make the fragment in this program, before what includes it",
    };
  }
  if (ALWAYS_DONE.has(element)) return through(content, path, broader, walk);
  if (element === "choose") {
    const branches = content.filter(isElement);
    return someOf(
      branches.map((branch, index) => {
        const place = branch.element === "when" ? `${path}.when[${index}]` : `${path}.${branch.element}`;
        return through(branch.content, place, broader, walk);
      }),
      branches.some((branch) => branch.element === "otherwise"),
      { scope, path },
      walk,
    );
  }
  if (element === "wait")
    return someOf([through(content, path, broader, walk)], false, { scope, path }, walk);
  return "open";
}

/** What a validation lacks, so that it admits tokens that somebody wrote, or that are for somebody else's API. */
function lackOf({ element, attributes, content }: PolicyElement): Pick<Issue, "rule" | "fix"> | undefined {
  if (
    element === "validate-jwt" &&
    knownText(attributes["require-signed-tokens"] ?? "true")?.toLowerCase() !== "true"
  ) {
    return {
      rule: "a valid token is signed: anybody can write another",
      fix: "leave out require-signed-tokens",
    };
  }
  if (
    EVERY_TENANT.test(knownText(attributes["tenant-id"] ?? "") ?? "") ||
    (content.some(isOfEveryTenant) && !content.some((part) => isElement(part) && part.element === "issuers"))
  ) {
    return {
      rule: "a valid token is of one tenant: anybody can have another",
      fix: "name the tenant by its id, or the issuers",
    };
  }
  if (!content.some(namesAudience)) {
    return {
      rule: "a valid token is for this API: others get around with those for theirs",
      fix: "name its audiences",
    };
  }
  return undefined;
}

/** A discovery document for all tenants: https://learn.microsoft.com/azure/api-management/validate-jwt-policy (openid-config) */
function isOfEveryTenant(part: PolicyElement["content"][number]): boolean {
  if (!isElement(part) || part.element !== "openid-config") return false;
  const url = knownText(part.attributes.url ?? "") ?? "";
  return EVERY_TENANT.test(url.replace(/(?:\/v2\.0)?\/\.well-known\/openid-configuration$/i, ""));
}

function namesAudience(part: PolicyElement["content"][number]): boolean {
  if (!isElement(part)) return false;
  return (
    part.element === "audiences" ||
    (part.element === "required-claims" &&
      part.content.some(
        (claim) =>
          isElement(claim) && knownText(claim.attributes.name ?? "") === "aud" && claim.content.length > 0,
      ))
  );
}

/**
 * What is known of a request that takes one of several ways.
 *
 * @param exhaustive whether there is no other
 */
function someOf(
  ways: readonly Outcome[],
  exhaustive: boolean,
  place: Pick<TokenGap, "scope" | "path">,
  walk: Walk,
): Outcome {
  const further = ways.find((way) => typeof way === "object");
  if (further !== undefined) return further;
  if (exhaustive && ways.every((way) => way === "validated")) return "validated";
  if (ways.includes("validated")) {
    walk.nearly.push({
      ...place,
      rule: "the token is validated whatever the request is",
      fix: "validate it before, or in every branch, otherwise among them",
    });
  }
  return "open";
}
