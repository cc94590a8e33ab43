import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { Exchange } from "./exchange";
import { attributesOf, childrenOf, type PolicyElement } from "./policy";
import type { ClientCertificate } from "./request";

/**
 * What is wrong with a body: https://learn.microsoft.com/azure/api-management/validate-content-policy. It is validated as
 * JSON, by the schema that the contract gives its content type.
 */
export function contentProblem(
  element: PolicyElement,
  { request, headers, target: { api, operation } }: Exchange,
): string | undefined {
  const {
    "unspecified-content-type-action": unspecified,
    "size-exceeded-action": oversized,
    "max-size": maxSize,
  } = attributesOf(element, ["unspecified-content-type-action", "max-size", "size-exceeded-action"]);
  const contents = childrenOf(element, ["content"]).content.map((one) =>
    attributesOf(one, ["type", "validate-as", "action"]),
  );
  const known = [unspecified, oversized, ...contents.map(({ action }) => action)].every(
    (one) => one === "prevent",
  );
  if (!known || contents.some((one) => one["validate-as"] !== "json")) {
    throw new Error("<validate-content> is known here to prevent what is no JSON by the contract");
  }
  const body = request.body ?? "";
  if (Buffer.byteLength(body) > Number(maxSize)) return "SizeLimit";
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const schema = operation.bodies[type];
  if (schema === undefined || !contents.some((one) => one.type === type)) return "Unspecified";
  return isBy(body, api.document, schema) ? undefined : "IncorrectMessage";
}

function isBy(body: string, document: unknown, schema: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return false;
  }
  const ajv = addFormats(new Ajv({ strict: false }));
  if (typeof document !== "object" || document === null)
    throw new Error("an API without document has no schemas");
  return ajv.addSchema(document, "contract").validate({ $ref: `contract${schema}` }, value);
}

/** https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy */
export function certificateProblem(
  element: PolicyElement,
  certificate: ClientCertificate | undefined,
  now: Date,
): string | undefined {
  const { "ignore-error": ignores = "false", ...attributes } = attributesOf(element, [
    "validate-revocation",
    "validate-trust",
    "validate-not-before",
    "validate-not-after",
    "ignore-error",
  ]);
  if (ignores !== "false") throw new Error("a certificate whose problems are ignored is not known here");
  if (certificate === undefined) return "no certificate";
  const asks = (name: keyof typeof attributes) => (attributes[name] ?? "true") === "true";
  if (asks("validate-not-before") && now < certificate.notBefore) return "not valid yet";
  if (asks("validate-not-after") && now > certificate.notAfter) return "expired";
  if (asks("validate-trust") && !certificate.trusted) return "not trusted";
  if (asks("validate-revocation") && certificate.revoked) return "revoked";
  const issuers = childrenOf(element, ["identities"])
    .identities.flatMap((list) => childrenOf(list, ["identity"]).identity)
    .map((identity) => attributesOf(identity, ["issuer-subject"])["issuer-subject"]);
  return issuers.length === 0 || issuers.includes(certificate.issuer) ? undefined : "none of the identities";
}
