import type * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DEFAULT_IDS } from "../../../rehearsal/azure/model";
import { describeWithEngine } from "../../engine";
import { PLACE, seedService } from "./service";
import { changes, realAzure, type RunResult, Toy, Trial } from "./trial";

const SERVICE_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders`;
const ORDERS = `${SERVICE_ID}/apis/orders`;
const API = "azure-native:apimanagement:Api";

const api = (revision: number) => ({
  apiId: `orders;rev=${revision}`,
  displayName: "Orders",
  path: "orders",
  serviceUrl: `https://orders-${revision}.example.com`,
});

/** Two revisions of an API with their policies, and a release of one of them. */
const program =
  ({ current, last }: { readonly current: 1 | 2; readonly last: 1 | 2 }): PulumiFn =>
  () => {
    // Writes to one API collide: each waits for the one before.
    const made: pulumi.Resource[] = [];
    const next = (token: string, name: string, inputs: Readonly<Record<string, unknown>>) =>
      made.push(new Toy(token, name, { ...PLACE, ...inputs }, { dependsOn: [...made] }));
    const order = [3 - last, last];
    for (const number of order) next(API, `orders-${number}`, api(number));
    for (const number of order) {
      next("azure-native:apimanagement:ApiPolicy", `policy-${number}`, {
        apiId: `orders;rev=${number}`,
        policyId: "policy",
        format: "xml",
        value: "<policies><inbound><base /></inbound></policies>",
      });
    }
    new Toy(
      "azure-native:resources:Resource",
      "release",
      {
        resourceGroupName: "rg",
        resourceProviderNamespace: "Microsoft.ApiManagement",
        parentResourcePath: "service/apim-orders/apis/orders",
        resourceType: "releases",
        resourceName: `rev-${current}`,
        apiVersion: "2024-05-01",
        properties: { apiId: `${ORDERS};rev=${current}` },
      },
      { dependsOn: made },
    );
    return Promise.resolve();
  };

const idOf = (run: RunResult, name: string): string | undefined =>
  run.told.findLast((entry) => entry.name === name)?.id;

const operations = (run: RunResult): readonly string[] =>
  [...new Set(run.steps.map((step) => step.split(" ")[0] ?? ""))].sort();

describeWithEngine("revisions of an API, towards the engine,", (engine) => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await Trial.begin(await engine(), {}, realAzure());
    seedService(trial.azure);
  });
  afterEach(() => {
    trial.end();
  });

  test("keep their ids over a release, which no later run or refresh undoes, and go with the current one last", async () => {
    const first = await trial.up(program({ current: 1, last: 2 }));
    expect(first.errors).toBe("");
    // The name goes into the request as orders%3Brev=2; the state has what Azure answers.
    expect(idOf(first, "orders-2")).toBe(`${ORDERS};rev=2`);
    expect(idOf(first, "policy-2")).toBe(`${ORDERS};rev=2/policies/policy`);
    expect(trial.azure.get(ORDERS)?.outputs.serviceUrl).toBe("https://orders-1.example.com");

    const released = await trial.up(program({ current: 2, last: 2 }));
    expect(released.errors).toBe("");
    expect(changes(released)).toEqual([
      "delete-replaced release",
      "replace release",
      "create-replacement release",
    ]);
    expect(trial.azure.get(ORDERS)?.outputs.serviceUrl).toBe("https://orders-2.example.com");

    // To wait the other way round changes no resource.
    const turned = program({ current: 2, last: 1 });
    expect(operations(await trial.up(turned))).toEqual(["same"]);
    // What a read answers of the current revision, and only of that, could have been an input: azure-native takes it for
    // one once it is new, and the next run takes it out again.
    const refreshed = await trial.refresh();
    const changed = refreshed.told.filter(({ op }) => op === "update");
    expect(changed.map(({ name, inputs }) => [name, inputs.isCurrent])).toEqual([["orders-2", true]]);
    const settled = await trial.up(turned);
    expect(settled.errors).toBe("");
    expect(changes(settled)).toEqual(["update orders-2"]);
    expect(operations(await trial.up(turned))).toEqual(["same"]);

    const destroyed = await trial.destroy();
    expect(destroyed.errors).toBe("");
    expect(trial.azure.get(ORDERS)).toBeUndefined();
  });

  test("are not deleted while the current one has to go first", async () => {
    await trial.up(program({ current: 2, last: 2 }));
    const destroyed = await trial.destroy();
    expect(destroyed.errors).toContain("Cannot delete the current revision of an API.");
    expect(trial.azure.get(`${ORDERS};rev=1`)).toBeDefined();
  });

  test("are imported by either spelling of their id", async () => {
    for (const number of [1, 2]) trial.azure.seed(API, { ...PLACE, ...api(number) });
    const imported = await trial.up(() => {
      const inputs = { protocols: ["https"], subscriptionRequired: true, apiType: "http" };
      const subscriptionKeyParameterNames = {
        header: "Ocp-Apim-Subscription-Key",
        query: "subscription-key",
      };
      const all = (number: number, apiRevision: string) => ({
        ...PLACE,
        ...api(number),
        ...inputs,
        subscriptionKeyParameterNames,
        apiRevision,
      });
      new Toy(API, "first", { ...all(1, "1"), isCurrent: true }, { import: `${ORDERS};rev=1` });
      new Toy(API, "second", all(2, "2"), { import: `${ORDERS}%3Brev=2` });
      return Promise.resolve();
    });
    expect(imported.errors).toBe("");
    expect(imported.steps).toEqual(expect.arrayContaining(["import first", "import second"]));
  });
});
