import type { GatewayReference } from "../../components/gateway/reference";
import type { IntegrationArgs } from "../../integrations/integration";

/** What a stack gives an integration but its settings, under its key. */
export function givenTo(key: string, gateway: GatewayReference): Omit<IntegrationArgs<never>, "settings"> {
  return {
    gateway,
    tenantId: "00000000-0000-4000-8000-000000000002",
    names: {
      resourceGroup: `rg-${key}-test`,
      registration: (role) => `${key} ${role}`,
      workflow: (role) => `logic-${key}-${role}`,
    },
    tags: { workload: "integration" },
    protect: true,
  };
}
