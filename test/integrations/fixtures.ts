import type { GatewayReference } from "../../components/gateway/reference";
import type { SurroundingsArgs } from "../../integrations/gateway/common";
import type { IntegrationArgs } from "../../integrations/integration";
import { placeWorkflows } from "../../integrations/workflow-place";
import type { SimulatedAzure } from "../../rehearsal/azure";

/** What a policy counts by: whichever claim names the client in the tokens of its issuer. */
export const CALLER_XML = ["azp", "appid", "client_id"].reduceRight(
  (rest, claim) =>
    `((Jwt)context.Variables[&quot;token&quot;]).Claims.GetValueOrDefault(&quot;${claim}&quot;, ${rest})`,
  "&quot;unknown&quot;",
);

/** What a stack gives an integration but its settings, under its key. */
export function givenTo(key: string, gateway: GatewayReference): Omit<IntegrationArgs<never>, "settings"> {
  return {
    gateway,
    workflows: placeWorkflows(gateway, {}),
    tenantId: "00000000-0000-4000-8000-000000000002",
    names: {
      resourceGroup: `rg-${key}-test`,
      registration: (role) => `${key} ${role}`,
      workflow: (role) => `logic-${key}-${role}`,
      serviceBus: `sbns-${key}-test`,
      eventTopic: `evgt-${key}-test`,
      connection: (role) => `con-${key}-${role}`,
    },
    tags: { workload: "integration" },
    protect: true,
  };
}

/** What a stack gives the gateway's part of it, whoever owns the gateway. */
export function platform({ tenantId }: SimulatedAzure): SurroundingsArgs {
  return {
    location: "westeurope",
    tenantId,
    names: {
      resourceGroup: (role) => `rg-test-${role}`,
      gateway: "apim-contoso-test",
      identity: "id-contoso-test",
      vault: "kv-contoso-test",
      workspace: "log-contoso-test",
      applicationInsights: "appi-contoso-test",
      storage: "stcontosotest",
      workflow: (role) => `logic-test-${role}`,
      registration: (role) => `test ${role}`,
    },
    vault: { network: { kind: "trustedServices" }, softDeleteDays: 7, purgeProtection: false },
    protect: false,
    tags: { workload: "integration" },
  };
}
