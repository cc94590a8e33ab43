import type { Issue } from "../../validation/issue";
import type { PolicyFragment } from "./fragment";
import type { GatewayKind, ReferenceKind, Scope, Section } from "./spec";

/** Whether a gateway asks clients for a certificate under one of its names; it is theirs to have one. */
export type ClientCertificates = "ignore" | "negotiate";

/** The gateway that a policy is checked against. */
export interface GatewayContext {
  /** `@default` neither policies that only some kinds of gateway know nor their smaller documents are looked at */
  readonly gateway?: GatewayKind;
  /** Whether it asks clients for a certificate. `@default` policies that look at one are not questioned */
  readonly clientCertificates?: ClientCertificates;
  /** What the gateway has: named values by display names, everything else by ids. A kind left out is not checked. */
  readonly known?: Readonly<Partial<Record<ReferenceKind, ReadonlySet<string>>>>;
  /** Fragments by their ids. What they hold is checked where they are included. */
  readonly fragments?: ReadonlyMap<string, PolicyFragment>;
}

/** What a policy document is checked against. */
export interface PolicyContext extends GatewayContext {
  readonly scope: Scope;
}

/** What is wrong with a policy; stable, for programs. */
export type PolicyIssueCode =
  | "arm-id"
  | "base-at-global-scope"
  | "child-order"
  | "choice"
  | "client-certificates-ignored"
  | "document-size"
  | "duplicate-section"
  | "expression-not-allowed"
  | "incomplete-expression"
  | "invalid-character"
  | "invalid-value"
  | "malformed-xml"
  | "missing-attribute"
  | "missing-base"
  | "missing-child"
  | "missing-text"
  | "no-common-section"
  | "no-forwarding"
  | "not-in-fragment"
  | "not-repeatable"
  | "read-before-set"
  | "secret-in-clear"
  | "section-order"
  | "too-many"
  | "unexpected-text"
  | "unknown-attribute"
  | "unknown-child"
  | "unknown-element"
  | "unknown-named-value"
  | "unknown-reference"
  | "unknown-section"
  | "wrong-gateway"
  | "wrong-root"
  | "wrong-scope"
  | "wrong-section";

/** One thing that is wrong with a policy. */
export interface PolicyIssue extends Issue {
  readonly code: PolicyIssueCode;
  /** Whether Azure refuses the policy for it. The others it accepts, and this program does not. */
  readonly refusedByAzure: boolean;
}

/** Tells an issue. */
export type Report = (
  code: PolicyIssueCode,
  path: string,
  rule: string,
  fix: string,
  received?: string,
) => void;

/** What every part of a check knows. */
export interface Checking {
  readonly context: GatewayContext;
  readonly report: Report;
}

/** What the check of a policy knows beside. */
export interface InSection extends Checking {
  /** Unknown in a fragment, as is the section. */
  readonly scope?: Scope;
  readonly section?: Section;
  /** How often each policy was seen in this section and in the document. */
  readonly seen: { readonly section: Map<string, number>; readonly document: Map<string, number> };
}
