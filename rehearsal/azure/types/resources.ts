import { parentOf } from "../ids";
import type { Properties, Rule, TypeModule } from "../resource-type";
import { EXAMPLE_API, EXAMPLE_SERVICE, existing, TOKENS } from "./api-management/common";
import { at, badRequest, EXAMPLE_GROUP, guidOf, members, nameOf, nameRule, rule, same, text } from "./common";
import { nameAndType } from "./derived";
import { generic } from "./generic";
import { scopeLocked } from "./locks";
import {
  declaredResources,
  deployedResources,
  deploymentOrder,
  expressions,
  isSimulated,
  parametersIn,
  SIMULATED_MEMBERS,
  templateResources,
} from "./templates";

const TEMPLATES = "https://learn.microsoft.com/azure/azure-resource-manager/templates";

const revision = {
  type: "Microsoft.ApiManagement/service/apis",
  apiVersion: "2024-05-01",
  name: "apim-example/orders;rev=2",
  properties: { displayName: "Orders", path: "orders" },
};
const policy = {
  type: "Microsoft.ApiManagement/service/apis/policies",
  apiVersion: "2024-05-01",
  name: "apim-example/orders;rev=2/policy",
  dependsOn: ["apim-example/orders;rev=2"],
  properties: { format: "xml", value: "<policies />" },
};

/** The resource group that a deployment stands in, and is to. */
function groupOf(id: string): string {
  return parentOf(id)?.id ?? "";
}

function deployment(...declared: Properties[]): Properties {
  return {
    resourceGroupName: "rg-example",
    deploymentName: "revision",
    properties: {
      mode: "Incremental",
      template: { $schema: "https://schema", contentVersion: "1.0.0.0", resources: declared },
    },
  };
}

/** A rule about the template of a deployment. */
function templateRule(spec: {
  readonly id: string;
  readonly source: string;
  readonly refused: Properties;
  /** What is wrong with the inputs of a deployment to a resource group. */
  readonly problem: (inputs: Properties, group: string) => string | undefined;
}): Rule {
  const { problem, refused, ...rest } = spec;
  return rule({
    ...rest,
    given: [EXAMPLE_GROUP, EXAMPLE_SERVICE, existing(TOKENS.api, EXAMPLE_API)],
    inputs: deployment(policy, revision),
    refused: { inputs: refused },
    check: ({ inputs, id }) => {
      const found = problem(inputs, groupOf(id));
      return found === undefined ? undefined : badRequest(found, "InvalidTemplate");
    },
  });
}

const templateRules: readonly Rule[] = [
  templateRule({
    id: "deployment-mode",
    source: `${TEMPLATES}/deployment-modes`,
    refused: { properties: { mode: "Complete", template: { resources: [] } } },
    problem: (inputs) =>
      text(inputs, "properties.mode") === "Complete"
        ? "deployment mode not simulated: Complete, which deletes all that the template does not name"
        : undefined,
  }),
  templateRule({
    id: "deployment-literal-template",
    source: `${TEMPLATES}/template-expressions; the simulated Azure has no engine for them: pass values in as literals`,
    refused: deployment({ ...revision, name: "[concat('apim-example', '/orders;rev=2')]" }),
    problem: (inputs) => {
      const [found] = expressions(inputs);
      return found && `template expression not simulated: ${found.slice(0, 60)}`;
    },
  }),
  templateRule({
    id: "deployment-template-parameters",
    source: `${TEMPLATES}/parameters`,
    refused: deployment({ ...revision, properties: { displayName: "[parameters('name')]" } }),
    problem: (inputs) => {
      const declared = members(inputs, "properties.template.parameters");
      const given = members(inputs, "properties.parameters");
      const known = (name: string) => Object.hasOwn(declared, name) && Object.hasOwn(given, name);
      const missing = [...parametersIn(at(inputs, "properties.template")), ...Object.keys(declared)].find(
        (name) => !known(name),
      );
      const surplus = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
      if (missing !== undefined)
        return `Deployment template validation failed: 'The value for the template parameter '${missing}' is not provided.'`;
      return (
        surplus &&
        `Deployment template validation failed: 'The template parameters '${surplus}' in the parameters file are not valid; they are not present in the original template.'`
      );
    },
  }),
  templateRule({
    id: "deployment-template-resources",
    source: `${TEMPLATES}/resource-declaration`,
    refused: deployment({ type: revision.type, apiVersion: "2024-05-01" }),
    problem: (inputs) => {
      const missing = declaredResources(inputs)
        .flatMap((resource, index) => ["type", "apiVersion", "name"].map((key) => ({ resource, index, key })))
        .find(({ resource, key }) => text(resource, key) === undefined);
      return (
        missing &&
        `Deployment template validation failed: 'The template resource at index ${missing.index} has no ${missing.key}.'`
      );
    },
  }),
  templateRule({
    id: "deployment-template-types",
    source: "the simulated Azure refuses what it does not model",
    refused: deployment({
      type: "Microsoft.ApiManagement/service/portalconfigs",
      apiVersion: "2024-05-01",
      name: "apim-example/default",
    }),
    problem: (inputs) => {
      const unknown = declaredResources(inputs)
        .map((resource) => text(resource, "type") ?? "")
        .find((type) => type !== "" && !isSimulated(type));
      return unknown && `resource type not simulated: ${unknown} in a template`;
    },
  }),
  templateRule({
    id: "deployment-template-members",
    source: `${TEMPLATES}/resource-declaration; the simulated Azure knows no loops, conditions, scopes or symbolic names`,
    refused: deployment({ ...revision, condition: false }),
    problem: (inputs) => {
      if (!Array.isArray(at(inputs, "properties.template.resources") ?? []))
        return "template element not simulated: symbolic names, list the resources";
      const unknown = declaredResources(inputs)
        .flatMap((resource) => Object.keys(resource))
        .find((name) => !SIMULATED_MEMBERS.includes(name));
      return unknown && `template element not simulated: ${unknown}`;
    },
  }),
  templateRule({
    id: "deployment-template-names",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template",
    refused: deployment({ ...revision, name: "orders;rev=2" }),
    problem: (inputs, group) => {
      const wrong = templateResources(inputs, group).find(
        ({ type, names }) => type.split("/").length !== names.length + 1 || names.includes(""),
      );
      return (
        wrong &&
        `Deployment template validation failed: 'The template resource '${wrong.names.join("/")}' for type '${wrong.type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name.'`
      );
    },
  }),
  templateRule({
    id: "deployment-template-once",
    source: "https://github.com/Azure-Samples/azure-search-openai-demo/issues/1449",
    refused: deployment(policy, revision, revision),
    problem: (inputs, group) => {
      const ids = templateResources(inputs, group).map(({ id }) => id);
      const twice = ids.find((id, index) => ids.findIndex((other) => same(other, id)) !== index);
      return (
        twice &&
        `Deployment template validation failed: 'The resource '${twice.replace(/^.*\/providers\//, "")}' is defined multiple times in a template.'`
      );
    },
  }),
  templateRule({
    id: "deployment-template-limit",
    source: `${TEMPLATES}/best-practices`,
    refused: deployment(
      ...Array.from({ length: 801 }, (_, index) => ({
        ...revision,
        name: `apim-example/orders;rev=${index + 2}`,
      })),
    ),
    problem: (inputs) => {
      const count = declaredResources(inputs).length;
      return count > 800
        ? `Deployment template validation failed: 'The number of template resources limit exceeded. Limit: '800' and actual: '${count}'.'`
        : undefined;
    },
  }),
  templateRule({
    id: "deployment-template-order",
    source: `${TEMPLATES}/resource-dependency`,
    refused: deployment(policy),
    problem: (inputs, group) => {
      const { problem } = deploymentOrder(templateResources(inputs, group));
      return problem && `Deployment template validation failed: '${problem}'`;
    },
  }),
];

function deploymentOutputs(inputs: Properties, id: string): Properties {
  return {
    mode: at(inputs, "properties.mode") ?? null,
    correlationId: guidOf(`deployment:${id}`),
    provisioningState: "Succeeded",
    // Of a secure one Azure answers the type alone.
    parameters: Object.fromEntries(
      Object.entries(members(inputs, "properties.template.parameters")).map(([name, declared]) => [
        name,
        /^secure/i.test(text(declared, "type") ?? "")
          ? { type: text(declared, "type") ?? "" }
          : { ...(declared as Properties), ...members(inputs, `properties.parameters.${name}`) },
      ]),
    ),
    outputs: members(inputs, "properties.template.outputs"),
    outputResources: templateResources(inputs, groupOf(id)).map((resource) => ({ id: resource.id })),
  };
}

/** Resource groups, resources of any ARM type, and template deployments as far as their templates are literals. */
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
      deploys: ({ id, inputs }) => deployedResources(inputs, groupOf(id)),
      outputs: ({ id, inputs }) => ({
        ...nameAndType(id),
        properties: deploymentOutputs(inputs, id),
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
          inputs: deployment(),
          refusedName: "second revision",
        }),
        ...templateRules,
      ],
    },
    generic,
  ],
};
