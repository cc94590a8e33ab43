/**
 * What the id of a resource in a resource group looks like, in any case: Azure does not tell cases apart.
 *
 * @param type e.g. `Microsoft.Network/virtualNetworks/subnets`
 */
export function resourceIdPattern(type: string): RegExp {
  return new RegExp(`^${pathOf(type, "[^/]+").replaceAll(".", "\\.")}$`, "i");
}

/** The same in words: `/subscriptions/<id>/resourceGroups/<group>/providers/…/<name>`. */
export function resourceIdForm(type: string): string {
  return pathOf(type, "<name>").replace("<name>", "<id>").replace("<name>", "<group>");
}

function pathOf(type: string, name: string): string {
  const [namespace = "", ...types] = type.split("/");
  const resource = types.map((part) => `${part}/${name}`).join("/");
  return `/subscriptions/${name}/resourceGroups/${name}/providers/${namespace}/${resource}`;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const RESOURCE_GROUP = {
  pattern: /^[\w().-]{0,89}[\w()-]$/,
  words: "1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end",
} as const;
