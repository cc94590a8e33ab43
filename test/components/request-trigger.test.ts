import { callableTriggers, type TriggerAuthorization } from "../../components/request-trigger";
import { defineWorkflow, recurrenceTrigger, requestTrigger, type WorkflowDefinition } from "../../workflow";

type TriggerDefinition = WorkflowDefinition["triggers"][string];

const EMPTY = defineWorkflow({
  trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
  actions: [],
});

const authorizations = (trigger: TriggerDefinition): readonly TriggerAuthorization[] =>
  callableTriggers({ ...EMPTY, triggers: { manual: trigger } }).map(({ authorization }) => authorization);

const DOCUMENTED: TriggerDefinition = {
  type: "Request",
  kind: "Http",
  inputs: {},
  operationOptions: "EnableSchemaValidation, IncludeAuthorizationHeadersInOutputs",
  // https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app
  conditions: [{ expression: "@startsWith(triggerOutputs()?['headers']?['Authorization'], 'Bearer')" }],
};

describe("a request trigger", () => {
  it.each(["bearer", "signature"] as const)("tells that it was made for %s", (authorization) => {
    const trigger = requestTrigger("manual", { authorization });
    expect(authorizations(trigger.definition)).toEqual([authorization]);
  });

  it("keeps what else a caller must know", () => {
    const trigger = requestTrigger("manual", { method: "GET", relativePath: "{id}" });
    expect(callableTriggers(defineWorkflow({ trigger, actions: [] }))).toEqual([
      { name: "manual", method: "GET", relativePath: "{id}", authorization: "bearer" },
    ]);
  });

  it("demands a token by the condition that Azure documents", () => {
    expect(authorizations(DOCUMENTED)).toEqual(["bearer"]);
  });

  it("demands a token however the condition and the option are spelt", () => {
    const spelt = {
      operationOptions: "includeAuthorizationHeadersInOutputs",
      conditions: [
        { expression: "@equals(1, 1)" },
        { expression: "@STARTSWITH( triggerOutputs()?.headers?['authorization'],'bearer' )" },
      ],
    };
    expect(authorizations({ ...DOCUMENTED, ...spelt })).toEqual(["bearer"]);
  });

  it.each<[string, Partial<TriggerDefinition>]>([
    ["that cannot see the header", { operationOptions: "EnableSchemaValidation" }],
    [
      "by an option that only looks alike",
      { operationOptions: "IncludeAuthorizationHeadersInOutputsOfActions" },
    ],
    ["without the condition", { conditions: [] }],
    [
      "with another way out",
      {
        conditions: [
          { expression: "@or(true, startsWith(triggerOutputs()?['headers']?['Authorization'], 'Bearer'))" },
        ],
      },
    ],
    ["that demands something else", { conditions: [{ expression: "@equals(1, 1)" }] }],
    ["whose condition cannot be read", { conditions: [{ expression: "@startsWith(" }] }],
  ])("takes a signature for a proof %s", (_what, part) => {
    expect(authorizations({ ...DOCUMENTED, ...part })).toEqual(["signature"]);
  });

  it("is what a workflow by itself has not", () => {
    expect(callableTriggers(EMPTY)).toEqual([]);
  });
});
