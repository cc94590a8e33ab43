import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { checkLength, checkReason, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayApi } from "./gateway-api";
import { policyArgs, validatePolicy } from "./policy-text";
import type { GatewayReference } from "./reference";

/** How developers come to call a product's APIs. */
export type ProductAccess =
  | {
      /** They subscribe, and send the key of their subscription. */
      readonly kind: "subscription";
      /** Whether an administrator must approve each one. @default true */
      readonly approvalRequired?: boolean;
      /** How many subscriptions one developer may have. @default no limit */
      readonly limit?: number;
    }
  | {
      /**
       * Without subscription: nothing but the policies decides who calls, also where an API of it asks for a key. An
       * API is in at most one such product (https://learn.microsoft.com/azure/api-management/api-management-subscriptions).
       */
      readonly kind: "open";
      /** Why that is right here. */
      readonly because: string;
    };

export interface GatewayProductArgs {
  readonly gateway: GatewayReference;
  /** What the portal calls it, 1 to 300 characters. */
  readonly displayName: string;
  /** What the portal says of it, 1 to 1,000 characters. */
  readonly description: string;
  /** What a subscriber agrees to. @default nothing */
  readonly terms?: string;
  /** @default a subscription that an administrator approves */
  readonly access?: ProductAccess;
  /** Whether developers see it. @default "published" */
  readonly state?: "published" | "notPublished";
  /** The APIs that it sells, by a key of your choice. Each is linked after the last write to it. */
  readonly apis: Readonly<Record<string, GatewayApi>>;
  /** Ids of the groups that see it in the portal, each once. Azure adds the administrators by itself. @default ["developers"] */
  readonly groups?: readonly string[];
  /** What it does with requests of its subscribers. @default nothing of its own */
  readonly policy?: PolicyDocument;
  /**
   * Whether Pulumi refuses to delete it, in the preview. Azure refuses as well while it has subscriptions, but only once
   * the links to its APIs are gone, and the keys open nothing any more. @default whether it needs subscriptions
   */
  readonly protect?: boolean;
}

/** What {@link GatewayProduct} assumes where its arguments say nothing. */
const GATEWAY_PRODUCT_DEFAULTS = {
  access: { kind: "subscription", approvalRequired: true },
  state: "published",
  groups: ["developers"],
} as const satisfies Partial<GatewayProductArgs>;

/**
 * What developers subscribe to in order to call APIs. The component's name is its id.
 *
 * Azure refuses to delete a product that has subscriptions, and nothing here overrides it: consumers' keys never go by
 * the way. Only where the whole service is deleted, they go with it. As Azure subscribes its administrator to every
 * product that needs a subscription (https://github.com/Azure/azure-service-operator/issues/3408), to remove one takes
 * two steps: deploy `protect: false`, and delete that subscription by hand.
 *
 * @example
 * ```ts
 * new GatewayProduct("partners", {
 *   gateway,
 *   displayName: "Partners",
 *   description: "Orders and catalog for partners.",
 *   apis: { orders, catalog },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayProduct extends pulumi.ComponentResource {
  readonly productId: string;
  readonly resource: apimanagement.Product;

  constructor(name: string, args: GatewayProductArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayProduct", name, {}, opts);
    requireValid(this, "GatewayProduct", name, validateGatewayProduct(name, args));

    const { gateway, policy } = args;
    const access = args.access ?? GATEWAY_PRODUCT_DEFAULTS.access;
    this.productId = name;
    this.resource = new apimanagement.Product(
      `${name}-product`,
      {
        ...placeOn(gateway),
        productId: name,
        displayName: args.displayName,
        description: args.description,
        terms: args.terms,
        ...accessTo(access),
        state: args.state ?? GATEWAY_PRODUCT_DEFAULTS.state,
      },
      childOf(this, gateway, { protect: args.protect ?? access.kind === "subscription" }),
    );
    const { name: productId } = this.resource;
    for (const groupId of args.groups ?? GATEWAY_PRODUCT_DEFAULTS.groups) {
      new apimanagement.ProductGroup(
        `${name}-group-${groupId}`,
        { ...placeOn(gateway), productId, groupId },
        childOf(this, gateway, { dependsOn: gateway.inventory.resources([{ kind: "group", id: groupId }]) }),
      );
    }
    const policies = policy ? [this.createPolicy(name, policy, gateway)] : [];
    for (const [key, api] of Object.entries(args.apis)) {
      if (access.kind === "open") gateway.inventory.openProducts.set(api.apiId, name);
      // Last, so that nobody calls the API before its policies and the product's stand.
      api.order.next(
        (after) =>
          new apimanagement.ProductApi(
            `${name}-api-${key}`,
            { ...placeOn(gateway), productId, apiId: api.apiId },
            childOf(this, gateway, { dependsOn: [...after, ...policies] }),
          ),
      );
    }
    gateway.inventory.add("product", name, this.resource);
    this.registerOutputs({ productId: this.productId });
  }

  private createPolicy(name: string, policy: PolicyDocument, gateway: GatewayReference): pulumi.Resource {
    return new apimanagement.ProductPolicy(
      `${name}-policy`,
      {
        ...placeOn(gateway),
        productId: this.resource.name,
        ...policyArgs(`${name}-policy`, policy, gateway),
      },
      childOf(this, gateway),
    );
  }
}

function accessTo(
  access: ProductAccess,
): Pick<apimanagement.ProductArgs, "subscriptionRequired" | "approvalRequired" | "subscriptionsLimit"> {
  if (access.kind === "open") return { subscriptionRequired: false };
  return {
    subscriptionRequired: true,
    approvalRequired: access.approvalRequired ?? GATEWAY_PRODUCT_DEFAULTS.access.approvalRequired,
    subscriptionsLimit: access.limit,
  };
}

/** Every problem of the arguments of a {@link GatewayProduct}. */
function validateGatewayProduct(name: string, args: GatewayProductArgs): Issue[] {
  const { gateway, displayName, description, access, policy } = args;
  const issues = [
    ...checkId(gateway, "product", name),
    // https://learn.microsoft.com/rest/api/apimanagement/product/create-or-update
    ...checkLength("displayName", displayName, "a product's display name", 300),
    ...checkLength("description", description, "a product's description", 1000),
    ...(policy ? validatePolicy("policy", policy, "product", gateway) : []),
    ...(args.groups ?? []).flatMap((id, index, all) => [
      ...checkGroup(`groups[${index}]`, id, gateway),
      ...checkOnce(`groups[${index}]`, id, all.slice(0, index)),
    ]),
  ];
  if (SAMPLES.includes(name.toLowerCase())) {
    issues.push({
      path: "name",
      rule: "a new service brings sample products of its own, which a program cannot create again",
      received: received(name),
      fix: `choose another name than ${SAMPLES.join(", ")}`,
    });
  }
  if (access?.kind === "open") {
    issues.push(
      ...checkReason(
        "access.because",
        access.because,
        "a product without subscription",
        "ask for a subscription",
      ),
      ...validateOpen(args),
    );
  }
  if (
    access?.kind === "subscription" &&
    access.limit !== undefined &&
    !(Number.isInteger(access.limit) && access.limit > 0)
  ) {
    issues.push({
      path: "access.limit",
      rule: "the limit is a whole number of subscriptions, at least 1",
      received: received(access.limit),
      fix: "write a whole number of at least 1, or leave it out",
    });
  }
  return issues;
}

/** https://learn.microsoft.com/azure/api-management/api-management-subscriptions */
function validateOpen({ gateway, apis }: GatewayProductArgs): Issue[] {
  return Object.entries(apis).flatMap(([key, { apiId }]) => {
    const other = gateway.inventory.openProducts.get(apiId);
    if (other === undefined) return [];
    return [
      {
        path: `apis.${key}`,
        rule: "an API is in at most one product without subscription",
        received: received(`${apiId}, which is in ${other}`),
        fix: "ask for a subscription in one of the two",
      },
    ];
  });
}

/** https://learn.microsoft.com/azure/api-management/api-management-howto-add-products */
const SAMPLES = ["starter", "unlimited"];

function checkOnce(path: string, id: string, before: readonly string[]): Issue[] {
  if (!before.some((one) => one.toLowerCase() === id.toLowerCase())) return [];
  return [{ path, rule: "a group is named once", received: received(id), fix: "leave it out" }];
}

/** Azure links the administrators by itself, and refuses a second link (Azure/azure-service-operator issue 3807). */
function checkGroup(path: string, id: string, { inventory }: GatewayReference): Issue[] {
  if (id.toLowerCase() === "administrators") {
    return [
      {
        path,
        rule: "administrators see every product already",
        received: received(id),
        fix: "leave it out",
      },
    ];
  }
  return ["developers", "guests"].includes(id.toLowerCase()) ? [] : inventory.checkKnown(path, "group", id);
}
