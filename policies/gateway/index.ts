/** Typed API Management policy documents: written, read back and checked. */
export {
  block,
  expression,
  namedValue,
  type Expression,
  type NamedValueReference,
  type Value,
} from "./value";
export type { GatewayKind, Scope, Section } from "./spec";
export type { PolicyElement, Statement } from "./statement";
export * from "./statements";
export { policyDocument, renderPolicy, withoutBase, type PolicyDocument } from "./document";
export {
  checkPolicy,
  MAX_POLICY_BYTES,
  type PolicyContext,
  type PolicyIssue,
  type PolicyIssueCode,
} from "./check";
export { canonicalPolicy, PolicyError, rawPolicy, readPolicy } from "./read";
export { MalformedXmlError, type Position } from "./xml";
