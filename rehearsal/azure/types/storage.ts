import { AzureError } from "../errors";
import type { Properties, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  duplicate,
  EXAMPLE_GROUP,
  identityOutput,
  isIpRange,
  items,
  members,
  nameOf,
  nameRule,
  number,
  others,
  rule,
  same,
  text,
  texts,
} from "./common";
import { nameAndType } from "./derived";

const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOB_SERVICE = "azure-native:storage:BlobServiceProperties";
const ACCOUNT_ID =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}";

const account: Properties = {
  resourceGroupName: "rg-example",
  accountName: "stexample",
  location: "westeurope",
  kind: "StorageV2",
  sku: { name: "Standard_ZRS" },
};
const container = { resourceGroupName: "rg-example", accountName: "stexample", containerName: "backups" };
const blobService = {
  resourceGroupName: "rg-example",
  accountName: "stexample",
  blobServicesName: "default",
};
const deleteAfter30Days = { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } };
const lifecycle = (...names: readonly string[]): Properties => ({
  rules: names.map((name) => ({
    name,
    type: "Lifecycle",
    definition: { actions: deleteAfter30Days, filters: { blobTypes: ["blockBlob"] } },
  })),
});
const given = [EXAMPLE_GROUP];
const givenAccount = [EXAMPLE_GROUP, { token: ACCOUNT, inputs: account }];
const CREATE = "https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create";
const BLOB_SERVICE_PUT =
  "https://learn.microsoft.com/rest/api/storagerp/blob-services/set-service-properties";

/** Values of `sku.name`; those with `RA` can be read in a second region. */
const SKUS = [
  "Standard_LRS",
  "Standard_ZRS",
  "Standard_GRS",
  "Standard_RAGRS",
  "Standard_GZRS",
  "Standard_RAGZRS",
  "Premium_LRS",
  "Premium_ZRS",
  "StandardV2_LRS",
  "StandardV2_ZRS",
  "StandardV2_GRS",
  "StandardV2_GZRS",
  "PremiumV2_LRS",
  "PremiumV2_ZRS",
];

const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

function invalidValue(property: string): AzureError {
  return badRequest(
    `Values for request parameters are invalid: ${property}.`,
    "InvalidValuesForRequestParameters",
  );
}

function endpoints(name: string): Properties {
  const of = (service: string): string => `https://${name}.${service}.core.windows.net/`;
  const web = `https://${name}.z6.web.core.windows.net/`;
  return { blob: of("blob"), dfs: of("dfs"), file: of("file"), queue: of("queue"), table: of("table"), web };
}

/** Storage accounts, their blob service and containers, and the rules that age blobs out. */
export const storage: TypeModule = {
  resources: [
    {
      token: ACCOUNT,
      id: ACCOUNT_ID,
      replaceOn: ["location", "isHnsEnabled", "enableNfsV3", "extendedLocation"],
      autoName: { property: "accountName", kind: "random" },
      minutes: { create: 0.5, update: 0.1, delete: 0.1 },
      outputs: (write, azure) => {
        const { id, inputs } = write;
        const sku = text(inputs, "sku.name") ?? "";
        const location = inputs.location ?? null;
        return {
          ...nameAndType(id),
          ...identityOutput(write, azure),
          sku: { name: sku, tier: sku.startsWith("Premium") ? "Premium" : "Standard" },
          allowBlobPublicAccess: inputs.allowBlobPublicAccess ?? false,
          enableHttpsTrafficOnly: inputs.enableHttpsTrafficOnly ?? true,
          minimumTlsVersion: inputs.minimumTlsVersion ?? "TLS1_0",
          primaryEndpoints: endpoints(nameOf(id)),
          primaryLocation: location,
          statusOfPrimary: "available",
          ...(sku.includes("RAG") ? { secondaryEndpoints: endpoints(`${nameOf(id)}-secondary`) } : {}),
          privateEndpointConnections: [],
          provisioningState: "Succeeded",
        };
      },
      creates: ({ inputs }) => [
        {
          token: BLOB_SERVICE,
          inputs: {
            resourceGroupName: inputs.resourceGroupName ?? null,
            accountName: inputs.accountName ?? null,
            blobServicesName: "default",
          },
        },
      ],
      rules: [
        nameRule({
          id: "storage-account-name",
          property: "accountName",
          pattern: /^[a-z0-9]{3,24}$/,
          code: "AccountNameInvalid",
          message: (name) =>
            `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
          given,
          inputs: account,
          refusedName: "st-example",
        }),
        rule({
          id: "storage-account-name-free",
          source:
            "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name",
          given,
          inputs: account,
          refused: {
            given: [...given, { token: ACCOUNT, inputs: { ...account, resourceGroupName: "rg-other" } }],
          },
          check: (write, azure) => {
            const name = nameOf(write.id);
            if (!others(write, azure, ACCOUNT).some(({ id }) => same(nameOf(id), name))) return undefined;
            const message = `The storage account named ${name} is already taken.`;
            return new AzureError(409, "StorageAccountAlreadyTaken", message);
          },
        }),
        rule({
          id: "storage-account-sku",
          source: CREATE,
          given,
          inputs: account,
          refused: { inputs: { sku: { name: "ZRS" } } },
          check: ({ inputs }) =>
            SKUS.includes(text(inputs, "sku.name") ?? "") ? undefined : invalidValue("sku.name"),
        }),
        rule({
          id: "storage-account-kind",
          source: CREATE,
          given,
          inputs: account,
          refused: { inputs: { kind: "GeneralPurposeV2" } },
          check: ({ inputs }) =>
            ["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"].includes(
              text(inputs, "kind") ?? "",
            )
              ? undefined
              : invalidValue("kind"),
        }),
        rule({
          id: "storage-account-tls",
          source: CREATE,
          given,
          inputs: account,
          accepted: { inputs: { minimumTlsVersion: "TLS1_2" } },
          refused: { inputs: { minimumTlsVersion: "1.2" } },
          check: ({ inputs }) =>
            ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"].includes(text(inputs, "minimumTlsVersion") ?? "TLS1_2")
              ? undefined
              : invalidValue("minimumTlsVersion"),
        }),
        rule({
          id: "storage-account-ip-rules",
          source: "https://learn.microsoft.com/azure/storage/common/storage-network-security-limitations",
          given,
          inputs: account,
          accepted: {
            inputs: {
              networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "192.0.2.0/30" }] },
            },
          },
          refused: {
            inputs: {
              networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "10.0.0.0/24" }] },
            },
          },
          check: ({ inputs }) => {
            const wrong = items(inputs, "networkRuleSet.ipRules").find((item) => {
              const range = text(item, "iPAddressOrRange") ?? "";
              return !isIpRange(range) || PRIVATE.test(range) || /\/3[12]$/.test(range);
            });
            return wrong === undefined ? undefined : invalidValue("networkAcls.ipRule[*].value");
          },
        }),
      ],
    },
    {
      token: BLOB_SERVICE,
      id: `${ACCOUNT_ID}/blobServices/{blobServicesName}`,
      autoName: { property: "blobServicesName", kind: "copy" },
      alwaysExists: { reset: {} },
      outputs: ({ id }) => nameAndType(id),
      rules: [
        rule({
          id: "blob-service-retention-days",
          source: BLOB_SERVICE_PUT,
          given: givenAccount,
          inputs: blobService,
          accepted: { inputs: { deleteRetentionPolicy: { enabled: true, days: 365 } } },
          refused: { inputs: { deleteRetentionPolicy: { enabled: true, days: 366 } } },
          check: ({ inputs }) => {
            const wrong = ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"].find((policy) => {
              if (at(inputs, `${policy}.enabled`) !== true) return false;
              const days = number(inputs, `${policy}.days`) ?? 0;
              return !Number.isInteger(days) || days < 1 || days > 365;
            });
            return wrong === undefined ? undefined : invalidValue(`${wrong}.days`);
          },
        }),
        rule({
          id: "blob-service-point-in-time-restore",
          source: "https://learn.microsoft.com/azure/storage/blobs/point-in-time-restore-overview",
          given: givenAccount,
          inputs: blobService,
          accepted: {
            inputs: {
              restorePolicy: { enabled: true, days: 6 },
              deleteRetentionPolicy: { enabled: true, days: 7 },
              changeFeed: { enabled: true },
              isVersioningEnabled: true,
            },
          },
          refused: { inputs: { restorePolicy: { enabled: true, days: 6 } } },
          check: ({ inputs }) => {
            if (at(inputs, "restorePolicy.enabled") !== true) return undefined;
            const kept = at(inputs, "deleteRetentionPolicy.enabled") === true;
            const days = number(inputs, "deleteRetentionPolicy.days") ?? 0;
            const enough = days > (number(inputs, "restorePolicy.days") ?? 0);
            const tracked = at(inputs, "changeFeed.enabled") === true && inputs.isVersioningEnabled === true;
            return kept && enough && tracked ? undefined : invalidValue("restorePolicy");
          },
        }),
      ],
    },
    {
      token: "azure-native:storage:BlobContainer",
      id: `${ACCOUNT_ID}/blobServices/default/containers/{containerName}`,
      autoName: { property: "containerName", kind: "copy" },
      minutes: { create: 0.05 },
      outputs: ({ id, inputs }) => ({
        ...nameAndType(id),
        publicAccess: inputs.publicAccess ?? "None",
        deleted: false,
        hasImmutabilityPolicy: false,
        hasLegalHold: false,
        leaseState: "Available",
        leaseStatus: "Unlocked",
      }),
      rules: [
        nameRule({
          id: "blob-container-name",
          source:
            "https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata",
          property: "containerName",
          pattern: /^(?:\$root|\$web|\$logs|(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*)$/,
          code: "InvalidResourceName",
          message: (name) =>
            `The specified resource name contains invalid characters: ${name}. A container has 3 to 63 lower-case letters, digits and single hyphens between them.`,
          given: givenAccount,
          inputs: container,
          refusedName: "Backups",
        }),
        rule({
          id: "blob-container-public-access",
          source: "https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent",
          given: givenAccount,
          inputs: container,
          accepted: { inputs: { publicAccess: "None" } },
          refused: { inputs: { publicAccess: "Blob" } },
          check: ({ id, inputs }, azure) => {
            const parent = azure.get(id.replace(/\/blobServices\/.*$/i, ""));
            const open = ["Blob", "Container"].includes(text(inputs, "publicAccess") ?? "None");
            if (!open || parent?.inputs.allowBlobPublicAccess === true) return undefined;
            const message = "Public access is not permitted on this storage account.";
            return new AzureError(409, "PublicAccessNotPermitted", message);
          },
        }),
      ],
    },
    {
      token: "azure-native:storage:ManagementPolicy",
      id: `${ACCOUNT_ID}/managementPolicies/{managementPolicyName}`,
      autoName: { property: "managementPolicyName", kind: "copy" },
      outputs: ({ id }) => ({ name: "DefaultManagementPolicy", type: nameAndType(id).type }),
      rules: [
        rule({
          id: "management-policy-rules",
          source: "https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure",
          given: givenAccount,
          inputs: {
            resourceGroupName: "rg-example",
            accountName: "stexample",
            managementPolicyName: "default",
            policy: lifecycle("old-backups"),
          },
          refused: { inputs: { policy: lifecycle("old-backups", "Old-Backups") } },
          check: ({ inputs }) => {
            const rules = items(inputs, "policy.rules");
            const twice = duplicate(rules.map((item) => (text(item, "name") ?? "").toLowerCase()));
            if (twice !== undefined) return invalidValue(`policy.rules: the name ${twice} stands twice`);
            const idle = rules.find((item) => Object.keys(members(item, "definition.actions")).length === 0);
            if (idle !== undefined) return invalidValue("policy.rules: a rule has no action");
            const kinds = rules.flatMap((item) => texts(item, "definition.filters.blobTypes"));
            return kinds.every((kind) => ["blockBlob", "appendBlob"].includes(kind))
              ? undefined
              : invalidValue("policy.rules.filters.blobTypes");
          },
        }),
      ],
    },
  ],
};
