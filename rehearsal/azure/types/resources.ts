import { AzureError } from "../errors";
import type { Json, Properties, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE_GROUP,
  guidOf,
  items,
  members,
  nameOf,
  nameRule,
  rule,
  text,
} from "./common";
import { nameAndType } from "./derived";
import { scopeLocked } from "./locks";

const deployment = {
  resourceGroupName: "rg-example",
  deploymentName: "portal",
  properties: {
    mode: "Incremental",
    template: { $schema: "https://schema", contentVersion: "1.0.0.0", resources: [] },
  },
};

/** A template's own language: `[concat('a', 'b')]`, but not the escaped `[[`. */
function expressions(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return /^\[(?!\[).*\]$/s.test(value) ? [value] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(expressions);
}

const literalTemplates = rule({
  id: "deployment-literal-template",
  source: "the simulated Azure has no engine for template expressions: pass values in as literals",
  given: [EXAMPLE_GROUP],
  inputs: deployment,
  refused: {
    inputs: {
      properties: {
        mode: "Incremental",
        template: { resources: [], outputs: { id: { value: "[resourceId('a')]" } } },
      },
    },
  },
  check: ({ inputs }) => {
    const [found] = expressions(at(inputs, "properties.template"));
    if (found === undefined) return undefined;
    return badRequest(`template expression not simulated: ${found.slice(0, 60)}`, "InvalidTemplate");
  },
});

const templateResources = rule({
  id: "deployment-template-resources",
  source: "https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration",
  given: [EXAMPLE_GROUP],
  inputs: deployment,
  refused: {
    inputs: {
      properties: { mode: "Incremental", template: { resources: [{ type: "Microsoft.Portal/dashboards" }] } },
    },
  },
  check: ({ inputs }) => {
    const declared = at(inputs, "properties.template.resources");
    const list = Array.isArray(declared)
      ? declared
      : Object.values(members(inputs, "properties.template.resources"));
    const missing = list
      .flatMap((resource, index) => ["type", "apiVersion", "name"].map((key) => ({ resource, index, key })))
      .find(({ resource, key }) => text(resource, key) === undefined);
    if (missing === undefined) return undefined;
    const message = `Deployment template validation failed: 'The template resource at index ${missing.index} has no ${missing.key}.'`;
    return badRequest(message, "InvalidTemplate");
  },
});

const templateParents = rule({
  id: "deployment-template-parent",
  source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource",
  given: [EXAMPLE_GROUP],
  inputs: deployment,
  refused: {
    inputs: {
      properties: {
        mode: "Incremental",
        template: {
          resources: [
            {
              type: "Microsoft.ApiManagement/service/portalconfigs",
              apiVersion: "2024-05-01",
              name: "apim-absent/default",
            },
          ],
        },
      },
    },
  },
  check: ({ inputs, id }, azure) => {
    const group = id.slice(0, id.toLowerCase().indexOf("/providers/"));
    const absent = items(inputs, "properties.template.resources").flatMap((resource) => {
      const [namespace, ...types] = (text(resource, "type") ?? "").split("/");
      const names = (text(resource, "name") ?? "").split("/");
      const segments = types.slice(0, -1).map((type, index) => `${type}/${names[index] ?? ""}`);
      const parent = `${group}/providers/${namespace ?? ""}/${segments.join("/")}`;
      return segments.length > 0 && azure.get(parent) === undefined ? [parent] : [];
    });
    if (absent[0] === undefined) return undefined;
    const message = `Can not perform requested operation on nested resource. Parent resource '${absent[0]}' not found.`;
    return new AzureError(404, "ParentResourceNotFound", message);
  },
});

function deploymentOutputs(properties: Properties, id: string): Properties {
  const outputs = Object.entries(members(properties, "template.outputs"));
  return {
    mode: properties.mode ?? null,
    correlationId: guidOf(`deployment:${id}`),
    provisioningState: "Succeeded",
    outputs: Object.fromEntries(outputs),
  };
}

/** Resource groups, and template deployments as far as their templates are literals. */
export const resources: TypeModule = {
  resources: [
    {
      token: "azure-native:resources:ResourceGroup",
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
      replaceOn: ["location"],
      autoName: { property: "resourceGroupName", kind: "random" },
      minutes: { create: 0.05, delete: 0.5 },
      outputs: ({ id }) => ({
        name: nameOf(id),
        type: "Microsoft.Resources/resourceGroups",
        properties: { provisioningState: "Succeeded" },
      }),
      rules: [
        nameRule({
          id: "resource-group-name",
          property: "resourceGroupName",
          pattern: /^[-\w.()]{0,89}[-\w()]$/,
          code: "InvalidResourceGroup",
          message: (name) =>
            `The provided resource group name '${name}' has these invalid characters: it has 1 to 90 letters, digits, '_', '-', '.', '(' or ')', and does not end with a period.`,
          inputs: EXAMPLE_GROUP.inputs,
          refusedName: "rg-example.",
        }),
        scopeLocked,
      ],
    },
    {
      token: "azure-native:resources:Deployment",
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Resources/deployments/{deploymentName}",
      autoName: { property: "deploymentName", kind: "random" },
      minutes: { create: 0.5, update: 0.5 },
      outputs: ({ id, inputs }) => ({
        ...nameAndType(id),
        properties: deploymentOutputs(members(inputs, "properties"), id),
      }),
      rules: [
        nameRule({
          id: "deployment-name",
          property: "deploymentName",
          pattern: /^[-\w.()]{1,64}$/,
          code: "InvalidDeploymentName",
          message: (name) =>
            `The deployment name '${name}' is not valid: it has 1 to 64 letters, digits, '_', '-', '.', '(' or ')'.`,
          given: [EXAMPLE_GROUP],
          inputs: deployment,
          refusedName: "portal settings",
        }),
        literalTemplates,
        templateResources,
        templateParents,
      ],
    },
  ],
};
