import type { Metadata } from "../entra";
import type { Scope } from "./policy";

/** An HTTP request to a gateway. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the client shows in the TLS handshake, where it is asked to. */
  readonly certificate?: ClientCertificate;
}

/** A client's certificate, with what the gateway finds out about it. */
export interface ClientCertificate {
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether its chain ends at an authority that the gateway trusts. */
  readonly trusted: boolean;
  readonly revoked: boolean;
}

/** A subscription, whose key stands in no state: people subscribe in the developer portal. */
export interface Subscription {
  readonly key: string;
  /** `/products/<id>`, `/apis/<id>`, or `/apis` for all. */
  readonly scope: string;
  readonly state: "active" | "suspended" | "submitted" | "rejected" | "cancelled" | "expired";
}

/** What is neither in the state nor in the request. */
export interface World {
  readonly now: Date;
  /** What stands at an address of OpenID Connect's metadata. */
  readonly metadata: (url: string) => Metadata | undefined;
  readonly subscriptions: readonly Subscription[];
  /**
   * Who answers what a policy sends by itself; nothing where nobody does. @default a policy that sends something is an
   * error of the test
   */
  readonly answers?: (request: SentRequest) => { readonly status: number } | undefined;
}

/** The managed identity that the gateway shows, and for what. */
export interface Identity {
  readonly resource: string;
  readonly clientId: string | undefined;
}

/** What the gateway sends. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** A token of its own takes the place of the client's. */
  readonly identity: Identity | undefined;
}

/** What decided: an element of a policy, or the gateway itself. */
export interface Place {
  readonly scope: Scope | "gateway";
  readonly element: string;
  /** Within the section, as context.LastError.Path has it. */
  readonly path?: string;
}

/** What a gateway makes of a request. */
export type Decision =
  | {
      /** The gateway's own error, which is the client's but for 500. */
      readonly kind: "refused";
      readonly status: number;
      /** As context.LastError.Reason has it, or what has no such name in words. */
      readonly reason: string;
      readonly by: Place;
    }
  | {
      /** A policy's answer. */
      readonly kind: "answered";
      readonly status: number;
      /** By name in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | undefined;
      readonly by: Place;
    }
  | {
      readonly kind: "forwarded";
      /** To one of several addresses, where the backend is a pool. */
      readonly requests: readonly SentRequest[];
      /** The gateway's certificate that is shown. */
      readonly certificateId: string | undefined;
      /** By what limits count it. How much of them is used up is not known here. */
      readonly counted: readonly string[];
      /** The origin whose scripts may read the answer. */
      readonly readableBy: string | undefined;
    };
