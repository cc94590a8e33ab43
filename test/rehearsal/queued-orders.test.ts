import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import program from "../../index";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { describeWithEngine, LIFE_MILLISECONDS } from "../engine";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, type Workbench, writes } from "./workbench";

const QUEUED = { kind: "queued", subscriber: { url: "https://shop.contoso.com/order-events" } };

const placing = (how: Readonly<Record<string, unknown>>) => ({
  ...OWN_GATEWAY,
  integrations: { orders: { ...LEAST.orders, placing: how } },
});

/** What one update wrote, as `operation type`, and which resources it updated. */
async function written(azure: SimulatedAzure, stack: Stack) {
  const before = azure.log.length;
  await stack.up();
  const log = writes(azure, before);
  return {
    lines: log.map(({ operation, token }) => `${operation} ${token.replace("azure-native:", "")}`).sort(),
    updated: log.filter(({ operation }) => operation === "update").map(({ id }) => id),
  };
}

jest.setTimeout(LIFE_MILLISECONDS);

describeWithEngine("orders that are queued", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  test("are switched on and off under the API's address, drift by nothing, ask for no key, and go without a trace", async () => {
    const { azure } = workbench;
    const before = azure.remaining();
    const stack = await workbench.stack("queued", placing({ kind: "synchronous" }), program as PulumiFn);
    const { outputs } = await stack.up();

    const policy = expect.stringMatching(
      /\/apis\/orders;rev=1\/operations\/placeorder\/policies\/policy$/,
    ) as string;

    await workbench.configure("queued", placing(QUEUED));
    const on = await written(azure, stack);
    expect(on.lines).toEqual([
      ...Array<string>(5).fill("create authorization:RoleAssignment"),
      "create eventgrid:Topic",
      "create eventgrid:TopicEventSubscription",
      "create logic:Workflow",
      "create logic:Workflow",
      "create resources:Resource",
      "create servicebus:Namespace",
      "create servicebus:Queue",
      "delete apimanagement:Backend",
      "delete logic:Workflow",
      "update apimanagement:ApiOperationPolicy",
    ]);
    expect(on.updated).toEqual([policy]);
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    expect(await stack.outputs()).toEqual(outputs);

    await workbench.configure("queued", placing({ ...QUEUED, retryDeadLetters: true }));
    const retried = await written(azure, stack);
    expect(retried.updated).toEqual([expect.stringMatching(/-orders-retry$/)]);
    expect(retried.lines).toHaveLength(1);

    await workbench.configure("queued", placing({ kind: "synchronous" }));
    const off = await written(azure, stack);
    expect(off.lines).toEqual([
      "create apimanagement:Backend",
      "create logic:Workflow",
      ...Array<string>(5).fill("delete authorization:RoleAssignment"),
      "delete eventgrid:Topic",
      "delete eventgrid:TopicEventSubscription",
      "delete logic:Workflow",
      "delete logic:Workflow",
      "delete resources:Resource",
      "delete servicebus:Namespace",
      "delete servicebus:Queue",
      "update apimanagement:ApiOperationPolicy",
    ]);
    expect(off.updated).toEqual([policy]);
    expect(await stack.outputs()).toEqual(outputs);

    const asked = azure.log.filter(
      ({ operation, token }) => operation === "invoke" && token.includes(":list"),
    );
    expect(asked).toEqual([]);

    await stack.destroy();
    expect(azure.remaining()).toEqual(before);
  });
});
