import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation";
import { openApiContract, type RestContract } from "../components/contracts";
import { GatewayBackend } from "../components/gateway/backend";
import { GatewayBackendPool } from "../components/gateway/backend-pool";
import { GatewayApi } from "../components/gateway/gateway-api";
import { GatewayNamedValue } from "../components/gateway/named-value";
import { GatewayProduct } from "../components/gateway/product";
import { LogicAppWorkflow } from "../components/logic-app-workflow";
import { CALLER, policyDocument, rateLimitByKey, requireToken, setHeader } from "../policies/gateway";
import { openWorkbench } from "../test/rehearsal/workbench";
import { defineWorkflow, http, recurrenceTrigger } from "../workflow";
import { STAND_IN_TOKENS, standInGateway } from "./stand-in-gateway";

/** What somebody may edit in a program. */
export interface Knobs {
  readonly calls: number;
  readonly summary: string;
  readonly namedValue: string;
  readonly canaryPercent: number;
  readonly operationHeader: string;
  readonly description: string;
  readonly currentRevision: 1 | 2;
  readonly actionPath: string;
}

/** The program before any edit. */
const BEFORE: Knobs = {
  calls: 60,
  summary: "List products",
  namedValue: "contoso",
  canaryPercent: 10,
  operationHeader: "no-store",
  description: "Products and prices.",
  currentRevision: 2,
  actionPath: "stock",
};

/** Edits by what a person would call them, with what each must do to Azure. */
export const EDITS: Readonly<
  Record<string, { readonly edit: Partial<Knobs>; readonly operations: readonly string[] }>
> = {
  "a policy": { edit: { calls: 61 }, operations: ["update ApiPolicy"] },
  "a policy of one operation": {
    edit: { operationHeader: "no-cache" },
    operations: ["update ApiOperationPolicy"],
  },
  "a contract": { edit: { summary: "List all products" }, operations: ["update Api"] },
  "a named value": { edit: { namedValue: "fabrikam" }, operations: ["update NamedValue"] },
  "a backend's weight": { edit: { canaryPercent: 20 }, operations: ["update Backend"] },
  "a product's description": { edit: { description: "Products." }, operations: ["update Product"] },
  "the current revision": {
    edit: { currentRevision: 1 },
    operations: ["create Resource", "delete Resource"],
  },
  "an action of a workflow": { edit: { actionPath: "levels" }, operations: ["update Workflow"] },
};

/** A program with one of everything that is edited. */
function editedProgram(knobs: Knobs): PulumiFn {
  return async () => {
    const gateway = standInGateway();
    const company = new GatewayNamedValue("company", { gateway, value: knobs.namedValue });
    const release = (name: string) =>
      new GatewayBackend(name, {
        gateway,
        url: `https://${name}.contoso.com`,
        credentials: { kind: "unauthenticated", because: "it is made up" },
      });
    const pool = new GatewayBackendPool("catalog", {
      gateway,
      members: {
        stable: { backend: release("stable"), weight: 100 - knobs.canaryPercent },
        canary: { backend: release("canary"), weight: knobs.canaryPercent },
      },
    });
    const content = {
      backend: { kind: "backend", target: pool },
      policy: policyDocument({
        scope: "api",
        inbound: [
          requireToken(STAND_IN_TOKENS),
          setHeader({ name: "X-Company", existsAction: "override", values: [company.reference] }),
        ],
      }),
    } as const;
    const api = new GatewayApi("catalog", {
      gateway,
      path: "catalog",
      revisions: {
        1: { ...content, contract: await contract(BEFORE.summary) },
        2: {
          ...content,
          contract: await contract(knobs.summary),
          policy: policyDocument({
            scope: "api",
            inbound: [
              requireToken(STAND_IN_TOKENS),
              rateLimitByKey({ calls: knobs.calls, renewalPeriod: 60, counterKey: CALLER }),
            ],
          }),
          operationPolicies: {
            listProducts: policyDocument({
              scope: "operation",
              outbound: [
                setHeader({
                  name: "Cache-Control",
                  existsAction: "override",
                  values: [knobs.operationHeader],
                }),
              ],
            }),
          },
          change: "A limit",
        },
      },
      currentRevision: knobs.currentRevision,
    });
    new GatewayProduct("catalog", {
      gateway,
      displayName: "Catalog",
      description: knobs.description,
      apis: { catalog: api },
    });
    new LogicAppWorkflow("restock", {
      resourceGroupName: gateway.resourceGroupName,
      workflowName: "logic-restock",
      location: gateway.location,
      definition: defineWorkflow({
        trigger: recurrenceTrigger("Nightly", { frequency: "Day", interval: 1 }),
        actions: [http("Ask", { method: "GET", uri: `https://erp.contoso.com/${knobs.actionPath}` })],
      }),
    });
  };
}

function contract(summary: string): Promise<RestContract> {
  return openApiContract(
    JSON.stringify({
      openapi: "3.0.3",
      info: { title: "Catalog", version: "1" },
      paths: {
        "/products": {
          get: {
            operationId: "listProducts",
            summary,
            responses: { 200: { description: "The products" } },
          },
        },
      },
    }),
    "catalog.json",
  );
}

/** What each edit does to Azure, one after the other on one stack. */
export async function countEdits(command: PulumiCommand): Promise<ReadonlyMap<string, readonly string[]>> {
  const { azure, stack, close } = await openWorkbench(command);
  try {
    let knobs = BEFORE;
    const deployed = await stack("edits", {}, () => editedProgram(knobs)());
    await deployed.up();
    const counted = new Map<string, readonly string[]>();
    for (const [name, { edit }] of Object.entries(EDITS)) {
      knobs = { ...knobs, ...edit };
      const before = azure.log.length;
      await deployed.up();
      const writes = azure.log
        .slice(before)
        .filter(({ operation }) => operation !== "read" && operation !== "invoke");
      counted.set(
        name,
        writes.map(({ operation, token }) => `${operation} ${token.split(":")[2] ?? ""}`),
      );
    }
    return counted;
  } finally {
    await close();
  }
}
