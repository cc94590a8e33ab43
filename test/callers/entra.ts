import { randomUUID } from "node:crypto";
import { createLocalJWKSet, UnsecuredJWT, type JWTVerifyGetKey } from "jose";
import {
  Events,
  OAuth2Issuer,
  OAuth2Server,
  type MutableToken,
  type TokenRequestIncomingMessage,
} from "oauth2-mock-server";
import { z } from "zod";
import type { Directory } from "./trigger-call";

/** Claims of an access token, of those that a policy may ask for. */
export type Claims = Readonly<Record<string, string | readonly string[]>>;

/** From when to when a token is valid, in minutes from now. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** What the document of an OpenID Connect provider says to whoever verifies its tokens. */
export interface Metadata {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
}

/** An OpenID Connect server on this machine that stands for Entra ID: it gives tokens, and shows the keys that sign them. */
export interface Entra {
  readonly directory: Directory;
  /** What stands at an address of Entra ID's metadata, with the keys of this server; nothing at any other. */
  readonly metadata: (url: string) => Metadata | undefined;
  /** A token as Entra ID issues it, from the server's token endpoint. */
  readonly issue: (claims: Claims, validity?: Validity) => Promise<string>;
  /** The same by somebody who has Entra ID's key ids, and not its keys. */
  readonly forge: (claims: Claims) => Promise<string>;
  /** The same without a signature, as `alg: none`. */
  readonly leaveUnsigned: (claims: Claims) => string;
  readonly close: () => Promise<void>;
}

/** What Entra ID grants is about an hour. */
const VALID: Validity = { from: -5, to: 60 };

const KEY = { algorithm: "RS256", kid: "entra" } as const;

/** https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri */
const METADATA =
  /^https:\/\/login\.microsoftonline\.com\/([^/]+)(\/v2\.0)?\/\.well-known\/openid-configuration$/;

const discovery = z.object({ token_endpoint: z.url(), jwks_uri: z.url() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const grant = z.object({ access_token: z.string() });

/** The issuers of a tenant's tokens: https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer */
export function issuerOf(tenantId: string, version: 1 | 2): string {
  return version === 1
    ? `https://sts.windows.net/${tenantId}/`
    : `https://login.microsoftonline.com/${tenantId}/v2.0`;
}

export async function makeEntra(): Promise<Entra> {
  const now = new Date();
  const server = new OAuth2Server();
  await server.issuer.keys.generate(KEY.algorithm, { kid: KEY.kid });
  await server.start(0, "localhost");
  const own = discovery.parse(await json(`${server.issuer.url ?? ""}/.well-known/openid-configuration`));
  // Fetched once: jose's remote set fetches on demand, and gives up after five seconds.
  const keys = createLocalJWKSet(keySet.parse(await json(own.jwks_uri)));

  const forger = new OAuth2Issuer();
  forger.url = server.issuer.url;
  await forger.keys.generate(KEY.algorithm, { kid: KEY.kid });

  // The server knows no users, clients or APIs: a request names by its client id what its token is to say.
  const asked = new Map<unknown, MutableToken["payload"]>();
  server.service.on(
    Events.BeforeTokenSigning,
    (token: MutableToken, { body }: TokenRequestIncomingMessage) => {
      token.payload = asked.get(body.client_id) ?? token.payload;
    },
  );
  const seconds = (minutes: number) => Math.floor(now.getTime() / 1000) + 60 * minutes;
  const payload = (claims: Claims, { from, to }: Validity = VALID) => ({
    iss: "",
    iat: seconds(from),
    nbf: seconds(from),
    exp: seconds(to),
    ...claims,
  });
  return {
    directory: { keys, now },
    metadata: (url) => {
      const [, tenantId, v2] = METADATA.exec(url) ?? [];
      return tenantId === undefined
        ? undefined
        : { issuer: issuerOf(tenantId, v2 === undefined ? 1 : 2), keys };
    },
    issue: async (claims, validity) => {
      const id = randomUUID();
      asked.set(id, payload(claims, validity));
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: id });
      return grant.parse(await json(own.token_endpoint, { method: "POST", body })).access_token;
    },
    forge: (claims) =>
      forger.buildToken({ scopesOrTransform: (_, token) => Object.assign(token, payload(claims)) }),
    leaveUnsigned: (claims) => new UnsecuredJWT(payload(claims)).encode(),
    close: () => server.stop(),
  };
}

async function json(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`the server of tokens answered ${response.status}`);
  return response.json();
}
