import { simulateAzure, type SimulatedAzure } from "../../../rehearsal/azure";
import { AzureError } from "../../../rehearsal/azure/errors";
import type { InvokeType, Properties } from "../../../rehearsal/azure/resource-type";
import { shapeOf } from "../../../rehearsal/azure/shapes";
import { invokeTypes, lockRefusal, resourceTypes } from "../../../rehearsal/azure/types";
import {
  EXAMPLE,
  EXAMPLE_GROUP,
  EXAMPLE_GROUP_ID,
  exampleId,
  isGuid,
  text,
} from "../../../rehearsal/azure/types/common";
import { MemoryAzure, typeOf } from "./memory-azure";

const group = { resourceGroupName: "rg-example", location: "westeurope" };
const zone = { resourceGroupName: "rg-example", zoneName: "example.com", location: "global" };

function invoke(token: string): InvokeType {
  const found = invokeTypes.find((type) => type.token === token);
  if (found === undefined) throw new Error(`no such function: ${token}`);
  return found;
}

describe("every resource type", () => {
  test("is registered once", () => {
    const tokens = [...resourceTypes, ...invokeTypes].map(({ token }) => token);
    expect(tokens).toEqual([...new Set(tokens)]);
  });

  test.each(resourceTypes)("$token names only properties that the SDK declares", (type) => {
    const shape = shapeOf(type.token);
    const inputs = Object.keys(shape.inputs).map((name) => name.replace(/\?$/, ""));
    const placeholders =
      typeof type.id === "string" ? [...type.id.matchAll(/\{(\w+)\}/g)].map(([, name]) => name) : [];
    const named = [
      ...placeholders.filter((name) => name !== "subscriptionId"),
      ...(type.replaceOn ?? []),
      ...(type.writeOnly ?? []),
      ...(type.autoName === undefined ? [] : [type.autoName.property]),
    ].map((path) => path?.split(".")[0]);
    expect(named.filter((name) => name === undefined || !inputs.includes(name))).toEqual([]);
    const secrets = (type.secrets ?? []).map((path) => path.split(".")[0] ?? "");
    expect(secrets.filter((name) => !shape.outputs.includes(name))).toEqual([]);
  });

  test.each(resourceTypes.filter(({ rules }) => (rules ?? []).length > 0))(
    "$token answers only what the SDK declares, and the same each time",
    (type) => {
      const fixture = type.rules?.[0]?.accepted;
      const answers = [1, 2].map(() => {
        const azure = new MemoryAzure();
        for (const { token, inputs } of fixture?.given ?? []) azure.put(token, inputs);
        return azure.put(type.token, fixture?.inputs ?? {});
      });
      expect(answers[0]).toEqual(answers[1]);
      const own = Object.keys(
        type.outputs?.(
          { operation: "create", id: answers[0]?.id ?? "", inputs: fixture?.inputs ?? {} },
          new MemoryAzure(),
        ) ?? {},
      );
      const declared = shapeOf(type.token).outputs;
      expect(own.filter((name) => !declared.includes(name))).toEqual([]);
    },
  );
});

describe("Azure DNS", () => {
  test("a new zone has four name servers, and its SOA and NS records", () => {
    const azure = new MemoryAzure();
    const { id, outputs } = azure.put("azure-native:dns:Zone", zone);
    expect(id).toBe(exampleId("Microsoft.Network/dnsZones/example.com"));
    expect(outputs.nameServers).toEqual([
      expect.stringMatching(/^ns1-\d\d\.azure-dns\.com\.$/),
      expect.stringMatching(/^ns2-\d\d\.azure-dns\.net\.$/),
      expect.stringMatching(/^ns3-\d\d\.azure-dns\.org\.$/),
      expect.stringMatching(/^ns4-\d\d\.azure-dns\.info\.$/),
    ]);
    expect(azure.below(id).map((record) => record.id)).toEqual([`${id}/SOA/@`, `${id}/NS/@`]);
  });

  test("a record set has its fully qualified name", () => {
    const record: Properties = {
      resourceGroupName: "rg-example",
      zoneName: "example.com",
      recordType: "CNAME",
      ttl: 300,
      cnameRecord: { cname: "apim-example.azure-api.net" },
      relativeRecordSetName: "api",
    };
    const { id, outputs } = new MemoryAzure().put("azure-native:dns:RecordSet", record);
    expect(id).toBe(exampleId("Microsoft.Network/dnsZones/example.com/CNAME/api"));
    expect(outputs).toMatchObject({ fqdn: "api.example.com.", type: "Microsoft.Network/dnsZones/CNAME" });
  });

  test("getZone finds a zone, counts its record sets, and answers 404 for none", () => {
    const azure = new MemoryAzure();
    azure.put("azure-native:dns:Zone", zone);
    const getZone = invoke("azure-native:dns:getZone");
    expect(getZone.answer({ resourceGroupName: "RG-EXAMPLE", zoneName: "example.com" }, azure)).toMatchObject(
      {
        id: exampleId("Microsoft.Network/dnsZones/example.com"),
        name: "example.com",
        numberOfRecordSets: 2,
      },
    );
    expect(() => getZone.answer({ resourceGroupName: "rg-example", zoneName: "other.com" }, azure)).toThrow(
      AzureError,
    );
  });
});

describe("identities and Entra ID", () => {
  test("a user-assigned identity has a principal, a client id and the tenant", () => {
    const { outputs } = new MemoryAzure().put("azure-native:managedidentity:UserAssignedIdentity", {
      resourceGroupName: "rg-example",
      resourceName: "id-orders",
      location: "westeurope",
    });
    expect([outputs.principalId, outputs.clientId].map(isGuid)).toEqual([true, true]);
    expect(outputs.principalId).not.toBe(outputs.clientId);
    expect(outputs.tenantId).toBe(EXAMPLE.tenantId);
  });

  test("an application has Graph ids, and its scopes and roles by value", () => {
    const azure = new MemoryAzure();
    const inputs: Properties = {
      displayName: "Orders API",
      api: { oauth2PermissionScopes: [{ id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d01", value: "Orders.Read" }] },
      appRoles: [{ id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02", value: "Orders.Process" }],
    };
    const first = azure.put("azuread:index/application:Application", inputs);
    const second = azure.put("azuread:index/application:Application", inputs);
    expect(first.id).toBe(`/applications/${text(first.outputs, "objectId") ?? ""}`);
    expect(second.id).not.toBe(first.id);
    expect(first.outputs).toMatchObject({
      oauth2PermissionScopeIds: { "Orders.Read": "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d01" },
      appRoleIds: { "Orders.Process": "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02" },
    });
    const principal = azure.put("azuread:index/servicePrincipal:ServicePrincipal", {
      clientId: first.outputs.clientId ?? null,
    });
    expect(principal.outputs).toMatchObject({
      displayName: "Orders API",
      appRoleIds: { "Orders.Process": "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02" },
    });
  });

  test("both providers agree on who deploys", () => {
    const azure = new MemoryAzure();
    const native = invoke("azure-native:authorization:getClientConfig").answer({}, azure);
    const graph = invoke("azuread:index/getClientConfig:getClientConfig").answer({}, azure);
    expect(graph).toMatchObject({
      objectId: EXAMPLE.deployerObjectId,
      tenantId: EXAMPLE.tenantId,
      clientId: native.clientId,
    });
    expect(native).toMatchObject({ objectId: graph.objectId, subscriptionId: EXAMPLE.subscriptionId });
  });

  test("a storage account's identities are a list that goes in and a map that comes out", () => {
    const azure = new MemoryAzure();
    const identity = azure.put("azure-native:managedidentity:UserAssignedIdentity", {
      resourceGroupName: "rg-example",
      resourceName: "id-orders",
      location: "westeurope",
    });
    const { outputs } = azure.put("azure-native:storage:StorageAccount", {
      ...group,
      accountName: "stexample",
      kind: "StorageV2",
      sku: { name: "Standard_RAGRS" },
      identity: { type: "SystemAssigned,UserAssigned", userAssignedIdentities: [identity.id] },
    });
    const { clientId, principalId } = identity.outputs;
    expect(outputs.identity).toEqual({
      type: "SystemAssigned,UserAssigned",
      principalId: expect.any(String) as string,
      tenantId: EXAMPLE.tenantId,
      userAssignedIdentities: { [identity.id]: { clientId, principalId } },
    });
    expect(outputs).toMatchObject({
      primaryEndpoints: { blob: "https://stexample.blob.core.windows.net/" },
      secondaryEndpoints: { blob: "https://stexample-secondary.blob.core.windows.net/" },
    });
  });
});

describe("Key Vault", () => {
  const vault = (properties: Properties): Properties => ({
    ...group,
    vaultName: "kv-example",
    properties: {
      tenantId: EXAMPLE.tenantId,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      ...properties,
    },
  });

  test("a vault has its address, and a secret its versioned and unversioned ones, but no value", () => {
    const azure = new MemoryAzure();
    expect(azure.put("azure-native:keyvault:Vault", vault({})).outputs.properties).toMatchObject({
      vaultUri: "https://kv-example.vault.azure.net/",
      softDeleteRetentionInDays: 90,
    });
    const { outputs } = azure.put("azure-native:keyvault:Secret", {
      resourceGroupName: "rg-example",
      vaultName: "kv-example",
      secretName: "backend-key",
      properties: { value: "hunter2", contentType: "text/plain" },
    });
    expect(outputs.properties).toEqual({
      contentType: "text/plain",
      secretUri: "https://kv-example.vault.azure.net/secrets/backend-key",
      secretUriWithVersion: expect.stringMatching(/\/secrets\/backend-key\/[0-9a-f]{32}$/) as string,
    });
  });

  test("a deleted vault keeps its name, in every resource group", () => {
    const azure = new MemoryAzure();
    const deleted = azure.put("azure-native:keyvault:Vault", vault({}));
    azure.softDelete(deleted);
    const inputs = { ...vault({}), resourceGroupName: "rg-other" };
    const id = azure.idOf("azure-native:keyvault:Vault", inputs);
    const type = typeOf("azure-native:keyvault:Vault");
    const refusals = (type.rules ?? []).map(
      (rule) => rule.check({ operation: "create", id, inputs }, azure)?.code,
    );
    expect(refusals.filter((code) => code !== undefined)).toEqual(["ConflictError"]);
  });

  test.each([
    [{}, "purge: az keyvault purge --name kv-example"],
    [
      { enablePurgeProtection: true, softDeleteRetentionInDays: 7 },
      "recover: az keyvault recover --name kv-example  # purge protection: the name stays taken for 7 days",
    ],
  ])("with %j, a deleted vault has the remedy %s", (properties, remedy) => {
    const stored = new MemoryAzure().put("azure-native:keyvault:Vault", vault(properties));
    expect(typeOf(stored.token).softDelete?.remedy(stored)).toBe(remedy);
  });
});

describe("principals that stood before", () => {
  const objectId = "10000000-0000-0000-0000-000000000001";
  const refusal = (principalType: string, azure: MemoryAzure) => {
    const token = "azure-native:authorization:RoleAssignment";
    const inputs = {
      scope: EXAMPLE_GROUP_ID,
      roleAssignmentName: "0c6ab2f5-52ef-4f7e-8d0c-4a5d2ac1b0a1",
      principalId: objectId.toUpperCase(),
      principalType,
      roleDefinitionId: `${EXAMPLE_GROUP_ID}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
    };
    return (typeOf(token).rules ?? [])
      .map((one) => one.check({ operation: "create", id: azure.idOf(token, inputs), inputs }, azure))
      .find((found) => found !== undefined);
  };

  test.each(["Group", "User", "ServicePrincipal"] as const)("a %s gets roles as what it is", (type) => {
    const azure = new MemoryAzure();
    expect(refusal(type, azure)?.code).toBe("PrincipalNotFound");
    azure.standingPrincipals.push({ objectId, type });
    expect(refusal(type, azure)).toBeUndefined();
    const other = type === "Group" ? "User" : "Group";
    expect(refusal(other, azure)?.code).toBe("UnmatchedPrincipalType");
  });
});

describe("secrets of a vault", () => {
  const VAULT = "azure-native:keyvault:Vault";
  const SECRET = "azure-native:keyvault:Secret";
  const place = { resourceGroupName: "rg-example", vaultName: "kv-example" };
  const secret = { ...place, secretName: "backend-key", properties: { value: "example" } };
  const standing = async () => {
    const azure = simulateAzure();
    azure.seed("azure-native:resources:ResourceGroup", { ...group, location: "westeurope" });
    const vault = azure.seed(VAULT, {
      ...place,
      location: "westeurope",
      properties: {
        tenantId: azure.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        networkAcls: { defaultAction: "Deny", ipRules: [{ value: "192.0.2.1" }] },
      },
    });
    // Azure Resource Manager writes them past the firewall.
    const { id } = await azure.create(SECRET, secret);
    return { azure, vault, id };
  };
  const grantOfficer = (azure: SimulatedAzure, scope: string) =>
    azure.seed("azure-native:authorization:RoleAssignment", {
      scope,
      roleAssignmentName: "1c9d7c1e-52a4-4c0e-9d0b-5a7f2f6b8e43",
      principalId: azure.deployerObjectId,
      roleDefinitionId: `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`,
    });
  const refusal = async (attempt: Promise<unknown>) => String(await attempt.catch((error: unknown) => error));

  test("are deleted by whom the vault lets, and keep their names", async () => {
    const { azure, vault, id } = await standing();
    expect(await refusal(azure.delete(SECRET, id))).toContain("Microsoft.KeyVault/vaults/secrets/delete");
    grantOfficer(azure, vault.id);
    await azure.delete(SECRET, id);
    expect(azure.softDeletedResources().map(({ remedy }) => remedy)).toEqual([
      "purge: az keyvault secret purge --vault-name kv-example --name backend-key",
    ]);
    expect(await refusal(azure.create(SECRET, secret))).toContain(
      "Secret backend-key is currently in a deleted but recoverable state",
    );
  });

  test("go with their vault, deleted ones too: its name alone stays taken", async () => {
    const { azure, vault, id } = await standing();
    grantOfficer(azure, vault.id);
    await azure.create(SECRET, { ...secret, secretName: "other-key" });
    await azure.delete(SECRET, id);
    await azure.delete(VAULT, vault.id);
    expect(azure.softDeletedResources().map(({ id: left }) => left)).toEqual([vault.id]);
  });
});

describe("locks", () => {
  const zoneId = exampleId("Microsoft.Network/dnsZones/example.com");
  const locked = (level: string): MemoryAzure => {
    const azure = new MemoryAzure();
    azure.put(EXAMPLE_GROUP.token, group);
    azure.put("azure-native:authorization:ManagementLockByScope", { scope: zoneId, lockName: "keep", level });
    return azure;
  };

  test.each([
    ["the resource", zoneId, "delete", "CanNotDelete", "ScopeLocked"],
    ["what lies below", `${zoneId}/CNAME/api`, "delete", "CanNotDelete", "ScopeLocked"],
    ["the group around", EXAMPLE_GROUP_ID.toUpperCase(), "delete", "CanNotDelete", "ScopeLocked"],
    [
      "a role on the resource",
      `${zoneId}/providers/Microsoft.Authorization/roleAssignments/0c6ab2f5-52ef-4f7e-8d0c-4a5d2ac1b0a1`,
      "delete",
      "CanNotDelete",
      "ScopeLocked",
    ],
    ["an update", zoneId, "update", "CanNotDelete", undefined],
    ["an update", zoneId, "update", "ReadOnly", "ScopeLocked"],
    [
      "a sibling",
      exampleId("Microsoft.Network/dnsZones/example.com.au"),
      "delete",
      "CanNotDelete",
      undefined,
    ],
    [
      "the lock itself",
      `${zoneId}/providers/Microsoft.Authorization/locks/keep`,
      "delete",
      "CanNotDelete",
      undefined,
    ],
  ] as const)("%s: %s, %s under %s", (_, id, operation, level, code) => {
    expect(lockRefusal({ operation, id, inputs: {} }, locked(level))?.code).toBe(code);
  });
});

test("a lock on the SOA record, which each zone has, keeps the zone, and lets other records go", () => {
  const azure = new MemoryAzure();
  azure.put(EXAMPLE_GROUP.token, group);
  const { id: zoneId } = azure.put("azure-native:dns:Zone", {
    ...group,
    zoneName: "example.com",
    location: "global",
  });
  const LOCK = "azure-native:authorization:ManagementLockByScope";
  const inputs = { scope: `${zoneId}/SOA/@`, lockName: "keep", level: "CanNotDelete" };
  expect(typeOf(LOCK).references?.(inputs, azure)).toEqual([{ property: "scope", id: zoneId }]);
  azure.put(LOCK, inputs);
  const codeOf = (id: string) => lockRefusal({ operation: "delete", id, inputs: {} }, azure)?.code;
  expect(codeOf(zoneId)).toBe("ScopeLocked");
  expect(codeOf(`${zoneId}/SOA/@`)).toBe("ScopeLocked");
  expect(codeOf(`${zoneId}/CNAME/api`)).toBeUndefined();
});

test("Application Insights marks its connection string and key as secrets", () => {
  const { outputs } = new MemoryAzure().put("azure-native:applicationinsights:Component", {
    ...group,
    resourceName: "appi-example",
    kind: "web",
    applicationType: "web",
  });
  expect(outputs.connectionString).toContain(
    `InstrumentationKey=${text(outputs, "instrumentationKey") ?? ""};`,
  );
  expect(typeOf("azure-native:applicationinsights:Component").secrets).toEqual([
    "connectionString",
    "instrumentationKey",
  ]);
});
