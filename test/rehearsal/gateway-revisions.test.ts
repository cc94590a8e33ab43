import type { PulumiFn } from "@pulumi/pulumi/automation";
import { openApiContract } from "../../components/contracts";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { GatewayInventory } from "../../components/gateway/inventory";
import { GatewayProduct } from "../../components/gateway/product";
import { policyDocument, setHeader } from "../../policies/gateway";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { NO_TOKENS, seedGateway } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench, writes } from "./workbench";

interface Choice {
  readonly numbers: readonly number[];
  readonly current: number;
  readonly writtenBy?: "resources" | "deployment";
}

/** An API whose revisions answer with their own number, sold in a product. */
function program(azure: SimulatedAzure, choice: () => Choice): PulumiFn {
  const reference = seedGateway(azure);
  return async () => {
    const { numbers, current, writtenBy } = choice();
    // What one run puts on the gateway, the next does not know.
    const gateway = { ...reference, inventory: new GatewayInventory(true) };
    const revision = async (number: number) => ({
      contract: await openApiContract(
        JSON.stringify({
          openapi: "3.0.3",
          info: { title: "Orders", version: "1", description: "Orders of customers." },
          paths: { [`/orders-${number}`]: { get: { operationId: "listOrders", responses: { 200: OK } } } },
        }),
        "orders.json",
      ),
      backend: { kind: "service", url: `https://orders-${number}.contoso.com` } as const,
      policy: policyDocument({ scope: "api", outbound: [revisionHeader("X-Revision", number)] }),
      anonymous: NO_TOKENS,
      operationPolicies: {
        listOrders: policyDocument({ scope: "operation", outbound: [revisionHeader("X-Operation", number)] }),
      },
      change: `Revision ${number}`,
    });
    const revisions = Object.fromEntries(
      await Promise.all(numbers.map(async (number) => [number, await revision(number)] as const)),
    );
    const orders = new GatewayApi("orders", {
      gateway,
      path: "orders",
      revisions,
      currentRevision: current,
      ...(writtenBy && { writtenBy }),
    });
    new GatewayProduct("orders", {
      gateway,
      displayName: "Orders",
      description: "Orders of customers.",
      access: {
        kind: "open",
        because: "The subscription that Azure makes by itself is not the matter here.",
      },
      apis: { orders },
    });
  };
}

const OK = { description: "OK" };

function revisionHeader(name: string, number: number) {
  return setHeader({ name, existsAction: "override", values: [String(number)] });
}

const SERVICE = "/providers/Microsoft.ApiManagement/service/apim-contoso-test";

describeWithEngine("revisions of an API", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  const ordersId = () =>
    `/subscriptions/${workbench.azure.subscriptionId}/resourceGroups/rg-gateway${SERVICE}/apis/orders`;

  /** What a client of the current revision meets. */
  function answering(): Record<string, unknown> {
    const found = (path: string) => {
      const all = workbench.azure.below(
        `/subscriptions/${workbench.azure.subscriptionId}/resourceGroups/rg-gateway${SERVICE}`,
      );
      return all.find(({ id }) => id.endsWith(`${SERVICE}/${path}`))?.outputs;
    };
    const text = (path: string) => found(path)?.value as string;
    const header = (path: string) => /<value>(.*?)<\/value>/.exec(text(path))?.[1];
    return {
      revision: found("apis/orders")?.apiRevision,
      service: /base-url="(.*?)"/.exec(text("apis/orders/policies/policy"))?.[1],
      operation: found("apis/orders/operations/listorders")?.urlTemplate,
      policy: header("apis/orders/policies/policy"),
      operationPolicy: header("apis/orders/operations/listorders/policies/policy"),
      product: found("products/orders/apis/orders") !== undefined,
    };
  }

  const answersOf = (number: number) => ({
    revision: String(number),
    service: `https://orders-${number}.contoso.com`,
    operation: `/orders-${number}`,
    policy: String(number),
    operationPolicy: String(number),
    product: true,
  });

  function written(from: number): string[] {
    return writes(workbench.azure, from).map(
      ({ operation, id = "" }) => `${operation} ${id.slice(id.indexOf(SERVICE) + SERVICE.length + 1)}`,
    );
  }

  test("go from 1 to 2, back, and forth again by one setting, with their policies, and delete no API", async () => {
    const { azure } = workbench;
    let choice: Choice = { numbers: [1], current: 1 };
    const stack = await workbench.stack(
      "revisions",
      {},
      program(azure, () => choice),
    );
    await stack.up();
    expect(answering()).toEqual(answersOf(1));

    // Azure keeps the current revision, and what is below it, under the plain id.
    const added = azure.log.length;
    choice = { numbers: [1, 2], current: 1 };
    await stack.up();
    expect(answering()).toEqual(answersOf(1));
    expect(written(added)).toEqual([
      "create apis/orders;rev=2",
      "create apis/orders;rev=2/policies/policy",
      "create apis/orders;rev=2/operations/listorders/policies/policy",
    ]);

    for (const current of [2, 1, 2]) {
      const before = azure.log.length;
      choice = { numbers: [1, 2], current };
      await stack.up();
      expect(answering()).toEqual(answersOf(current));
      expect(written(before)).toEqual([
        `create apis/orders/releases/revision-${current}`,
        `delete apis/orders/releases/revision-${3 - current}`,
      ]);
      await stack.preview({ expectNoChanges: true });
    }

    const dropped = azure.log.length;
    choice = { numbers: [2], current: 2 };
    await stack.up();
    expect(answering()).toEqual(answersOf(2));
    expect(written(dropped).filter((write) => /delete apis\/orders(;rev=2)?$/.test(write))).toEqual([]);

    await stack.destroy();
    expect(azure.below(ordersId())).toEqual([]);
    expect(azure.get(ordersId())).toBeUndefined();
  });

  test("are destroyed with the current one last, whichever that is", async () => {
    const { azure } = workbench;
    const choice: Choice = { numbers: [1, 2, 3], current: 2 };
    const stack = await workbench.stack(
      "destroyed",
      {},
      program(azure, () => choice),
    );
    await stack.up();
    expect(answering()).toEqual(answersOf(2));
    await stack.destroy();
    expect(azure.below(ordersId())).toEqual([]);
    expect(azure.get(ordersId())).toBeUndefined();
  });

  test("can be written by a template each, and are released alike", async () => {
    const { azure } = workbench;
    let choice: Choice = { numbers: [1, 2], current: 1, writtenBy: "deployment" };
    const stack = await workbench.stack(
      "templates",
      {},
      program(azure, () => choice),
    );
    await stack.up();
    expect(answering()).toEqual(answersOf(1));
    choice = { ...choice, current: 2 };
    await stack.up();
    expect(answering()).toEqual(answersOf(2));
    choice = { ...choice, current: 1 };
    await stack.up();
    expect(answering()).toEqual(answersOf(1));
  });
});
