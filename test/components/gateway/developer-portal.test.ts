import * as pulumi from "@pulumi/pulumi";
import { ApimGateway } from "../../../components/gateway/apim-gateway";
import { GatewayAuthorizationServer } from "../../../components/gateway/authorization-server";
import { DeveloperPortal, type DeveloperPortalArgs } from "../../../components/gateway/developer-portal";
import { consoleAddress, signInAddress } from "../../../components/gateway/portal/addresses";
import type { GatewayTier } from "../../../components/gateway/tier";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { items, members, text } from "../../../rehearsal/azure/types/common";
import { gatewayArgs, PLACE } from "../fixtures";
import { deploy, identities, lateRefusal, plan, refusal, registrationOf } from "../harness";

const TENANT = "22222222-2222-4222-8222-222222222222";
const CLIENT = "11111111-1111-4111-8111-111111111111";
const GROUP = "55555555-5555-4555-8555-555555555555";
const URL = "https://developer.contoso.com";
const SECRET = "s3cret-of-the-portal";
const KEY = "c2lnbmVkLWJ5LXRoZS1wb3J0YWw=";

const ENTRA = () =>
  ({ kind: "entra", tenantId: TENANT, clientId: CLIENT, clientSecret: pulumi.secret(SECRET) }) as const;
const B2C = () =>
  ({
    kind: "b2c",
    tenantDomain: "contoso.onmicrosoft.com",
    authority: "contoso.b2clogin.com",
    flows: {
      signIn: "B2C_1_in",
      signUp: "B2C_1_up",
      editProfile: "B2C_1_edit",
      resetPassword: "B2C_1_reset",
    },
    clientId: CLIENT,
    clientSecret: pulumi.secret(SECRET),
  }) as const;
const CONTENT = {
  "/contentTypes/page/contentItems/home": { properties: { en_us: { title: "[Contoso]", permalink: "/" } } },
  "/contentTypes/document/contentItems/stylesheet": { properties: { nodes: [] } },
};

const everything = (): Partial<DeveloperPortalArgs> => ({
  anonymousVisitors: { because: "the APIs are public" },
  signUp: { because: "anybody may try" },
  terms: { text: "Be kind." },
  groups: { partners: { displayName: "Partners", description: "Everybody there", objectId: GROUP } },
  delegation: {
    url: "https://shop.contoso.com/delegation",
    validationKey: pulumi.secret(KEY),
    userRegistration: true,
  },
  content: CONTENT,
});

/** A deployment of nothing. */
const NOTHING = { mode: "Incremental", template: { resources: [] } };

const portalOn = (azure: SimulatedAzure, more: Partial<DeveloperPortalArgs>, tier?: GatewayTier) =>
  new DeveloperPortal("portal", {
    gateway: new ApimGateway("gateway", gatewayArgs(azure, tier && { tier })),
    url: URL,
    signIn: ENTRA(),
    ...more,
  });

const portalWith = (more: Partial<DeveloperPortalArgs> = {}, tier?: GatewayTier) =>
  deploy((azure) => portalOn(azure, more, tier));

/** The resources that a deployment writes: properties by their names. */
function written(deployment: Awaited<ReturnType<typeof portalWith>>, name: string) {
  const { inputs } = registrationOf(deployment, name);
  return Object.fromEntries(
    items(inputs, "properties.template.resources").map((resource) => [
      text(resource, "name")?.replace(`${PLACE.serviceName}/`, "") ?? "",
      members(resource, "properties"),
    ]),
  );
}

const revisionOf = (deployment: Awaited<ReturnType<typeof portalWith>>) =>
  Object.keys(written(deployment, "portal-publication"))[0];

describe("DeveloperPortal", () => {
  it("lets those of one tenant in and nobody else, and is published last", async () => {
    const deployment = await portalWith();
    expect(identities(deployment).filter((identity) => !identity.endsWith(" gateway"))).toEqual([
      "azure-native:apimanagement:IdentityProvider portal-identity-provider portal",
      "azure-native:resources:Deployment portal-publication portal",
      "azure-native:resources:Deployment portal-settings portal",
      "enterprise-integration:index:ApimGateway gateway -",
      "enterprise-integration:index:DeveloperPortal portal -",
    ]);
    const provider = registrationOf(deployment, "portal-identity-provider");
    expect(provider.inputs).toEqual({
      ...PLACE,
      identityProviderName: "aad",
      type: "aad",
      clientId: CLIENT,
      clientSecret: SECRET,
      clientLibrary: "MSAL-2",
      authority: "login.microsoftonline.com",
      signinTenant: TENANT,
      allowedTenants: [TENANT],
    });
    expect(provider.secretInputs).toEqual(["clientSecret"]);
    expect(written(deployment, "portal-settings")).toEqual({
      signin: { enabled: true },
      signup: { enabled: false, termsOfService: { enabled: false, consentRequired: false, text: "" } },
    });
    expect(Object.values(written(deployment, "portal-publication"))).toEqual([
      { description: "Edition 1, published by Pulumi", isCurrent: true },
    ]);
    expect(deployment.registeredOutputs.portal).toEqual({ revision: revisionOf(deployment) });
  });

  it("takes what it is told, waits in the order in which Azure takes it, and shows no secret", async () => {
    const deployment = await portalWith(everything());
    expect(registrationOf(deployment, "partners-group").inputs).toMatchObject({
      groupId: "partners",
      type: "external",
      externalId: `aad://${TENANT}/groups/${GROUP}`,
    });
    expect(written(deployment, "portal-settings")).toEqual({
      signin: { enabled: false },
      signup: { enabled: true, termsOfService: { enabled: true, consentRequired: true, text: "Be kind." } },
      delegation: {
        url: "https://shop.contoso.com/delegation",
        subscriptions: { enabled: true },
        userRegistration: { enabled: true },
        validationKey: "[parameters('validationKey')]",
      },
    });
    expect(registrationOf(deployment, "portal-settings").secretInputs).toEqual([
      "properties.parameters.validationKey.value",
    ]);
    expect(written(deployment, "portal-content")).toEqual({
      "document/stylesheet": { nodes: [] },
      // A text in brackets would be an expression.
      "page/home": { en_us: { title: "[[Contoso]", permalink: "/" } },
    });
    for (const name of ["partners", "portal-settings"]) {
      expect(registrationOf(deployment, name).dependsOn).toContain("portal-identity-provider");
    }
    expect(registrationOf(deployment, "portal-publication").dependsOn).toEqual(
      expect.arrayContaining([
        "portal-identity-provider",
        "portal-settings",
        "partners-group",
        "portal-content",
      ]),
    );
  });

  it("signs developers of a B2C tenant in by their user flows", async () => {
    const { inputs } = registrationOf(await portalWith({ signIn: B2C() }), "portal-identity-provider");
    expect(inputs).toMatchObject({
      identityProviderName: "aadB2C",
      type: "aadB2C",
      clientLibrary: "MSAL-2",
      authority: "contoso.b2clogin.com",
      signinTenant: "contoso.onmicrosoft.com",
      allowedTenants: ["contoso.onmicrosoft.com"],
      signinPolicyName: "B2C_1_in",
      signupPolicyName: "B2C_1_up",
      profileEditingPolicyName: "B2C_1_edit",
      passwordResetPolicyName: "B2C_1_reset",
    });
  });

  it("keeps passwords where a tier has nothing better and somebody says why", async () => {
    const deployment = await portalWith(
      { signIn: { kind: "password", because: "the tier has nothing else" } },
      { name: "Basic", units: 1 },
    );
    expect(identities(deployment).filter((identity) => identity.includes("IdentityProvider"))).toEqual([]);
  });

  it("publishes nothing where it is told not to", async () => {
    const deployment = await portalWith({ publish: false });
    expect(deployment.result.revision).toBeUndefined();
    expect(deployment.registrations.map(({ name }) => name)).not.toContain("portal-publication");
  });

  it("publishes after the servers of the test console", async () => {
    const deployment = await deploy((azure) => {
      const gateway = new ApimGateway("gateway", gatewayArgs(azure));
      const entra = new GatewayAuthorizationServer("entra", {
        gateway,
        displayName: "Microsoft Entra ID",
        authorizationEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize",
        tokenEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/token",
        clientRegistrationEndpoint: "https://entra.microsoft.com",
        clientId: CLIENT,
      });
      return new DeveloperPortal("portal", {
        gateway,
        url: URL,
        signIn: ENTRA(),
        consoleServers: { entra },
      });
    });
    expect(registrationOf(deployment, "portal-publication").dependsOn).toContain(
      "entra-authorization-server",
    );
    expect(revisionOf(deployment)).not.toBe(revisionOf(await portalWith()));
  });

  describe("is published again", () => {
    const { terms, delegation, content, anonymousVisitors } = everything();
    it.each<[what: string, change: Partial<DeveloperPortalArgs>]>([
      ["another address", { url: "https://apim-contoso.developer.azure-api.net" }],
      ["another client", { signIn: { ...ENTRA(), clientId: pulumi.output(GROUP) } }],
      ["another way to sign in", { signIn: B2C() }],
      ["visitors", { anonymousVisitors }],
      ["terms", { terms }],
      ["a site that takes over", { delegation }],
      ["pages", { content }],
      ["a page", { content: { "contentTypes/page/contentItems/home": { properties: {} } } }],
      ["an edition", { edition: 2 }],
    ])("for %s", async (_what, change) => {
      const [before, after] = [await portalWith(), await portalWith(change)];
      expect(revisionOf(after)).toMatch(/^[\da-f]{32}$/);
      expect(revisionOf(after)).not.toBe(revisionOf(before));
    });

    it.each<[what: string, change: Partial<DeveloperPortalArgs>]>([
      ["another secret", { signIn: { ...ENTRA(), clientSecret: pulumi.secret("another") } }],
      ["a group", { groups: everything().groups ?? {} }],
    ])("not for %s", async (_what, change) => {
      expect(revisionOf(await portalWith(change))).toBe(revisionOf(await portalWith()));
    });

    it("not for what is said that holds anyway", async () => {
      const terms = { text: "Be kind." };
      expect(revisionOf(await portalWith({ terms: { ...terms, consentRequired: true }, edition: 1 }))).toBe(
        revisionOf(await portalWith({ terms })),
      );
    });

    it("not for content in another order", async () => {
      const reversed = Object.fromEntries(Object.entries(CONTENT).reverse());
      expect(revisionOf(await portalWith({ content: reversed }))).toBe(
        revisionOf(await portalWith({ content: CONTENT })),
      );
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await portalWith(everything()))).toEqual(plan(await portalWith(everything())));
  });

  it("has the addresses under which its own script asks for tokens", () => {
    expect(signInAddress(URL)).toBe("https://developer.contoso.com/signin");
    expect(consoleAddress(URL, "entra")).toBe(
      "https://developer.contoso.com/signin-oauth/code-pkce/callback/entra",
    );
  });

  describe("refuses", () => {
    const refuse = (more: Partial<DeveloperPortalArgs>, tier: GatewayTier = { name: "Developer" }) =>
      refusal("portal", (azure) => portalOn(azure, more, tier));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          url: "https://Developer.contoso.com/",
          signIn: { ...B2C(), tenantDomain: "contoso.com", authority: "https://contoso.b2clogin.com" },
          anonymousVisitors: { because: "" },
          signUp: { because: " " },
          terms: { text: "" },
          groups: { partners: { displayName: "Partners", objectId: GROUP } },
          delegation: { url: "http://shop.contoso.com", validationKey: pulumi.secret(KEY) },
          content: {
            "pages/home": { properties: {} },
            "/contentTypes/pages/contentItems/home": { properties: {} },
          },
          edition: 0.5,
        }),
      ).toBe(
        [
          'DeveloperPortal "portal" is not valid: 11 problems',
          '  - url: the portal\'s address has the form https://<host name> in lower case, with nothing behind it (received "https://Developer.contoso.com/")',
          "    fix: write the form https://<host name> in lower case, with nothing behind it",
          '  - signIn.tenantDomain: the domain of a B2C tenant has the form <name>.onmicrosoft.com (received "contoso.com")',
          "    fix: write the form <name>.onmicrosoft.com",
          '  - signIn.authority: the authority has the form of a host name, without https:// and path (received "https://contoso.b2clogin.com")',
          "    fix: write the form of a host name, without https:// and path",
          '  - anonymousVisitors.because: a portal that anybody reads needs a reason (received "")',
          "    fix: say why, or let visitors sign in first",
          '  - signUp.because: an account for anybody needs a reason (received " ")',
          "    fix: say why, or invite developers",
          '  - terms.text: terms say what is agreed to (received "")',
          "    fix: write them, or leave terms out",
          '  - delegation.url: the address begins with https:// (received "http://shop.contoso.com")',
          "    fix: give its https address",
          '  - content: an item stands at /contentTypes/<type>/contentItems/<id>, with 1 to 80 characters in its id (received "pages/home")',
          "    fix: write it as the portal's script captures it",
          '  - content: a type of content is one of block, blob, configuration, document, layout, locales, navigation, page, popup, stylesheet, url (received "/contentTypes/pages/contentItems/home")',
          "    fix: write page",
          '  - groups: groups of Entra ID are those of developers who sign in by Entra ID (received ["partners"])',
          "    fix: let developers sign in by Entra ID, or remove the groups",
          "  - edition: an edition is a whole number from 1 (received 0.5)",
          "    fix: write the last one plus one",
        ].join("\n"),
      );
    });

    it("sign-in by Entra ID in a tier that has none", async () => {
      expect(await refuse({}, { name: "Basic", units: 1 })).toBe(
        [
          'DeveloperPortal "portal" is not valid: 1 problem',
          '  - signIn.kind: developers sign in to the portal by Entra ID in the tiers Developer, Standard, Premium, BasicV2 or StandardV2 (received "entra")',
          "    fix: choose one of these tiers, or password with the reason for it",
        ].join("\n"),
      );
    });

    it("a tenant by its domain, and passwords without a reason", async () => {
      expect(await refuse({ signIn: { ...ENTRA(), tenantId: "contoso.com" } })).toContain(
        'signIn.tenantId: the id of a tenant has 32 hexadecimal digits in five groups (received "contoso.com")',
      );
      expect(await refuse({ signIn: { kind: "password", because: "" } })).toContain(
        "signIn.because: sign-in by password needs a reason",
      );
    });

    it("a client by its name, and user flows that are none", async () => {
      const signIn = { ...B2C(), clientId: "portal", flows: { signIn: "", signUp: "signup" } };
      expect(await refuse({ signIn })).toBe(
        [
          'DeveloperPortal "portal" is not valid: 3 problems',
          '  - signIn.clientId: a client id has 32 hexadecimal digits in five groups (received "portal")',
          "    fix: write 32 hexadecimal digits in five groups",
          '  - signIn.flows.signIn: the name of a user flow or policy has the form B2C_1_<name> or B2C_1A_<name> (received "")',
          "    fix: write the form B2C_1_<name> or B2C_1A_<name>",
          '  - signIn.flows.signUp: the name of a user flow or policy has the form B2C_1_<name> or B2C_1A_<name> (received "signup")',
          "    fix: write the form B2C_1_<name> or B2C_1A_<name>",
        ].join("\n"),
      );
      expect(await refuse({ signIn: { ...ENTRA(), clientId: "portal" } })).toContain(
        'signIn.clientId: a client id has 32 hexadecimal digits in five groups (received "portal")',
      );
    });

    it("what is wrong with a group", async () => {
      const groups = { "-staff": { displayName: "", objectId: "staff@contoso.com" } };
      expect(await refuse({ groups })).toBe(
        [
          'DeveloperPortal "portal" is not valid: 3 problems',
          "  - groups.-staff.name: the name of what stands on a gateway has 1 to 80 letters, digits and hyphens, with no" +
            ' hyphen at either end (received "-staff")',
          "    fix: write 1 to 80 letters, digits and hyphens, with no hyphen at either end",
          "  - groups.-staff.displayName: a group's display name has 1 to 300 characters (received 0)",
          "    fix: write 1 to 300 characters",
          '  - groups.-staff.objectId: an object id has 32 hexadecimal digits in five groups (received "staff@contoso.com")',
          "    fix: write 32 hexadecimal digits in five groups",
        ].join("\n"),
      );
    });

    it("an item that stands twice, however it is spelt", async () => {
      const content = {
        "/contentTypes/page/contentItems/home": { properties: {} },
        "contentTypes/page/contentItems/Home": { properties: {} },
      };
      expect(await refuse({ content })).toBe(
        [
          'DeveloperPortal "portal" is not valid: 1 problem',
          '  - content: an item stands once (received "contentTypes/page/contentItems/Home")',
          "    fix: keep one of the two",
        ].join("\n"),
      );
    });

    it("more content than one template takes", async () => {
      const content = Object.fromEntries(
        Array.from({ length: 801 }, (_, index) => [
          `/contentTypes/page/contentItems/${index}`,
          { properties: {} },
        ]),
      );
      expect(await refuse({ content })).toContain(
        "content: a portal's content is at most 800 items, which is what one template takes (received 801)",
      );
    });

    it("a late key that is no base64, without showing it", async () => {
      const message = await lateRefusal("portal-settings", "properties", NOTHING, (azure, opts) => {
        const gateway = new ApimGateway("gateway", gatewayArgs(azure));
        const delegation = { url: "https://shop.contoso.com", validationKey: pulumi.secret("not base64") };
        return new DeveloperPortal("portal", { gateway, url: URL, signIn: ENTRA(), delegation }, opts);
      });
      expect(message).toBe(
        [
          'The delegation of "portal" is not valid: 1 problem',
          "  - delegation.validationKey: the key is written in base64 (received (secret))",
          "    fix: make one with `openssl rand -base64 64`",
        ].join("\n"),
      );
    });
  });
});
