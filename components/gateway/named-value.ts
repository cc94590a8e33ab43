import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { namedValue, type NamedValueReference } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { requireValid, checkText } from "../validation";
import { gated } from "./checks";
import { childOf, placeOn } from "./child";
import { checkSecretId, fromKeyVault, type SecretInVault } from "./key-vault";
import { NAMED_VALUE } from "./limits";
import type { GatewayReference } from "./reference";

/** What a named value holds: a text in clear, or a secret. */
export type NamedValueContent =
  | {
      /** 1 to 4,096 characters, not only white space; in clear wherever it is shown. */
      readonly value: pulumi.Input<string>;
    }
  | SecretInVault
  | {
      /**
       * A secret that Azure made and this program reads, e.g. a signature: 1 to 4,096 characters, not only white space. Azure
       * keeps it hidden, Pulumi's state encrypted. What people make belongs in Key Vault.
       */
      readonly secretValue: pulumi.Input<string>;
    };

export type GatewayNamedValueArgs = NamedValueContent & { readonly gateway: GatewayReference };

/**
 * A value that policies and backends name as `{{name}}`; the component's name is its name. A secret of Key Vault stays
 * there: neither Pulumi nor the gateway's configuration holds it.
 *
 * @example
 * ```ts
 * const key = new GatewayNamedValue("carrier-key", { gateway, secretId: vault.secretIds["carrier-key"] });
 * setHeader({ name: "X-Api-Key", existsAction: "override", values: [key.reference] });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayNamedValue extends pulumi.ComponentResource {
  /** `{{name}}`, as policies and credentials of backends name it. */
  readonly reference: NamedValueReference;
  readonly resource: apimanagement.NamedValue;

  constructor(name: string, args: GatewayNamedValueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayNamedValue", name, {}, opts);
    requireValid(this, "GatewayNamedValue", name, validateGatewayNamedValue(name, args));

    const { gateway } = args;
    this.reference = namedValue(name);
    this.resource = new apimanagement.NamedValue(
      `${name}-named-value`,
      {
        ...placeOn(gateway),
        namedValueId: name,
        displayName: name,
        ...held(name, args),
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("namedValue", name, this.resource);
    this.registerOutputs({ reference: this.reference });
  }
}

/** What Azure is told of it. */
function held(name: string, args: GatewayNamedValueArgs) {
  if ("secretId" in args) {
    return {
      secret: true,
      keyVault: fromKeyVault(`GatewayNamedValue "${name}"`, args.gateway, args),
    };
  }
  return "secretValue" in args
    ? { secret: true, value: checkedValue(name, pulumi.secret(args.secretValue)) }
    : { secret: false, value: checkedValue(name, args.value) };
}

/**
 * @throws pulumi.RunError (through the output) when a late value is none that Azure keeps
 */
function checkedValue(name: string, value: pulumi.Input<string>): pulumi.Output<string> {
  return gated(`GatewayNamedValue "${name}" is not valid`, value, checkValue);
}

/** Shows no value: whoever takes a secret for a text in clear is not to read it in an error as well. */
function checkValue(value: string): Issue[] {
  if (NAMED_VALUE.pattern.test(value) && value.length <= NAMED_VALUE.most) return [];
  return [
    {
      path: "value",
      rule: `a named value has ${NAMED_VALUE.words}`,
      received: received(value.length),
      fix: "split it, or put it into a policy fragment",
    },
  ];
}

/** Every problem of the arguments of a {@link GatewayNamedValue}. */
function validateGatewayNamedValue(name: string, args: GatewayNamedValueArgs): Issue[] {
  return [
    ...checkText("name", name, {
      what: "the name of a named value",
      pattern: /^[A-Za-z0-9._-]{1,80}$/,
      words: "1 to 80 letters, digits, dots, hyphens and underscores",
    }),
    ...args.gateway.inventory.checkFree("name", "namedValue", name),
    ...("secretId" in args ? checkSecretId("secretId", args.secretId) : []),
    ...("value" in args && typeof args.value === "string" ? checkValue(args.value) : []),
  ];
}
