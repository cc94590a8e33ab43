/** Typed API Management policy documents: written, read back and checked. */
export {
  block,
  expression,
  namedValue,
  type Expression,
  type NamedValueReference,
  type Value,
} from "./value";
export {
  GATEWAY_KINDS,
  gatewayKindOf,
  REFERENCE_KINDS,
  type GatewayKind,
  type ReferenceKind,
  type Scope,
  type Section,
} from "./spec";
export type { PolicyElement, Statement } from "./statement";
export * from "./statements";
export { answerProblem } from "./problem";
export {
  CALLER,
  requirePermission,
  requireToken,
  requireTokenOf,
  type Permission,
  type RequiredClaim,
  type TokenAudience,
  type TokenIssuer,
} from "./token";
export { findTokenGap, type TokenGap } from "./token-gap";
export { policyDocument, renderPolicy, withoutBase, type PolicyDocument } from "./document";
export { policyFragment, renderFragment, type PolicyFragment } from "./fragment";
export { policyReferences, type PolicyReference } from "./references";
export type {
  ClientCertificates,
  GatewayContext,
  PolicyContext,
  PolicyIssue,
  PolicyIssueCode,
} from "./context";
export {
  checkFragment,
  checkPolicy,
  MAX_CONSUMPTION_POLICY_BYTES,
  MAX_FRAGMENT_BYTES,
  MAX_POLICY_BYTES,
} from "./check";
export { canonicalPolicy, PolicyError, rawPolicy, readFragment, readPolicy } from "./read";
export { MalformedXmlError, type Position } from "./xml";
