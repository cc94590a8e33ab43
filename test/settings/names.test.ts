import fc from "fast-check";
import { names, tags } from "../../settings";

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";

/** What the settings admit as a workload. */
const workload = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/);
/** What Pulumi admits as a stack's name. */
const stack = fc.oneof(
  fc.stringMatching(/^[\w.-]{1,100}$/),
  fc.constantFrom("dev", "---", "...", "_", "x".repeat(100)),
);
const key = fc.oneof(fc.stringMatching(/^[\w-]{1,80}$/), fc.constantFrom("orders", "Orders", "place-order"));
const subscription = fc.uuid();

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RULES = {
  resourceGroup: /^[\w().-]{0,89}[\w()-]$/,
  gateway: /^[a-zA-Z][a-zA-Z0-9-]{0,48}[a-zA-Z0-9]$/,
  vault: /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
  storage: /^[a-z0-9]{3,24}$/,
  workspace: /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
  applicationInsights: /^[^<>%&\\?/]{1,259}[^<>%&\\?/. ]$/,
  identity: /^[a-zA-Z0-9][\w-]{2,127}$/,
  workflow: /^[\w.()-]{1,43}$/,
  // https://learn.microsoft.com/rest/api/servicebus/controlplane-stable/namespaces/create-or-update
  serviceBus: /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{4,48}[a-zA-Z0-9]$/,
  eventTopic: /^[a-zA-Z0-9-]{3,50}$/,
  connection: /^[a-zA-Z0-9][\w-]{0,79}$/,
  registration: /^.{1,120}$/,
};

function all(
  workloadName: string,
  stackName: string,
  subscriptionId: string,
  keyName: string,
): Record<keyof typeof RULES, string> {
  const { resourceGroup, workflow, registration, serviceBus, eventTopic, connection, ...plain } = names(
    workloadName,
    stackName,
    subscriptionId,
  );
  return {
    ...plain,
    serviceBus: serviceBus(keyName),
    eventTopic: eventTopic(keyName),
    connection: connection(keyName),
    resourceGroup: resourceGroup(keyName),
    workflow: workflow(keyName),
    registration: registration(keyName),
  };
}

describe("names", () => {
  test("are those of the Cloud Adoption Framework", () => {
    expect(all("entint", "dev", SUBSCRIPTION, "orders")).toEqual({
      resourceGroup: "rg-entint-dev-orders",
      gateway: expect.stringMatching(/^apim-entint-dev-[a-z0-9]{5}$/) as string,
      vault: expect.stringMatching(/^kv-entint-dev-[a-z0-9]{5}$/) as string,
      storage: expect.stringMatching(/^stentintdev[a-z0-9]{5}$/) as string,
      workspace: "log-entint-dev",
      applicationInsights: "appi-entint-dev",
      identity: "id-entint-dev",
      workflow: "logic-entint-dev-orders",
      serviceBus: expect.stringMatching(/^sbns-entint-dev-orders-[a-z0-9]{5}$/) as string,
      eventTopic: expect.stringMatching(/^evgt-entint-dev-orders-[a-z0-9]{5}$/) as string,
      connection: "con-entint-dev-orders",
      registration: "app-entint-dev-orders",
    });
  });

  test("keep to Azure's rules, whatever the workload, the stack and the key are called", () => {
    fc.assert(
      fc.property(workload, stack, subscription, key, (...of) => {
        for (const [kind, name] of Object.entries(all(...of))) {
          expect(name).toMatch(RULES[kind as keyof typeof RULES]);
        }
      }),
    );
  });

  test("are the same every time, however the subscription is written", () => {
    fc.assert(
      fc.property(workload, stack, subscription, key, (name, of, id, role) => {
        expect(all(name, of, id.toUpperCase(), role)).toEqual(all(name, of, id, role));
      }),
    );
  });

  test("of two stacks differ, even where case, punctuation and length are all that tells them apart", () => {
    const two = fc.oneof(
      fc.tuple(stack, stack),
      fc.tuple(fc.constantFrom("Dev", "d.ev", "d-ev", "d_ev", "dev-"), fc.constant("dev")),
      fc.tuple(fc.constant(`${"x".repeat(98)}y`), fc.constant(`${"x".repeat(98)}z`)),
    );
    fc.assert(
      fc.property(workload, two, key, (name, [one, other], role) => {
        fc.pre(one !== other);
        const [ones, others] = [all(name, one, SUBSCRIPTION, role), all(name, other, SUBSCRIPTION, role)];
        for (const kind of Object.keys(RULES) as (keyof typeof RULES)[]) {
          expect(ones[kind].toLowerCase()).not.toBe(others[kind].toLowerCase());
        }
      }),
    );
  });

  test("of two keys differ", () => {
    fc.assert(
      fc.property(workload, stack, key, key, (name, of, one, other) => {
        fc.pre(one !== other);
        const { resourceGroup, workflow, registration, ...rest } = names(name, of, SUBSCRIPTION);
        const { serviceBus, eventTopic, connection } = rest;
        for (const named of [resourceGroup, workflow, registration, serviceBus, eventTopic, connection]) {
          expect(named(one).toLowerCase()).not.toBe(named(other).toLowerCase());
        }
      }),
    );
  });

  test("that are unique in all of Azure differ between subscriptions", () => {
    fc.assert(
      fc.property(workload, stack, subscription, subscription, (name, of, one, other) => {
        fc.pre(one !== other);
        const [ones, others] = [names(name, of, one), names(name, of, other)];
        expect(ones.serviceBus("orders")).not.toBe(others.serviceBus("orders"));
        expect(ones.eventTopic("orders")).not.toBe(others.eventTopic("orders"));
        expect([ones.gateway, ones.vault, ones.storage]).not.toContain(others.gateway);
        expect(ones.vault).not.toBe(others.vault);
        expect(ones.storage).not.toBe(others.storage);
      }),
    );
  });
});

test("tags are those of the settings and those of the stack", () => {
  expect(tags({ workload: "entint", tags: { owner: "us" } }, "dev")).toEqual({
    owner: "us",
    workload: "entint",
    environment: "dev",
    "managed-by": "pulumi",
  });
});
