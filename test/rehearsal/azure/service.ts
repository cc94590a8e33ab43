import { AzureError, type SimulatedAzure } from "../../../rehearsal/azure";
import type { Properties, StoredResource } from "../../../rehearsal/azure/resource-type";

/** Where the service of {@link DEVELOPER} is, and where its children are. */
export const PLACE = { resourceGroupName: "rg", serviceName: "apim-orders" } as const;

/** The least that an API Management service says of itself. */
export const DEVELOPER: Properties = {
  ...PLACE,
  location: "westeurope",
  publisherName: "Example",
  publisherEmail: "api@example.com",
  sku: { name: "Developer", capacity: 1 },
};

/** That service, which stands already with its resource group. */
export function seedService(azure: SimulatedAzure, more: Properties = {}): StoredResource {
  azure.seed("azure-native:resources:ResourceGroup", { resourceGroupName: "rg", location: "westeurope" });
  return azure.seed("azure-native:apimanagement:ApiManagementService", { ...DEVELOPER, ...more });
}

/** What Azure says to a request that it refuses. */
export async function refused(request: Promise<unknown>): Promise<AzureError> {
  const failed: unknown = await request.then(
    () => new Error("was accepted"),
    (error: unknown) => error,
  );
  if (!(failed instanceof AzureError)) throw failed as Error;
  return failed;
}
