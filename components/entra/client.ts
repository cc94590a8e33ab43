import { received, type Issue } from "../../validation/issue";
import { validateCredentials, type ClientCredentials } from "./credentials";
import type { CallableApi, Permissions } from "./permissions";
import {
  BROWSER_REDIRECT_URI,
  DEVICE_REDIRECT_URI,
  LONGEST_REDIRECT_URI,
  MOST_REDIRECT_URIS,
} from "./redirect-uri";

/** An API that a client calls. */
interface CallOf {
  readonly api: CallableApi;
  /**
   * Who consents. `admin`: this deployment does, for every user of the tenant, which takes an administrator's permissions
   * (docs/identity.md). `ask`: each user is asked at the first sign-in; what users cannot consent to, an administrator
   * grants by hand.
   *
   * @default "ask"
   */
  readonly consent?: "ask" | "admin";
}

/** An API that a client calls for its users. */
export interface UserCall extends CallOf {
  readonly scopes: readonly string[];
}

/** An API that a client calls for itself. */
export interface ApplicationCall extends CallOf {
  readonly roles: readonly string[];
}

/** An application in the browser: it signs users in by the authorization code flow with PKCE, and holds no credential. */
export interface SinglePageClient {
  readonly kind: "singlePage";
  /**
   * Where Entra ID may send the user back to: https, or http on localhost, with a path, if only `/`. At most 256, of 256
   * characters each.
   */
  readonly redirectUris: readonly string[];
  /** APIs that it calls for its users, by a key of your choice. @default none */
  readonly calls?: Readonly<Record<string, UserCall>>;
}

/** A desktop or mobile application: as one in the browser, but that it may have redirect URIs of a scheme of its own. */
export interface NativeClient {
  readonly kind: "native";
  /**
   * https, http on localhost, or a scheme of its own, e.g. `com.contoso.shop://signed-in`. At most 256, of 256 characters
   * each.
   */
  readonly redirectUris: readonly string[];
  /** APIs that it calls for its users, by a key of your choice. @default none */
  readonly calls?: Readonly<Record<string, UserCall>>;
}

/** An application on a server: it signs users in, and proves by a credential who it is. */
export interface WebClient {
  readonly kind: "web";
  /** https, or http on localhost, with a path, if only `/`. At most 256, of 256 characters each. */
  readonly redirectUris: readonly string[];
  /**
   * Where it ends its sign-in: on the server, or in the browser, as API Management's developer portal does, which has a
   * credential all the same. @default "server"
   */
  readonly signsInAt?: "server" | "browser";
  /** APIs that it calls, for its users by scopes, for itself by roles, by a key of your choice. @default none */
  readonly calls?: Readonly<Record<string, UserCall | ApplicationCall | (UserCall & ApplicationCall)>>;
  /** How it proves who it is. @default by none: it gets no tokens */
  readonly credentials?: ClientCredentials;
}

/** A service, a job or a pipeline: it signs nobody in, and calls APIs by app roles. */
export interface DaemonClient {
  readonly kind: "daemon";
  /** APIs that it calls, by a key of your choice. @default none */
  readonly calls?: Readonly<Record<string, ApplicationCall>>;
  /** How it proves who it is. @default by none: it gets no tokens */
  readonly credentials?: ClientCredentials;
}

/** A client that gets tokens. */
export type ClientRegistration = SinglePageClient | NativeClient | WebClient | DaemonClient;

/** What is assumed of a {@link ClientRegistration} that says nothing. */
export const CLIENT_DEFAULTS = { consent: "ask", signsInAt: "server" } as const;

/** A {@link CallOf} with what it asks for. */
export interface Call extends CallOf {
  readonly wanted: Required<Permissions>;
}

/** What a client calls, by key. */
export function callsOf(client: ClientRegistration | undefined): [key: string, call: Call][] {
  const calls: Readonly<Record<string, CallOf & Permissions>> = client?.calls ?? {};
  return Object.entries(calls).map(([key, { scopes = [], roles = [], ...call }]) => [
    key,
    { ...call, wanted: { scopes, roles } },
  ]);
}

/** The credentials of a client that may have some. */
export function credentialsOf(client: ClientRegistration | undefined): ClientCredentials {
  return client && "credentials" in client ? (client.credentials ?? {}) : {};
}

/** Every problem of a client. */
export function validateClient(client: ClientRegistration): Issue[] {
  return [
    ...("redirectUris" in client ? validateRedirectUris(client) : []),
    ...validateCalls(client),
    ...validateCredentials("client.credentials", credentialsOf(client)),
  ];
}

function validateRedirectUris({ kind, redirectUris }: Exclude<ClientRegistration, DaemonClient>): Issue[] {
  const { pattern, rule, fix } = kind === "native" ? DEVICE_REDIRECT_URI : BROWSER_REDIRECT_URI;
  const issues = redirectUris.flatMap((uri, index): Issue[] => {
    const path = `client.redirectUris[${index}]`;
    if (!pattern.test(uri)) return [{ path, rule, received: received(uri), fix }];
    if (uri.length > LONGEST_REDIRECT_URI) {
      const rule = `a redirect URI has at most ${LONGEST_REDIRECT_URI} characters`;
      return [{ path, rule, received: received(uri.length), fix: "shorten it" }];
    }
    if (redirectUris.indexOf(uri) === index) return [];
    return [{ path, rule: "a redirect URI stands once", received: received(uri), fix: "leave one out" }];
  });
  if (redirectUris.length > MOST_REDIRECT_URIS) {
    issues.push({
      path: "client.redirectUris",
      rule: `a registration has at most ${MOST_REDIRECT_URIS} redirect URIs`,
      received: received(redirectUris.length),
      fix: "send users back to one address, and tell the rest by the state parameter",
    });
  }
  return issues;
}

function validateCalls(client: ClientRegistration): Issue[] {
  const calls = callsOf(client);
  return calls.flatMap(([key, { api, wanted }], index) => {
    const path = `client.calls.${key}`;
    const issues = api.checkPermissions(path, wanted);
    if (wanted.scopes.length + wanted.roles.length === 0) {
      issues.push({
        path,
        rule: "a call asks for at least one permission",
        fix: "name one, or leave the call out",
      });
    }
    const earlier = calls.slice(0, index).find(([, call]) => call.api === api);
    if (earlier) {
      issues.push({
        path,
        rule: "an API stands once among the calls",
        received: received(earlier[0]),
        fix: `ask for all permissions under ${earlier[0]}`,
      });
    }
    return issues;
  });
}
