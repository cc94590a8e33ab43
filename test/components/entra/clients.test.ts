import * as pulumi from "@pulumi/pulumi";
import type { ClientRegistration } from "../../../components/entra/client";
import { MICROSOFT_GRAPH } from "../../../components/entra/microsoft-graph";
import type { NewRegistration } from "../../../components/entra/new-registration";
import { EntraAppRegistration } from "../../../components/entra-app-registration";
import { DEFAULT_IDS, type SimulatedAzure } from "../../../rehearsal/azure";
import { admitPerson, seedGroups, seedIdentity } from "../fixtures";
import { deploy, identities, plan, refusal, registrationOf, valueOf } from "../harness";

const TEXTS = { displayName: "Some", description: "Something" };
const GRAPH = "00000003-0000-0000-c000-000000000000";

const ORDERS = {
  displayName: "Orders API",
  api: {
    scopes: { "Orders.Read": TEXTS },
    roles: { "Orders.Read.All": TEXTS, "Orders.Approve": { ...TEXTS, members: ["User"] } },
  },
} as const satisfies NewRegistration;

const client = (registration: ClientRegistration, more: Partial<NewRegistration> = {}) =>
  deploy(() => {
    const api = new EntraAppRegistration("orders", ORDERS);
    const calls = { calls: { orders: { api, scopes: ["Orders.Read"], roles: ["Orders.Read.All"] } } };
    return new EntraAppRegistration("shop", {
      displayName: "Shop",
      client: { ...registration, ...calls },
      ...more,
    });
  });

describe("a client", () => {
  it.each([
    ["singlePage", { singlePageApplication: { redirectUris: ["https://shop.contoso.com/in"] } }],
    ["web", { web: { redirectUris: ["https://shop.contoso.com/in"] } }],
    ["native", { publicClient: { redirectUris: ["https://shop.contoso.com/in"] } }],
  ] as const)("of kind %s is sent its users back on its platform", async (kind, platform) => {
    const deployment = await client({ kind, redirectUris: ["https://shop.contoso.com/in"] });
    const { inputs } = registrationOf(deployment, "shop-application");
    const platforms = ["singlePageApplication", "web", "publicClient"];
    expect(Object.fromEntries(Object.entries(inputs).filter(([name]) => platforms.includes(name)))).toEqual(
      platform,
    );
  });

  it("of kind native may have redirect URIs of its own scheme, and such without a path", async () => {
    const redirectUris = ["com.contoso.shop://signed-in", "http://localhost", "https://shop.contoso.com"];
    const deployment = await client({ kind: "native", redirectUris });
    expect(registrationOf(deployment, "shop-application").inputs.publicClient).toEqual({ redirectUris });
  });

  it("of kind web that signs in in the browser is sent its users back there", async () => {
    const redirectUris = ["https://developers.contoso.com/signin"];
    const deployment = await client({ kind: "web", signsInAt: "browser", redirectUris });
    const { inputs } = registrationOf(deployment, "shop-application");
    expect(inputs.singlePageApplication).toEqual({ redirectUris });
    expect(inputs.web).toBeUndefined();
  });

  it("of kind daemon is sent nobody, and asks for roles", async () => {
    const deployment = await deploy(() => {
      const api = new EntraAppRegistration("orders", ORDERS);
      return new EntraAppRegistration("job", {
        displayName: "Job",
        client: {
          kind: "daemon",
          calls: {
            graph: { api: MICROSOFT_GRAPH, roles: ["User.Read.All", "Group.Read.All"] },
            orders: { api, roles: ["Orders.Read.All"] },
          },
        },
      });
    });
    const [orders] = deployment.azure.all("azuread:index/application:Application");
    expect(registrationOf(deployment, "job-application").inputs).toEqual({
      displayName: "Job",
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      owners: [DEFAULT_IDS.deployerObjectId],
      requiredResourceAccesses: [
        {
          resourceAppId: GRAPH,
          resourceAccesses: [
            { id: "df021288-bdef-4463-88db-98f22de89214", type: "Role" },
            { id: "5b567255-7703-4780-807c-7be8301ae99b", type: "Role" },
          ],
        },
        {
          resourceAppId: orders?.outputs.clientId,
          resourceAccesses: [{ id: "eae761e8-547c-5396-a6e6-6ed0baf52b7c", type: "Role" }],
        },
      ],
    });
    // Whoever is asked consents later.
    expect(identities(deployment).filter((identity) => identity.includes(" job-consent"))).toEqual([]);
  });

  it("gets the consent of an administrator where the program says so, and there alone", async () => {
    const deployment = await deploy(async () => {
      const api = new EntraAppRegistration("orders", ORDERS);
      const shop = new EntraAppRegistration("shop", {
        displayName: "Shop",
        client: {
          kind: "web",
          redirectUris: ["https://shop.contoso.com/in"],
          calls: {
            graph: {
              api: MICROSOFT_GRAPH,
              scopes: ["openid", "User.Read"],
              roles: ["User.Read.All", "Group.Read.All"],
              consent: "admin",
            },
            orders: { api, scopes: ["Orders.Read"], consent: "ask" },
          },
        },
      });
      return { shop: await valueOf(shop.principalId) };
    });
    expect(identities(deployment).filter((identity) => identity.includes("consent"))).toEqual([
      "azuread:index/appRoleAssignment:AppRoleAssignment shop-consent-graph-Group.Read.All shop",
      "azuread:index/appRoleAssignment:AppRoleAssignment shop-consent-graph-User.Read.All shop",
      "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant shop-consent-graph shop",
    ]);
    const grant = registrationOf(deployment, "shop-consent-graph").inputs;
    expect(grant).toMatchObject({
      servicePrincipalObjectId: deployment.result.shop,
      claimValues: ["openid", "User.Read"],
    });
    expect(registrationOf(deployment, "shop-consent-graph-User.Read.All").inputs).toEqual({
      appRoleId: "df021288-bdef-4463-88db-98f22de89214",
      principalObjectId: deployment.result.shop,
      resourceObjectId: grant.resourceServicePrincipalObjectId,
    });
    const [assignment] = deployment.azure.all("azuread:index/appRoleAssignment:AppRoleAssignment");
    expect(assignment?.outputs.resourceDisplayName).toBe("Microsoft Graph");
  });

  it("cannot be one that no platform knows", () => {
    const calls = { orders: { api: MICROSOFT_GRAPH, roles: ["User.Read.All"] } };
    const secrets = {} as NonNullable<Extract<ClientRegistration, { kind: "web" }>["credentials"]>;
    const illegal: readonly ClientRegistration[] = [
      // @ts-expect-error a daemon signs nobody in
      { kind: "daemon", redirectUris: ["https://shop.contoso.com/in"] },
      // @ts-expect-error a browser keeps no credential
      { kind: "singlePage", redirectUris: [], credentials: secrets },
      // @ts-expect-error nor does a device
      { kind: "native", redirectUris: [], credentials: secrets },
      // @ts-expect-error what a browser does, it does for its user
      { kind: "singlePage", redirectUris: [], calls },
      // @ts-expect-error a daemon has no user
      { kind: "daemon", calls: { graph: { api: MICROSOFT_GRAPH, scopes: ["User.Read"] } } },
      // @ts-expect-error a client says what it is
      { redirectUris: [] },
    ];
    expect(illegal).toHaveLength(6);
  });

  it("carries claims that are asked for", async () => {
    const deployment = await client(
      { kind: "web", redirectUris: [] },
      { claims: { accessToken: ["idtyp", "ipaddr"], idToken: ["email"], groups: "assigned" } },
    );
    expect(registrationOf(deployment, "shop-application").inputs).toMatchObject({
      optionalClaims: {
        accessTokens: [{ name: "idtyp" }, { name: "ipaddr" }],
        idTokens: [{ name: "email" }],
      },
      groupMembershipClaims: ["ApplicationGroup"],
    });
  });
});

describe("an API", () => {
  it("is assigned to users, groups and identities", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-gateway");
      const { principalId } = seedIdentity(azure);
      const people = { user: admitPerson(azure, "User"), group: admitPerson(azure, "Group") };
      const api = new EntraAppRegistration("orders", {
        ...ORDERS,
        api: {
          ...ORDERS.api,
          assignments: {
            jo: { role: "Orders.Approve", to: "user", objectId: people.user },
            ops: { role: "Orders.Approve", to: "group", objectId: people.group },
            gateway: { role: "Orders.Read.All", to: "managedIdentity", objectId: principalId },
          },
        },
      });
      return { api, people, principalId };
    });
    const { api, people, principalId } = deployment.result;
    const assigned = ["jo", "ops", "gateway"].map(
      (key) => registrationOf(deployment, `orders-assignment-${key}`).inputs,
    );
    const resourceObjectId = await valueOf(api.principalId);
    const approve = await valueOf(api.roleId("Orders.Approve"));
    expect(assigned).toEqual([
      { appRoleId: approve, principalObjectId: people.user, resourceObjectId },
      { appRoleId: approve, principalObjectId: people.group, resourceObjectId },
      {
        appRoleId: await valueOf(api.roleId("Orders.Read.All")),
        principalObjectId: principalId,
        resourceObjectId,
      },
    ]);
  });

  it("without roles is assigned as such", async () => {
    const deployment = await deploy((azure) => {
      const objectId = admitPerson(azure, "Group");
      return new EntraAppRegistration("orders", {
        displayName: "Orders API",
        api: { assignments: { staff: { to: "group", objectId } } },
      });
    });
    expect(registrationOf(deployment, "orders-assignment-staff").inputs.appRoleId).toBe(
      "00000000-0000-0000-0000-000000000000",
    );
  });

  it.each([
    [2, ["client id"]],
    [1, ["identifier URI", "client id"]],
  ] as const)("asks for tokens of version %d, whose audience is its %j", async (tokenVersion, names) => {
    const deployment = await deploy(
      () => new EntraAppRegistration("orders", { displayName: "Orders API", api: { tokenVersion } }),
    );
    const { result } = deployment;
    expect(result.tokenVersion).toBe(tokenVersion);
    expect(registrationOf(deployment, "orders-application").inputs).toMatchObject({
      api: { requestedAccessTokenVersion: tokenVersion },
    });
    const known = {
      "client id": await valueOf(result.clientId),
      "identifier URI": await valueOf(result.identifierUri),
    };
    expect(await valueOf(pulumi.all([...result.audiences]))).toEqual(names.map((name) => known[name]));
  });

  it("knows which permissions it does not declare", async () => {
    const { result } = await deploy(() => new EntraAppRegistration("orders", ORDERS));
    expect(
      result.checkPermissions("operations.list.token", {
        scopes: ["Orders.Read", "Orders.Raed"],
        roles: ["Orders.Read.All", "Orders.Read"],
      }),
    ).toEqual([
      {
        path: "operations.list.token.scopes",
        rule: "the API declares the scopes Orders.Read",
        received: '"Orders.Raed"',
        fix: "use a name that the API declares, or let the API declare it",
      },
      {
        path: "operations.list.token.roles",
        rule: "the API declares the roles Orders.Read.All, Orders.Approve",
        received: '"Orders.Read"',
        fix: "use a name that the API declares, or let the API declare it",
      },
    ]);
  });

  it("is owned by whoever deploys, and by whom else the program names", async () => {
    const program = (azure: SimulatedAzure) => {
      const jo = admitPerson(azure, "User");
      new EntraAppRegistration("orders", {
        ...ORDERS,
        owners: { jo, deployer: DEFAULT_IDS.deployerObjectId },
      });
      return jo;
    };
    const deployment = await deploy(program);
    for (const name of ["orders-application", "orders-principal"]) {
      expect(registrationOf(deployment, name).inputs.owners).toEqual([
        DEFAULT_IDS.deployerObjectId,
        deployment.result,
      ]);
    }
    expect(plan(await deploy(program))).toEqual(plan(deployment));
  });
});

describe("refused is", () => {
  const refuse = (args: Partial<NewRegistration>) =>
    refusal("shop", () => new EntraAppRegistration("shop", { displayName: "Shop", ...args }));

  it("every call that asks for what there is not, for nothing, or twice", async () => {
    const message = await refuse({
      client: {
        kind: "web",
        redirectUris: [],
        calls: {
          graph: { api: MICROSOFT_GRAPH, scopes: ["Mail.Send"], roles: ["Mail.Send"] },
          again: { api: MICROSOFT_GRAPH, scopes: [] },
        },
      },
    });
    expect(message).toBe(
      [
        'EntraAppRegistration "shop" is not valid: 4 problems',
        "  - client.calls.graph.scopes: the API declares the scopes openid, profile, email, offline_access, User.Read" +
          ' (received "Mail.Send")',
        "    fix: use a name that the API declares, or let the API declare it",
        "  - client.calls.graph.roles: the API declares the roles User.Read.All, Group.Read.All, Application.Read.All, " +
          "Application.ReadWrite.OwnedBy, AppRoleAssignment.ReadWrite.All" +
          ' (received "Mail.Send")',
        "    fix: use a name that the API declares, or let the API declare it",
        "  - client.calls.again: a call asks for at least one permission",
        "    fix: name one, or leave the call out",
        '  - client.calls.again: an API stands once among the calls (received "graph")',
        "    fix: ask for all permissions under graph",
      ].join("\n"),
    );
  });

  it.each([
    [{ to: "group", role: "Orders.Read.All" }, "to: the role Orders.Read.All is held by Application"],
    [{ to: "managedIdentity", role: "Orders.Approve" }, "to: the role Orders.Approve is held by User"],
    [{ to: "user" }, "role: an assignment names one of the API's roles, where it has some"],
    [
      { to: "user", role: "Orders.Aprove" },
      "role: the API declares the roles Orders.Read.All, Orders.Approve",
    ],
  ] as const)("the assignment %j", async (assignment, rule) => {
    const assignments = { one: { ...assignment, objectId: "any" } };
    expect(await refuse({ api: { ...ORDERS.api, assignments } })).toContain(`api.assignments.one.${rule}`);
  });

  it.each([
    ["singlePage", "com.contoso.shop://in", "a redirect URI is https, or http on localhost"],
    [
      "native",
      "http://shop.contoso.com",
      "a redirect URI of a native client is https, http on localhost, or",
    ],
    ["native", "com.contoso.shop://", "a redirect URI of a native client is https"],
    ["singlePage", "https://shop.contoso.com", "with a path, if only /"],
    ["web", "http://localhost:3000", "with a path, if only /"],
    ["web", "https://shop.contoso.com/(in)", "the characters ! $ ' ( ) , ;"],
    ["web", `https://shop.contoso.com/${"a".repeat(256)}`, "a redirect URI has at most 256 characters"],
  ] as const)("to send users of kind %s back to %s", async (kind, uri, rule) => {
    expect(await refuse({ client: { kind, redirectUris: [uri] } })).toContain(rule);
  });

  it("a redirect URI that stands twice, and one too many", async () => {
    const redirectUris = Array.from({ length: 256 }, (_, index) => `https://shop.contoso.com/${index}`);
    expect(
      await refuse({ client: { kind: "web", redirectUris: [...redirectUris, ...redirectUris.slice(0, 1)] } }),
    ).toBe(
      [
        'EntraAppRegistration "shop" is not valid: 2 problems',
        '  - client.redirectUris[256]: a redirect URI stands once (received "https://shop.contoso.com/0")',
        "    fix: leave one out",
        "  - client.redirectUris: a registration has at most 256 redirect URIs (received 257)",
        "    fix: send users back to one address, and tell the rest by the state parameter",
      ].join("\n"),
    );
  });

  it("a claim that says something of another, which is not asked for", async () => {
    expect(
      await refuse({ client: { kind: "web", redirectUris: [] }, claims: { idToken: ["xms_edov"] } }),
    ).toContain("claims.idToken: the claim xms_edov says something of the claim email");
  });
});
