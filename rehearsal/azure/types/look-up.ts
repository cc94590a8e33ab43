import { AzureError } from "../errors";
import type { InvokeType } from "../resource-type";
import { text } from "./common";

/**
 * A function that answers what a GET of one resource in a resource group does.
 *
 * @param armType e.g. `Microsoft.Network/dnsZones`
 * @param nameProperty the argument that holds the resource's name
 */
export function lookUp(token: string, armType: string, nameProperty: string): InvokeType {
  return {
    token,
    answer: (args, azure) => {
      const group = text(args, "resourceGroupName") ?? "";
      const name = text(args, nameProperty) ?? "";
      const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/${group}/providers/${armType}/${name}`;
      const found = azure.get(id);
      if (found !== undefined) return { ...found.outputs, id: found.id };
      const message = `The Resource '${armType}/${name}' under resource group '${group}' was not found.`;
      throw new AzureError(404, "ResourceNotFound", message);
    },
  };
}
