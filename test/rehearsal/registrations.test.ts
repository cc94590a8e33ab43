import { findLeaks } from "../../rehearsal/leaks";
import { DEFAULT_IDS, type Fault } from "../../rehearsal/azure";
import type { ClientSecrets } from "../../components/entra/credentials";
import { MICROSOFT_GRAPH } from "../../components/entra/microsoft-graph";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { SecretVault } from "../../components/secret-vault";
import { admitPerson, CA_CERTIFICATE, seedGroups, seedIdentity } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench, writes } from "./workbench";

jest.mock("node:timers/promises", () => jest.requireActual<object>("./quick-waits"));

const TEXTS = { displayName: "Some", description: "Something" };
const PASSWORD = "azuread:index/applicationPassword:ApplicationPassword";

type Lifetimes = ClientSecrets["lifetimes"];

const FIRST: Lifetimes = { first: { from: "2026-11-24", until: "2027-05-24" } };
const SECOND: Lifetimes = { second: { from: "2027-04-24", until: "2027-10-24" } };

/** What stands in the directory before. */
function seedDirectory({ azure }: Workbench) {
  seedGroups(azure, "rg-gateway");
  const { outputs } = azure.seed("azuread:index/application:Application", {
    displayName: "Billing",
    identifierUris: ["https://billing.example.onmicrosoft.com"],
    api: { requestedAccessTokenVersion: 1 },
    appRoles: [
      {
        id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02",
        value: "Invoices.Read.All",
        allowedMemberTypes: ["Application"],
        ...TEXTS,
      },
    ],
  });
  const clientId = outputs.clientId as string;
  azure.seed("azuread:index/servicePrincipal:ServicePrincipal", { clientId });
  return {
    billing: clientId,
    identity: seedIdentity(azure).principalId,
    group: admitPerson(azure, "Group"),
    owner: admitPerson(azure, "User"),
  };
}

type Directory = ReturnType<typeof seedDirectory>;

/** A registration of every kind. */
function everyKind(
  directory: Directory,
  { lifetimes, current }: Pick<ClientSecrets, "lifetimes" | "current">,
) {
  const { vault } = new SecretVault("secrets", {
    resourceGroupName: "rg-gateway",
    vaultName: "kv-contoso",
    location: "westeurope",
    tenantId: DEFAULT_IDS.tenantId,
    purgeProtection: false,
    protect: false,
  });
  const billing = new EntraAppRegistration("billing", {
    kind: "adopt",
    clientId: directory.billing,
    roles: ["Invoices.Read.All"],
    tokenVersion: 1,
  });
  const browser = new EntraAppRegistration("browser", {
    displayName: "Browser",
    client: { kind: "singlePage", redirectUris: ["https://shop.contoso.com/"] },
  });
  const orders = new EntraAppRegistration("orders", {
    displayName: "Orders API",
    api: {
      scopes: { "Orders.Read": { ...TEXTS, consentBy: "User" } },
      roles: { "Orders.Read.All": { ...TEXTS, members: ["Application", "User"] } },
      assignments: {
        operators: { role: "Orders.Read.All", to: "group", objectId: directory.group },
        gateway: { role: "Orders.Read.All", to: "managedIdentity", objectId: directory.identity },
      },
      preAuthorizedClients: { browser: { clientId: browser.clientId, scopes: ["Orders.Read"] } },
    },
    claims: { accessToken: ["idtyp"] },
    owners: { jo: directory.owner },
  });
  new EntraAppRegistration("device", {
    displayName: "Device",
    client: {
      kind: "native",
      redirectUris: ["com.contoso.shop://in"],
      calls: { orders: { api: orders, scopes: ["Orders.Read"], consent: "admin" } },
    },
  });
  new EntraAppRegistration("job", {
    displayName: "Job",
    client: {
      kind: "daemon",
      calls: {
        graph: { api: MICROSOFT_GRAPH, roles: ["User.Read.All", "Group.Read.All"], consent: "admin" },
        billing: { api: billing, roles: ["Invoices.Read.All"], consent: "admin" },
      },
      credentials: {
        federated: {
          "github-prod": {
            kind: "gitHubActions",
            repository: "contoso/orders",
            runsFor: { environment: "prod" },
          },
        },
      },
    },
  });
  return new EntraAppRegistration("web", {
    displayName: "Web",
    client: {
      kind: "web",
      redirectUris: ["https://web.contoso.com/in"],
      calls: {
        orders: { api: orders, scopes: ["Orders.Read"], roles: ["Orders.Read.All"], consent: "admin" },
      },
      credentials: {
        certificates: { first: CA_CERTIFICATE },
        secrets: { lifetimes, current, vault, secretName: "web" },
      },
    },
  });
}

describeWithEngine("registrations", (engine) => {
  let workbench: Workbench;
  let directory: Directory;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
    directory = seedDirectory(workbench);
  });
  afterEach(() => workbench.close());

  /** What was written since a place in the log, as `operation type`. */
  const writesSince = (start: number): string[] =>
    writes(workbench.azure, start).map(({ operation, token, code }) =>
      [operation, token.split(":").at(-1), ...(code === "OK" ? [] : [code])].join(" "),
    );

  test("of every kind drift by nothing, rotate a secret without a gap, show it nowhere, and go without a trace", async () => {
    const { azure } = workbench;
    const before = azure.remaining();
    let secrets = { lifetimes: FIRST, current: "first" };
    const stack = await workbench.stack("kinds", {}, () => {
      everyKind(directory, secrets);
      return Promise.resolve();
    });
    const first = await stack.up();
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });

    // An application stands before what hangs on it, and both service principals before a grant.
    const log = writes(azure, 0);
    const created = (part: string) => log.findIndex(({ token }) => token.endsWith(`:${part}`));
    const lastCreated = (part: string) => log.findLastIndex(({ token }) => token.endsWith(`:${part}`));
    expect(created("Application")).toBeLessThan(created("ServicePrincipal"));
    expect(created("ServicePrincipalDelegatedPermissionGrant")).toBeGreaterThan(created("ServicePrincipal"));
    expect(lastCreated("Secret")).toBeGreaterThan(lastCreated("ApplicationPassword"));

    secrets = { lifetimes: { ...FIRST, ...SECOND }, current: "second" };
    let start = azure.log.length;
    const rotated = await stack.up();
    expect(writesSince(start)).toEqual(["create ApplicationPassword", "update Secret"]);

    const values = azure.all(PASSWORD).map(({ inputs, outputs }) => ({
      label: `the secret ${inputs.displayName as string}`,
      value: outputs.value as string,
    }));
    expect(values).toHaveLength(2);
    expect(
      findLeaks(values, [
        { where: "the state", text: await workbench.state("kinds") },
        { where: "what was printed", text: [first, rotated].map(({ stdout }) => stdout).join("\n") },
        { where: "the log", text: JSON.stringify(azure.log) },
      ]),
    ).toEqual([]);
    const [secret] = azure.all("azure-native:keyvault:Secret");
    expect(secret?.inputs.properties).toEqual({
      value: values.find(({ label }) => label === "the secret second")?.value,
      attributes: { expires: Date.UTC(2027, 9, 24) / 1000 },
    });

    secrets = { lifetimes: SECOND, current: "second" };
    start = azure.log.length;
    await stack.up();
    expect(writesSince(start)).toEqual(["delete ApplicationPassword"]);

    await stack.destroy();
    expect(azure.remaining()).toEqual(before);
  });

  test("wait until Entra ID knows of them everywhere", async () => {
    const { azure } = workbench;
    const types = [
      "appRoleAssignment:AppRoleAssignment",
      "applicationCertificate:ApplicationCertificate",
      "applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
      "applicationIdentifierUri:ApplicationIdentifierUri",
      "applicationPassword:ApplicationPassword",
      "applicationPreAuthorized:ApplicationPreAuthorized",
      "servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
    ];
    const late = types.map((type): Fault => ({
      token: `azuread:index/${type}`,
      operation: "create",
      code: "Request_ResourceNotFound",
      times: 2,
    }));
    for (const fault of late) azure.inject(fault);
    const stack = await workbench.stack("late", {}, () => {
      everyKind(directory, { lifetimes: FIRST, current: "first" });
      return Promise.resolve();
    });
    await stack.up();
    const refused = writesSince(0).filter((line) => line.endsWith("Request_ResourceNotFound"));
    expect(refused).toHaveLength(2 * types.length);
    await stack.preview({ expectNoChanges: true });
  });
});
