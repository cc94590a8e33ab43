import { keptId } from "../../ids";
import type { AzureView, Fixture, Properties, Write } from "../../resource-type";
import { rule, same, text } from "../common";
import { timeOf } from "../derived";
import type { GenericResource } from "../generic-resource";
import {
  AFTER_UPDATE_OF_THE_ONLY_UNIT,
  apiOf,
  childNameRule,
  EXAMPLE_API,
  EXAMPLE_SERVICE_ID,
  existing,
  inService,
  ONE_AT_A_TIME_PER_API,
  resolveId,
  serviceIdOf,
  SPEC,
  TOKENS,
  validationError,
} from "./common";

const api = existing(TOKENS.api, EXAMPLE_API);
const revision = existing(TOKENS.api, { ...EXAMPLE_API, apiId: "orders;rev=2" });
const other = existing(TOKENS.api, { apiId: "invoices", displayName: "Invoices", path: "invoices" });

const release: Properties = {
  resourceGroupName: "rg-example",
  resourceProviderNamespace: "Microsoft.ApiManagement",
  parentResourcePath: "service/apim-example/apis/orders",
  resourceType: "releases",
  resourceName: "second",
  apiVersion: "2024-05-01",
  properties: { apiId: `${EXAMPLE_SERVICE_ID}/apis/orders;rev=2`, notes: "Second" },
};
const example: Required<Pick<Fixture, "given" | "inputs">> = {
  given: inService({}, api, revision, other).given,
  inputs: release,
};

/** The id of the revision that a release makes the current one. */
function released({ id, inputs }: Pick<Write, "id" | "inputs">): string {
  return resolveId(text(inputs, "properties.apiId") ?? "", serviceIdOf(id));
}

/** The current revision and the released one change places, with all below them but the releases. */
function moves(write: Write, azure: AzureView): readonly { readonly from: string; readonly to: string }[] {
  if (write.operation !== "create") return [];
  const current = apiOf(write.id);
  const number = text(azure.get(current)?.outputs, "apiRevision");
  const next = keptId(released(write), () => number);
  if (number === undefined || same(current, next)) return [];
  const relocate = (from: string, to: string) =>
    [from, ...azure.below(from).map(({ id }) => id)]
      .filter((id) => !/\/releases\/[^/]+$/i.test(id))
      .map((id) => ({ from: id, to: `${to}${id.slice(from.length)}` }));
  return [...relocate(current, `${current};rev=${number}`), ...relocate(next, current)];
}

/**
 * A release makes a revision of an API the current one. It is a note in a log as well: to delete it changes nothing else,
 * and to write it once more does not release once more.
 *
 * The SDK has a resource of its own for it, whose single `apiId` would have to name both the API and the revision: that
 * one is not simulated.
 */
export const apiRelease: GenericResource = {
  type: "Microsoft.ApiManagement/service/apis/releases",
  example,
  serialised: ONE_AT_A_TIME_PER_API,
  yieldsTo: AFTER_UPDATE_OF_THE_ONLY_UNIT,
  references: ({ id, inputs }) => [{ property: "properties.apiId", id: released({ id, inputs }) }],
  outputs: ({ id }) => ({
    createdDateTime: timeOf(`created:${id}`),
    updatedDateTime: timeOf(`created:${id}`),
  }),
  moves,
  rules: [
    childNameRule({ id: "apim-release-id", property: "resourceName", max: 80, example }),
    rule({
      id: "apim-release-of-its-api",
      source: SPEC,
      ...example,
      refused: { inputs: { properties: { apiId: `${EXAMPLE_SERVICE_ID}/apis/invoices` } } },
      check: (write) =>
        same(apiOf(released(write)), apiOf(write.id))
          ? undefined
          : validationError("apiId", "must be a revision of the API that the release is made in"),
    }),
    rule({
      id: "apim-release-once",
      source:
        "https://github.com/Azure/azure-api-management-devops-resource-kit/issues/603; what Azure does with another revision is not known",
      ...example,
      accepted: { operation: "update", previous: release },
      refused: {
        operation: "update",
        previous: release,
        inputs: { properties: { apiId: `${EXAMPLE_SERVICE_ID}/apis/orders;rev=3` } },
      },
      check: (write) =>
        write.previous === undefined ||
        same(released(write), released({ ...write, inputs: write.previous.inputs }))
          ? undefined
          : validationError("apiId", "cannot be changed: make another release, with a name of its own"),
    }),
  ],
};
