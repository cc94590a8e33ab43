import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { openApiContract, operations } from "../../components/contracts";
import { ApimGateway, type NewService } from "../../components/gateway/apim-gateway";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { GatewayInventory } from "../../components/gateway/inventory";
import { GatewayNamedValue } from "../../components/gateway/named-value";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { GatewayProduct } from "../../components/gateway/product";
import type { GatewayReference } from "../../components/gateway/reference";
import { GatewayTag } from "../../components/gateway/tag";
import type { PremiumTier } from "../../components/gateway/tier";
import { GatewayVersionSet } from "../../components/gateway/version-set";
import { LogicAppWorkflow } from "../../components/logic-app-workflow";
import { forwardRequest, policyDocument, setHeader } from "../../policies/gateway";
import type { Fault, SimulatedAzure } from "../../rehearsal/azure";
import { defineWorkflow, requestTrigger, response } from "../../workflow";
import {
  CALLER,
  gatewayArgsWith,
  NO_TOKENS,
  PLACE,
  seedGroups,
  seedIdentity,
  SERVICE_ID,
  type Identity,
} from "../components/fixtures";
import { seedReadingGateway } from "../components/gateway/standing";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench, writes } from "./workbench";

jest.mock("node:timers/promises", () => jest.requireActual<object>("./quick-waits"));

/** Failures that are shown by another test, by their row in docs/failures.md: its file, below `test`, and its title. */
const ELSEWHERE: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  "a policy stands already": [
    ["rehearsal/azure/provider.test.ts", "looks before it creates: what exists already is refused"],
  ],
  "an edit of a policy is not seen": [
    [
      "policies/gateway/check.test.ts",
      "a policy holds no ARM id: with one in it azure-native misses later edits",
    ],
  ],
  "a write collides": [
    [
      "rehearsal/azure/types/revisions.test.ts",
      "two versions of one set cannot be written, two of two sets can",
    ],
    ["components/gateway/gateway-api.test.ts", "writes one version after the other"],
  ],
  "the service is in transition": [
    ["rehearsal/azure/types/revisions.test.ts", '"Developer", { status: "rejected"'],
  ],
  "creating a gateway takes an hour": [
    [
      "rehearsal/azure/provider.test.ts",
      "a cancelled create is known by its id, and the next update goes on from there",
    ],
  ],
  "a role has not arrived at the vault": [
    ["rehearsal/refusals.test.ts", "a certificate that the gateway has no role to read: which role, on what"],
  ],
  "a secret alone is deleted": [
    [
      "rehearsal/secret-vault.test.ts",
      "is read by the gateway as a trusted service; its secrets are deleted by whom it lets, and go with it",
    ],
  ],
  "a product has subscriptions": [
    [
      "rehearsal/isolation.test.ts",
      "is deployed, changed and destroyed with no operation on the gateway's stack",
    ],
    ["components/gateway/product.test.ts", "is protected where it has keys to lose"],
  ],
  "Azure adds to a new product": [
    [
      "rehearsal/azure/types/api-management-entities.test.ts",
      "has a subscription of the administrator's, without a name",
    ],
    ["components/gateway/product.test.ts", "administrators see every product already"],
  ],
  "a new revision has no policies": [
    [
      "rehearsal/gateway-revisions.test.ts",
      "go from 1 to 2, back, and forth again by one setting, with their policies",
    ],
    ["rehearsal/gateway-revisions.test.ts", "are destroyed with the current one last, whichever that is"],
  ],
  "a host name comes before its certificate": [
    [
      "integrations/gateway.test.ts",
      "lets the gateway read its certificate before it is created, and send telemetry before anything does",
    ],
    ["rehearsal/refusals.test.ts", "a certificate that the gateway has no role to read: which role, on what"],
  ],
  "a new role is not seen by a new gateway": [
    [
      "rehearsal/domains.test.ts",
      "that a new role does not reach yet is refused, and the next update creates the gateway",
    ],
    [
      "rehearsal/domains.test.ts",
      "that fails after the gateway was accepted is read again by the next update",
    ],
  ],
  "a certificate's vault has a firewall": [
    [
      "rehearsal/domains.test.ts",
      "in a vault behind its firewall is refused, as only an identity may read it that no new gateway has",
    ],
  ],
  "a v2 gateway does not take its name": [
    [
      "rehearsal/domains.test.ts",
      "of a v2 gateway has its records first: Azure takes no name that DNS does not answer",
    ],
  ],
  "a managed certificate is not to be had": [
    ["settings/settings.test.ts", "a certificate that API Management manages"],
    [
      "rehearsal/domains.test.ts",
      "that API Management manages needs a gateway that stands, and the TXT record before the name",
    ],
  ],
  "a certificate is renewed": [
    [
      "rehearsal/domains.test.ts",
      "that was renewed in its vault costs an update of the gateway once a refresh saw it, and none before",
    ],
    [
      "rehearsal/domains.test.ts",
      "as PFX is nowhere in clear; another one is one update of the gateway, and a refresh does not see it",
    ],
  ],
  "the addresses of a gateway change": [
    [
      "rehearsal/azure/types/api-management.test.ts",
      "keeps its addresses over an update, until the region's zones",
    ],
    [
      "rehearsal/regions.test.ts",
      "comes in two updates and goes in two, and at no moment answers from an address that is not admitted",
    ],
  ],
  "a preview does not know a value": [
    ["components/gateway/gateway-api.test.ts", "checks its policy again when late values are known"],
  ],
};

test.each(Object.entries(ELSEWHERE))("that %s is shown where it is said to be", (_, places) => {
  for (const [file, title] of places) {
    expect({ file, text: readFileSync(join(__dirname, "..", file), "utf8") }).toEqual({
      file,
      text: expect.stringContaining(title) as unknown,
    });
  }
});

test("every failure is told to users, with what to do", () => {
  const page = readFileSync(join(__dirname, "../../docs/failures.md"), "utf8");
  const own = readFileSync(__filename, "utf8");
  const here = [...own.matchAll(/^ {2}test\("([^:"]+): /gm)].map(([, row = ""]) => row);
  const told = page.split("\n").flatMap((line) => /^\| ([^|]+?) +\| .*https:/.exec(line)?.[1] ?? []);
  const shown = [...new Set([...here, ...Object.keys(ELSEWHERE)])];
  expect(shown.filter((row) => !told.some((one) => one.toLowerCase() === row.toLowerCase()))).toEqual([]);
  expect(told).toHaveLength(shown.length);
});

const token = (type: string): string => `azure-native:apimanagement:${type}`;
const SERVICE = token("ApiManagementService");

const policy = (value: string) =>
  policyDocument({ scope: "api", inbound: [setHeader({ name: "X-Test", values: [value] })] });

interface ListApi {
  readonly path?: string;
  readonly header?: string;
  readonly version?: { readonly set: GatewayVersionSet; readonly name: string };
}

/** An API of one operation, whose policy sets a header. */
function listApi(
  gateway: GatewayReference,
  name: string,
  { path = name, header = "one", version }: ListApi = {},
): GatewayApi {
  return new GatewayApi(name, {
    gateway,
    path,
    contract: operations({ title: name, operations: { list: { method: "GET", path: "/" } } }),
    backend: { kind: "service", url: `https://${name}.contoso.com` },
    policy: policy(header),
    anonymous: NO_TOKENS,
    ...(version && { version }),
  });
}

/** Writes since a place in the log: operation, type and what Azure answered. */
function writesTo(azure: SimulatedAzure, start: number): string[] {
  return writes(azure, start).map(
    ({ operation, token: type, code }) => `${operation} ${type.split(":")[2] ?? ""} ${code}`,
  );
}

/** What a run said; `undefined` where it went to its end. */
function refusalOf(run: Promise<unknown>): Promise<string | undefined> {
  return run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describeWithEngine("a gateway that stands", (engine) => {
  let workbench: Workbench;
  let standing: ReturnType<typeof seedReadingGateway>;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    standing = seedReadingGateway(workbench.azure);
  });
  afterAll(() => workbench.close());

  /** A stack that puts something on the gateway. What one run puts there, the next does not know. */
  const stackOn = (name: string, build: (gateway: GatewayReference) => unknown): Promise<Stack> =>
    workbench.stack(name, {}, async () => {
      await build({ ...standing.gateway, inventory: new GatewayInventory(false) });
    });

  const writesSince = (start: number): string[] => writesTo(workbench.azure, start);

  const inject = (fault: Fault): void => {
    workbench.azure.inject(fault);
  };

  test("Azure writes a policy in its own layout: a refresh and another run change nothing", async () => {
    const stack = await stackOn("layout", (gateway) => listApi(gateway, "layout"));
    await stack.up();
    const stored = workbench.azure.get(`${SERVICE_ID}/apis/layout/policies/policy`);
    expect(stored?.outputs.value).toBe(stored?.inputs.value);
    expect(stored?.outputs.value).toContain("\r\n");
    const { summary } = await stack.refresh();
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
    await stack.preview({ expectNoChanges: true });
  });

  test("an edit of a policy is not seen: here it is one update, and the policy is never gone", async () => {
    let header = "one";
    const stack = await stackOn("edit", (gateway) => listApi(gateway, "edited", { header }));
    await stack.up();
    const before = workbench.azure.log.length;
    header = "two";
    await stack.up();
    expect(writesSince(before)).toEqual(["update ApiPolicy OK"]);
    expect(workbench.azure.get(`${SERVICE_ID}/apis/edited/policies/policy`)?.outputs.value).toContain("two");
  });

  test("a policy stands already: it is refused by its id and left as it is; Azure's own is taken over", async () => {
    const id = `${SERVICE_ID}/policies/policy`;
    const somebodys = '<policies><inbound><set-header name="X-Somebody" /></inbound></policies>';
    workbench.azure.seed(token("Policy"), {
      ...PLACE,
      policyId: "policy",
      format: "rawxml",
      value: somebodys,
    });
    const stack = await stackOn(
      "global",
      (gateway) =>
        new GatewayPolicy("global", {
          gateway,
          policy: policyDocument({ scope: "global", backend: [forwardRequest()] }),
        }),
    );
    expect(await refusalOf(stack.up())).toContain(`cannot create already existing subresource '${id}'`);
    expect(workbench.azure.get(id)?.inputs.value).toBe(somebodys);

    await workbench.azure.delete(token("Policy"), id);
    await stack.up();
    expect(workbench.azure.get(id)?.inputs.value).toContain("<forward-request");
    await stack.destroy();
  });

  test("a write collides: it is repeated until it passes, and the program's own writes never collide", async () => {
    const set = (gateway: GatewayReference) =>
      new GatewayVersionSet("versions", { gateway, displayName: "Versions", scheme: { kind: "segment" } });
    const stack = await stackOn("collision", (gateway) => {
      const versions = set(gateway);
      const apis = Object.fromEntries(
        ["v1", "v2"].map((name) => [
          name,
          listApi(gateway, `versions-${name}`, { path: "versions", version: { set: versions, name } }),
        ]),
      );
      new GatewayProduct("versions", {
        gateway,
        displayName: "Versions",
        description: "Both.",
        access: { kind: "open", because: "Its subscriptions are not the matter here." },
        apis,
      });
    });
    const before = workbench.azure.log.length;
    const code = "PessimisticConcurrencyConflict";
    inject({ token: token("ApiPolicy"), operation: "create", code, times: 2, match: "versions-v2" });
    const { stdout } = await stack.up();
    expect(stdout).toContain(
      `create of versions-v2-policy-1 was refused (${code}); trying again in 2 s (2 of 10)`,
    );
    expect(writesSince(before).filter((write) => !write.endsWith(" OK"))).toEqual([
      `create ApiPolicy ${code}`,
      `create ApiPolicy ${code}`,
    ]);

    // A destroy runs no hooks: its order alone has to do.
    const destroyed = workbench.azure.log.length;
    await stack.destroy();
    expect(writesSince(destroyed).length).toBeGreaterThan(8);
    expect(writesSince(destroyed).filter((write) => !write.endsWith(" OK"))).toEqual([]);
  });

  test("a write collides: one that never passes is given up, with what to do, and the next run goes on", async () => {
    const stack = await stackOn("collides", (gateway) => listApi(gateway, "collides"));
    const code = "PessimisticConcurrencyConflict";
    inject({ token: token("ApiOperation"), operation: "create", code, times: 11, match: "collides" });
    const before = workbench.azure.log.length;
    const said = await refusalOf(stack.up());
    expect(said).toContain(`Status=409 Code="${code}"`);
    expect(said).toContain(
      `create of collides-operation-1-list was refused 11 times in ten minutes (${code})`,
    );
    expect(said).toContain("fix: stop what else writes to this API");
    expect(writesSince(before)).toEqual([
      "create Api OK",
      ...Array<string>(11).fill(`create ApiOperation ${code}`),
    ]);

    const next = workbench.azure.log.length;
    await stack.up();
    expect(writesSince(next)).toEqual(["create ApiOperation OK", "create ApiPolicy OK"]);
  });

  test("the service is in transition: what stands on it is written when it answers again", async () => {
    const code = "ManagementApiRequestFailed";
    const stack = await stackOn(
      "transition",
      (gateway) => new GatewayTag("calm", { gateway, displayName: "Calm" }),
    );
    inject({ token: token("Tag"), operation: "create", code, times: 3, message: "Management API timed out" });
    await stack.up();
    const before = workbench.azure.log.length;
    inject({ token: token("Tag"), operation: "create", code, times: 11, match: "never" });
    const never = await stackOn(
      "never",
      (gateway) => new GatewayTag("never", { gateway, displayName: "Never" }),
    );
    const said = await refusalOf(never.up());
    expect(said).toContain(`Status=422 Code="${code}"`);
    expect(said).toContain("fix: wait until `az apim show --query provisioningState` says Succeeded");
    expect(writesSince(before)).toHaveLength(11);
  });

  test("a role has not arrived at the vault: what reads the secret is repeated until it has", async () => {
    const { secretId } = standing;
    const code = "ForbiddenByRbac";
    const stack = await stackOn("secret", (gateway) => new GatewayNamedValue("key", { gateway, secretId }));
    inject({ token: token("NamedValue"), operation: "create", code, status: 403, times: 4 });
    const before = workbench.azure.log.length;
    await stack.up();
    expect(writesSince(before)).toEqual([
      ...Array<string>(4).fill(`create NamedValue ${code}`),
      "create NamedValue OK",
    ]);
  });

  test("a product has subscriptions: it stays with its keys until they are deleted by hand", async () => {
    const subscription = token("Subscription");
    let sold = true;
    const stack = await stackOn("product", (gateway) => {
      if (!sold) return;
      new GatewayProduct("partners", {
        gateway,
        displayName: "Partners",
        description: "Orders for partners.",
        apis: {},
        protect: false,
      });
    });
    await stack.up();
    // Somebody subscribes in the portal.
    workbench.azure.seed(subscription, {
      ...PLACE,
      sid: "warehouse",
      displayName: "Warehouse",
      scope: "/products/partners",
    });
    const { summary } = await stack.refresh();
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);

    sold = false;
    const subscriptions = () =>
      workbench.azure.all(subscription).filter(({ inputs }) => inputs.scope === "/products/partners");
    for (const left of [2, 1]) {
      expect(await refusalOf(stack.up())).toContain(
        "Product cannot be deleted since it has existing subscriptions",
      );
      expect(subscriptions()).toHaveLength(left);
      await workbench.azure.delete(subscription, subscriptions()[0]?.id ?? "");
    }
    await stack.up();
    expect(workbench.azure.get(`${SERVICE_ID}/products/partners`)).toBeUndefined();
  });

  test("an import leaves the service URL blank: each import sends it, and an edited contract is one update", async () => {
    let path = "/orders";
    const stack = await stackOn("contract", async (gateway) => {
      const contract = await openApiContract(
        JSON.stringify({
          openapi: "3.0.3",
          info: { title: "Imported", version: "1" },
          paths: { [path]: { get: { operationId: "list", responses: { 200: { description: "OK" } } } } },
        }),
        "imported.json",
      );
      new GatewayApi("imported", {
        gateway,
        path: "imported",
        contract,
        backend: { kind: "service", url: "https://imported.contoso.com" },
        policy: policy("one"),
        anonymous: NO_TOKENS,
      });
    });
    const api = () => workbench.azure.get(`${SERVICE_ID}/apis/imported`);
    await stack.up();
    // Nobody answers before the policy stands, which names the service.
    expect(api()?.inputs.serviceUrl).toBe("https://unanswered.invalid");
    const before = workbench.azure.log.length;
    path = "/invoices";
    await stack.up();
    expect(writesSince(before)).toEqual(["update Api OK"]);
    expect(api()?.inputs.serviceUrl).toBe("https://unanswered.invalid");
    expect(workbench.azure.get(`${SERVICE_ID}/apis/imported/operations/list`)?.outputs.urlTemplate).toBe(
      "/invoices",
    );
  });

  test("a type is renamed: with an alias nothing is replaced", async () => {
    const aliases = [{ type: "contoso:index:Word" }];
    const stack = await stackOn(
      "renamed",
      (gateway) => new GatewayTag("kept", { gateway, displayName: "Kept" }, { aliases }),
    );
    await stack.up();
    const exported = await stack.exportStack();
    const older = JSON.stringify(exported.deployment).replaceAll(
      "enterprise-integration:index:GatewayTag",
      "contoso:index:Word",
    );
    await stack.importStack({ version: exported.version, deployment: JSON.parse(older) as object });
    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    expect(older).toContain("contoso:index:Word$azure-native:apimanagement:Tag");
  });

  test("Azure spells an id in another case: it is the same thing", async () => {
    const stack = await stackOn("case", (reference) => {
      const gateway = {
        ...reference,
        serviceId: SERVICE_ID.replace("resourceGroups/rg-gateway", "resourcegroups/RG-GATEWAY"),
      };
      const set = new GatewayVersionSet("cased", {
        gateway,
        displayName: "Cased",
        scheme: { kind: "segment" },
      });
      return listApi(gateway, "cased-v1", { path: "cased", version: { set, name: "v1" } });
    });
    await stack.up();
    const { summary } = await stack.refresh();
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
    await stack.preview({ expectNoChanges: true });
  });
});

describeWithEngine("a gateway of one's own", (engine) => {
  let workbench: Workbench;
  let identity: Identity;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    seedGroups(workbench.azure, "rg-gateway");
    identity = seedIdentity(workbench.azure);
  });
  afterAll(() => workbench.close());

  /** A stack that owns a gateway, of settings that are asked for in each run. */
  const ownStack = (
    serviceName: string,
    settings: () => Partial<NewService>,
    more: (gateway: ApimGateway) => unknown = () => undefined,
  ): Promise<Stack> =>
    workbench.stack(serviceName, {}, async () => {
      await more(new ApimGateway("gateway", gatewayArgsWith(identity, { serviceName, ...settings() })));
    });

  const writesSince = (start: number): string[] => writesTo(workbench.azure, start);

  test("creating a gateway takes an hour: it is waited for, never tried twice, and another run goes on", async () => {
    const stack = await ownStack("apim-slow", () => ({}));
    workbench.azure.inject({ token: SERVICE, operation: "create", code: "ActivationFailed", accepted: true });
    const start = workbench.azure.log.length;
    expect(await refusalOf(stack.up())).toContain('Code="ActivationFailed"');
    expect(writesSince(start)).toEqual(["create ApiManagementService ActivationFailed"]);
    await stack.up();
    expect(writesSince(start).slice(1)).toEqual(["update ApiManagementService OK"]);
    // Seconds, as the engine keeps them.
    const exported = await stack.exportStack();
    expect(JSON.stringify(exported.deployment)).toContain(
      '"customTimeouts":{"create":10800,"update":10800,"delete":7200}',
    );
  });

  test("a passing refusal of the service itself is told at once, as a repeated create would lose what it began", async () => {
    const stack = await ownStack("apim-refused", () => ({}));
    const code = "PessimisticConcurrencyConflict";
    workbench.azure.inject({ token: SERVICE, operation: "create", code });
    const start = workbench.azure.log.length;
    expect(await refusalOf(stack.up())).toContain(code);
    expect(writesSince(start)).toEqual([`create ApiManagementService ${code}`]);
  });

  test("the service is in transition: what its own stack puts on it waits for the update", async () => {
    let settings: Partial<NewService> = {};
    let isTagged = false;
    const stack = await ownStack(
      "apim-updated",
      () => settings,
      (gateway) => isTagged && new GatewayTag("calm", { gateway, displayName: "Calm" }),
    );
    await stack.up();
    const start = workbench.azure.log.length;
    settings = { notificationSenderEmail: "apis@contoso.com" };
    isTagged = true;
    await stack.up();
    expect(writesSince(start)).toEqual(["update ApiManagementService OK", "create Tag OK"]);
  });

  test("a change would replace the gateway: the preview refuses it, and names the gateway", async () => {
    let location = "westeurope";
    const stack = await ownStack("apim-moved", () => ({ location }));
    await stack.up();
    const start = workbench.azure.log.length;
    location = "northeurope";
    const said = await refusalOf(stack.preview());
    expect(said).toMatch(
      /unable to replace resource "urn:\S+::gateway-service"\s+as it is currently marked for protection/,
    );
    expect(writesSince(start)).toEqual([]);
  });

  test("a deleted gateway keeps its name: the refusal says so, and one update brings it back", async () => {
    let settings: Partial<NewService> = { protect: false };
    let isSold = true;
    const sold = (gateway: ApimGateway) =>
      isSold &&
      new GatewayProduct("partners", {
        gateway,
        displayName: "Partners",
        description: "P.",
        apis: {},
        protect: false,
      });
    const stack = await ownStack("apim-deleted", () => settings, sold);
    await stack.up();
    const destroyed = workbench.azure.log.length;
    await stack.destroy();
    // What stands on it, subscriptions included, goes with it.
    expect(writesSince(destroyed)).toEqual(["delete ApiManagementService OK"]);

    const again = await refusalOf(stack.up());
    expect(again).toContain('Code="ServiceAlreadyExistsInSoftDeletedState"');
    expect(again).toContain("you have to either undelete the service or purge it");
    const restored = workbench.azure.log.length;
    isSold = false;
    settings = { protect: false, restoreDeleted: true };
    await stack.up();
    settings = { protect: false };
    await stack.up();
    expect(writesSince(restored)).toEqual([
      "create ApiManagementService OK",
      "update ApiManagementService OK",
    ]);
  });

  test("the addresses of a gateway change: a region's reach the workflows before the region answers", async () => {
    type Region = "enabled" | "disabled" | undefined;
    let region: Region;
    let zones: PremiumTier["zones"];
    const tier = (): PremiumTier => ({
      name: "Premium",
      units: 1,
      ...(zones && { zones }),
      ...(region && { regions: { northeurope: { units: 1, gateway: region } } }),
    });
    const stack = await ownStack(
      "apim-regions",
      () => ({ tier: tier() }),
      ({ addresses, location }) => {
        new LogicAppWorkflow("orders", {
          resourceGroupName: "rg-gateway",
          workflowName: "logic-orders",
          location,
          definition: defineWorkflow({
            trigger: requestTrigger("manual", { method: "POST" }),
            actions: [response("Answer", { statusCode: 204 })],
          }),
          callers: { addresses, token: CALLER, location },
        });
      },
    );
    const admitted = () => {
      const [workflow] = workbench.azure.all("azure-native:logic:Workflow");
      const { triggers } = workflow?.inputs.accessControl as unknown as {
        readonly triggers: { readonly allowedCallerIpAddresses: readonly unknown[] };
      };
      return triggers.allowedCallerIpAddresses.length;
    };
    await stack.up();
    expect(admitted()).toBe(1);
    const learning = workbench.azure.log.length;
    region = "enabled";
    zones = ["1"];
    for (const attempt of [() => stack.preview(), () => stack.up()]) {
      const refused = await refusalOf(attempt());
      expect(refused).toContain('ApimGateway "gateway" cannot be updated so: 2 problems');
      expect(refused).toContain("- service.tier: other zones, another network or another public IP address");
      expect(refused).toContain("- service.tier.regions.northeurope.gateway: a new region does not answer");
      expect(refused).toContain("fix: write `gateway: disabled` and update");
    }
    expect(writesSince(learning)).toEqual([]);
    zones = undefined;
    region = "disabled";
    await stack.up();
    expect(writesSince(learning)).toEqual(["update ApiManagementService OK", "update Workflow OK"]);
    expect(admitted()).toBe(2);
    const answering = workbench.azure.log.length;
    region = "enabled";
    await stack.up();
    expect(writesSince(answering)).toEqual(["update ApiManagementService OK"]);
    expect(admitted()).toBe(2);
  });
});
