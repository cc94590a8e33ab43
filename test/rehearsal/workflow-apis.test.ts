import * as resources from "@pulumi/azure-native/resources";
import { standInGateway } from "../../bench/stand-in-gateway";
import { GatewayApi } from "../../components/gateway/gateway-api";
import type { WorkflowAuthentication } from "../../components/gateway/api-source";
import { LogicAppWorkflow } from "../../components/logic-app-workflow";
import { policyDocument } from "../../policies/gateway";
import { findLeaks } from "../../rehearsal/leaks";
import { defineWorkflow, requestTrigger, response } from "../../workflow";
import { makeEntra, type Entra } from "../callers/entra";
import { exportState, sentOn } from "../callers/exported";
import { deployedWorkflow, refusals } from "../callers/trigger-call";
import { NO_TOKENS } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { openWorkbench, writes, type Workbench } from "./workbench";

/** Where the workflow is. */
interface Whereabouts {
  readonly group: string;
  readonly location: string;
  readonly trigger: string;
}

const HERE: Whereabouts = { group: "rg-orders", location: "westeurope", trigger: "manual" };
const BY_SIGNATURE: WorkflowAuthentication = {
  kind: "signature",
  because: "the trigger is the vendor's",
};

function deployApi({ group, location, trigger }: Whereabouts, authentication?: WorkflowAuthentication): void {
  const gateway = standInGateway();
  const groups = ["rg-orders", "rg-moved"].map(
    (resourceGroupName) =>
      new resources.ResourceGroup(resourceGroupName, { resourceGroupName, location: "westeurope" }),
  );
  const workflow = new LogicAppWorkflow(
    "orders",
    {
      resourceGroupName: group,
      workflowName: "logic-orders",
      location,
      definition: defineWorkflow({
        trigger: requestTrigger(trigger, { authorization: authentication ? "signature" : "bearer" }),
        actions: [response("Answer", { statusCode: 200 })],
      }),
      callers: {
        addresses: gateway.addresses,
        token: gateway.caller,
        location: gateway.location,
        elsewhere: location === gateway.location ? undefined : { because: "it moves" },
      },
    },
    { dependsOn: groups },
  );
  new GatewayApi("orders", {
    gateway,
    path: "orders",
    workflow,
    title: "Orders",
    authentication,
    policy: policyDocument({ scope: "api" }),
    anonymous: NO_TOKENS,
  });
}

describeWithEngine("a workflow as an API", (engine) => {
  let entra: Entra;
  let workbench: Workbench;
  beforeAll(async () => {
    entra = await makeEntra();
  });
  afterAll(() => entra.close());
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  async function deployed(authentication?: WorkflowAuthentication) {
    let whereabouts = HERE;
    const stack = await workbench.stack("workflow", {}, () => {
      deployApi(whereabouts, authentication);
      return Promise.resolve();
    });
    await stack.up();
    const { azure } = workbench;
    return {
      stack,
      /** What Azure is asked to do where the workflow goes elsewhere. */
      move: async (there: Partial<Whereabouts>) => {
        whereabouts = { ...whereabouts, ...there };
        const before = azure.log.length;
        await stack.up();
        return writes(azure, before).map(
          ({ operation, token }) => `${operation} ${token.split(":")[2] ?? ""}`,
        );
      },
      /** Whether the gateway knows where the workflow is. */
      isFound: () => {
        const [workflow] = azure.all("azure-native:logic:Workflow");
        const [backend] = azure.all("azure-native:apimanagement:Backend");
        return backend?.inputs.url === `${workflow?.outputs.accessEndpoint as string}/triggers`;
      },
    };
  }

  test("follows its workflow by one backend, and leaves the gateway alone", async () => {
    const { stack, move, isFound } = await deployed();
    expect(isFound()).toBe(true);
    expect(await move({ location: "northeurope" })).toEqual([
      "delete Workflow",
      "create Workflow",
      "update Backend",
    ]);
    expect(isFound()).toBe(true);
    expect((await move({ group: "rg-moved" })).sort()).toEqual([
      "create Workflow",
      "delete Workflow",
      "update Backend",
    ]);
    expect(isFound()).toBe(true);
    expect(Object.keys((await stack.preview()).changeSummary)).toEqual(["same"]);
  });

  test("follows the signature as well", async () => {
    const { stack, move, isFound } = await deployed(BY_SIGNATURE);
    expect((await move({ group: "rg-moved" })).sort()).toEqual([
      "create Workflow",
      "delete Workflow",
      "update Backend",
      "update NamedValue",
    ]);
    expect(isFound()).toBe(true);
    expect(Object.keys((await stack.preview()).changeSummary)).toEqual(["same"]);
  });

  test("previews a trigger that is renamed, whose signature Azure does not know yet", async () => {
    let whereabouts = HERE;
    const stack = await workbench.stack("renamed", {}, () => {
      deployApi(whereabouts, BY_SIGNATURE);
      return Promise.resolve();
    });
    await stack.up();
    whereabouts = { ...HERE, trigger: "order" };
    await stack.preview();
    await stack.up();
    expect(Object.keys((await stack.preview()).changeSummary)).toEqual(["same"]);
  });

  test("is protected by addresses alone where it is called by its signature", async () => {
    const { stack } = await deployed(BY_SIGNATURE);
    const state = await exportState(stack);
    const workflow = deployedWorkflow(state.outputs("orders-workflow"));
    const { directory } = entra;
    const [address = ""] = state.outputs("gateway-service").publicIPAddresses as readonly string[];
    const [namedValue] = workbench.azure.all("azure-native:apimanagement:NamedValue");
    const { withheld, identity, ...sent } = sentOn(state, "orders", "manual", {
      "orders-1-manual-signature": namedValue?.inputs.value as string,
    });
    expect(withheld).toContain("Authorization");
    expect(identity).toBeUndefined();

    const call = { from: address, headers: {}, ...sent };
    const foreign = { ...call, from: "203.0.113.99" };
    expect(await refusals(workflow, call, directory)).toEqual([]);
    expect(await refusals(workflow, foreign, directory)).toEqual(["address"]);
    const unsigned = { ...call, url: call.url.replace(/&sp=.*/, "") };
    expect(await refusals(workflow, unsigned, directory)).toEqual(["scheme"]);
    delete workflow.accessControl?.triggers?.allowedCallerIpAddresses;
    expect(await refusals(workflow, foreign, directory)).toEqual([]);
  });

  test("shows its workflow's signature nowhere", async () => {
    const printed: string[] = [];
    const onOutput = (text: string) => printed.push(text);
    let whereabouts = HERE;
    const stack = await workbench.stack("signature", {}, () => {
      deployApi(whereabouts, BY_SIGNATURE);
      return Promise.resolve();
    });
    await stack.preview({ diff: true, onOutput });
    await stack.up({ diff: true, onOutput, showSecrets: false });
    await stack.refresh({ onOutput, showSecrets: false });
    whereabouts = { ...HERE, group: "rg-moved" };
    await stack.preview({ diff: true, onOutput });
    await stack.up({ diff: true, onOutput, showSecrets: false });
    await stack.preview({ diff: true, onOutput });

    const { azure } = workbench;
    const namedValues = azure.all("azure-native:apimanagement:NamedValue");
    expect(namedValues).toHaveLength(1);
    // Before and after the move.
    const signatures = azure.secrets().filter((value) => /^[\w-]{43}$/.test(value));
    expect(signatures).toHaveLength(2);
    expect(signatures).toContain(namedValues[0]?.inputs.value);
    const secrets = signatures.map((value) => ({ label: "the signature", value }));
    const state = await workbench.state("signature");
    expect(state).toContain("orders-1-manual-signature");
    expect(printed.join("")).toContain("orders-1-manual-signature");
    expect(
      findLeaks(secrets, [
        { where: "the state", text: state },
        { where: "what was printed", text: printed.join("") },
        { where: "the log of requests", text: JSON.stringify(azure.log) },
      ]),
    ).toEqual([]);
  });
});
