import { AzureError } from "../errors";
import type { TypeModule } from "../resource-type";
import { badRequest, EXAMPLE_GROUP, guidOf, items, nameRule, rule } from "./common";
import { nameAndType } from "./derived";
import { FEDERATION, federationRules } from "./federation";
import { lookUp } from "./look-up";

const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";

const identity = { resourceGroupName: "rg-example", resourceName: "id-orders", location: "westeurope" };
const credential = {
  resourceGroupName: "rg-example",
  resourceName: "id-orders",
  federatedIdentityCredentialResourceName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:example/orders:environment:prod",
  audiences: ["api://AzureADTokenExchange"],
};
const given = [EXAMPLE_GROUP, { token: IDENTITY, inputs: identity }];

/** User-assigned identities and their federated credentials. */
export const managedIdentity: TypeModule = {
  resources: [
    {
      token: IDENTITY,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
      replaceOn: ["location"],
      autoName: { property: "resourceName", kind: "random" },
      minutes: { create: 0.2 },
      outputs: ({ id }, azure) => ({
        ...nameAndType(id),
        principalId: guidOf(`principal:${id}`),
        clientId: guidOf(`client:${id}`),
        tenantId: azure.tenantId,
      }),
      rules: [
        nameRule({
          id: "identity-name",
          property: "resourceName",
          pattern: /^[A-Za-z0-9][-\w]{2,127}$/,
          code: "InvalidResourceName",
          message: (name) =>
            `The identity name '${name}' is not valid: it has 3 to 128 letters, digits, '-' or '_', and starts with a letter or digit.`,
          given: [EXAMPLE_GROUP],
          inputs: identity,
          refusedName: "id.orders",
        }),
      ],
    },
    {
      token: CREDENTIAL,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
      autoName: { property: "federatedIdentityCredentialResourceName", kind: "copy" },
      minutes: { create: 0.1 },
      outputs: ({ id }) => ({
        ...nameAndType(id),
      }),
      rules: [
        nameRule({
          id: "identity-credential-name",
          property: "federatedIdentityCredentialResourceName",
          pattern: /^[A-Za-z0-9][-\w]{2,119}$/,
          code: "InvalidResourceName",
          message: (name) =>
            `The federated identity credential name '${name}' is not valid: it has 3 to 120 letters, digits, '-' or '_', and starts with a letter or digit.`,
          given,
          inputs: credential,
          refusedName: "github/main",
        }),
        rule({
          id: "identity-credential-one-audience",
          source: FEDERATION,
          given,
          inputs: credential,
          refused: { inputs: { audiences: ["api://AzureADTokenExchange", "api://other"] } },
          check: ({ inputs }) =>
            items(inputs, "audiences").length === 1
              ? undefined
              : badRequest("A federated identity credential has exactly one audience."),
        }),
        ...federationRules({
          id: "identity-credential",
          token: CREDENTIAL,
          given,
          inputs: credential,
          name: "federatedIdentityCredentialResourceName",
          ownerOf: ({ id }) => id.slice(0, id.lastIndexOf("/")).toLowerCase(),
          tooMany: badRequest(
            "Too many Federated Identity Credentials are configured: at most 20 per identity.",
          ),
          taken: new AzureError(
            409,
            "Conflict",
            "Issuer and subject combination already exists for this Managed Identity.",
          ),
        }),
      ],
    },
  ],
  invokes: [
    lookUp(
      "azure-native:managedidentity:getUserAssignedIdentity",
      "Microsoft.ManagedIdentity/userAssignedIdentities",
      "resourceName",
    ),
  ],
};
