import type * as pulumi from "@pulumi/pulumi";
import { SERVICE_ADDRESS } from "../../validation/address";
import { receivedUrl, type Issue } from "../../validation/issue";
import { gated } from "./checks";

/**
 * The address of a service, checked again once it is known.
 *
 * @throws pulumi.RunError (through the output) when it is none that {@link checkServiceUrl} takes
 */
export function httpsOnly(name: string, url: pulumi.Input<string>): pulumi.Output<string> {
  return gated(`The address of "${name}" is not valid`, url, (known) => checkServiceUrl("url", known));
}

/** Checks the address of a service that is known now. */
export function checkServiceUrl(path: string, url: pulumi.Input<string>): Issue[] {
  const { pattern, most, ...words } = SERVICE_ADDRESS;
  return typeof url !== "string" || (pattern.test(url) && url.length <= most)
    ? []
    : [{ path, ...words, received: receivedUrl(url) }];
}

/**
 * An address for clients, checked again once it is known.
 *
 * @throws pulumi.RunError (through the output) when it is not reached by https
 */
export function httpsAddress(
  name: string,
  property: string,
  url: pulumi.Input<string>,
): pulumi.Output<string> {
  return gated(`An address of "${name}" is not valid`, url, (known) => checkHttps(property, known));
}

/** Checks an address for clients that is known now. */
export function checkHttps(path: string, url: pulumi.Input<string>): Issue[] {
  if (typeof url !== "string" || /^https:\/\/[^/\s]+/.test(url)) return [];
  return [
    {
      path,
      rule: "the address begins with https://",
      received: receivedUrl(url),
      fix: "give its https address",
    },
  ];
}
