import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { standInGateway } from "../../bench/stand-in-gateway";
import { GatewayFragment } from "../../components/gateway/fragment";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { LogicAppWorkflow, type LogicAppWorkflowArgs } from "../../components/logic-app-workflow";
import {
  forwardRequest,
  includeFragment,
  policyDocument,
  policyFragment,
  setHeader,
} from "../../policies/gateway";
import { findEngine } from "../../rehearsal/engine";
import { rehearse } from "../../rehearsal/life-cycle";
import { defineWorkflow, parameter, recurrenceTrigger, requestTrigger, response } from "../../workflow";

function workflow(args: Pick<LogicAppWorkflowArgs, "definition" | "parameters" | "callers">) {
  const group = new resources.ResourceGroup("orders", {
    resourceGroupName: "rg-orders",
    location: "westeurope",
  });
  return new LogicAppWorkflow("orders", {
    resourceGroupName: group.name,
    workflowName: "logic-orders",
    location: "westeurope",
    ...args,
  });
}

/** Programs that must stop, by what is wrong with them. What depends on what is refused waits for it in vain. */
const CASES: Readonly<Record<string, () => void>> = {
  "it throws": () => {
    throw new pulumi.RunError("The settings of stack dev are not valid: 1 problem");
  },
  "a secret in a parameter that Azure shows": () => {
    workflow({
      definition: defineWorkflow({
        parameters: [parameter("backend", "String")],
        trigger: recurrenceTrigger("Daily", { frequency: "Day", interval: 1 }),
        actions: [],
      }),
      parameters: { backend: pulumi.secret("https://erp.contoso.com/?key=s3cret") },
    });
  },
  "no addresses, as is known late": () => {
    const { serviceId, caller, location } = standInGateway();
    workflow({
      definition: defineWorkflow({
        trigger: requestTrigger("manual", { authorization: "bearer" }),
        actions: [response("Answer", { statusCode: 200 })],
      }),
      callers: { addresses: serviceId.apply(() => []), token: caller, location },
    });
  },
  "two policies that name what is not there, as is known late": () => {
    const gateway = standInGateway();
    const naming = (namedValue: string) =>
      setHeader({ name: "X-Partner", values: [gateway.serviceId.apply(() => `{{${namedValue}}}`)] });
    new GatewayFragment("mark", {
      gateway,
      description: "Marks a request.",
      fragment: policyFragment([naming("partner")]),
    });
    new GatewayPolicy("all", {
      gateway,
      policy: policyDocument({
        scope: "global",
        inbound: [includeFragment({ fragmentId: "mark" }), naming("region")],
        backend: [forwardRequest()],
      }),
    });
  },
};

/** Longer than any of the rehearsals takes: one that does not end by itself is broken off, and has no report. */
const PATIENCE_IN_MILLISECONDS = 60_000;

/**
 * Rehearses each program, and prints each phase with what went wrong in it and what to do, and what was deployed. A process of its own: the SDK
 * learns of the error by an unhandled rejection, which jest would take for a failed test; and one that nobody handles ends a
 * process, but not a test.
 */
async function main(): Promise<void> {
  const projectFolder = await mkdtemp(join(tmpdir(), "refused-"));
  try {
    await writeFile(join(projectFolder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    await writeFile(join(projectFolder, "Pulumi.dev.yaml"), "config: {}\n");
    const { command } = await findEngine({ print: () => undefined });
    const told: Record<string, unknown> = {};
    const common = { command, projectFolder, stack: "dev", write: () => undefined };
    for (const [title, refused] of Object.entries(CASES)) {
      let printed = "";
      const { phases } = await rehearse({
        ...common,
        write: (text) => (printed += text),
        signal: AbortSignal.timeout(PATIENCE_IN_MILLISECONDS),
        program: () => {
          refused();
          return Promise.resolve();
        },
      });
      told[title] = {
        phases: phases.map(({ name, failures }) => [
          name,
          failures.map(({ happened, fix }) => [...happened, fix]),
        ]),
        deployed: [...printed.matchAll(/ (\S+) created /g)].map(([, name]) => name),
      };
    }
    const unguarded = await rehearse({
      ...common,
      program: () => Promise.resolve(),
      guardrails: () => Promise.reject(new Error("the configuration is none")),
    }).then(
      () => "it was rehearsed",
      (error: unknown) => String(error),
    );
    process.stdout.write(JSON.stringify({ told, unguarded }));
  } finally {
    await rm(projectFolder, { recursive: true });
  }
}

void main();
