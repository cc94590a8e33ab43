import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Shapes } from "../shapes";
import { invokeTypes, resourceTypes } from "../types";
import { readDeclarations } from "./read-declarations";

/** Renders the shapes with one property per line: small, and a new SDK shows as a readable diff. */
function render({ types, objects }: Shapes): string {
  const properties = (inputs: object): string =>
    Object.entries(inputs)
      .map(([name, type]) => `\n${JSON.stringify(name)}:${JSON.stringify(type)}`)
      .join(",");
  const table = (rows: readonly string[]): string => `{\n${rows.join(",\n")}\n}`;
  const typeRows = Object.entries(types).map(([token, { apiVersion, inputs, outputs }]) => {
    const version = apiVersion === undefined ? "" : `"apiVersion":${JSON.stringify(apiVersion)},\n`;
    return `${JSON.stringify(token)}:{\n${version}"inputs":{${properties(inputs)}},\n"outputs":${JSON.stringify(outputs)}}`;
  });
  const objectRows = Object.entries(objects).map(
    ([name, inputs]) => `${JSON.stringify(name)}:{${properties(inputs)}}`,
  );
  return `{"types":${table(typeRows)},\n"objects":${table(objectRows)}}\n`;
}

const planned: readonly string[] = [
  "azure-native:apimanagement:ApiManagementService",
  "azure-native:apimanagement:Api",
  "azure-native:apimanagement:ApiOperation",
  "azure-native:apimanagement:ApiPolicy",
  "azure-native:apimanagement:ApiOperationPolicy",
  "azure-native:apimanagement:ApiVersionSet",
  "azure-native:apimanagement:Policy",
  "azure-native:apimanagement:PolicyFragment",
  "azure-native:apimanagement:Product",
  "azure-native:apimanagement:ProductApi",
  "azure-native:apimanagement:ProductPolicy",
  "azure-native:apimanagement:ProductGroup",
  "azure-native:apimanagement:Group",
  "azure-native:apimanagement:Subscription",
  "azure-native:apimanagement:Backend",
  "azure-native:apimanagement:NamedValue",
  "azure-native:apimanagement:Certificate",
  "azure-native:apimanagement:Logger",
  "azure-native:apimanagement:Diagnostic",
  "azure-native:apimanagement:ApiDiagnostic",
  "azure-native:logic:Workflow",
  "azure-native:logic:listWorkflowTriggerCallbackUrl",
  "azure-native:resources:ResourceGroup",
  "azure-native:resources:Deployment",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:managedidentity:FederatedIdentityCredential",
  "azure-native:authorization:RoleAssignment",
  "azure-native:authorization:RoleDefinition",
  "azure-native:authorization:ManagementLockByScope",
  "azure-native:authorization:getClientConfig",
  "azure-native:keyvault:Vault",
  "azure-native:keyvault:Secret",
  "azure-native:storage:StorageAccount",
  "azure-native:storage:BlobServiceProperties",
  "azure-native:storage:BlobContainer",
  "azure-native:storage:ManagementPolicy",
  "azure-native:monitor:DiagnosticSetting",
  "azure-native:monitor:ActionGroup",
  "azure-native:monitor:MetricAlert",
  "azure-native:monitor:AutoscaleSetting",
  "azure-native:operationalinsights:Workspace",
  "azure-native:applicationinsights:Component",
  "azure-native:applicationinsights:Workbook",
  "azure-native:consumption:Budget",
  "azure-native:dns:Zone",
  "azure-native:dns:RecordSet",
  "azure-native:dns:getZone",
  "azuread:index/application:Application",
  "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri",
  "azuread:index/servicePrincipal:ServicePrincipal",
  "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized",
  "azuread:index/appRoleAssignment:AppRoleAssignment",
  "azuread:index/applicationPassword:ApplicationPassword",
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  "azuread:index/getClientConfig:getClientConfig",
  "azuread:index/getApplication:getApplication",
  "azuread:index/getServicePrincipal:getServicePrincipal",
];
const tokens = [...planned, ...resourceTypes, ...invokeTypes].map((type) =>
  typeof type === "string" ? type : type.token,
);
writeFileSync(join(__dirname, "..", "shapes.json"), render(readDeclarations(tokens)));
