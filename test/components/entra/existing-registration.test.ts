import * as pulumi from "@pulumi/pulumi";
import {
  validateExistingRegistration,
  type ExistingRegistration,
  type FoundRegistration,
} from "../../../components/entra/existing-registration";
import { EntraAppRegistration } from "../../../components/entra-app-registration";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { seedGroups, seedIdentity } from "../fixtures";
import { deploy, identities, plan, refusal, registrationOf, valueOf } from "../harness";

const IDS = {
  "Orders.Read": "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d01",
  "Orders.Read.All": "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02",
} as const;
const TEXTS = { adminConsentDisplayName: "Some", adminConsentDescription: "Something" };

/** A registration of somebody else's, with a role that nobody may be given any more. */
function seedRegistration(azure: SimulatedAzure): string {
  const application = azure.seed("azuread:index/application:Application", {
    displayName: "Orders API",
    identifierUris: ["https://orders.example.onmicrosoft.com"],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ id: IDS["Orders.Read"], value: "Orders.Read", type: "User", ...TEXTS }],
    },
    appRoles: [
      {
        id: IDS["Orders.Read.All"],
        value: "Orders.Read.All",
        displayName: "Some",
        description: "Something",
        allowedMemberTypes: ["Application"],
      },
      {
        id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d03",
        value: "Orders.Write.All",
        displayName: "Some",
        description: "Something",
        allowedMemberTypes: ["Application"],
        enabled: false,
      },
    ],
  });
  const clientId = application.outputs.clientId as string;
  azure.seed("azuread:index/servicePrincipal:ServicePrincipal", { clientId });
  return clientId;
}

const RELIES_ON = { scopes: ["Orders.Read"], roles: ["Orders.Read.All"] };

/** What the directory says of it. */
const FOUND: FoundRegistration = {
  application: {
    clientId: "9d4c9b6e-59a5-4c0c-a9c9-7d6f8f2b1a11",
    displayName: "Orders API",
    identifierUris: ["https://orders.example.onmicrosoft.com"],
    apis: [
      {
        requestedAccessTokenVersion: 2,
        knownClientApplications: [],
        mappedClaimsEnabled: false,
        oauth2PermissionScopes: [],
      },
    ],
  },
  principal: {
    objectId: "9d4c9b6e-59a5-4c0c-a9c9-7d6f8f2b1a12",
    oauth2PermissionScopes: [
      {
        id: IDS["Orders.Read"],
        value: "Orders.Read",
        type: "User",
        enabled: true,
        userConsentDisplayName: "",
        userConsentDescription: "",
        ...TEXTS,
      },
    ],
    appRoles: ["Orders.Read.All", "Orders.Write.All"].map((value) => ({
      id: value,
      value,
      displayName: "Some",
      description: "Something",
      allowedMemberTypes: ["Application"],
      enabled: value === "Orders.Read.All",
    })),
  },
};

const adopted = () =>
  deploy((azure) => {
    const clientId = seedRegistration(azure);
    seedGroups(azure, "rg-gateway");
    const { principalId } = seedIdentity(azure);
    const api = new EntraAppRegistration("orders", { kind: "adopt", clientId, ...RELIES_ON });
    api.grantRole("gateway-reads-orders", "Orders.Read.All", principalId);
    const job = new EntraAppRegistration("job", {
      displayName: "Job",
      client: {
        kind: "daemon",
        calls: { orders: { api, roles: ["Orders.Read.All"], consent: "admin" } },
      },
    });
    return { api, job, clientId, principalId };
  });

describe("an adopted registration", () => {
  it("is read, and nothing of it is created", async () => {
    const deployment = await adopted();
    const { api, clientId } = deployment.result;
    expect(identities(deployment).filter((identity) => identity.endsWith(" orders"))).toEqual([
      "azuread:index/appRoleAssignment:AppRoleAssignment gateway-reads-orders orders",
    ]);
    const [principal] = deployment.azure.all("azuread:index/servicePrincipal:ServicePrincipal");
    expect(await valueOf(api.clientId)).toBe(clientId);
    expect(await valueOf(api.principalId)).toBe(principal?.outputs.objectId);
    expect(await valueOf(api.identifierUri)).toBe("https://orders.example.onmicrosoft.com");
    expect(await valueOf(pulumi.all([...api.audiences]))).toEqual([clientId]);
    expect(api.application).toBeUndefined();
    expect(api.secretId).toBeUndefined();
    expect(plan(await adopted())).toEqual(plan(deployment));
  });

  it("gives roles and is called by the ids that the directory knows", async () => {
    const deployment = await adopted();
    const { job, clientId, principalId } = deployment.result;
    expect(registrationOf(deployment, "gateway-reads-orders").inputs).toMatchObject({
      appRoleId: IDS["Orders.Read.All"],
      principalObjectId: principalId,
    });
    expect(registrationOf(deployment, "job-application").inputs.requiredResourceAccesses).toEqual([
      {
        resourceAppId: clientId,
        resourceAccesses: [{ id: IDS["Orders.Read.All"], type: "Role" }],
      },
    ]);
    expect(registrationOf(deployment, "job-consent-orders-Orders.Read.All").inputs).toMatchObject({
      appRoleId: IDS["Orders.Read.All"],
      principalObjectId: await valueOf(job.principalId),
    });
  });

  it("has as identifier URI the one that this program would give it, where it has several", async () => {
    const { result } = await deploy((azure) => {
      const clientId = seedRegistration(azure);
      const [application] = azure.all("azuread:index/application:Application");
      azure.seed("azuread:index/applicationIdentifierUri:ApplicationIdentifierUri", {
        applicationId: application?.id ?? "",
        identifierUri: `api://${clientId}`,
      });
      return { clientId, api: new EntraAppRegistration("orders", { kind: "adopt", clientId }) };
    });
    expect(await valueOf(result.api.identifierUri)).toBe(`api://${result.clientId}`);
  });

  it("promises what it is said to be relied on, and no more", async () => {
    const { result } = await adopted();
    expect(result.api.checkPermissions("token", { scopes: ["Orders.Read", "Orders.Write"] })).toEqual([
      {
        path: "token.scopes",
        rule: "the API declares the scopes Orders.Read",
        received: '"Orders.Write"',
        fix: "use a name that the API declares, or let the API declare it",
      },
    ]);
    expect(() => result.api.grantRole("one", "Orders.Write.All", "any")).toThrow(
      "role: the API declares the roles Orders.Read.All",
    );
  });

  it.each<[string, Partial<FoundRegistration["application"]>, Partial<ExistingRegistration>, string[]]>([
    ["is as it was said to be", {}, RELIES_ON, []],
    ["is of version 1, and said to be", { apis: [] }, { tokenVersion: 1 }, []],
    [
      "lacks what is relied on, or has it disabled",
      {},
      { scopes: ["Orders.Write"], roles: ["Orders.Write.All"] },
      [
        "scopes: the API declares the scopes Orders.Read",
        "roles: the API declares the roles Orders.Read.All",
      ],
    ],
    [
      "asks for tokens of another version, and has no identifier URI",
      { apis: [], identifierUris: [] },
      {},
      [
        "tokenVersion: the registration asks for tokens of version 1",
        "clientId: an API is asked for by its identifier URI, of which the registration has none",
      ],
    ],
  ])("that %s is told so", (_title, change, relies, problems) => {
    const issues = validateExistingRegistration(
      { kind: "adopt", clientId: "any", ...relies },
      { ...FOUND, application: { ...FOUND.application, ...change } },
    );
    expect(issues.map(({ path, rule }) => `${path}: ${rule}`)).toEqual(problems);
  });

  it("is named by its client id", async () => {
    expect(
      await refusal(
        "orders",
        () => new EntraAppRegistration("orders", { kind: "adopt", clientId: "orders" }),
      ),
    ).toContain("clientId: a client id has 32 hexadecimal digits in five groups");
  });
});
