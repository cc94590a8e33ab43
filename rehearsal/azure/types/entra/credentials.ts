import { X509Certificate } from "node:crypto";
import { AzureError } from "../../errors";
import type { Properties, ResourceType } from "../../resource-type";
import { guidOf, items, nameOf, rule, text } from "../common";
import { FEDERATION, federationRules } from "../federation";
import { applicationId, firstFree, given, graphRequest, needsApplication, objectIdIn } from "./objects";

const CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

const credential: Properties = {
  applicationId,
  displayName: "github-prod",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:example/orders:environment:prod",
  audiences: ["api://AzureADTokenExchange"],
};
/** The certificate of an authority that signs nothing, base64, until 2126; its private key was never kept. */
export const EXAMPLE_CERTIFICATE = [
  "MIIBijCCATGgAwIBAgIUBmD0ARF5ggg5PADx2DftrTUmcfswCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPQ29udG9zbyBUZXN0",
  "IENBMCAXDTI2MTEyNDA3MDEyMloYDzIxMjYxMDMxMDcwMTIyWjAaMRgwFgYDVQQDDA9Db250b3NvIFRlc3QgQ0EwWTATBgcq",
  "hkjOPQIBBggqhkjOPQMBBwNCAAQp0V168zUgG/NnFsck9VX5fyj7YvQrQbj6Qx6ey1Y0a/JRJx6pSruC2IL+mqYaFo3wimjR",
  "G/q/fRwI7Re0OIXso1MwUTAdBgNVHQ4EFgQU9mMmHjB1Bvhvo8RFdq+rPfrAq7swHwYDVR0jBBgwFoAU9mMmHjB1Bvhvo8RF",
  "dq+rPfrAq7swDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAbd2IDGS6I6+FEEg/extgkzZRZDoFnFXybUL/g",
  "VaoOxgIgfg0nhBbQJfZuSIXJ2PSTZu3WsDtCIYQH05jurR9POTg=",
].join("");
const certificate: Properties = {
  applicationId,
  type: "AsymmetricX509Cert",
  encoding: "base64",
  value: EXAMPLE_CERTIFICATE,
  endDate: "2027-11-23T00:00:00Z",
};
const password: Properties = { applicationId, displayName: "portal", endDate: "2027-11-23T00:00:00Z" };

/** Whether a key is a certificate in the encoding that azuread is told, PEM by default (credentials.go). */
function isX509(value: string, encoding = "pem"): boolean {
  try {
    const bytes = encoding === "pem" ? value : Buffer.from(value, encoding === "hex" ? "hex" : "base64");
    return new X509Certificate(bytes).raw.length > 0;
  } catch {
    return false;
  }
}

export const credentials: readonly ResourceType[] = [
  {
    token: "azuread:index/applicationPassword:ApplicationPassword",
    id: (inputs, azure) =>
      firstFree(
        (index) => `${objectIdIn(inputs)}/password/${guidOf(`${JSON.stringify(inputs)}#${index}`)}`,
        azure,
      ),
    replaceOn: [
      "applicationId",
      "displayName",
      "endDate",
      "endDateRelative",
      "rotateWhenChanged",
      "startDate",
    ],
    secrets: ["value"],
    minutes: { create: 0.05 },
    outputs: ({ id, inputs }) => ({
      keyId: nameOf(id),
      value: `${guidOf(`value:${id}`).replaceAll("-", "")}~`,
      displayName: inputs.displayName ?? "",
    }),
    rules: [
      needsApplication("application-password-application", password),
      rule({
        id: "application-password-dates",
        source: "https://learn.microsoft.com/graph/api/application-addpassword",
        given,
        inputs: password,
        refused: { inputs: { startDate: "2028-01-01T00:00:00Z" } },
        check: ({ inputs }) => {
          const [start, end] = ["startDate", "endDate"].map((property) => text(inputs, property));
          const dates = [start, end].filter((date) => date !== undefined);
          if (dates.some((date) => Number.isNaN(Date.parse(date)))) {
            return graphRequest("startDate and endDate of a password are RFC 3339 dates.");
          }
          return start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)
            ? graphRequest("Credential lifetime is invalid: endDate must be after startDate.")
            : undefined;
        },
      }),
    ],
  },
  {
    token: "azuread:index/applicationCertificate:ApplicationCertificate",
    id: (inputs, azure) =>
      firstFree(
        (index) => `${objectIdIn(inputs)}/certificate/${guidOf(`${JSON.stringify(inputs)}#${index}`)}`,
        azure,
      ),
    replaceOn: [
      "applicationId",
      "encoding",
      "endDate",
      "endDateRelative",
      "keyId",
      "startDate",
      "type",
      "value",
    ],
    minutes: { create: 0.05 },
    outputs: ({ id }) => ({ keyId: nameOf(id) }),
    rules: [
      needsApplication("application-certificate-application", certificate),
      rule({
        id: "application-certificate-value",
        source: "https://learn.microsoft.com/graph/application-saml-sso-configure-api",
        given,
        inputs: certificate,
        refused: { inputs: { value: "bm8gY2VydGlmaWNhdGU=" } },
        check: ({ inputs }) =>
          text(inputs, "type") === "Symmetric" ||
          isX509(text(inputs, "value") ?? "", text(inputs, "encoding"))
            ? undefined
            : graphRequest("Key value is invalid certificate"),
      }),
    ],
  },
  {
    token: CREDENTIAL,
    id: (inputs) => {
      const application = objectIdIn(inputs);
      const name = guidOf(`credential:${application}:${text(inputs, "displayName") ?? ""}`);
      return `${application}/federatedIdentityCredential/${name}`;
    },
    replaceOn: ["applicationId", "displayName"],
    minutes: { create: 0.05 },
    outputs: ({ id }) => ({ credentialId: nameOf(id) }),
    rules: [
      needsApplication("application-credential-application", credential),
      ...federationRules({
        id: "application-credential",
        token: CREDENTIAL,
        given,
        inputs: credential,
        name: "displayName",
        ownerOf: ({ inputs }) => objectIdIn(inputs).toLowerCase(),
        tooMany: graphRequest("An application has at most 20 federated identity credentials."),
        taken: new AzureError(
          409,
          "Request_MultipleObjectsWithSameKeyValue",
          "FederatedIdentityCredential with the same issuer and subject already exists.",
        ),
      }),
      rule({
        id: "application-credential-name",
        source: FEDERATION,
        given,
        inputs: credential,
        refused: { inputs: { displayName: "github/prod" } },
        check: ({ inputs }) => {
          const name = text(inputs, "displayName") ?? "";
          return /^[A-Za-z\d][-\w]{2,119}$/.test(name)
            ? undefined
            : graphRequest(`Federated Identity Credential name '${name}' is invalid.`);
        },
      }),
      rule({
        id: "application-credential-length",
        source: FEDERATION,
        given,
        inputs: credential,
        refused: { inputs: { subject: `repo:example/orders:environment:${"a".repeat(600)}` } },
        check: ({ inputs }) => {
          const long = ["issuer", "subject"].find((property) => (text(inputs, property) ?? "").length > 600);
          return long === undefined
            ? undefined
            : graphRequest(`The ${long} of a federated identity credential has at most 600 characters.`);
        },
      }),
      rule({
        id: "application-credential-form",
        source: "https://learn.microsoft.com/graph/api/resources/federatedidentitycredential",
        given,
        inputs: credential,
        refused: { inputs: { audiences: ["api://AzureADTokenExchange", "api://other"] } },
        check: ({ inputs }) => {
          if (items(inputs, "audiences").length !== 1) {
            return graphRequest("A federated identity credential has exactly one audience.");
          }
          return (text(inputs, "issuer") ?? "").startsWith("https://")
            ? undefined
            : graphRequest("The issuer of a federated identity credential is an https address.");
        },
      }),
    ],
  },
];
