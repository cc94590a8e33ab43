import { isDeepStrictEqual } from "node:util";
import { AzureError } from "../../errors";
import { revisionIn } from "../../ids";
import type {
  AzureView,
  Deployed,
  Fixture,
  Json,
  Properties,
  Rule,
  StoredResource,
  Write,
} from "../../resource-type";
import { nameOf, rule, same, text } from "../common";
import { apiOf, existing, resolveId, serviceIdFrom, TOKENS, validationError } from "./common";

const REVISIONS = "https://learn.microsoft.com/azure/api-management/api-management-revisions";
/** Lists what a revision that is not current cannot have of its own. */
const EDIT = "https://learn.microsoft.com/azure/api-management/edit-api";

/** Properties of an API, not of a revision, with the names that Azure calls them by in a refusal. */
const SHARED: Readonly<Record<string, string>> = {
  displayName: "Name",
  apiType: "Type",
  description: "Description",
  subscriptionRequired: "SubscriptionRequired",
  apiVersion: "ApiVersion",
  apiVersionDescription: "ApiVersionDescription",
  path: "Path",
  protocols: "Protocols",
};

/** What they are where nobody says anything. */
const DEFAULTS: Properties = {
  displayName: null,
  apiType: "http",
  subscriptionRequired: true,
  protocols: ["https"],
};

/** What the contract of an API says of it, e.g. its title: it holds unless the API says it itself. */
export type Describe = (inputs: Properties, azure: AzureView) => Properties;

/** The properties that all revisions of an API share, as a write asks for them. */
export function sharedSettings(inputs: Properties, azure: AzureView, describe: Describe): Properties {
  const told = { ...DEFAULTS, ...sourceOf(inputs, azure)?.outputs, ...describe(inputs, azure), ...inputs };
  return Object.fromEntries(
    Object.keys(SHARED).flatMap((property): [string, Json][] => {
      const value = told[property];
      return value === undefined ? [] : [[property, value]];
    }),
  );
}

function refusal(message: string): AzureError {
  return new AzureError(400, "ValidationError", message);
}

/** The revision that a write is about: what stands there keeps its own, and a first one is what the name asks for, or 1. */
export function revisionOf({ inputs, previous }: Pick<Write, "inputs" | "previous">): string {
  return text(previous?.outputs, "apiRevision") ?? revisionIn(text(inputs, "apiId") ?? "") ?? "1";
}

/** Whether the id under which an API is kept is that of the current revision. */
export function isCurrent(id: string): boolean {
  return revisionIn(nameOf(id)) === undefined;
}

/** The API, or revision, that an API is to be a copy of. */
export function sourceOf(inputs: Properties, azure: AzureView): StoredResource | undefined {
  const source = text(inputs, "sourceApiId");
  return source === undefined ? undefined : azure.get(resolveId(source, serviceIdFrom(inputs, azure)));
}

/**
 * What a new API, or revision, has from its source: operations, and policies, diagnostics and the like of its own.
 *
 * Source: "copy All operations, tags and Policies" in
 * https://learn.microsoft.com/powershell/module/az.apimanagement/new-azapimanagementapirevision
 *
 * @param operations the operations of a contract, which take the place of those of the source
 */
export function copiesOf(
  write: Write,
  azure: AzureView,
  operations?: readonly string[],
): readonly Pick<Deployed, "token" | "inputs">[] {
  const source = write.operation === "create" ? sourceOf(write.inputs, azure) : undefined;
  if (source === undefined) return [];
  return azure.below(source.id).flatMap(({ id, token, inputs }) => {
    const [kind, name = ""] = id.slice(id.toLowerCase().lastIndexOf("/apis/")).split("/").slice(3);
    const replaced = kind === "operations" && operations !== undefined;
    if (kind === "releases" || (replaced && (token === TOKENS.operation || !operations.includes(name))))
      return [];
    return [{ token, inputs: { ...inputs, apiId: nameOf(write.id) } }];
  });
}

/**
 * Rules about revisions.
 *
 * @param api an API without a revision in its name, with a contract
 * @param describe what that contract says of the API
 */
export function revisionRules(
  api: Required<Pick<Fixture, "given" | "inputs">>,
  describe: Describe,
): readonly Rule[] {
  const first = existing(TOKENS.api, api.inputs);
  const second = { ...api.inputs, apiId: "orders;rev=2" };
  const revised = { given: [...api.given, first], inputs: second };
  return [
    rule({
      id: "apim-revision-shared-property",
      source: EDIT,
      ...revised,
      refused: { inputs: { displayName: "Orders, the second" } },
      check: ({ id, inputs }, azure) => {
        const current = isCurrent(id) ? undefined : azure.get(apiOf(id));
        if (current === undefined) return undefined;
        const asked = sharedSettings(inputs, azure, describe);
        const changed = Object.keys(SHARED).find(
          (property) => !isDeepStrictEqual(asked[property] ?? "", current.outputs[property] ?? ""),
        );
        return changed === undefined
          ? undefined
          : refusal(`Can't change property ${SHARED[changed] ?? ""} for non-current revision `);
      },
    }),
    rule({
      id: "apim-revision-current-by-release",
      source: "https://github.com/Azure/azure-api-management-devops-resource-kit/issues/316",
      ...revised,
      refused: { inputs: { isCurrent: true } },
      check: ({ id, inputs }) =>
        inputs.isCurrent === true && !isCurrent(id)
          ? validationError("IsCurrent", "Can't set new revision as current.")
          : undefined,
    }),
    rule({
      id: "apim-revision-number",
      source: `${REVISIONS}; what Azure does with two numbers is not known (https://github.com/Azure/azure-cli/issues/21422)`,
      ...revised,
      accepted: { inputs: { apiRevision: "2" } },
      refused: { inputs: { apiRevision: "3" } },
      check: (write) => {
        const number = isCurrent(write.id) ? revisionOf(write) : revisionIn(nameOf(write.id));
        const asked = text(write.inputs, "apiRevision") ?? number;
        return asked === number
          ? undefined
          : validationError(
              "apiRevision",
              `'${asked}' is not the revision of '${nameOf(write.id)}', which is ${number ?? ""}: name it in the id (;rev=${asked})`,
            );
      },
    }),
    {
      id: "apim-revision-delete-current",
      source: "https://github.com/Azure/apiops-cli/issues/260",
      check: ({ operation, id }, azure) => {
        if (operation !== "delete" || !isCurrent(id)) return undefined;
        const others = azure
          .all(TOKENS.api)
          .some((other) => !isCurrent(other.id) && same(apiOf(other.id), apiOf(id)));
        return others ? refusal("Cannot delete the current revision of an API.") : undefined;
      },
      accepted: { ...api, operation: "delete", previous: api.inputs },
      refused: {
        ...api,
        given: [...api.given, existing(TOKENS.api, second)],
        operation: "delete",
        previous: api.inputs,
      },
    },
  ];
}
