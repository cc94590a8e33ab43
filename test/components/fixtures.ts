import type { SimulatedAzure } from "../../rehearsal/azure";

/** Resource groups that stand already. */
export function seedGroups(azure: SimulatedAzure, ...names: readonly string[]): void {
  for (const resourceGroupName of names) {
    azure.seed("azure-native:resources:ResourceGroup", { resourceGroupName, location: "westeurope" });
  }
}

export interface Identity {
  readonly id: string;
  readonly clientId: string;
  readonly principalId: string;
}

/** A user-assigned identity that stands already, as components take it. */
export function seedIdentity(azure: SimulatedAzure, resourceName = "id-gateway"): Identity {
  const { id, outputs } = azure.seed("azure-native:managedidentity:UserAssignedIdentity", {
    resourceGroupName: "rg-gateway",
    resourceName,
    location: "westeurope",
  });
  const { clientId, principalId } = outputs as { readonly clientId: string; readonly principalId: string };
  return { id, clientId, principalId };
}

/** A name that is one character longer than `length` admits. */
export function tooLong(length: number): string {
  return "a".repeat(length + 1);
}
