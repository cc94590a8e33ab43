import { AzureError } from "../errors";
import type { TypeModule } from "../resource-type";
import { badRequest, EXAMPLE_GROUP, guidOf, items, nameRule, others, rule, text } from "./common";
import { nameAndType } from "./derived";
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
const FEDERATION =
  "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

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
        rule({
          id: "identity-credential-limit",
          source: FEDERATION,
          given,
          inputs: credential,
          refused: {
            given: [
              ...given,
              ...Array.from({ length: 20 }, (_, index) => ({
                token: CREDENTIAL,
                inputs: {
                  ...credential,
                  federatedIdentityCredentialResourceName: `github-${index}`,
                  subject: `repo:example/orders:environment:${index}`,
                },
              })),
            ],
          },
          check: (write, azure) => {
            const siblings = siblingsOf(write.id);
            const count = others(write, azure, CREDENTIAL).filter(
              ({ id }) => siblingsOf(id) === siblings,
            ).length;
            return count < 20
              ? undefined
              : badRequest(
                  "Too many Federated Identity Credentials are configured: at most 20 per identity.",
                );
          },
        }),
        rule({
          id: "identity-credential-unique-subject",
          source: FEDERATION,
          given,
          inputs: credential,
          refused: {
            given: [
              ...given,
              {
                token: CREDENTIAL,
                inputs: { ...credential, federatedIdentityCredentialResourceName: "github-copy" },
              },
            ],
          },
          check: (write, azure) => {
            const pairs = others(write, azure, CREDENTIAL)
              .filter(({ id }) => siblingsOf(id) === siblingsOf(write.id))
              .map(({ inputs }) => `${text(inputs, "issuer") ?? ""} ${text(inputs, "subject") ?? ""}`);
            const own = `${text(write.inputs, "issuer") ?? ""} ${text(write.inputs, "subject") ?? ""}`;
            if (!pairs.includes(own)) return undefined;
            return new AzureError(
              409,
              "Conflict",
              "Issuer and subject combination already exists for this Managed Identity.",
            );
          },
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

function siblingsOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/")).toLowerCase();
}
