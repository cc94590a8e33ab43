import { AzureError } from "../../errors";
import type { AzureView, Json, Properties, ResourceType, Write } from "../../resource-type";
import {
  at,
  EXAMPLE_GROUP,
  identityOutput,
  items,
  members,
  nameOf,
  others,
  rule,
  same,
  text,
  texts,
} from "../common";
import { GENERIC } from "../generic";
import { bytesOf, nameAndType, timeOf, without } from "../derived";
import { EXAMPLE_SERVICE, SERVICE, SPEC, textRule, TOKENS } from "./common";
import { HOSTNAME_RULES, hostnameOutputs } from "./hostnames";
import { CONTENT_TYPES, firstPortalSettings } from "./portal";
import { TIER_RULES, invalidParameters, tier } from "./tiers";
import { lengthRule } from "./value-rules";

/** The spelling of a region that stands in addresses: `West Europe` is `westeurope`. */
function regionName(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

/**
 * The public address of a service in a region. It stays the same until the region's zones or network change:
 * https://learn.microsoft.com/azure/api-management/api-management-howto-ip-addresses
 *
 * It lies in 198.18.0.0/15, which RFC 2544 keeps for tests: the three documentation ranges are too small for
 * addresses that are made up each for itself and still differ.
 */
function publicAddress(id: string, region: Json, network: Json): string {
  const seed = [
    id.toLowerCase(),
    regionName(text(region, "location") ?? ""),
    texts(region, "zones"),
    network,
  ];
  const number = bytesOf(JSON.stringify(seed)).readUInt32BE() % 2 ** 17;
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

function regionOutputs(write: Write, region: Properties): Properties {
  const { id, inputs } = write;
  const { dedicated } = tier(inputs) ?? {};
  const network = [inputs.virtualNetworkType ?? "None", region.virtualNetworkConfiguration ?? null];
  return {
    platformVersion: text(inputs, "sku.name") === "Consumption" ? "mtv1" : "stv2",
    ...(dedicated && {
      gatewayRegionalUrl: `https://${nameOf(id).toLowerCase()}-${regionName(text(region, "location") ?? "")}-01.regional.azure-api.net`,
      publicIPAddresses: [publicAddress(id, region, network)],
    }),
  };
}

function outputs(write: Write, azure: AzureView): Properties {
  const { id, inputs } = write;
  const host = (kind: string): string => `${nameOf(id).toLowerCase()}${kind}.azure-api.net`;
  const { dedicated, portal } = tier(inputs) ?? {};
  // A v2 tier has a portal once it is switched on: https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview
  const hasPortal = portal === true && (dedicated === true || inputs.developerPortalStatus === "Enabled");
  const identity = { ...members(inputs, "identity") };
  // azure-native takes the identities of a service as a map, those of a workflow as a list.
  identity.userAssignedIdentities = Object.keys(members(identity, "userAssignedIdentities"));
  const regions = items(inputs, "additionalLocations").map((region) => ({
    ...(region as Properties),
    ...regionOutputs(write, region as Properties),
  }));
  return {
    ...nameAndType(id),
    ...regionOutputs(write, inputs),
    ...identityOutput({ ...write, inputs: { identity } }, azure),
    // None are null, as https://github.com/terchris/nerdmeet/blob/main/nerdnet/21cmd-apim.md shows, which azure-native
    // leaves out.
    ...(regions.length > 0 && { additionalLocations: regions }),
    certificates: items(inputs, "certificates").map((item) =>
      without(item, "encodedCertificate", "certificatePassword"),
    ),
    hostnameConfigurations: hostnameOutputs(write, host("")),
    gatewayUrl: `https://${host("")}`,
    ...(hasPortal && { developerPortalUrl: `https://${host(".developer")}` }),
    ...(dedicated && {
      portalUrl: `https://${host(".portal")}`,
      managementApiUrl: `https://${host(".management")}`,
      scmUrl: `https://${host(".scm")}`,
    }),
    notificationSenderEmail: inputs.notificationSenderEmail ?? "apimgmt-noreply@mail.windowsazure.com",
    publicNetworkAccess: inputs.publicNetworkAccess ?? "Enabled",
    provisioningState: "Succeeded",
    targetProvisioningState: "",
    createdAtUtc: timeOf(`created:${id}`),
    etag:
      bytesOf(`etag:${id}:${JSON.stringify(inputs)}`)
        .toString("base64")
        .slice(0, 11) + "=",
  };
}

const inputs = EXAMPLE_SERVICE.inputs;
const example = { given: [EXAMPLE_GROUP], inputs };

/** The addresses of a region that answers; none of one whose gateway is disabled. */
function answering(region: Json): readonly string[] {
  return at(region, "disableGateway") === true ? [] : texts(region, "publicIPAddresses");
}

/** The service: its regions, host names and identities. */
export const service: ResourceType = {
  token: TOKENS.service,
  facts: ({ outputs: told }) => ({
    answersFrom: [told, ...items(told, "additionalLocations")].flatMap(answering),
  }),
  id: SERVICE,
  replaceOn: ["location"],
  autoName: { property: "serviceName", kind: "random" },
  outputs,
  secrets: [
    "hostnameConfigurations.encodedCertificate",
    "hostnameConfigurations.certificatePassword",
    "certificates.encodedCertificate",
    "certificates.certificatePassword",
  ],
  references: ({ identity }) =>
    Object.keys(members(identity, "userAssignedIdentities")).map((id) => ({ property: "identity", id })),
  /** What a new service has from the start: https://learn.microsoft.com/azure/api-management/get-started-create-service-instance */
  creates: ({ operation, inputs: written, id }) => {
    if (operation !== "create" || tier(written) === undefined || text(written, "sku.name") === "Consumption")
      return [];
    const place = { resourceGroupName: written.resourceGroupName ?? null, serviceName: nameOf(id) };
    const made = (
      token: string,
      more: Properties,
    ): { readonly token: string; readonly inputs: Properties } => ({
      token,
      inputs: { ...place, ...more },
    });
    const groups = ["Administrators", "Developers", "Guests"].map((displayName) =>
      made(TOKENS.group, { groupId: displayName.toLowerCase(), displayName, type: "system" }),
    );
    const ofPortal = [
      ...CONTENT_TYPES.map((contentTypeId) => made(TOKENS.contentType, { contentTypeId })),
      ...firstPortalSettings(place).map((inputs) => ({ token: GENERIC, inputs })),
    ];
    if (tier(written)?.dedicated !== true) return [...groups, ...ofPortal];
    return [
      ...groups,
      ...ofPortal,
      made(TOKENS.api, {
        apiId: "echo-api",
        displayName: "Echo API",
        path: "echo",
        protocols: ["https"],
        serviceUrl: "http://echoapi.cloudapp.net/api",
        subscriptionRequired: true,
      }),
      ...["Starter", "Unlimited"].map((displayName) =>
        made(TOKENS.product, {
          productId: displayName.toLowerCase(),
          displayName,
          state: "published",
          subscriptionRequired: true,
        }),
      ),
    ];
  },
  serialised: ({ id }) => ({
    keys: [id.toLowerCase()],
    refusal: new AzureError(
      409,
      "ServiceLocked",
      `The API Service ${nameOf(id)} is transitioning at this time. Please try the request again later.`,
    ),
  }),
  softDelete: {
    restores: ({ restore }) => restore === true,
    remedy: ({ id, inputs: deleted }) =>
      `purge: az apim deletedservice purge --service-name ${nameOf(id)} --location ${regionName(text(deleted, "location") ?? "")}`,
    // https://github.com/hashicorp/terraform-provider-azurerm/issues/12839
    refusal: (id) =>
      new AzureError(
        409,
        "ServiceAlreadyExistsInSoftDeletedState",
        `Api service ${nameOf(id)} was soft-deleted. In order to create the new service with the same name, you have to either undelete the service or purge it. See https://aka.ms/apimsoftdelete.`,
      ),
  },
  minutes: { create: 40, update: 30, delete: 5 },
  rules: [
    textRule({
      id: "apim-service-name",
      property: "serviceName",
      pattern: /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/,
      words: "1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
      example,
      refused: "apim-example-",
    }),
    rule({
      id: "apim-service-name-taken",
      source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
      given: [EXAMPLE_GROUP],
      inputs,
      refused: {
        given: [
          EXAMPLE_GROUP,
          {
            token: "azure-native:resources:ResourceGroup",
            inputs: { resourceGroupName: "rg-b", location: "westeurope" },
          },
          { token: TOKENS.service, inputs: { ...inputs, resourceGroupName: "rg-b" } },
        ],
      },
      check: (write, azure) =>
        others(write, azure, TOKENS.service).some(({ id }) => same(nameOf(id), nameOf(write.id)))
          ? new AzureError(409, "ServiceAlreadyExists", `Api service already exists: ${nameOf(write.id)}`)
          : undefined,
    }),
    ...["publisherName", "publisherEmail"].map((property) =>
      lengthRule({
        id: `apim-${property === "publisherName" ? "publisher-name" : "publisher-email"}`,
        paths: [property],
        max: 100,
        example,
        refused: { [property]: "a".repeat(101) },
      }),
    ),
    lengthRule({
      id: "apim-notification-sender",
      paths: ["notificationSenderEmail"],
      max: 100,
      example: { ...example, inputs: { ...inputs, notificationSenderEmail: "apis@example.com" } },
      refused: { notificationSenderEmail: "a".repeat(101) },
    }),
    rule({
      id: "apim-restore-deleted",
      source: "https://github.com/Azure/azure-service-operator/issues/3433",
      given: [EXAMPLE_GROUP],
      inputs,
      refused: { inputs: { restore: true } },
      check: ({ operation, inputs: written, id }, azure) =>
        operation === "create" &&
        written.restore === true &&
        !azure.softDeleted(TOKENS.service).some((deleted) => same(deleted.id, id))
          ? new AzureError(
              400,
              "ServiceUndeleteNotPossible",
              `Unable to undelete service ${nameOf(id)}: no deleted instance has this name.`,
            )
          : undefined,
    }),
    ...TIER_RULES,
    ...HOSTNAME_RULES,
    rule({
      id: "apim-ca-certificates-limit",
      source: SPEC,
      given: [EXAMPLE_GROUP],
      inputs: { ...inputs, certificates: [{ storeName: "Root", encodedCertificate: "MIIexample" }] },
      refused: {
        inputs: {
          certificates: Array.from({ length: 11 }, () => ({
            storeName: "Root",
            encodedCertificate: "MIIexample",
          })),
        },
      },
      check: ({ inputs: written }) =>
        items(written, "certificates").length > 10
          ? invalidParameters(
              `a service has at most 10 CA certificates, not ${items(written, "certificates").length}`,
            )
          : undefined,
    }),
    rule({
      id: "apim-ca-certificate-store",
      source: SPEC,
      given: [EXAMPLE_GROUP],
      inputs: { ...inputs, certificates: [{ storeName: "Root", encodedCertificate: "MIIexample" }] },
      refused: { inputs: { certificates: [{ storeName: "My", encodedCertificate: "MIIexample" }] } },
      check: ({ inputs: written }) => {
        const stores = items(written, "certificates").map((item) => text(item, "storeName") ?? "");
        const wrong = stores.find((store) => !["Root", "CertificateAuthority"].includes(store));
        return wrong === undefined
          ? undefined
          : invalidParameters(`the certificate store ${wrong} is neither Root nor CertificateAuthority`);
      },
    }),
    rule({
      id: "apim-identities-limit",
      source:
        "https://learn.microsoft.com/azure/api-management/api-management-howto-use-managed-service-identity#create-a-user-assigned-managed-identity",
      given: [EXAMPLE_GROUP],
      inputs,
      refused: {
        inputs: {
          identity: {
            type: "UserAssigned",
            userAssignedIdentities: Object.fromEntries(
              Array.from({ length: 11 }, (_, index) => [`id-${index}`, {}]),
            ),
          },
        },
      },
      check: ({ inputs: written }) => {
        const count = Object.keys(members(written, "identity.userAssignedIdentities")).length;
        return count > 10
          ? invalidParameters(`a service has at most 10 user-assigned identities, not ${count}`)
          : undefined;
      },
    }),
  ],
};
