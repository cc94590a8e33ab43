import { AzureError } from "../../../rehearsal/azure/errors";
import { guidOf, nameOf } from "../../../rehearsal/azure/types/common";
import type { InvokeType, ResourceType } from "../../../rehearsal/azure/resource-type";
import type { Shapes } from "../../../rehearsal/azure/shapes";

/** Made-up resource types, so that what is tested is the simulated Azure itself and not the types that it simulates. */

export const GROUP = "azure-native:resources:ResourceGroup";
export const BOX = "azure-native:toy:Box";
export const ITEM = "azure-native:toy:Item";
export const LABEL = "azure-native:toy:Label";
export const SETTINGS = "azure-native:toy:Settings";
export const POLICY = "azure-native:toy:Policy";
export const GRANT = "azure-native:toy:Grant";
export const GUEST = "azuread:index/guest:Guest";
export const GET_KEYS = "azure-native:toy:getKeys";

const BOX_ID =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Toy.Boxes/boxes/{boxName}";

export const toyTypes: readonly ResourceType[] = [
  {
    token: GROUP,
    id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    replaceOn: ["location"],
    autoName: { property: "resourceGroupName", kind: "random" },
    outputs: ({ id }) => ({ name: nameOf(id) }),
  },
  {
    token: BOX,
    id: BOX_ID,
    replaceOn: ["location"],
    autoName: { property: "boxName", kind: "random" },
    writeOnly: ["password"],
    secrets: ["password", "keys.primary"],
    facts: ({ inputs }) => ({ units: inputs.units ?? null }),
    minutes: { create: 30, update: 15, delete: 10 },
    outputs: ({ id, inputs }) => ({
      name: nameOf(id),
      location: typeof inputs.location === "string" ? inputs.location.toLowerCase().replaceAll(" ", "") : "",
      principalId: guidOf(`principal:${id}`),
      keys: { primary: `key-of-${nameOf(id)}` },
      provisioningState: "Succeeded",
      ...(inputs.zones === undefined ? { zones: ["1"] } : {}),
    }),
    softDelete: {
      remedy: ({ id }) => `purge ${nameOf(id)}`,
      refusal: (id) => new AzureError(409, "NameSoftDeleted", `${id} is soft-deleted.`),
      restores: ({ restore }) => restore === true,
    },
    creates: ({ inputs }) => [
      {
        token: LABEL,
        inputs: {
          resourceGroupName: inputs.resourceGroupName ?? "",
          boxName: inputs.boxName ?? "",
          labelName: "made-by-azure",
        },
      },
    ],
    rules: [
      {
        id: "toy-box-size",
        source: "made up",
        check: ({ inputs }) =>
          inputs.units === 0
            ? new AzureError(400, "InvalidUnits", "A box has at least one unit.")
            : undefined,
        accepted: { inputs: { units: 1 } },
        refused: { inputs: { units: 0 } },
      },
    ],
  },
  {
    token: ITEM,
    id: `${BOX_ID}/items/{itemName}`,
    serialised: ({ id }) => ({
      keys: [id.slice(0, id.lastIndexOf("/items/"))],
      refusal: new AzureError(
        409,
        "PessimisticConcurrencyConflict",
        `Operation on ${nameOf(id)} is in progress.`,
      ),
    }),
    outputs: ({ id }) => ({ name: nameOf(id) }),
  },
  { token: LABEL, id: `${BOX_ID}/labels/{labelName}`, outputs: ({ id }) => ({ name: nameOf(id) }) },
  {
    token: SETTINGS,
    id: `${BOX_ID}/settings/{settingsName}`,
    alwaysExists: { reset: { mode: "plain" } },
    outputs: ({ id }) => ({ name: nameOf(id) }),
  },
  {
    token: POLICY,
    id: `${BOX_ID}/policies/{policyName}`,
    alwaysExists: { reset: { value: "<policies />" }, deletable: true },
    outputs: ({ id }) => ({ name: nameOf(id) }),
  },
  {
    token: GRANT,
    id: "{scope}/providers/Toy.Access/grants/{grantName}",
    replaceOn: ["principalId"],
    autoName: { property: "grantName", kind: "uuid" },
    references: ({ on }) => (typeof on === "string" ? [{ property: "on", id: on }] : []),
    outputs: ({ id }) => ({ name: nameOf(id) }),
  },
  {
    token: GUEST,
    id: (_inputs, azure) => `/guests/${guidOf(`guest:${azure.all(GUEST).length}`)}`,
    replaceOn: ["mail"],
    secrets: ["inviteKey"],
    outputs: ({ id }) => ({ objectId: nameOf(id), inviteKey: `invite-${nameOf(id)}` }),
  },
];

export const toyInvokes: readonly InvokeType[] = [
  {
    token: GET_KEYS,
    answer: ({ boxName }, azure) => {
      const box = azure.all(BOX).find(({ id }) => nameOf(id) === boxName);
      if (box === undefined) throw new AzureError(404, "ResourceNotFound", "There is no such box.");
      return { primary: `key-of-${nameOf(box.id)}` };
    },
  },
];

const boxPath = { resourceGroupName: "string", boxName: "string" } as const;

export const toyShapes: Shapes = {
  types: {
    [GROUP]: {
      apiVersion: "2024-03-01",
      inputs: { "resourceGroupName?": "string", "location?": "string", "tags?": { map: "string" } },
      outputs: ["name", "location", "tags"],
    },
    [BOX]: {
      apiVersion: "2026-01-01",
      inputs: {
        resourceGroupName: "string",
        "boxName?": "string",
        "location?": "string",
        "units?": "number",
        "password?": "string",
        "restore?": "boolean",
        "tags?": { map: "string" },
        "zones?": { array: "string" },
        "sku?": { object: "Sku" },
      },
      outputs: [
        "name",
        "location",
        "units",
        "tags",
        "zones",
        "sku",
        "principalId",
        "keys",
        "provisioningState",
      ],
    },
    [ITEM]: {
      apiVersion: "2026-01-01",
      inputs: { ...boxPath, itemName: "string", "value?": "string" },
      outputs: ["name", "value"],
    },
    [LABEL]: { apiVersion: "2026-01-01", inputs: { ...boxPath, labelName: "string" }, outputs: ["name"] },
    [SETTINGS]: {
      apiVersion: "2026-01-01",
      inputs: { ...boxPath, settingsName: "string", "mode?": "string" },
      outputs: ["name", "mode"],
    },
    [POLICY]: {
      apiVersion: "2026-01-01",
      inputs: { ...boxPath, policyName: "string", "value?": "string" },
      outputs: ["name", "value"],
    },
    [GRANT]: {
      apiVersion: "2026-01-01",
      inputs: { scope: "string", "grantName?": "string", principalId: "string", "on?": "string" },
      outputs: ["name", "principalId"],
    },
    [GUEST]: {
      inputs: { mail: "string", "displayName?": "string", "note?": "string" },
      outputs: ["mail", "displayName", "note", "objectId", "inviteKey"],
    },
  },
  objects: { Sku: { name: "string", "tier?": "string" } },
};

/** Inputs of a group and a box that suit each other. */
export const group = { resourceGroupName: "rg", location: "westeurope" };
export const box = { resourceGroupName: "rg", boxName: "box", location: "westeurope", units: 1 };
