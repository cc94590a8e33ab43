import { createHash } from "node:crypto";

/**
 * The id of a published revision of the portal: another one exactly where something else is published. Ids need not be
 * times, as the portal's own are: https://github.com/Azure/azure-rest-api-specs, PortalRevisionIdParameter.
 */
export function revisionId(published: unknown): string {
  return createHash("sha256").update(canonical(published)).digest("hex").slice(0, 32);
}

/** JSON in which the order of keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
