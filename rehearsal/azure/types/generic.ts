import { armType, expandId } from "../ids";
import type { AzureView, ResourceType, Write } from "../resource-type";
import { portalRevision, portalSetting } from "./api-management/portal";
import { apiRelease } from "./api-management/releases";
import { jsonSchema } from "./api-management/schemas";
import { badRequest, rule, same } from "./common";
import { apiConnection } from "./connections";
import { nameAndType, without } from "./derived";
import type { GenericResource } from "./generic-resource";

/** Token of the resource that takes any ARM type. */
export const GENERIC = "azure-native:resources:Resource";

const ID =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/{resourceProviderNamespace}/{+parentResourcePath}/{resourceType}/{resourceName}";

const simulated: readonly GenericResource[] = [
  apiRelease,
  jsonSchema,
  portalSetting,
  portalRevision,
  apiConnection,
];

/** The simulated kind of resource with ARM's name; `undefined` where there is none. */
export function genericType(type: string): GenericResource | undefined {
  return simulated.find((one) => same(one.type, type));
}

function kindOf({ id }: Pick<Write, "id">): GenericResource | undefined {
  return genericType(armType(id));
}

const only = rule({
  id: "generic-resource-type",
  source:
    "the simulated Azure refuses what it does not model; what has a typed resource is not modelled twice",
  given: apiRelease.example.given,
  inputs: apiRelease.example.inputs,
  refused: {
    inputs: {
      resourceProviderNamespace: "Microsoft.Portal",
      parentResourcePath: "",
      resourceType: "dashboards",
      resourceName: "orders",
    },
  },
  check: (write) =>
    kindOf(write) === undefined
      ? badRequest(`resource type not simulated: ${armType(write.id)} through ${GENERIC}`, "NotSimulated")
      : undefined,
});

/** `azure-native:resources:Resource`, for the kinds of resources that are simulated. */
export const generic: ResourceType = {
  token: GENERIC,
  id: ID,
  autoName: { property: "resourceName", kind: "random" },
  secrets: ["properties.validationKey"],
  serialised: (write, azure) => kindOf(write)?.serialised?.(write, azure),
  yieldsTo: (write, azure) => kindOf(write)?.yieldsTo?.(write, azure),
  moves: (write, azure) => kindOf(write)?.moves?.(write, azure) ?? [],
  references: (inputs, azure) => {
    const id = expandId(ID, { subscriptionId: azure.subscriptionId, ...inputs });
    return kindOf({ id })?.references({ id, inputs }) ?? [];
  },
  outputs: (write, azure) => {
    const kind = kindOf(write);
    return {
      ...nameAndType(write.id),
      properties: {
        ...without(write.inputs.properties, ...(kind?.writeOnly ?? [])),
        ...kind?.outputs(write, azure),
      },
    };
  },
  rules: [
    only,
    ...simulated.flatMap(({ type, rules }) =>
      rules.map((one) => ({
        ...one,
        check: (write: Write, azure: AzureView) =>
          same(armType(write.id), type) ? one.check(write, azure) : undefined,
      })),
    ),
  ],
};
