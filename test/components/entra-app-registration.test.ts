import type { NewRegistration } from "../../components/entra/new-registration";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { seedGroups, seedIdentity, tooLong } from "./fixtures";
import { deferred, deploy, identities, plan, refusal, registrationOf, start, valueOf } from "./harness";

const API: NewRegistration = {
  displayName: "Orders API",
  api: {
    scopes: { "Orders.Read": { displayName: "Read orders", description: "Read your orders" } },
    roles: { "Orders.Read.All": { displayName: "Read all orders", description: "Read every order" } },
  },
};

/** The ids below are pinned: with another id, tokens and consents that stand already would lose their permission. */
const IDS = {
  "Orders.Read": "a8289b79-f650-589c-9050-ee4705f81d7a",
  "Orders.Read.All": "eae761e8-547c-5396-a6e6-6ed0baf52b7c",
};

const register = (args: NewRegistration) => deploy(() => new EntraAppRegistration("orders", args));

/** An API with everything, and a client of it. */
const maximal = () =>
  deploy((azure) => {
    seedGroups(azure, "rg-gateway");
    const identity = seedIdentity(azure);
    const client = new EntraAppRegistration("shop", {
      displayName: "Shop",
      client: { kind: "native", redirectUris: ["http://localhost:3000/", "https://shop.contoso.com/in"] },
    });
    const api = new EntraAppRegistration("orders", {
      displayName: "Orders API",
      api: {
        scopes: {
          "Orders.Read": { displayName: "Read orders", description: "Read your orders", consentBy: "User" },
        },
        roles: {
          "Orders.Read.All": {
            displayName: "Read all orders",
            description: "Read every order",
            members: ["Application", "User"],
          },
        },
        assignmentRequired: false,
        preAuthorizedClients: { shop: { clientId: client.clientId, scopes: ["Orders.Read"] } },
      },
      client: { kind: "singlePage", redirectUris: ["https://portal.contoso.com/"] },
    });
    const assignment = api.grantRole("gateway-reads-orders", "Orders.Read.All", identity.principalId);
    const portal = new EntraAppRegistration("portal", {
      displayName: "Portal",
      client: {
        kind: "singlePage",
        redirectUris: ["https://portal.contoso.com/"],
        calls: { orders: { api, scopes: ["Orders.Read"] } },
      },
    });
    return { api, client, portal, identity, assignment };
  });

describe("EntraAppRegistration", () => {
  it("is an API with version 2 tokens, which only those get who hold a role", async () => {
    const deployment = await register(API);
    expect(identities(deployment)).toEqual([
      "azuread:index/application:Application orders-application orders",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri orders-identifier-uri orders",
      "azuread:index/servicePrincipal:ServicePrincipal orders-principal orders",
      "enterprise-integration:index:EntraAppRegistration orders -",
    ]);
    const application = registrationOf(deployment, "orders-application");
    expect(application.ignoreChanges).toEqual(["identifierUris", "owners"]);
    expect(application.inputs).toEqual({
      displayName: "Orders API",
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      api: {
        requestedAccessTokenVersion: 2,
        oauth2PermissionScopes: [
          {
            id: IDS["Orders.Read"],
            value: "Orders.Read",
            type: "Admin",
            enabled: true,
            adminConsentDisplayName: "Read orders",
            adminConsentDescription: "Read your orders",
            userConsentDisplayName: "Read orders",
            userConsentDescription: "Read your orders",
          },
        ],
      },
      appRoles: [
        {
          id: IDS["Orders.Read.All"],
          value: "Orders.Read.All",
          displayName: "Read all orders",
          description: "Read every order",
          enabled: true,
          allowedMemberTypes: ["Application"],
        },
      ],
      owners: [DEFAULT_IDS.deployerObjectId],
    });
    expect(registrationOf(deployment, "orders-principal").inputs).toMatchObject({
      appRoleAssignmentRequired: true,
    });
  });

  it("is known by its client id, which is the audience of its tokens", async () => {
    const deployment = await register(API);
    const [application] = deployment.azure.all("azuread:index/application:Application");
    const [principal] = deployment.azure.all("azuread:index/servicePrincipal:ServicePrincipal");
    const clientId = application?.outputs.clientId as string;
    expect(clientId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await valueOf(deployment.result.clientId)).toBe(clientId);
    expect(await valueOf(deployment.result.identifierUri)).toBe(`api://${clientId}`);
    expect(await valueOf(deployment.result.principalId)).toBe(principal?.outputs.objectId);
    expect(deployment.registeredOutputs.orders).toEqual({
      clientId,
      principalId: principal?.outputs.objectId,
      identifierUri: `api://${clientId}`,
    });
  });

  it("tells policies whose tokens are its API's, and what they may hold", async () => {
    const { result } = await register(API);
    expect(result.tokens("tenant", ["client"])).toEqual({
      tenantId: "tenant",
      version: 2,
      audiences: [result.clientId],
      clients: ["client"],
      scopes: ["Orders.Read"],
      roles: ["Orders.Read.All"],
    });
    expect(result.tokens("tenant").clients).toBeUndefined();
  });

  it("is a client without a secret and without a role to hold", async () => {
    const deployment = await register({
      displayName: "Shop",
      client: { kind: "native", redirectUris: ["http://localhost:3000/"] },
    });
    expect(identities(deployment)).toEqual([
      "azuread:index/application:Application orders-application orders",
      "azuread:index/servicePrincipal:ServicePrincipal orders-principal orders",
      "enterprise-integration:index:EntraAppRegistration orders -",
    ]);
    expect(registrationOf(deployment, "orders-application").inputs).toEqual({
      displayName: "Shop",
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      publicClient: { redirectUris: ["http://localhost:3000/"] },
      requiredResourceAccesses: [],
      owners: [DEFAULT_IDS.deployerObjectId],
    });
    expect(registrationOf(deployment, "orders-principal").inputs).toMatchObject({
      appRoleAssignmentRequired: false,
    });
  });

  it("pre-authorizes clients, assigns roles, and lets clients ask for scopes", async () => {
    const deployment = await maximal();
    expect(identities(deployment).filter((identity) => !identity.startsWith("enterprise"))).toEqual([
      "azuread:index/appRoleAssignment:AppRoleAssignment gateway-reads-orders orders",
      "azuread:index/application:Application orders-application orders",
      "azuread:index/application:Application portal-application portal",
      "azuread:index/application:Application shop-application shop",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri orders-identifier-uri orders",
      "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized orders-pre-authorized-shop orders",
      "azuread:index/servicePrincipal:ServicePrincipal orders-principal orders",
      "azuread:index/servicePrincipal:ServicePrincipal portal-principal portal",
      "azuread:index/servicePrincipal:ServicePrincipal shop-principal shop",
    ]);
    const { api, client, identity } = deployment.result;
    expect(registrationOf(deployment, "orders-application").inputs).toMatchObject({
      api: { oauth2PermissionScopes: [{ value: "Orders.Read", type: "User" }] },
      appRoles: [{ value: "Orders.Read.All", allowedMemberTypes: ["Application", "User"] }],
      singlePageApplication: { redirectUris: ["https://portal.contoso.com/"] },
    });
    expect(registrationOf(deployment, "orders-principal").inputs).toMatchObject({
      appRoleAssignmentRequired: false,
    });
    expect(registrationOf(deployment, "orders-pre-authorized-shop").inputs).toMatchObject({
      authorizedClientId: await valueOf(client.clientId),
      permissionIds: [IDS["Orders.Read"]],
    });
    expect(registrationOf(deployment, "gateway-reads-orders").inputs).toEqual({
      appRoleId: IDS["Orders.Read.All"],
      principalObjectId: identity.principalId,
      resourceObjectId: await valueOf(api.principalId),
    });
    expect(registrationOf(deployment, "portal-application").inputs).toMatchObject({
      requiredResourceAccesses: [
        {
          resourceAppId: await valueOf(api.clientId),
          resourceAccesses: [{ id: IDS["Orders.Read"], type: "Scope" }],
        },
      ],
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  it("is registered while a client that it pre-authorizes is not known yet", async () => {
    const clientId = deferred<string>();
    const run = await start(
      () =>
        new EntraAppRegistration("orders", {
          displayName: "Orders API",
          api: {
            ...API.api,
            preAuthorizedClients: { late: { clientId: clientId.promise, scopes: ["Orders.Read"] } },
          },
        }),
    );
    await Promise.all([run.registered("orders-principal"), run.registered("orders-identifier-uri")]);
    expect(run.registrations.map(({ name }) => name)).not.toContain("orders-pre-authorized-late");
    clientId.resolve("9d4c9b6e-59a5-4c0c-a9c9-7d6f8f2b1a11");
    expect(registrationOf(await run.finish(), "orders-pre-authorized-late").inputs.authorizedClientId).toBe(
      "9d4c9b6e-59a5-4c0c-a9c9-7d6f8f2b1a11",
    );
  });

  describe("refuses", () => {
    const refuse = (args: NewRegistration) =>
      refusal("orders", () => new EntraAppRegistration("orders", args));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          displayName: "",
          api: {
            scopes: { "Orders Read": TEXTS, Shared: TEXTS },
            roles: { ".Orders": TEXTS, Shared: TEXTS },
            preAuthorizedClients: { shop: { clientId: "any", scopes: ["Orders.Raed"] } },
          },
          client: {
            kind: "singlePage",
            redirectUris: ["http://shop.contoso.com", "https://*.contoso.com/"],
          },
        }),
      ).toBe(
        [
          'EntraAppRegistration "orders" is not valid: 8 problems',
          '  - displayName: a display name has 1 to 120 characters (received "")',
          "    fix: give 1 to 120 characters",
          "  - api.scopes.Orders Read: a permission value has 1 to 120 characters without spaces, and does not begin" +
            ' with a dot (received "Orders Read")',
          "    fix: use a value such as Orders.Read",
          "  - api.roles..Orders: a permission value has 1 to 120 characters without spaces, and does not begin with a" +
            ' dot (received ".Orders")',
          "    fix: use a value such as Orders.Read",
          "  - api.roles.Shared: a scope and an app role of one registration cannot share a value unless they share an" +
            ' id (received "Shared")',
          "    fix: name the role Shared.All",
          '  - api.preAuthorizedClients.shop.clientId: a client id has 32 hexadecimal digits in five groups (received "any")',
          "    fix: write 32 hexadecimal digits in five groups",
          "  - api.preAuthorizedClients.shop.scopes: the API declares the scopes Orders Read, Shared" +
            ' (received "Orders.Raed")',
          "    fix: use a name that the API declares, or let the API declare it",
          "  - client.redirectUris[0]: a redirect URI is https, or http on localhost, with a path, if only /, without" +
            " wildcard, fragment and the characters ! $ ' ( ) , ;" +
            ' (received "http://shop.contoso.com")',
          "    fix: write e.g. https://shop.contoso.com/signed-in, or http://localhost/ while developing",
          "  - client.redirectUris[1]: a redirect URI is https, or http on localhost, with a path, if only /, without" +
            " wildcard, fragment and the characters ! $ ' ( ) , ;" +
            ' (received "https://*.contoso.com/")',
          "    fix: write e.g. https://shop.contoso.com/signed-in, or http://localhost/ while developing",
        ].join("\n"),
      );
    });

    it("permissions that say nothing, roles that nobody can hold, and ids that are none", async () => {
      const silent = { displayName: "", description: " " };
      expect(
        await refuse({
          displayName: "Orders API",
          api: {
            scopes: { "Orders.Read": silent },
            roles: { "Orders.Read.All": { ...TEXTS, members: [] } },
            assignments: { staff: { role: "toString", to: "group", objectId: "staff@contoso.com" } },
          },
          owners: { me: "me@contoso.com" },
        }),
      ).toBe(
        [
          'EntraAppRegistration "orders" is not valid: 6 problems',
          '  - api.scopes.Orders.Read.displayName: a permission says what it allows (received "")',
          "    fix: write what whoever consents or assigns is to read",
          '  - api.scopes.Orders.Read.description: a permission says what it allows (received " ")',
          "    fix: write what whoever consents or assigns is to read",
          "  - api.roles.Orders.Read.All.members: an app role is held by applications, by users, or by both (received [])",
          "    fix: name one, or leave members out for Application",
          '  - api.assignments.staff.role: the API declares the roles Orders.Read.All (received "toString")',
          "    fix: use a name that the API declares, or let the API declare it",
          '  - api.assignments.staff.objectId: an object id has 32 hexadecimal digits in five groups (received "staff@contoso.com")',
          "    fix: write 32 hexadecimal digits in five groups",
          '  - owners.me: an object id has 32 hexadecimal digits in five groups (received "me@contoso.com")',
          "    fix: write 32 hexadecimal digits in five groups",
        ].join("\n"),
      );
    });

    it("what Entra ID takes once: a role of somebody, a client that is pre-authorized, a scope of it", async () => {
      const objectId = "5c9e1a50-3b37-4d2c-9c0a-0d6f4f7b2a11";
      expect(
        await refuse({
          displayName: "Orders API",
          api: {
            scopes: { "Orders.Read": TEXTS },
            roles: { Approve: { ...TEXTS, members: ["User"] } },
            assignments: {
              staff: { role: "Approve", to: "group", objectId },
              managers: { role: "Approve", to: "group", objectId: objectId.toUpperCase() },
            },
            preAuthorizedClients: {
              shop: { clientId: objectId, scopes: ["Orders.Read", "Orders.Read"] },
              again: { clientId: objectId, scopes: ["Orders.Read"] },
            },
          },
        }),
      ).toBe(
        [
          'EntraAppRegistration "orders" is not valid: 3 problems',
          '  - api.preAuthorizedClients.shop.scopes: each of the scopes stands once (received "Orders.Read")',
          "    fix: leave one out",
          '  - api.assignments.managers: a role is assigned to somebody once (received "staff")',
          "    fix: leave one of the two out",
          '  - api.preAuthorizedClients.again: a client is pre-authorized once (received "shop")',
          "    fix: leave one of the two out",
        ].join("\n"),
      );
    });

    it("no scope because of what every object has", async () => {
      const { registrations } = await register({
        displayName: "Orders API",
        api: { scopes: { constructor: TEXTS } },
      });
      expect(registrationOf({ registrations }, "orders-application").inputs.api).toMatchObject({
        oauth2PermissionScopes: [{ value: "constructor" }],
      });
    });

    it("tokens for what is a client only", async () => {
      const { result } = await register({ displayName: "Shop", client: { kind: "daemon" } });
      expect(() => result.tokens(DEFAULT_IDS.tenantId)).toThrow(
        'EntraAppRegistration "orders" is a client only, for which there are no tokens\n  fix: give it api, or ask the registration of the API',
      );
    });

    it("a display name of 121 characters", async () => {
      expect(await refuse({ ...API, displayName: tooLong(120) })).toContain(
        "displayName: a display name has 1 to 120 characters",
      );
    });

    it("to be neither an API nor a client", async () => {
      expect(await refuse({ displayName: "Nothing" })).toBe(
        [
          'EntraAppRegistration "orders" is not valid: 1 problem',
          "  - api: a registration is an API, a client, or both",
          "    fix: give api, client, or both",
        ].join("\n"),
      );
    });

    it("a scope that the called API does not have", async () => {
      const message = await refusal("shop", () => {
        const api = new EntraAppRegistration("orders", API);
        return new EntraAppRegistration("shop", {
          displayName: "Shop",
          client: {
            kind: "native",
            redirectUris: [],
            calls: { orders: { api, scopes: ["Orders.Write"] } },
          },
        });
      });
      expect(message).toBe(
        [
          'EntraAppRegistration "shop" is not valid: 1 problem',
          '  - client.calls.orders.scopes: the API declares the scopes Orders.Read (received "Orders.Write")',
          "    fix: use a name that the API declares, or let the API declare it",
        ].join("\n"),
      );
    });

    it("to pre-authorize a client for a scope where it has none", async () => {
      expect(
        await refuse({
          displayName: "Orders API",
          api: { preAuthorizedClients: { shop: { clientId: "any", scopes: ["Orders.Read"] } } },
        }),
      ).toContain("api.preAuthorizedClients.shop.scopes: the API declares no scopes");
    });

    it("to assign a role that it does not have", async () => {
      const { result } = await deploy(() => {
        const api = new EntraAppRegistration("orders", API);
        expect(() => api.grantRole("assignment", "Orders.Write.All", "principal")).toThrow(
          [
            'EntraAppRegistration "orders" is not valid: 2 problems',
            '  - role: the API declares the roles Orders.Read.All (received "Orders.Write.All")',
            "    fix: use a name that the API declares, or let the API declare it",
            '  - principalId: an object id has 32 hexadecimal digits in five groups (received "principal")',
            "    fix: write 32 hexadecimal digits in five groups",
          ].join("\n"),
        );
        return api;
      });
      expect(await valueOf(result.clientId)).toMatch(/^[0-9a-f-]{36}$/);
    });
  });
});

const TEXTS = { displayName: "Some", description: "Something" };
