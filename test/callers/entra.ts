import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import type { Directory } from "./trigger-call";

/** Claims of an access token, of those that a policy may ask for. */
export type Claims = Readonly<Record<string, string>>;

/** From when to when a token is valid, in minutes from now. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** A key set that stands for Entra ID's. */
export interface Entra {
  readonly directory: Directory;
  /** A token as Entra ID issues it. */
  readonly issue: (claims: Claims, validity?: Validity) => Promise<string>;
  /** The same by somebody who has Entra ID's key ids, and not its keys. */
  readonly forge: (claims: Claims) => Promise<string>;
  /** The same without a signature, as `alg: none`. */
  readonly leaveUnsigned: (claims: Claims) => string;
}

/** What Entra ID grants is about an hour. */
const VALID: Validity = { from: -5, to: 60 };

export async function makeEntra(): Promise<Entra> {
  const now = new Date();
  const seconds = (minutes: number) => Math.floor(now.getTime() / 1000) + 60 * minutes;
  const [own, foreign] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(own.publicKey)), kid: "entra", alg: "RS256" }],
  });
  const signed = (claims: Claims, { from, to }: Validity, { privateKey }: typeof own) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "entra", typ: "JWT" })
      .setNotBefore(seconds(from))
      .setExpirationTime(seconds(to))
      .sign(privateKey);
  return {
    directory: { keys, now },
    issue: (claims, validity = VALID) => signed(claims, validity, own),
    forge: (claims) => signed(claims, VALID, foreign),
    leaveUnsigned: (claims) =>
      new UnsecuredJWT(claims)
        .setNotBefore(seconds(VALID.from))
        .setExpirationTime(seconds(VALID.to))
        .encode(),
  };
}
