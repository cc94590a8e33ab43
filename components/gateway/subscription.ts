import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkLength, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayApi } from "./gateway-api";
import type { GatewayProduct } from "./product";
import type { GatewayReference } from "./reference";

/** What a subscription's key opens. A key for all APIs is not offered: it would pass by every product's terms. */
export type SubscriptionScope = { readonly product: GatewayProduct } | { readonly api: GatewayApi };

export interface GatewaySubscriptionArgs {
  readonly gateway: GatewayReference;
  /** Who it is for, 1 to 100 characters. */
  readonly displayName: string;
  readonly scope: SubscriptionScope;
  /** Whether Pulumi refuses to delete it, and with it a consumer's keys. @default true */
  readonly protect?: boolean;
}

/** What {@link GatewaySubscription} assumes where its arguments say nothing. */
const GATEWAY_SUBSCRIPTION_DEFAULTS = { protect: true } as const;

/**
 * A consumer's access to a product or API, where people do not subscribe for themselves in the developer portal. Azure
 * makes its keys, and no output shows them: `az apim subscription keys list` does, or the portal. The component's name
 * is its id.
 *
 * @example
 * ```ts
 * new GatewaySubscription("warehouse", { gateway, displayName: "Warehouse", scope: { product: partners } });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewaySubscription extends pulumi.ComponentResource {
  readonly subscriptionId: string;
  readonly resource: apimanagement.Subscription;

  constructor(name: string, args: GatewaySubscriptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewaySubscription", name, {}, opts);
    requireValid(this, "GatewaySubscription", name, validateGatewaySubscription(name, args));

    const { gateway, displayName, scope } = args;
    this.subscriptionId = name;
    this.resource = new apimanagement.Subscription(
      `${name}-subscription`,
      {
        ...placeOn(gateway),
        sid: name,
        displayName,
        scope: pathOf(scope),
        state: "active",
        // A traced request shows what policies do with it, secrets included.
        allowTracing: false,
      },
      childOf(this, gateway, {
        dependsOn: "product" in scope ? [scope.product.resource] : [scope.api],
        protect: args.protect ?? GATEWAY_SUBSCRIPTION_DEFAULTS.protect,
      }),
    );
    gateway.inventory.add("subscription", name, this.resource);
    this.registerOutputs({ subscriptionId: this.subscriptionId });
  }
}

function pathOf(scope: SubscriptionScope): string {
  return "product" in scope ? `/products/${scope.product.productId}` : `/apis/${scope.api.apiId}`;
}

/** Every problem of the arguments of a {@link GatewaySubscription}. */
function validateGatewaySubscription(
  name: string,
  { gateway, displayName }: GatewaySubscriptionArgs,
): Issue[] {
  return [
    ...checkId(gateway, "subscription", name),
    // https://learn.microsoft.com/rest/api/apimanagement/subscription/create-or-update
    ...checkLength("displayName", displayName, "a subscription's display name", 100),
  ];
}
