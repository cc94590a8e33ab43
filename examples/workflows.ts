import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import type * as pulumi from "@pulumi/pulumi";
import { grant } from "../components/grants";
import { LogicAppWorkflow } from "../components/logic-app-workflow";
import { Observability } from "../components/observability";
import { SecretVault } from "../components/secret-vault";
import type { GatewayCaller } from "../components/gateway/reference";
import {
  defineWorkflow,
  http,
  managedIdentity,
  parameter,
  requestTrigger,
  response,
  text,
} from "../workflow";

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
    secrets: { "erp-token": args.partnerKey },
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
  const readToken = http("Read_token", {
    method: "GET",
    uri: "https://vault.contoso.com/secrets/erp-token?api-version=7.4",
    authentication: managedIdentity({ audience: "https://vault.azure.net", identity: identity.id }),
    secure: ["outputs"],
  });
  const tellPartner = http("Tell_partner", {
    method: "POST",
    uri: text`https://partners.contoso.com/${partner.value}/orders`,
    headers: { "x-key": partnerKey.value },
    after: [readToken],
  });
  const answer = response("Answer", { statusCode: 202, after: [tellPartner] });

  const orders = new LogicAppWorkflow("orders", {
    ...place,
    workflowName: "logic-orders",
    definition: defineWorkflow({
      trigger: requestTrigger("manual", { method: "POST" }),
      parameters: [partnerKey, partner, limits],
      actions: [readToken, tellPartner, answer],
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
