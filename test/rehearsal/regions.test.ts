import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { LoggedRequest, SimulatedAzure } from "../../rehearsal/azure";
import { at, items, texts } from "../../rehearsal/azure/types/common";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { PROJECT } from "../settings/fixtures";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, type Workbench, writes } from "./workbench";

const SERVICE = "azure-native:apimanagement:ApiManagementService";
const WORKFLOW = "azure-native:logic:Workflow";

const ADMITTED = "accessControl.triggers.allowedCallerIpAddresses";

type Region = "enabled" | "disabled";

interface Change {
  readonly northeurope?: Region;
  readonly zones?: readonly string[];
  readonly extraCallers?: object;
}

const settings = ({ northeurope, zones, extraCallers }: Change) => ({
  ...OWN_GATEWAY,
  gateway: {
    ...OWN_GATEWAY.gateway,
    tier: {
      name: "Premium",
      units: 2,
      ...(zones && { zones }),
      ...(northeurope && { regions: { northeurope: { units: 1, gateway: northeurope } } }),
    },
  },
  ...(extraCallers && { extraCallers }),
  integrations: { orders: LEAST.orders },
});

const EXTRA = { because: "the primary region gets zones", until: "2999-12-31" };

/** What a write made true: from its beginning at the earliest, until the end of the next one at the latest. */
interface Period<T> {
  readonly id: string;
  readonly facts: T;
  readonly from: number;
  readonly until: number;
}

function periods<T>(log: readonly LoggedRequest[], token: string): Period<T>[] {
  const written = log.filter((request) => request.token === token && request.facts !== undefined);
  return written.map(({ id = "", facts, start }, index) => ({
    id,
    facts: facts as T,
    from: start,
    until: written.slice(index + 1).find((next) => next.id === id)?.end ?? Infinity,
  }));
}

/** Every moment at which a region may have answered from an address that a workflow may not have admitted. */
function gaps(log: readonly LoggedRequest[]): string[] {
  const gateways = periods<{ readonly answersFrom: readonly string[] }>(log, SERVICE);
  const workflows = periods<{ readonly admits: readonly { readonly addressRange: string }[] }>(log, WORKFLOW);
  return gateways.flatMap((gateway) =>
    workflows
      .filter(({ from, until }) => from < gateway.until && gateway.from < until)
      .flatMap(({ id, facts }) =>
        gateway.facts.answersFrom
          .filter((address) => !facts.admits.some(({ addressRange }) => addressRange === `${address}/32`))
          .map((address) => `${address} is not admitted by ${id.split("/").at(-1) ?? ""}`),
      ),
  );
}

function publicAddresses(azure: SimulatedAzure): readonly string[] {
  const service = azure.all(SERVICE)[0]?.outputs;
  return [service, ...items(service, "additionalLocations")].flatMap((region) =>
    texts(region, "publicIPAddresses"),
  );
}

describeWithEngine("a region of a gateway", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  /** Deploys a stack, and hands out what deploys a change of it and tells what was written. */
  async function deployed(first: Change) {
    const stack = await workbench.stack("regions", settings(first), program as PulumiFn);
    await stack.up();
    const change = async (next: Change) => {
      await workbench.configure("regions", settings(next));
      const before = workbench.azure.log.length;
      await stack.up();
      return writes(workbench.azure, before).map(({ operation, token }) => `${operation} ${token}`);
    };
    return change;
  }

  test("comes in two updates and goes in two, and at no moment answers from an address that is not admitted", async () => {
    const { azure } = workbench;
    const change = await deployed({});
    const learning = [`update ${SERVICE}`, `update ${WORKFLOW}`, `update ${WORKFLOW}`];
    expect(await change({ northeurope: "disabled" })).toEqual(learning);
    const [, address] = publicAddresses(azure);
    expect(await change({ northeurope: "enabled" })).toEqual([`update ${SERVICE}`]);
    expect(await change({ northeurope: "disabled" })).toEqual([`update ${SERVICE}`]);
    expect(await change({})).toEqual(learning);

    const answers = periods<{ readonly answersFrom: readonly string[] }>(azure.log, SERVICE).map(
      ({ facts }) => address !== undefined && facts.answersFrom.includes(address),
    );
    expect(answers).toEqual([false, false, true, false, false]);
    expect(gaps(azure.log)).toEqual([]);
    // Had the workflows not learnt the address, the log would tell.
    const forgetful = azure.log.filter(
      ({ token, operation }) => token !== WORKFLOW || operation === "create",
    );
    expect(gaps(forgetful)).toHaveLength(2);
  });

  test("reaches the workflows of another stack, which is updated before the region answers", async () => {
    const { azure, configure, stack } = workbench;
    const { integrations, ...alone } = settings({});
    const owner = await stack("owner", alone, program as PulumiFn);
    await owner.up();
    const { location, protect } = OWN_GATEWAY;
    const gatewayStack = `organization/${PROJECT}/owner`;
    const user = await stack("user", { location, protect, gatewayStack, integrations }, program as PulumiFn);
    await user.up();
    for (const northeurope of ["disabled", "enabled"] as const) {
      const { gateway } = settings({ northeurope });
      await configure("owner", { ...alone, gateway });
      await owner.up();
      await user.up();
    }
    expect(azure.all(WORKFLOW).map(({ inputs }) => at(inputs, ADMITTED))).toEqual(
      Array.from({ length: 2 }, () =>
        publicAddresses(azure).map((address) => ({ addressRange: `${address}/32` })),
      ),
    );
    expect(gaps(azure.log)).toEqual([]);
  });

  test("is there from the beginning, enabled: nobody could call a workflow before", async () => {
    await deployed({ northeurope: "enabled" });
    expect(publicAddresses(workbench.azure)).toHaveLength(2);
    expect(gaps(workbench.azure.log)).toEqual([]);
  });

  test("gets other addresses only once they are admitted", async () => {
    const { azure } = workbench;
    const zones = ["1", "2"];
    const change = await deployed({});
    // As somebody knows it who brings a public IP address of his own.
    const [service] = azure.all(SERVICE);
    const next = azure
      .type(SERVICE)
      .outputs?.({ operation: "update", id: service?.id ?? "", inputs: { ...service?.inputs, zones } }, azure)
      .publicIPAddresses as readonly string[];
    const extraCallers = { ...EXTRA, ranges: next.map((address) => `${address}/32`) };
    expect(await change({ extraCallers })).toEqual([`update ${WORKFLOW}`, `update ${WORKFLOW}`]);
    expect(await change({ extraCallers, zones })).toContain(`update ${SERVICE}`);
    expect(publicAddresses(azure)).toEqual(next);
    expect(await change({ zones })).toEqual([]);
    expect(gaps(azure.log)).toEqual([]);
  });
});
