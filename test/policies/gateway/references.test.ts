import * as pulumi from "@pulumi/pulumi";
import {
  authenticationCertificate,
  checkPolicy,
  choose,
  expression,
  getAuthorizationContext,
  includeFragment,
  logToEventhub,
  namedValue,
  policyDocument,
  policyFragment,
  policyReferences,
  quota,
  readPolicy,
  renderPolicy,
  sendRequest,
  setBackendService,
  setBody,
  setHeader,
  setVariable,
  validateClientCertificate,
  validateContent,
  validateJwt,
  withoutBase,
} from "../../../policies/gateway";
import { REFERENCE_KINDS } from "../../../policies/gateway/spec";

/** Names one thing of every kind. */
const everyKind = policyDocument({
  scope: "product",
  inbound: [
    setHeader({ name: "x-key", values: [namedValue("key")] }),
    setBackendService({ backendId: "orders" }),
    includeFragment({ fragmentId: "security" }),
    authenticationCertificate({ certificateId: "client" }),
    logToEventhub({ loggerId: "audit", value: "a" }),
    validateContent({
      unspecifiedContentTypeAction: "prevent",
      maxSize: 1024,
      sizeExceededAction: "prevent",
      contents: [{ validateAs: "json", action: "prevent", schemaId: "order" }],
    }),
    quota({ calls: 1, renewalPeriod: 60, apis: [{ id: "orders", calls: 1 }] }),
    getAuthorizationContext({
      providerId: "github",
      authorizationId: "connection",
      contextVariableName: "a",
    }),
  ],
});

const EVERY_REFERENCE = [
  { kind: "namedValue", id: "key" },
  { kind: "backend", id: "orders" },
  { kind: "fragment", id: "security" },
  { kind: "certificate", id: "client" },
  { kind: "logger", id: "audit" },
  { kind: "schema", id: "order" },
  { kind: "api", id: "orders" },
  { kind: "authorizationProvider", id: "github" },
];

test("a document names things of every kind, in the order in which they stand in it", () => {
  expect(policyReferences(everyKind)).toEqual(EVERY_REFERENCE);
  expect(EVERY_REFERENCE.map(({ kind }) => kind)).toEqual(REFERENCE_KINDS);
  expect(policyReferences(readPolicy(renderPolicy(everyKind), "product"))).toEqual(EVERY_REFERENCE);
});

test("what a gateway does not have is said of each kind, and of none of which nothing is known", () => {
  const none = Object.fromEntries(REFERENCE_KINDS.map((kind) => [kind, new Set<string>()]));
  const issues = checkPolicy(everyKind, { scope: "product", known: none });
  expect(issues.map(({ code, rule }) => `${code}: ${rule}`)).toEqual([
    "unknown-named-value: {{...}} names a named value of the gateway",
    "unknown-reference: the id names a backend of the gateway",
    "unknown-reference: the id names a policy fragment of the gateway",
    "unknown-reference: the id names a certificate of the gateway",
    "unknown-reference: the id names a logger of the gateway",
    "unknown-reference: the id names a schema of the gateway",
    "unknown-reference: the id names an API of the gateway",
    "unknown-reference: the id names a credential provider of the gateway",
  ]);
  const all = Object.fromEntries(EVERY_REFERENCE.map(({ kind, id }) => [kind, new Set([id])] as const));
  expect(checkPolicy(everyKind, { scope: "product", known: all })).toEqual([]);
  expect(checkPolicy(everyKind, { scope: "product" })).toEqual([]);
});

test("each is named once, wherever it stands: in branches, requests, keys and texts of C#", () => {
  const fragment = policyFragment([
    setVariable({ name: "a", value: expression('"{{one}}" + "{{two}}"') }),
    choose([
      {
        when: expression('"{{two}}" == "b"'),
        then: [
          sendRequest({
            responseVariableName: "b",
            url: "https://{{three}}/{{one}}",
            method: "GET",
            certificate: { certificateId: "client" },
          }),
        ],
      },
    ]),
    validateJwt({
      headerName: "Authorization",
      issuerSigningKeys: [{ certificateId: "signer" }],
      decryptionKeys: [{ certificateId: "client" }],
    }),
    validateClientCertificate({ identities: [{ issuerCertificateId: "issuer" }] }),
  ]);
  expect(policyReferences(fragment).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    "namedValue one",
    "namedValue two",
    "namedValue three",
    "certificate client",
    "certificate signer",
    "certificate issuer",
  ]);
});

test("what is not known, computed or no reference at all is left out", () => {
  const document = policyDocument({
    scope: "api",
    inbound: withoutBase("{{this}} is a comment", [
      setBackendService({ backendId: pulumi.output("late") }),
      setBackendService({ backendId: expression('(string)context.Variables["backend"]') }),
      setBackendService({ backendId: namedValue("backend-id") }),
      authenticationCertificate({ thumbprint: "0123" }),
      setBody("{{body.order}}", { template: "liquid" }),
    ]),
  });
  expect(policyReferences(document)).toEqual([{ kind: "namedValue", id: "backend-id" }]);
});
