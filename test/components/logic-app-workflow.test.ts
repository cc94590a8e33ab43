import * as pulumi from "@pulumi/pulumi";
import {
  LogicAppWorkflow,
  validateLogicAppWorkflow,
  type LogicAppWorkflowArgs,
} from "../../components/logic-app-workflow";
import type { ParameterValues } from "../../components/workflow/parameters";
import { ApiConnection } from "../../components/connections/api-connection";
import { serviceBusConnector } from "../../components/connections/connectors";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { formatIssues } from "../../validation/issue";
import {
  callbackUrl,
  connections,
  connectorAction,
  connectorCall,
  defineWorkflow,
  http,
  httpWebhookTrigger,
  managedIdentity,
  parameter,
  recurrenceTrigger,
  requestTrigger,
  response,
  type ParameterDefinition,
  type WorkflowDefinition,
} from "../../workflow";
import { seedGroups, seedIdentity, seedWorkspace } from "./fixtures";
import {
  deferred,
  deploy,
  identities,
  lateRefusal,
  plan,
  refusal,
  registrationOf,
  start,
  valueOf,
} from "./harness";

const SCHEDULED = defineWorkflow({
  trigger: recurrenceTrigger("Schedule", { frequency: "Day", interval: 1 }),
  actions: [],
});
const CALLED = defineWorkflow({
  trigger: requestTrigger("manual", { method: "POST" }),
  actions: [response("Answer", { statusCode: 204 })],
});

const notice = httpWebhookTrigger("Notice", {
  subscribe: { method: "POST", uri: "https://notices.contoso.com", body: { callback: callbackUrl() } },
});
const NOTIFIED = defineWorkflow({ trigger: notice, actions: [] });
const CALLED_AND_NOTIFIED: WorkflowDefinition = {
  ...CALLED,
  triggers: { ...CALLED.triggers, ...NOTIFIED.triggers },
};

/** As somebody would write it by hand: the builder's types do not admit it. */
const LEAKY = JSON.parse(
  JSON.stringify({ ...CALLED, parameters: { key: { type: "SecureString", defaultValue: "s3cret" } } }),
) as WorkflowDefinition;

const TOKEN = {
  tenantId: "00000000-0000-4000-8000-000000000002",
  clientId: "11111111-1111-4111-8111-111111111111",
  audience: "22222222-2222-4222-8222-222222222222",
};
const NO_ADDRESS = [
  "  - callers.addresses: a workflow admits at least one address, as an empty list would admit every other logic app" +
    " (received [])",
  "    fix: give the gateway's addresses, or undefined for one of a v2 tier, which has no fixed ones",
];
const CALLERS = { addresses: ["192.0.2.10"], token: TOKEN, location: "westeurope" };
const EXTRA = { ranges: ["203.0.113.7/32"], because: "the gateway moves into a network" };

const MINIMAL: LogicAppWorkflowArgs = {
  resourceGroupName: "rg-orders",
  workflowName: "logic-orders-test",
  location: "westeurope",
  definition: SCHEDULED,
};

const workflowWith = (more: Partial<LogicAppWorkflowArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-orders");
    return new LogicAppWorkflow("orders", { ...MINIMAL, ...more });
  });

/** A definition that asks for something of everything; its calls go out as the identity that they name. */
const demanding = (identity: pulumi.Input<string>) => {
  const ask = http("Ask", {
    method: "GET",
    uri: "https://erp.contoso.com",
    authentication: managedIdentity({ audience: "api://erp", identity }),
  });
  return defineWorkflow({
    trigger: requestTrigger("manual", { method: "POST" }),
    parameters: [
      parameter("key", "SecureString"),
      parameter("login", "SecureObject"),
      parameter("partner", "String", { allowedValues: ["north", "south"] }),
      parameter("limits", "Array"),
      parameter("attempts", "Int", { defaultValue: 3 }),
    ],
    actions: [ask, response("Answer", { statusCode: 204, after: [ask] })],
  });
};

const VALUES: ParameterValues = {
  key: "s3cret",
  login: { user: "u", password: pulumi.output("p") },
  partner: pulumi.output("north"),
  limits: [1, pulumi.output(2)],
};

const maximal = () =>
  deploy((azure) => {
    seedGroups(azure, "rg-gateway", "rg-orders");
    const { id } = seedIdentity(azure, "id-orders");
    const account = azure.seed("azure-native:logic:IntegrationAccount", {
      resourceGroupName: "rg-gateway",
      integrationAccountName: "ia-orders",
      location: "westeurope",
      sku: { name: "Basic" },
    });
    return new LogicAppWorkflow("orders", {
      ...MINIMAL,
      definition: demanding(pulumi.output(id)),
      parameters: VALUES,
      state: "Disabled",
      identity: { userAssigned: pulumi.output(id) },
      callers: {
        ...CALLERS,
        // As the gateway gives them: one region after the other.
        addresses: pulumi.output(["192.0.2.10", "198.51.100.20", "203.0.113.30"]),
        token: { ...TOKEN, audience: pulumi.output(TOKEN.audience) },
      },
      runHistoryReaders: ["203.0.113.0/24", "198.51.100.1-198.51.100.9"],
      actionCallers: ["198.51.100.0/24"],
      managementCallers: ["203.0.113.7/32"],
      workspaceId: seedWorkspace(azure),
      integrationAccountId: pulumi.output(account.id),
      tags: { workload: "integration" },
    });
  });

const ranges = (...list: readonly string[]) => ({
  allowedCallerIpAddresses: list.map((addressRange) => ({ addressRange })),
});
const CLOSED = ranges("0.0.0.0-0.0.0.0");

const idOf = (path: string) =>
  `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-gateway/providers/Microsoft.${path}`;
const IDENTITY = idOf("ManagedIdentity/userAssignedIdentities/id-orders");

/** A document as somebody would write it by hand. */
const byHand = (definition: object) => JSON.parse(JSON.stringify(definition)) as WorkflowDefinition;

describe("LogicAppWorkflow", () => {
  it("is enabled, has an identity of its own, and shows nobody what its runs held", async () => {
    const deployment = await workflowWith();
    expect(identities(deployment)).toEqual([
      "azure-native:logic:Workflow orders-workflow orders",
      "enterprise-integration:index:LogicAppWorkflow orders -",
    ]);
    expect(registrationOf(deployment, "orders-workflow").inputs).toEqual({
      workflowName: "logic-orders-test",
      resourceGroupName: "rg-orders",
      location: "westeurope",
      state: "Enabled",
      identity: { type: "SystemAssigned" },
      definition: SCHEDULED,
      accessControl: { actions: CLOSED, contents: CLOSED },
    });
    expect(deployment.result.triggers).toEqual([]);
  });

  it("is called from each region of the gateway only, and only with the gateway's token", async () => {
    const { inputs } = registrationOf(await maximal(), "orders-workflow");
    expect(inputs.tags).toEqual({ workload: "integration" });
    // https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app
    expect(inputs.accessControl).toEqual({
      triggers: {
        allowedCallerIpAddresses: [
          { addressRange: "192.0.2.10/32" },
          { addressRange: "198.51.100.20/32" },
          { addressRange: "203.0.113.30/32" },
        ],
        openAuthenticationPolicies: {
          policies: {
            gateway: {
              type: "AAD",
              claims: [
                { name: "iss", value: `https://login.microsoftonline.com/${TOKEN.tenantId}/v2.0` },
                { name: "aud", value: TOKEN.audience },
                { name: "azp", value: TOKEN.clientId },
              ],
            },
          },
        },
      },
      actions: ranges("192.0.2.10/32", "198.51.100.20/32", "203.0.113.30/32", "198.51.100.0/24"),
      contents: ranges("203.0.113.0/24", "198.51.100.1-198.51.100.9"),
      workflowManagement: ranges("203.0.113.7/32"),
    });
  });

  it("keeps what is secret so, has the identity that it is given, and sends its logs", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:logic:Workflow orders-workflow orders",
      "azure-native:monitor:DiagnosticSetting orders-diagnostics orders",
      "enterprise-integration:index:LogicAppWorkflow orders -",
    ]);
    const { inputs, secretInputs } = registrationOf(deployment, "orders-workflow");
    expect(inputs).toMatchObject({
      state: "Disabled",
      identity: { type: "UserAssigned", userAssignedIdentities: [IDENTITY] },
      integrationAccount: { id: idOf("Logic/integrationAccounts/ia-orders") },
      parameters: {
        key: { value: "s3cret" },
        login: { value: { user: "u", password: "p" } },
        partner: { value: "north" },
        limits: { value: [1, 2] },
      },
    });
    expect(secretInputs).toEqual(["parameters.key.value", "parameters.login.value"]);
    expect(registrationOf(deployment, "orders-diagnostics").inputs).toMatchObject({
      workspaceId: expect.stringContaining("log-contoso-test") as string,
      logs: [{ category: "WorkflowRuntime", enabled: true }],
    });
  });

  it("shows the object id of the user-assigned identity that it is given", async () => {
    const { result, azure } = await maximal();
    const [identity] = azure.all("azure-native:managedidentity:UserAssignedIdentity");
    expect(await valueOf(result.principalId)).toBe(identity?.outputs.principalId);
  });

  it("shows its triggers, its address and its identity", async () => {
    const { result, azure, registeredOutputs } = await workflowWith({ definition: CALLED, callers: CALLERS });
    const [workflow] = azure.all("azure-native:logic:Workflow");
    const identity = workflow?.outputs.identity as { readonly principalId: string };
    expect(result.triggers).toMatchObject([{ method: "POST" }]);
    expect(await valueOf(result.endpoint)).toMatch(
      /^https:\/\/prod-\d\d\.westeurope\.logic\.azure\.com:443\/workflows\/[0-9a-f]{32}$/,
    );
    expect(registeredOutputs.orders).toEqual({
      id: workflow?.id,
      endpoint: workflow?.outputs.accessEndpoint,
      principalId: identity.principalId,
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  it("does not hold back what stands beside it while the gateway's addresses are not known yet", async () => {
    const addresses = deferred<readonly string[]>();
    const run = await start((azure) => {
      seedGroups(azure, "rg-orders");
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, {});
      new LogicAppWorkflow(
        "late",
        { ...MINIMAL, definition: CALLED, callers: { ...CALLERS, addresses: addresses.promise } },
        { parent },
      );
      return new LogicAppWorkflow("early", { ...MINIMAL, workflowName: "logic-early" }, { parent });
    });
    await Promise.all([run.registered("early-workflow"), run.registered("late")]);
    expect(run.registrations.map(({ name }) => name)).not.toContain("late-workflow");
    addresses.resolve(["192.0.2.10"]);
    expect(registrationOf(await run.finish(), "late-workflow").inputs.accessControl).toMatchObject({
      triggers: { allowedCallerIpAddresses: [{ addressRange: "192.0.2.10/32" }] },
    });
  });

  it("admits a gateway without fixed addresses by its token alone", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      const callers = { ...CALLERS, addresses: undefined };
      return new LogicAppWorkflow("orders", { ...MINIMAL, definition: CALLED, callers });
    });
    const { accessControl, definition } = registrationOf(deployment, "orders-workflow").inputs as unknown as {
      readonly accessControl: { readonly triggers: object };
      readonly definition: { readonly triggers: Readonly<Record<string, { readonly conditions: unknown }>> };
    };
    expect(accessControl.triggers).toEqual({
      openAuthenticationPolicies: expect.objectContaining({
        policies: { gateway: expect.objectContaining({ type: "AAD" }) as object },
      }) as object,
    });
    // The token is not one way in among others: a call without it is refused, signed or not.
    for (const { conditions } of Object.values(definition.triggers)) {
      expect(JSON.stringify(conditions)).toContain("startsWith(coalesce(");
    }
  });

  it("admits others too while the gateway's addresses change, each range once, and they need the token as well", async () => {
    const deployment = await workflowWith({
      definition: CALLED,
      callers: {
        ...CALLERS,
        addresses: pulumi.output(["192.0.2.10", "198.51.100.0/28"]),
        extra: { ...EXTRA, ranges: ["203.0.113.7/32", "192.0.2.10/32", "203.0.113.16-203.0.113.31"] },
      },
    });
    expect(registrationOf(deployment, "orders-workflow").inputs.accessControl).toMatchObject({
      triggers: {
        allowedCallerIpAddresses: [
          { addressRange: "192.0.2.10/32" },
          { addressRange: "198.51.100.0/28" },
          { addressRange: "203.0.113.7/32" },
          { addressRange: "203.0.113.16-203.0.113.31" },
        ],
        openAuthenticationPolicies: { policies: { gateway: { type: "AAD" } } },
      },
    });
  });

  it("stands in another region than the gateway where there is a reason", async () => {
    const deployment = await workflowWith({
      definition: CALLED,
      location: "northeurope",
      callers: { ...CALLERS, elsewhere: { because: "the data stays there" } },
    });
    expect(registrationOf(deployment, "orders-workflow").inputs.location).toBe("northeurope");
  });

  it.each([
    ["alone", undefined],
    ["beside other callers", EXTRA],
  ])(
    "is never open to all other logic apps, which an empty list of addresses would mean: %s",
    async (_, extra) => {
      const reason = await lateRefusal("orders-workflow", "accessControl", undefined, (azure, opts) => {
        seedGroups(azure, "rg-orders");
        return new LogicAppWorkflow(
          "orders",
          { ...MINIMAL, definition: CALLED, callers: { ...CALLERS, addresses: pulumi.output([]), extra } },
          opts,
        );
      });
      expect(reason).toBe(['LogicAppWorkflow "orders" is not valid: 1 problem', ...NO_ADDRESS].join("\n"));
    },
  );

  it("is given its connections by the names of its definition", async () => {
    const bus = connectorCall({ connection: "bus", method: "POST", path: "/orders/messages", body: "hello" });
    const definition = defineWorkflow({
      trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
      parameters: [connections],
      actions: [connectorAction("Send", { call: bus })],
    });
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      const connection = new ApiConnection("bus", {
        resourceGroupName: "rg-orders",
        connectionName: "con-bus",
        location: "westeurope",
        connector: serviceBusConnector("sb-orders"),
      });
      return new LogicAppWorkflow("orders", { ...MINIMAL, definition, connections: { bus: connection } });
    });
    const { subscriptionId } = DEFAULT_IDS;
    expect(registrationOf(deployment, "orders-workflow").inputs.parameters).toEqual({
      $connections: {
        value: {
          bus: {
            connectionId: `/subscriptions/${subscriptionId}/resourceGroups/rg-orders/providers/Microsoft.Web/connections/con-bus`,
            connectionName: "con-bus",
            id: `/subscriptions/${subscriptionId}/providers/Microsoft.Web/locations/westeurope/managedApis/servicebus`,
            connectionProperties: { authentication: { type: "ManagedServiceIdentity" } },
          },
        },
      },
    });
    expect(
      await refusal("orders", () => new LogicAppWorkflow("orders", { ...MINIMAL, definition })),
    ).toContain("  - connections.bus: a connection that the definition refers to is given (received [])");
  });

  it.each([
    ["which need no default value then", { $connections: { type: "Object" } }, undefined, []],
    [
      "or its parameter $connections, and not both",
      { $connections: { type: "Object" } },
      { $connections: {} },
      ["  - connections: the parameter $connections is given once"],
    ],
  ] as const)("is given its connections, %s", async (_what, declared, parameters, problems) => {
    const bus = connectorCall({ connection: "bus", method: "POST", path: "/orders/messages", body: "hello" });
    const sending = defineWorkflow({
      trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
      actions: [connectorAction("Send", { call: bus })],
    });
    const definition = byHand({ ...sending, parameters: declared });
    const { result } = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      const connection = new ApiConnection("bus", {
        resourceGroupName: "rg-orders",
        connectionName: "con-bus",
        location: "westeurope",
        connector: serviceBusConnector("sb-orders"),
      });
      return validateLogicAppWorkflow({
        ...MINIMAL,
        definition,
        connections: { bus: connection },
        ...(parameters && { parameters }),
      });
    });
    const lines = formatIssues("wrong", result).split("\n");
    expect(lines.filter((line) => line.startsWith("  - "))).toEqual(problems);
  });

  it("lets those call actions that may call its triggers, and others where they are named", async () => {
    const accessOf = async (more: Partial<LogicAppWorkflowArgs>) => {
      const deployment = await workflowWith({ definition: CALLED, ...more });
      const { accessControl } = registrationOf(deployment, "orders-workflow").inputs;
      return (accessControl as { readonly actions?: unknown }).actions;
    };
    expect(await accessOf({ callers: CALLERS })).toEqual(ranges("192.0.2.10/32"));
    const unnamed = { ...CALLERS, addresses: undefined };
    expect(await accessOf({ callers: unnamed })).toBeUndefined();
    expect(await accessOf({ callers: unnamed, actionCallers: ["192.0.2.0/24"] })).toEqual(
      ranges("192.0.2.0/24"),
    );
    const open = { kind: "open", because: "The approver may be anywhere." } as const;
    expect(await accessOf({ callers: CALLERS, actionCallers: open })).toBeUndefined();
  });

  it("lets nobody but those that are named call back its webhook triggers", async () => {
    const triggersOf = async (more: Partial<LogicAppWorkflowArgs>) => {
      const deployment = await workflowWith({ definition: NOTIFIED, ...more });
      const { accessControl } = registrationOf(deployment, "orders-workflow").inputs;
      return accessControl as { readonly triggers?: unknown; readonly actions?: unknown };
    };
    expect(await triggersOf({ webhookTriggerCallers: ["192.0.2.0/24"] })).toMatchObject({
      triggers: ranges("192.0.2.0/24"),
      actions: CLOSED,
    });
    const open = { kind: "open", because: "The connector's addresses change each week." } as const;
    expect((await triggersOf({ webhookTriggerCallers: open })).triggers).toBeUndefined();

    const both = { definition: CALLED_AND_NOTIFIED, webhookTriggerCallers: ["192.0.2.0/24"] };
    const restricted = await triggersOf({ ...both, callers: CALLERS });
    expect(restricted).toMatchObject({
      triggers: ranges("192.0.2.10/32", "192.0.2.0/24"),
      actions: ranges("192.0.2.10/32"),
    });
    expect(restricted).toHaveProperty("triggers.openAuthenticationPolicies");
    const unnamed = { ...CALLERS, addresses: undefined };
    const { triggers } = await triggersOf({ ...both, callers: unnamed, webhookTriggerCallers: open });
    expect(Object.keys(triggers ?? {})).toEqual(["openAuthenticationPolicies"]);
  });

  describe("refuses what turns out to be", () => {
    const HEADLINE = 'LogicAppWorkflow "orders" is not valid: 1 problem';
    const refuse = (property: string, more: Partial<LogicAppWorkflowArgs>, filler?: object) =>
      lateRefusal("orders-workflow", property, filler, (azure, opts) => {
        seedGroups(azure, "rg-orders");
        return new LogicAppWorkflow("orders", { ...MINIMAL, ...more }, opts);
      });
    const declaring = (parameters: Readonly<Record<string, ParameterDefinition>>) => ({
      ...SCHEDULED,
      parameters,
    });

    it("a secret for a parameter that Azure shows", async () => {
      expect(
        await refuse(
          "parameters",
          {
            definition: declaring({ backend: { type: "Object" } }),
            parameters: { backend: { url: "https://erp.contoso.com", key: pulumi.secret("s3cret") } },
          },
          { backend: { value: {} } },
        ),
      ).toBe(
        [
          HEADLINE,
          "  - parameters.backend.key: whoever may read a workflow reads its parameters, and this one of type Object is" +
            " given a secret (received (secret))",
          "    fix: declare it as SecureString or SecureObject",
        ].join("\n"),
      );
    });

    it("a secret whose value is not known yet, as in a preview", async () => {
      const reason = await refuse(
        "parameters",
        {
          definition: declaring({ backend: { type: "String" } }),
          parameters: { backend: pulumi.secret(pulumi.output(pulumi.unknown as string)) },
        },
        { backend: { value: "" } },
      );
      expect(reason).toContain(
        "  - parameters.backend: whoever may read a workflow reads its parameters, and this one",
      );
    });

    it("a secret in the definition", async () => {
      const definition = defineWorkflow({
        trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
        actions: [http("Ask", { method: "GET", uri: pulumi.secret("https://erp.contoso.com/?key=s3cret") })],
      });
      expect(await refuse("definition", { definition }, SCHEDULED)).toBe(
        [
          HEADLINE,
          "  - definition.actions.Ask.inputs.uri: whoever may read a workflow reads its definition, and a secret stands" +
            " here (received (secret))",
          "    fix: declare a secure parameter, and give it the secret by `parameters`",
        ].join("\n"),
      );
    });

    it("a value of another type", async () => {
      expect(
        await refuse(
          "parameters",
          {
            definition: declaring({ attempts: { type: "Int" } }),
            parameters: { attempts: pulumi.output("three") },
          },
          { attempts: { value: 3 } },
        ),
      ).toBe(
        [
          HEADLINE,
          '  - parameters.attempts: a parameter of type Int is given a value of this type (received "three")',
          "    fix: give a whole number, or change the type in the definition",
        ].join("\n"),
      );
    });

    it("a value of another type for a secret, without showing it", async () => {
      expect(
        await refuse(
          "parameters",
          {
            definition: declaring({ login: { type: "SecureObject" } }),
            parameters: { login: pulumi.secret("s3cret") },
          },
          { login: { value: {} } },
        ),
      ).toBe(
        [
          HEADLINE,
          "  - parameters.login: a parameter of type SecureObject is given a value of this type",
          "    fix: give an object, or change the type in the definition",
        ].join("\n"),
      );
    });

    it("a value that is not allowed", async () => {
      expect(
        await refuse(
          "parameters",
          {
            definition: declaring({ limits: { type: "Array", allowedValues: [[1], [2]] } }),
            parameters: { limits: [pulumi.output(3)] },
          },
          { limits: { value: [1] } },
        ),
      ).toBe(
        [
          HEADLINE,
          "  - parameters.limits: a parameter is given one of its allowed values (received an array)",
          "    fix: give one of [[1],[2]]",
        ].join("\n"),
      );
    });

    it("another identity than the workflow has", async () => {
      const { parameters, ...definition } = demanding(
        pulumi.output(IDENTITY.replace("id-orders", "id-other")),
      );
      expect(
        await refuse("identity", {
          definition: { ...definition, parameters: {} },
          callers: CALLERS,
          identity: { userAssigned: IDENTITY },
        }),
      ).toBe(
        [
          HEADLINE,
          "  - definition.actions.Ask.inputs.authentication.identity: a workflow authenticates by an identity that it has" +
            ` (received ${JSON.stringify(IDENTITY.replace("id-orders", "id-other")).slice(0, 77)}...)`,
          "    fix: name the workflow's identity",
        ].join("\n"),
      );
      expect(Object.keys(parameters)).toContain("key");
    });

    it("no id of an identity, or of an integration account", async () => {
      expect(await refuse("identity", { identity: { userAssigned: pulumi.output("id-orders") } })).toContain(
        "  - identity.userAssigned: the id of a user-assigned identity has the form /subscriptions/",
      );
      expect(
        await refuse("integrationAccount", { integrationAccountId: pulumi.output("ia-orders") }),
      ).toContain("  - integrationAccountId: the id of an integration account has the form /subscriptions/");
    });
  });

  describe("refuses", () => {
    const refuse = (more: Partial<LogicAppWorkflowArgs>) =>
      refusal("orders", () => new LogicAppWorkflow("orders", { ...MINIMAL, ...more }));

    it("everything that is wrong, at once, with the place in the definition", async () => {
      expect(
        await refuse({
          workflowName: "logic orders",
          definition: LEAKY,
          runHistoryReaders: ["203.0.113.1"],
        }),
      ).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 4 problems',
          "  - workflowName: a workflow name has 1 to 43 letters, digits, hyphens, underscores, dots and parentheses" +
            ' (received "logic orders")',
          "    fix: write 1 to 43 letters, digits, hyphens, underscores, dots and parentheses",
          "  - definition.parameters.key.defaultValue: a secure parameter has no default value: whoever may read the" +
            " workflow can read it",
          "    fix: remove it, and give the value as a parameter of the deployment",
          "  - callers: a workflow with a request trigger names its callers",
          "    fix: give the gateway's addresses and caller",
          "  - runHistoryReaders[0]: an address range is a.b.c.d/nn or a.b.c.d-e.f.g.h, and not the whole internet" +
            ' (received "203.0.113.1")',
          "    fix: write a single address as a.b.c.d/32",
        ].join("\n"),
      );
    });

    it("values that the definition does not take, without showing secret ones", async () => {
      const definition = byHand({ ...demanding(IDENTITY), triggers: SCHEDULED.triggers, actions: {} });
      const partner = { partner: "west" };
      expect(
        await refuse({
          definition,
          parameters: { key: 5, ...partner, limits: { a: pulumi.output(1) }, backed: "x" },
        }),
      ).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 5 problems',
          "  - parameters.login: a parameter that has no default value is given one",
          "    fix: give it a value, or a default value in the definition where it is no secret",
          "  - parameters.key: a parameter of type SecureString is given a value of this type",
          "    fix: give a text, or change the type in the definition",
          '  - parameters.partner: a parameter is given one of its allowed values (received "west")',
          '    fix: give one of ["north","south"]',
          "  - parameters.limits: a parameter of type Array is given a value of this type (received an object)",
          "    fix: give an array, or change the type in the definition",
          "  - parameters.backed: a parameter that is given is declared in the definition",
          "    fix: declare it there, or correct its name",
        ].join("\n"),
      );
    });

    const ASKING = "definition.actions.Ask.inputs.authentication";
    const asking = (identity?: pulumi.Input<string>) =>
      defineWorkflow({
        trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
        actions: [
          http("Ask", {
            method: "GET",
            uri: "https://erp.contoso.com",
            authentication: managedIdentity({ audience: "api://erp", identity }),
          }),
        ],
      });

    it.each([
      [
        "another",
        asking(IDENTITY),
        "system",
        `${ASKING}.identity: a workflow authenticates by an identity that it has (`,
      ],
      [
        "another, known later",
        asking(pulumi.output(IDENTITY)),
        "system",
        `${ASKING}.identity: a workflow authenticates by`,
      ],
      [
        "the system-assigned one",
        asking(),
        { userAssigned: IDENTITY },
        `${ASKING}: a workflow authenticates by an identity`,
      ],
      [
        "the system-assigned one",
        asking(),
        { userAssigned: pulumi.output(IDENTITY) },
        `${ASKING}: a workflow authenticates`,
      ],
      [
        "another user-assigned one",
        asking(`${IDENTITY}-2`),
        { userAssigned: IDENTITY },
        `${ASKING}.identity: a workflow authenticates by an identity that it has (`,
      ],
      [
        "what is no id",
        SCHEDULED,
        { userAssigned: "id-orders" },
        "identity.userAssigned: the id of a user-assigned",
      ],
    ] as const)("an identity that it does not have: %s", async (_what, definition, identity, problem) => {
      const message = await refuse({ definition, identity });
      expect(message).toContain("is not valid: 1 problem\n");
      expect(message).toContain(`  - ${problem}`);
    });

    it.each([
      ["by an expression", asking("@parameters('identity')")],
      ["by another spelling", asking(IDENTITY.toUpperCase())],
    ])("no identity that is named %s", async (_how, { actions }) => {
      const deployment = await deploy((azure) => {
        seedGroups(azure, "rg-orders", "rg-gateway");
        seedIdentity(azure, "id-orders");
        return new LogicAppWorkflow("orders", {
          ...MINIMAL,
          definition: { ...SCHEDULED, parameters: { identity: { type: "String" } }, actions },
          parameters: { identity: IDENTITY },
          identity: { userAssigned: IDENTITY },
        });
      });
      expect(registrationOf(deployment, "orders-workflow").inputs.identity).toEqual({
        type: "UserAssigned",
        userAssignedIdentities: [IDENTITY],
      });
    });

    it("a webhook action that nobody may call back", async () => {
      const definition = byHand({
        ...SCHEDULED,
        actions: {
          Group: {
            type: "Scope",
            actions: { Wait_for_approval: { type: "HttpWebhook", inputs: {}, runAfter: {} } },
            runAfter: {},
          },
        },
      });
      const problem =
        "  - actionCallers: a workflow with a webhook action names from where it is called back" +
        ' (received "actions.Group.actions.Wait_for_approval")';
      expect(await refuse({ definition })).toContain(problem);
      expect(await refuse({ definition, actionCallers: [] })).toContain(problem);
      const open = { kind: "open", because: " " } as const;
      expect(await refuse({ definition, actionCallers: open })).toContain("  - actionCallers.because: ");
    });

    it("a webhook trigger that nobody may call, or anybody without a reason", async () => {
      const refusedFor = async (more: Partial<LogicAppWorkflowArgs>) =>
        (await refuse({ definition: NOTIFIED, ...more }))
          .split("\n")
          .filter((line) => line.startsWith("  - "));
      const unnamed = [
        "  - webhookTriggerCallers: a workflow with a webhook trigger names from where it is called back" +
          ' (received "triggers.Notice")',
      ];
      expect(await refusedFor({})).toEqual(unnamed);
      expect(await refusedFor({ webhookTriggerCallers: [] })).toEqual(unnamed);
      expect(await refusedFor({ webhookTriggerCallers: { kind: "open", because: "" } })).toEqual([
        "  - webhookTriggerCallers.because: a webhook trigger that anybody may call who has its signed address needs a" +
          ' reason (received "")',
      ]);
      expect(await refusedFor({ webhookTriggerCallers: ["0.0.0.0/0"] })).toEqual([
        "  - webhookTriggerCallers[0]: an address range is a.b.c.d/nn or a.b.c.d-e.f.g.h, and not the whole internet" +
          ' (received "0.0.0.0/0")',
      ]);
    });

    it("callers of a webhook trigger that there is not", async () => {
      expect(await refuse({ webhookTriggerCallers: ["192.0.2.0/24"] })).toContain(
        "  - webhookTriggerCallers: a workflow without a webhook trigger is called back by nobody",
      );
    });

    it.each([
      ["would keep out a gateway that has no fixed addresses", ["192.0.2.0/24"], undefined],
      [
        "would let in whoever is not the gateway",
        { kind: "open", because: "It is." } as const,
        ["192.0.2.10"],
      ],
    ])("callers of a webhook trigger that %s", async (_what, webhookTriggerCallers, addresses) => {
      expect(
        await refuse({
          definition: CALLED_AND_NOTIFIED,
          callers: { ...CALLERS, addresses },
          webhookTriggerCallers,
        }),
      ).toContain(
        "  - webhookTriggerCallers: the triggers of a workflow admit the same addresses: either some, or any",
      );
    });

    it("what is no integration account", async () => {
      expect(await refuse({ integrationAccountId: "ia-orders" })).toContain("  - integrationAccountId: ");
    });

    it.each(["runHistoryReaders", "actionCallers", "managementCallers"])(
      "what is no address range in %s",
      async (list) => {
        expect(await refuse({ [list]: ["203.0.113.1"] })).toContain(`  - ${list}[0]: an address range is `);
      },
    );

    it("callers of a workflow that nobody can call", async () => {
      expect(await refuse({ callers: CALLERS })).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - callers: a workflow without a request trigger has no callers",
          "    fix: leave callers out, or add a request trigger",
        ].join("\n"),
      );
    });

    it("a trigger by its signature, where there are no addresses to protect it", async () => {
      const definition = defineWorkflow({
        trigger: requestTrigger("manual", { authorization: "signature" }),
        actions: [],
      });
      expect(
        await refuse({ definition, callers: { addresses: undefined, token: TOKEN, location: "westeurope" } }),
      ).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - callers.addresses: addresses are all that protects the trigger manual, whose signature whoever has it may" +
            " use (received nothing)",
          '    fix: make the trigger with authorization: "bearer", as a gateway of a v2 tier has no' +
            " fixed addresses",
        ].join("\n"),
      );
    });

    it("a definition that Azure would refuse", async () => {
      const definition = JSON.parse(
        JSON.stringify(CALLED).replace('"runAfter":{}', '"runAfter":{"Absent":["Succeeded"]}'),
      ) as typeof CALLED;
      expect(await refuse({ definition, callers: CALLERS })).toContain("definition.actions.Answer.runAfter");
    });

    it("addresses that are known and are none", async () => {
      expect(await refuse({ definition: CALLED, callers: { ...CALLERS, addresses: [] } })).toBe(
        ['LogicAppWorkflow "orders" is not valid: 1 problem', ...NO_ADDRESS].join("\n"),
      );
    });

    it("an address that is none", async () => {
      expect(
        await refuse({
          definition: CALLED,
          callers: { ...CALLERS, addresses: ["192.0.2.10", "2001:db8::1"] },
        }),
      ).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - callers.addresses[1]: a caller is admitted by its IPv4 address, or by a range of at most 16 (/28)" +
            ' (received "2001:db8::1")',
          "    fix: write it as a.b.c.d",
        ].join("\n"),
      );
    });

    it("other callers of a gateway that is admitted by its token alone: they would keep it out", async () => {
      expect(
        await refuse({ definition: CALLED, callers: { ...CALLERS, addresses: undefined, extra: EXTRA } }),
      ).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - callers.extra: a gateway without addresses that stay the same is admitted by its token alone: a list of other" +
            " callers would keep it out",
          "    fix: leave the extra callers out, or choose Developer, Basic, Standard or Premium",
        ].join("\n"),
      );
    });

    it("other callers without a reason, without a range, and any too wide", async () => {
      const problemsOf = async (extra: typeof EXTRA) =>
        (await refuse({ definition: CALLED, callers: { ...CALLERS, extra } }))
          .split("\n")
          .filter((line) => line.startsWith("  - "));
      expect(await problemsOf({ because: " ", ranges: [] })).toEqual([
        '  - callers.extra.because: a list of extra callers needs a reason (received " ")',
        "  - callers.extra.ranges: a list of extra callers names at least one range (received [])",
      ]);
      const wide = ["203.0.113.0/27", "203.0.113.0-203.0.113.16", "0.0.0.0/0", "203.0.113.7", "10.0.0.0/8"];
      expect(await problemsOf({ ...EXTRA, ranges: ["203.0.113.0/28", ...wide] })).toEqual(
        wide.map(
          (range, index) =>
            `  - callers.extra.ranges[${index + 1}]: a range of callers is a.b.c.d/nn or a.b.c.d-e.f.g.h, of at most 16 addresses` +
            ` (/28) (received "${range}")`,
        ),
      );
    });

    it("another region than the gateway's, without a reason", async () => {
      const elsewhere = { definition: CALLED, location: "northeurope" };
      expect(await refuse({ ...elsewhere, callers: CALLERS })).toBe(
        [
          'LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - location: a workflow stands in the region of the gateway that calls it, westeurope, or there is a reason" +
            ' (received "northeurope")',
          "    fix: write westeurope, or say why not in callers.elsewhere",
        ].join("\n"),
      );
      expect(await refuse({ ...elsewhere, callers: { ...CALLERS, elsewhere: { because: "" } } })).toContain(
        "callers.elsewhere.because: a workflow in another region than the gateway needs a reason",
      );
    });

    it.each([
      "300.0.0.0/8",
      "203.0.113.0/33",
      "0.0.0.0/0",
      "203.0.113.9-203.0.113.1",
      "0.0.0.0-255.255.255.255",
    ])("the range %s of run history readers", async (range) => {
      expect(await refuse({ runHistoryReaders: [range] })).toContain("runHistoryReaders[0]: ");
    });
  });
});
