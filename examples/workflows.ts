import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import type * as pulumi from "@pulumi/pulumi";
import { grant } from "../components/grants";
import { LogicAppWorkflow } from "../components/logic-app-workflow";
import { Observability } from "../components/observability";
import { SecretVault } from "../components/secret-vault";
import type { GatewayCaller } from "../components/gateway/reference";
import { defineWorkflow, http, keyVaultSecret, parameter, requestTrigger, response, text } from "../workflow";

/** Where the example stands, and what of it cannot be made up. */
export interface WorkflowsArgs {
  readonly location: string;
  /** Globally unique. */
  readonly vaultName: string;
  /** Public addresses of the gateway. */
  readonly gatewayAddresses: readonly string[];
  readonly gateway: GatewayCaller;
  /** ARM id of an integration account in this region. */
  readonly integrationAccountId: string;
  /** Whether it takes calls. */
  readonly state: "Enabled" | "Disabled";
  /** A secret, which a real program takes from its configuration. */
  readonly partnerKey: pulumi.Output<string>;
}

/**
 * A workflow with everything that one can have: a place to look up how it is written. Its life is rehearsed by
 * `test/examples/workflows.test.ts`.
 */
export function workflows(args: WorkflowsArgs): { readonly principalId: pulumi.Output<string> } {
  const { location } = args;
  const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-workflows", location });
  const place = { resourceGroupName: group.name, location };
  const identity = new managedidentity.UserAssignedIdentity("identity", {
    ...place,
    resourceName: "id-workflows",
  });
  const vault = new SecretVault("secrets", {
    ...place,
    vaultName: args.vaultName,
    tenantId: args.gateway.tenantId,
    secrets: { "erp-token": { value: args.partnerKey, expires: "2027-06-30T00:00:00Z" } },
    // Logic Apps is none of the trusted services: these are its outbound addresses in the region.
    network: { kind: "trustedServices", allowedRanges: ["192.0.2.0/24"] },
    softDeleteDays: 7,
    purgeProtection: false,
    protect: false,
  });
  const { workspace } = new Observability("observability", {
    ...place,
    workspaceName: "log-workflows",
    applicationInsightsName: "appi-workflows",
  });

  const partnerKey = parameter("partner-key", "SecureString");
  const partner = parameter("partner", "String", { allowedValues: ["north", "south"] });
  const limits = parameter("limits", "Object", { defaultValue: {} });
  // Read when the workflow runs: it stands neither in the workflow nor in the program's state.
  const token = keyVaultSecret("Read_token", {
    secretId: vault.secretIds["erp-token"] ?? "",
    identity: identity.id,
  });
  const tellPartner = http("Tell_partner", {
    method: "POST",
    uri: text`https://partners.contoso.com/${partner.value}/orders`,
    headers: { "x-key": partnerKey.value, "x-token": token.body.get("value") },
    after: [token],
  });
  const answer = response("Answer", { statusCode: 202, after: [tellPartner] });

  const orders = new LogicAppWorkflow("orders", {
    ...place,
    workflowName: "logic-orders",
    definition: defineWorkflow({
      trigger: requestTrigger("manual", { method: "POST" }),
      parameters: [partnerKey, partner, limits],
      actions: [token, tellPartner, answer],
    }),
    parameters: {
      // Kept as a secret here and in Azure; a secret for `partner` would be refused.
      "partner-key": args.partnerKey,
      partner: "north",
      limits: { workspace: workspace.name },
    },
    state: args.state,
    identity: { userAssigned: identity.id },
    callers: { addresses: args.gatewayAddresses, token: args.gateway, location },
    actionCallers: ["198.51.100.0/24"],
    runHistoryReaders: ["203.0.113.0/24"],
    managementCallers: ["203.0.113.7/32"],
    workspaceId: workspace.id,
    integrationAccountId: args.integrationAccountId,
    tags: { workload: "orders" },
  });
  grant.readSecrets(
    "orders-reads-secrets",
    { on: vault.vault.id, to: orders.principalId },
    { parent: orders },
  );
  return { principalId: orders.principalId };
}
