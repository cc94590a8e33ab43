import * as pulumi from "@pulumi/pulumi";
import { LogicAppWorkflow, type LogicAppWorkflowArgs } from "../../components/logic-app-workflow";
import {
  defineWorkflow,
  recurrenceTrigger,
  requestTrigger,
  response,
  type WorkflowDefinition,
} from "../../workflow";
import { seedGroups } from "./fixtures";
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

const maximal = () =>
  workflowWith({
    definition: CALLED,
    callers: {
      ...CALLERS,
      // As the gateway gives them: one region after the other.
      addresses: pulumi.output(["192.0.2.10", "198.51.100.20", "203.0.113.30"]),
      token: { ...TOKEN, audience: pulumi.output(TOKEN.audience) },
    },
    runHistoryReaders: ["203.0.113.0/24", "198.51.100.1-198.51.100.9"],
    tags: { workload: "integration" },
  });

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
      accessControl: { contents: { allowedCallerIpAddresses: [{ addressRange: "0.0.0.0-0.0.0.0" }] } },
    });
    expect(deployment.result.triggers).toEqual([]);
  });

  it("is called from each region of the gateway only, and only with the gateway's token", async () => {
    const deployment = await maximal();
    const { inputs } = registrationOf(deployment, "orders-workflow");
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
      contents: {
        allowedCallerIpAddresses: [
          { addressRange: "203.0.113.0/24" },
          { addressRange: "198.51.100.1-198.51.100.9" },
        ],
      },
    });
  });

  it("shows its triggers, its address and its identity", async () => {
    const { result, azure, registeredOutputs } = await maximal();
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
