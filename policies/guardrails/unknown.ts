import * as policy from "@pulumi/policy";
import type { Properties } from "./properties";

/**
 * Properties of which to read one throws `UnknownValueError` where it is not known yet, as the SDK hands them to a policy.
 * Exported since 1.21.0 (https://github.com/pulumi/pulumi-policy, sdk/nodejs/policy/proxy.ts), though its declarations leave it out.
 */
export const { unknownCheckingProxy } = policy as unknown as {
  readonly unknownCheckingProxy: (properties: Properties) => Properties;
};
