import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../validation/issue";
import { resourceIdForm, resourceIdPattern } from "../validation/resource-id";
import { SUBSCRIPTION_ID } from "../validation/subscription";

/** Checks the form of an email address, where there is one. */
export function checkEmail(path: string, email: string | undefined): Issue[] {
  if (email === undefined || /^[^\s@]+@[^\s@]+$/.test(email)) return [];
  return [
    {
      path,
      rule: "an email address has the form name@domain",
      received: received(email),
      fix: "write it as e.g. apis@contoso.com",
    },
  ];
}

/**
 * Stops a component before it registers a child, with every problem of its arguments in one message.
 *
 * @throws {@link pulumi.ResourceError} (its stack hidden) when there is at least one issue
 */
export function requireValid(
  component: pulumi.ComponentResource,
  kind: string,
  name: string,
  issues: readonly Issue[],
): void {
  if (issues.length > 0) {
    throw new pulumi.ResourceError(formatIssues(`${kind} "${name}" is not valid`, issues), component, true);
  }
}

/** The rules of a text, as {@link checkText} takes them. */
export interface TextRule {
  /** What the text is, with article, e.g. `a service name`. */
  readonly what: string;
  readonly pattern: RegExp;
  /** The pattern in words, e.g. `1 to 50 letters, digits and hyphens`. */
  readonly words: string;
}

/**
 * The rules of the ARM id of a resource.
 *
 * @param type e.g. `Microsoft.Logic/integrationAccounts`
 */
export function resourceIdRule(what: string, type: string): TextRule {
  return { what, pattern: resourceIdPattern(type), words: `the form ${resourceIdForm(type)}` };
}

/** Checks a text that is known now; what Azure decides later is checked by Azure. */
export function checkText(path: string, value: string, { what, pattern, words }: TextRule): Issue[] {
  return pattern.test(value)
    ? []
    : [
        {
          path,
          rule: `${what} has ${words}`,
          received: received(value),
          fix: `write ${words}`,
        },
      ];
}

/** {@link checkText} of one that may be known later only. */
export function checkKnownText(path: string, value: pulumi.Input<string>, rule: TextRule): Issue[] {
  return typeof value === "string" ? checkText(path, value, rule) : [];
}

/**
 * Checks that a departure from the rule has a reason.
 *
 * @param what the departure, with article, e.g. `a product without subscription`
 * @param otherwise what to do instead, e.g. `ask for a subscription`
 */
export function checkReason(path: string, because: string, what: string, otherwise: string): Issue[] {
  if (because.trim() !== "") return [];
  return [
    { path, rule: `${what} needs a reason`, received: received(because), fix: `say why, or ${otherwise}` },
  ];
}

/** Checks the form of a subscription's id, where there is one. */
export function checkSubscription(path: string, id: string | undefined): Issue[] {
  const { pattern, words, fix } = SUBSCRIPTION_ID;
  if (id === undefined || pattern.test(id)) return [];
  return [{ path, rule: `a subscription is ${words}`, received: received(id), fix }];
}

/** Checks the length of a text for people, where there is one. */
export function checkLength(path: string, text: string | undefined, what: string, most: number): Issue[] {
  if (text === undefined || (text.length >= 1 && text.length <= most)) return [];
  const words = `1 to ${most.toLocaleString("en")} characters`;
  return [{ path, rule: `${what} has ${words}`, received: received(text.length), fix: `write ${words}` }];
}
