import { DEFAULT_IDS } from "../../rehearsal/azure";
import { issuerOf, type Claims } from "./entra";
import type { ClientCertificate, Decision } from "./gateway/request";

const { tenantId } = DEFAULT_IDS;

export const FOREIGN_ID = "99999999-9999-4999-8999-999999999999";

/** Who calls an API. */
export interface Caller {
  /** Client id of the API's registration. */
  readonly audience: string;
  /** Client id of the application that calls. */
  readonly client: string;
}

/** What tokens of version 2 say whoever calls: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
function claims({ audience, client }: Caller, object: string) {
  return {
    iss: issuerOf(tenantId, 2),
    aud: audience,
    azp: client,
    oid: object,
    sub: object,
    tid: tenantId,
    ver: "2.0",
  };
}

/** Claims of an application that a user signed in to, and that shows nothing of its own. */
export function userClaims(caller: Caller, scope: string) {
  return { ...claims(caller, "3b8f5c51-0d5f-4b57-8f15-5d6f4c4d1f10"), azpacr: "0", scp: `openid ${scope}` };
}

/** Claims of a service that signed in by itself, with a certificate. */
export function serviceClaims(caller: Caller, role: string) {
  return {
    ...claims(caller, "c1d7f0a2-6f0b-4d0e-9d0e-6a6f0d1f2e33"),
    azpacr: "2",
    idtyp: "app",
    roles: ["Other.Role", role],
  };
}

/** The claims of version 1 that say the same as those of a user. */
export function inVersion1({ azp, azpacr, ...rest }: ReturnType<typeof userClaims>): Claims {
  return { ...rest, iss: issuerOf(tenantId, 1), appid: azp, appidacr: azpacr, ver: "1.0" };
}

export const CLIENTS_CA = "CN=Contoso Clients CA";

/** What a client of billing shows. */
export const CERTIFICATE: ClientCertificate = {
  issuer: CLIENTS_CA,
  notBefore: new Date(0),
  notAfter: new Date("2999-01-01"),
  trusted: true,
  revoked: false,
};

/** What is decided, and what is wrong with what is sent on, where something is. */
export function outcomeOf(decision: Decision): string {
  if (decision.kind === "answered")
    return `${decision.status} of ${decision.by.element} of ${decision.by.scope}`;
  if (decision.kind === "refused") return `${decision.status} ${decision.reason}`;
  const wrong = decision.requests.flatMap(({ url, headers, identity }) => [
    ...(/[?&]subscription-key=/.test(url) || "ocp-apim-subscription-key" in headers
      ? ["the client's key"]
      : []),
    ...("authorization" in headers ? ["the client's token"] : []),
    ...((identity ?? decision.certificateId) ? [] : ["no proof of its own"]),
  ]);
  return ["forwarded", ...new Set(wrong)].join(" with ");
}
