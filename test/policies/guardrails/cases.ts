import { OLD_PROTOCOLS, WEAK_CIPHERS } from "../../../components/gateway/tls";

/** A resource as far as a guardrail looks at it. */
export interface Part {
  readonly type?: string;
  readonly name?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
}

/** What a guardrail must say of a resource that is right, and of one that is wrong. */
export interface Case {
  readonly type: string;
  readonly passes: Part;
  readonly fails: Part;
  /** Other resources of the stack. @default none */
  readonly among?: readonly (Part & { readonly type: string })[];
  /** Others, where the one that fails is among them. @default the same */
  readonly amongFailing?: readonly (Part & { readonly type: string })[];
  /**
   * Property, of the one that passes or of the first of the others, of which a preview does not know the value. @default a
   * preview knows all that it looks at
   */
  readonly unknown?: `inputs.${string}` | `outputs.${string}` | `among.${string}`;
}

const PREFIX = "Microsoft.WindowsAzure.ApiManagement.Gateway.";
const off = (names: readonly string[], value = "False") =>
  Object.fromEntries(names.map((name) => [PREFIX + name, value]));

const SERVICE = "azure-native:apimanagement:ApiManagementService";
const API = "azure-native:apimanagement:Api";
const API_POLICY = "azure-native:apimanagement:ApiPolicy";
const BACKEND = "azure-native:apimanagement:Backend";
const PRODUCT = "azure-native:apimanagement:Product";
const WORKFLOW = "azure-native:logic:Workflow";
const VAULT = "azure-native:keyvault:Vault";
const ACCOUNT = "azure-native:storage:StorageAccount";
const SETTING = "azure-native:monitor:DiagnosticSetting";

const premium = { name: "Premium", capacity: 2 };
const policies = (inbound: string, backend = "<base />") =>
  `<policies><inbound>${inbound}</inbound><backend>${backend}</backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
const tokenPolicy = policies(
  '<base /><validate-azure-ad-token tenant-id="t"><audiences><audience>a</audience></audiences></validate-azure-ad-token>',
);
const onApi = { serviceName: "apim", apiId: "orders;rev=1" };
const cors = (origin: string) =>
  policies(`<cors><allowed-origins><origin>${origin}</origin></allowed-origins></cors><base />`);

const KEPT = { enabled: true, days: 30 };
const blobsOf = (accountName: string, inputs: Part["inputs"]) => ({
  type: "azure-native:storage:BlobServiceProperties",
  inputs: { accountName, ...inputs },
});

/** A template that says who may make an account. */
const signUp = (enabled: boolean) => {
  const type = "Microsoft.ApiManagement/service/portalsettings";
  return {
    properties: { template: { resources: [{ type, name: "apim/signup", properties: { enabled } }] } },
  };
};

/** The direct management API. */
export const TENANT_ACCESS = {
  resourceProviderNamespace: "Microsoft.ApiManagement",
  parentResourcePath: "service/apim",
  resourceType: "tenant",
  resourceName: "access",
};

/** A workflow with a trigger of any kind, and who may call it. */
const workflow = (access: Readonly<Record<string, unknown>>, trigger = {}): Part => ({
  inputs: {
    workflowName: "logic",
    definition: { triggers: { manual: { type: "Request", ...trigger } }, actions: {} },
    accessControl: { triggers: access },
  },
});
const ranges = (...list: readonly string[]) => ({
  allowedCallerIpAddresses: list.map((addressRange) => ({ addressRange })),
});
const logsOf = (urn: string, category: string) => ({
  type: SETTING,
  inputs: { resourceUri: "/…", workspaceId: "/…", logs: [{ category, enabled: true }] },
  dependencies: { resourceUri: [urn] },
});

/** A key of the form of a storage account's, that is none. */
export const KEY = `${"QUJD".repeat(21)}QQ==`;

/** By the guardrail's id. */
export const CASES: Readonly<Record<string, Case>> = {
  "apim-tls12": {
    type: SERVICE,
    passes: { inputs: { customProperties: off(OLD_PROTOCOLS) } },
    fails: {
      inputs: { customProperties: { ...off(OLD_PROTOCOLS), [`${PREFIX}Security.Protocols.Tls10`]: "True" } },
    },
    unknown: "inputs.customProperties",
  },
  "apim-ciphers": {
    type: SERVICE,
    passes: { inputs: { sku: premium, customProperties: off(WEAK_CIPHERS) } },
    fails: { inputs: { sku: premium, customProperties: off(WEAK_CIPHERS.slice(1)) } },
    unknown: "inputs.customProperties",
  },
  "apim-managed-identity": {
    type: SERVICE,
    passes: { inputs: { identity: { type: "SystemAssigned" } } },
    fails: { inputs: { identity: { type: "None" } } },
    unknown: "inputs.identity",
  },
  "apim-min-api-version": {
    type: SERVICE,
    passes: { inputs: { apiVersionConstraint: { minApiVersion: "2021-08-01" } } },
    fails: { inputs: { apiVersionConstraint: { minApiVersion: "2019-12-01" } } },
    unknown: "inputs.apiVersionConstraint",
  },
  "apim-name": {
    type: SERVICE,
    passes: { inputs: { serviceName: "apim-contoso" } },
    fails: { inputs: { serviceName: "apim_contoso" } },
    unknown: "inputs.serviceName",
  },
  "apim-no-direct-management": {
    type: "azure-native:resources:Resource",
    passes: { inputs: { ...TENANT_ACCESS, properties: { enabled: false } } },
    fails: { inputs: { ...TENANT_ACCESS, properties: { enabled: true } } },
    unknown: "inputs.parentResourcePath",
  },
  "apim-password-auth-off": {
    type: "azure-native:resources:Deployment",
    passes: { inputs: signUp(false) },
    fails: { inputs: signUp(true) },
    unknown: "inputs.properties",
  },
  "apim-tier": {
    type: SERVICE,
    passes: { inputs: { sku: premium } },
    fails: { inputs: { sku: { name: "Developer", capacity: 1 } } },
    unknown: "inputs.sku",
  },
  "apim-zones": {
    type: SERVICE,
    passes: { inputs: { sku: premium, zones: ["1", "2"] } },
    fails: { inputs: { sku: { ...premium, capacity: 3 }, zones: ["1", "2"] } },
    unknown: "inputs.zones",
  },
  "apim-multi-region": {
    type: SERVICE,
    passes: { inputs: { additionalLocations: [{ location: "northeurope" }] } },
    fails: { inputs: {} },
    unknown: "inputs.additionalLocations",
  },
  "apim-region-gateway": {
    type: SERVICE,
    passes: { inputs: { additionalLocations: [{ location: "northeurope", disableGateway: false }] } },
    fails: { inputs: { additionalLocations: [{ location: "northeurope", disableGateway: true }] } },
    unknown: "inputs.additionalLocations",
  },
  "apim-certificate-expiry": {
    type: "azure-native:apimanagement:Certificate",
    passes: { inputs: {}, outputs: { expirationDate: "2027-01-31T00:00:00Z" } },
    fails: { inputs: {}, outputs: { expirationDate: "2027-01-30T00:00:00Z" } },
    unknown: "outputs.expirationDate",
  },
  "apim-https-frontend": {
    type: API,
    passes: { inputs: { protocols: ["https"] } },
    fails: { inputs: { protocols: ["https", "http"] } },
    unknown: "inputs.protocols",
  },
  "apim-https-backend": {
    type: BACKEND,
    passes: { inputs: { url: "https://orders.contoso.com" } },
    fails: { inputs: { url: "http://orders.contoso.com" } },
    unknown: "inputs.url",
  },
  "apim-backend-cert-validation": {
    type: BACKEND,
    passes: { inputs: { tls: { validateCertificateChain: true, validateCertificateName: true } } },
    fails: { inputs: { tls: { validateCertificateChain: true, validateCertificateName: false } } },
    unknown: "inputs.tls",
  },
  "apim-backend-authenticated": {
    type: BACKEND,
    passes: { inputs: { serviceName: "apim", backendId: "shown" } },
    fails: { inputs: { serviceName: "apim", backendId: "forgotten" } },
    among: [
      {
        type: API_POLICY,
        inputs: {
          ...onApi,
          value: policies(
            '<base /><set-backend-service backend-id="shown" /><authentication-managed-identity resource="api://orders" />',
          ),
        },
      },
    ],
    unknown: "among.value",
  },
  "apim-named-values-keyvault": {
    type: "azure-native:apimanagement:NamedValue",
    passes: {
      inputs: { secret: true, keyVault: { secretIdentifier: "https://kv.vault.azure.net/secrets/key" } },
    },
    fails: { inputs: { secret: true, value: "not shown" } },
    unknown: "inputs.secret",
  },
  "apim-named-values-clear": {
    type: "azure-native:apimanagement:NamedValue",
    passes: { inputs: { secret: false, value: "https://orders.contoso.com" } },
    fails: { inputs: { secret: false, value: `AccountName=orders;AccountKey=${KEY}` } },
    unknown: "inputs.value",
  },
  "apim-no-all-api-subscription": {
    type: "azure-native:apimanagement:Subscription",
    passes: { inputs: { scope: "/products/orders" } },
    fails: { inputs: { scope: "/apis" } },
    unknown: "inputs.scope",
  },
  "apim-product-subscription": {
    type: PRODUCT,
    passes: { inputs: { subscriptionRequired: true } },
    fails: { inputs: { subscriptionRequired: false } },
    unknown: "inputs.subscriptionRequired",
  },
  "apim-product-approval": {
    type: PRODUCT,
    passes: { inputs: { subscriptionRequired: true, approvalRequired: true } },
    fails: { inputs: { subscriptionRequired: true, approvalRequired: false } },
    unknown: "inputs.approvalRequired",
  },
  "apim-no-sample-products": {
    type: PRODUCT,
    passes: { inputs: { productId: "orders" } },
    fails: { inputs: { productId: "Starter" } },
    unknown: "inputs.productId",
  },
  "apim-descriptors": {
    type: PRODUCT,
    passes: { inputs: { displayName: "Orders", description: "Place orders." } },
    fails: { inputs: { displayName: "Orders" } },
    unknown: "inputs.description",
  },
  "apim-terms": {
    type: PRODUCT,
    passes: { inputs: { terms: "For your own customers." } },
    fails: { inputs: { terms: " " } },
    unknown: "inputs.terms",
  },
  "apim-defender": {
    type: API,
    passes: { inputs: onApi },
    fails: { inputs: { ...onApi, apiId: "open" } },
    among: [
      {
        type: "azure-native:security:APICollectionByAzureApiManagementService",
        inputs: { serviceName: "apim", apiId: "orders" },
      },
    ],
    unknown: "among.apiId",
  },
  "apim-token-required": {
    type: API,
    passes: { inputs: onApi },
    fails: { inputs: { ...onApi, apiId: "open" } },
    among: [{ type: API_POLICY, inputs: { ...onApi, value: tokenPolicy } }],
    unknown: "among.value",
  },
  "apim-policy-base": {
    type: API_POLICY,
    passes: { inputs: { value: policies("<base />", '<forward-request timeout="120" />') } },
    fails: { inputs: { value: policies('<set-header name="X" exists-action="delete" />') } },
    unknown: "inputs.value",
  },
  "apim-cors-no-wildcard": {
    type: API_POLICY,
    passes: { inputs: { value: cors("https://shop.contoso.com") } },
    fails: { inputs: { value: cors("*") } },
    unknown: "inputs.value",
  },
  "logic-trigger-callers": {
    type: WORKFLOW,
    passes: workflow(ranges("203.0.113.7/32")),
    // PSRule's own rule is content with both: with a range that is the internet, and with a trigger that says no kind.
    fails: workflow(ranges("0.0.0.0/0")),
    unknown: "inputs.accessControl",
  },
  "logic-trigger-gateway": {
    type: WORKFLOW,
    passes: workflow(ranges("203.0.113.7/32", "203.0.113.9/32")),
    fails: workflow(ranges("203.0.113.7/32")),
    among: [
      {
        type: SERVICE,
        inputs: { sku: premium },
        outputs: {
          publicIPAddresses: ["203.0.113.7"],
          additionalLocations: [{ publicIPAddresses: ["203.0.113.9"] }],
        },
      },
    ],
    unknown: "among.publicIPAddresses",
  },
  "logic-diagnostics": {
    type: WORKFLOW,
    passes: { name: "judged", inputs: {} },
    fails: { name: "silent", inputs: {} },
    among: [logsOf("urn:judged", "WorkflowRuntime")],
    unknown: "among.logs",
  },
  "logic-no-secrets-in-definition": {
    type: WORKFLOW,
    passes: {
      inputs: { definition: { actions: { Ask: { inputs: { uri: "https://orders.contoso.com" } } } } },
    },
    fails: {
      inputs: {
        definition: { actions: { Ask: { inputs: { headers: { "x-key": `SharedAccessKey=${KEY}` } } } } },
      },
    },
    unknown: "inputs.definition",
  },
  "kv-soft-delete": {
    type: VAULT,
    passes: { inputs: { properties: { enableSoftDelete: true } } },
    fails: { inputs: { properties: { enableSoftDelete: false } } },
    unknown: "inputs.properties",
  },
  "kv-purge-protection": {
    type: VAULT,
    passes: { inputs: { properties: { enablePurgeProtection: true } } },
    fails: { inputs: { properties: {} } },
    unknown: "inputs.properties",
  },
  "kv-rbac": {
    type: VAULT,
    passes: { inputs: { properties: { enableRbacAuthorization: true } } },
    fails: { inputs: { properties: { accessPolicies: [] } } },
    unknown: "inputs.properties",
  },
  "kv-firewall": {
    type: VAULT,
    passes: { inputs: { properties: { networkAcls: { bypass: "AzureServices", defaultAction: "Deny" } } } },
    fails: { inputs: { properties: { publicNetworkAccess: "Enabled" } } },
    unknown: "inputs.properties",
  },
  "kv-logs": {
    type: VAULT,
    passes: { name: "judged", inputs: {} },
    fails: { name: "silent", inputs: {} },
    among: [logsOf("urn:judged", "AuditEvent")],
    unknown: "among.logs",
  },
  "storage-tls12": {
    type: ACCOUNT,
    passes: { inputs: { minimumTlsVersion: "TLS1_2", enableHttpsTrafficOnly: true } },
    fails: { inputs: { minimumTlsVersion: "TLS1_0", enableHttpsTrafficOnly: true } },
    unknown: "inputs.minimumTlsVersion",
  },
  "storage-no-public-blobs": {
    type: ACCOUNT,
    passes: { inputs: { allowBlobPublicAccess: false } },
    fails: { inputs: {} },
    unknown: "inputs.allowBlobPublicAccess",
  },
  "storage-no-shared-key": {
    type: ACCOUNT,
    passes: { inputs: { allowSharedKeyAccess: false } },
    fails: { inputs: {} },
    unknown: "inputs.allowSharedKeyAccess",
  },
  "storage-firewall": {
    type: ACCOUNT,
    passes: { inputs: { networkRuleSet: { defaultAction: "Deny" } } },
    fails: { inputs: { networkRuleSet: { defaultAction: "Allow" } } },
    unknown: "inputs.networkRuleSet",
  },
  "storage-soft-delete": {
    type: ACCOUNT,
    passes: { inputs: { accountName: "stbackup" } },
    fails: { inputs: { accountName: "stother" } },
    among: [
      blobsOf("stbackup", { deleteRetentionPolicy: KEPT, containerDeleteRetentionPolicy: KEPT }),
      blobsOf("stother", { deleteRetentionPolicy: KEPT }),
    ],
    unknown: "among.containerDeleteRetentionPolicy",
  },
  "backup-other-region": {
    type: ACCOUNT,
    passes: { inputs: { location: "swedencentral", sku: { name: "Standard_ZRS" } } },
    fails: { inputs: { location: "westeurope", sku: { name: "Standard_ZRS" } } },
    among: [{ type: SERVICE, inputs: { location: "West Europe" } }],
    unknown: "inputs.sku",
  },
  backup: {
    type: SERVICE,
    passes: { inputs: {} },
    fails: { inputs: {} },
    among: [
      {
        type: WORKFLOW,
        inputs: {
          definition: { actions: { Back: { inputs: { uri: "https://a/backup?api-version=2024-05-01" } } } },
        },
      },
    ],
    amongFailing: [{ type: WORKFLOW, inputs: { definition: {} } }],
    unknown: "among.definition",
  },
  "dns-dnssec": {
    type: "azure-native:dns:Zone",
    passes: { inputs: { zoneName: "contoso.com" } },
    fails: { inputs: { zoneName: "contoso.net" } },
    among: [{ type: "azure-native:dns:DnssecConfig", inputs: { zoneName: "contoso.com" } }],
    unknown: "inputs.zoneName",
  },
  "dns-no-dangling": {
    type: "azure-native:dns:RecordSet",
    passes: { inputs: { cnameRecord: { cname: "apim-contoso.azure-api.net." } } },
    fails: { inputs: { cnameRecord: { cname: "apim-gone.azure-api.net" } } },
    among: [{ type: SERVICE, inputs: {}, outputs: { gatewayUrl: "https://apim-contoso.azure-api.net" } }],
    unknown: "among.gatewayUrl",
  },
  "common-tags": {
    type: VAULT,
    passes: { inputs: { tags: { workload: "orders" } } },
    fails: { inputs: { tags: {} } },
    unknown: "inputs.tags",
  },
  "allowed-regions": {
    type: VAULT,
    passes: { inputs: { location: "westeurope" } },
    fails: { inputs: { location: "eastus" } },
    unknown: "inputs.location",
  },
  "protect-stateful": {
    type: VAULT,
    passes: { inputs: {}, protect: true },
    fails: { inputs: {} },
  },
  "judged-types": {
    type: "azure-native:resources:Resource",
    passes: { inputs: { resourceProviderNamespace: "Microsoft.Web", resourceType: "connections" } },
    fails: { inputs: { resourceProviderNamespace: "Microsoft.KeyVault", resourceType: "vaults" } },
    unknown: "inputs.resourceType",
  },
};
