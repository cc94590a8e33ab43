import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as logic from "@pulumi/azure-native/logic";
import * as resources from "@pulumi/azure-native/resources";

/** A key of the form of a storage account's, that is none. */
export const KEY = `${"QUJD".repeat(21)}QQ==`;

/** What `common-tags` asks for. */
export const TAGS = { workload: "bare", environment: "bare", "managed-by": "pulumi", "cost-centre": "none" };

/** A gateway as nobody should have one, with an API, and a workflow behind it. Each resource says which guardrails it breaks. */
export function faultyGateway(): Promise<void> {
  const group = new resources.ResourceGroup("group", {
    resourceGroupName: "rg-bare",
    location: "westeurope",
    tags: TAGS,
  });
  const protect = true;

  // One unit in one region, of the tier without an agreement; nothing is switched off, nothing is demanded, nothing backed up.
  const service = new apimanagement.ApiManagementService("service", {
    resourceGroupName: group.name,
    serviceName: "apim-bare",
    location: "eastus",
    sku: { name: "Developer", capacity: 1 },
    publisherName: "Contoso",
    publisherEmail: "apis@contoso.com",
  });
  const inService = { resourceGroupName: group.name, serviceName: service.name };

  const api = new apimanagement.Api("api", {
    ...inService,
    apiId: "bare",
    displayName: "Bare",
    path: "bare",
    protocols: ["http"],
    serviceUrl: "http://bare.contoso.com",
  });
  const inherits = (inbound: string, outbound: string) =>
    `<policies><inbound>${inbound}</inbound><backend><base /></backend><outbound>${outbound}</outbound><on-error><base /></on-error></policies>`;
  new apimanagement.ApiPolicy("policy", {
    ...inService,
    apiId: api.name,
    policyId: "policy",
    format: "rawxml",
    value: inherits("<base />", ""),
  });
  new apimanagement.PolicyFragment("fragment", {
    ...inService,
    id: "open-to-sites",
    format: "rawxml",
    value:
      "<fragment><cors><allowed-origins><origin>*</origin></allowed-origins><allowed-methods><method>GET</method></allowed-methods><allowed-headers><header>Accept</header></allowed-headers></cors></fragment>",
  });
  new apimanagement.Backend("backend", {
    ...inService,
    backendId: "bare",
    protocol: "http",
    url: "https://bare.contoso.com",
    tls: { validateCertificateChain: true, validateCertificateName: false },
  });
  new apimanagement.NamedValue("secret-value", {
    ...inService,
    namedValueId: "secret",
    displayName: "secret",
    secret: true,
    value: "not from a vault",
  });
  new apimanagement.NamedValue("clear-value", {
    ...inService,
    namedValueId: "clear",
    displayName: "clear",
    value: `AccountName=bare;AccountKey=${KEY}`,
  });
  new apimanagement.Product(
    "unapproved-product",
    {
      ...inService,
      productId: "unapproved",
      displayName: "Unapproved",
      description: "For whoever comes.",
      subscriptionRequired: true,
      approvalRequired: false,
    },
    { protect },
  );
  new apimanagement.Product(
    "open-product",
    {
      ...inService,
      productId: "open",
      displayName: "Open",
      description: "For whoever comes.",
      terms: "None.",
      subscriptionRequired: false,
    },
    { protect },
  );
  new apimanagement.Subscription("subscription", {
    ...inService,
    sid: "everything",
    displayName: "Everything",
    scope: "/apis",
  });

  new logic.Workflow("workflow", {
    resourceGroupName: group.name,
    workflowName: "logic-bare",
    location: "westeurope",
    tags: TAGS,
    definition: {
      $schema:
        "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
      contentVersion: "1.0.0.0",
      triggers: { manual: { type: "Request", kind: "Http", inputs: { schema: {} } } },
      actions: {
        Ask: {
          type: "Http",
          inputs: {
            method: "GET",
            uri: "https://bare.contoso.com",
            headers: { "x-key": `SharedAccessKey=${KEY}` },
          },
          runAfter: {},
        },
      },
    },
    accessControl: { triggers: { allowedCallerIpAddresses: [{ addressRange: "0.0.0.0/0" }] } },
  });
  return Promise.resolve();
}
