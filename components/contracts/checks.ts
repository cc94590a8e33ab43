import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, receivedUrl, type Issue } from "../../validation/issue";
import { checkEmail, checkLength } from "../validation";
import type { ApiOperation, Described } from "./contract";

/** Sends Azure an address in place of a document. */
export interface LinkOption {
  /**
   * https address at which Azure finds this very document, without a key. The text at hand is checked as ever; Azure
   * fetches the link whenever the API is written, and an edit behind an unchanged link plans no update.
   *
   * @default none: the document itself is sent, at most 4 MiB
   */
  readonly link?: string;
}

/**
 * Azure refuses larger OpenAPI documents inline
 * (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions), and any larger request
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits).
 */
const MAX_INLINE_BYTES = 4 * 1024 * 1024;

/**
 * Checks the size of what is sent to Azure.
 *
 * @param fix the way out, beginning with an imperative
 */
export function checkSize(value: string, fix: string): Issue[] {
  const bytes = Buffer.byteLength(value);
  return bytes > MAX_INLINE_BYTES
    ? [
        {
          path: "/",
          rule: "Azure imports a document of at most 4 MiB inline",
          received: `${bytes} bytes`,
          fix,
        },
      ]
    : [];
}

/** Checks an address that Azure is to fetch a document from. It stands in the state, so it carries no secret. */
export function checkLink(link: string): Issue[] {
  const url = parseUrl(link);
  if (url !== undefined && mayTellSecret(url)) {
    return [
      {
        path: "link",
        rule: "a link has no user, fragment, or query but ?wsdl: a key there would stand in the state in clear",
        received: receivedUrl(link),
        fix: "publish the document where Azure reads it without a key, or leave the link out",
      },
    ];
  }
  return url?.protocol === "https:"
    ? []
    : [
        {
          path: "link",
          rule: "a link is an absolute https address",
          received: receivedUrl(link),
          fix: "write it as https://<host>/<path>",
        },
      ];
}

/** Services publish their WSDL behind a query without value. */
const WSDL_QUERY = /^(?:\?(?:singleWsdl|wsdl))?$/i;

/** Which parameter of a query is a key, only its service knows. */
function mayTellSecret({ username, password, search, hash }: URL): boolean {
  return username !== "" || password !== "" || hash !== "" || !WSDL_QUERY.test(search);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Checks the texts and addresses that a developer portal shows
 * (https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update).
 */
export function checkDescribed({ title, termsOfServiceUrl, contact, license }: Described): Issue[] {
  const issues = checkLength("title", title, "a title", 300);
  const addresses = {
    termsOfServiceUrl,
    "contact.url": contact?.url,
    "license.url": license?.url,
  };
  for (const [path, address] of Object.entries(addresses)) {
    if (address !== undefined && !/^https?:$/.test(parseUrl(address)?.protocol ?? "")) {
      issues.push({
        path,
        rule: "an address is an absolute http or https URL",
        received: receivedUrl(address),
        fix: "write it as https://<host>/<path>",
      });
    }
  }
  return [...issues, ...checkEmail("contact.email", contact?.email)];
}

/**
 * Checks that policies find the operations by their ids. Azure spells ids in lower case and other characters as hyphens,
 * at most 76 (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
 *
 * @param place where the id of an operation is written
 */
export function checkOperationIds<Operation extends ApiOperation>(
  operations: readonly Operation[],
  place: (operation: Operation) => string,
): Issue[] {
  const seen = new Set<string>();
  return operations.flatMap((operation) => {
    const { id } = operation;
    if (!/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(id) || id.length > 76) {
      return [
        {
          path: place(operation),
          rule: "an operation has an id of 1 to 76 letters, digits and single hyphens, which policies refer to",
          received: received(id),
          fix: "give it an id such as getOrder",
        },
      ];
    }
    if (seen.has(id.toLowerCase())) {
      return [
        {
          path: place(operation),
          rule: "operation ids are unique without regard to case",
          received: received(id),
          fix: "choose another id",
        },
      ];
    }
    seen.add(id.toLowerCase());
    return [];
  });
}

/** The names in a path template, e.g. `["orderId"]` of `/orders/{orderId}`. */
export function templateNames(path: string): string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}

/**
 * The names that stand more than once in one URL template, where Azure puts required query parameters beside those of the
 * path (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
 */
export function repeatedNames(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => lower.indexOf(lower[index] ?? "") < index);
}

/**
 * Stops the program, with every problem of a contract.
 *
 * @param source what errors call the contract
 * @throws pulumi.RunError
 */
export function refuse(source: string, issues: readonly Issue[]): never {
  throw new pulumi.RunError(formatIssues(`The API contract ${source} is not valid`, issues));
}

/** @throws pulumi.RunError where there is at least one issue */
export function requireValidContract(source: string, issues: readonly Issue[]): void {
  if (issues.length > 0) refuse(source, issues);
}
