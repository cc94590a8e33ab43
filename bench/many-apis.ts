/*
 * A gateway with many APIs, rehearsed in a process of its own, so that its memory can be told:
 * `tsx bench/many-apis.ts APIS preview|up [FILE]` prints the seconds of the phase and the peak memory as JSON, and writes
 * the state to FILE; with `flat:STATE` in the place of APIS it runs the flat program of that state.
 */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { openApiContract } from "../components/contracts";
import { GatewayApi } from "../components/gateway/gateway-api";
import { withoutVersionAliases } from "../components/version-aliases";
import { policyDocument, requireToken, setHeader } from "../policies/gateway";
import { findEngine } from "../rehearsal/engine";
import { rehearse } from "../rehearsal/life-cycle";
import { flatProgram, rawResources } from "./flat";
import { STAND_IN_TOKENS, standInGateway } from "./stand-in-gateway";

/** What a process of this file prints. */
export interface ManyApisFigures {
  readonly seconds: number;
  readonly megabytes: number;
}

const METHODS = { list: "get", get: "get", create: "post", replace: "put", remove: "delete" } as const;

/** A document of five operations that is like no other. */
function contractText(index: number): string {
  const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
  const operation = (name: keyof typeof METHODS) => ({
    [METHODS[name]]: {
      operationId: `${name}Item`,
      summary: `${name} item ${index}`,
      parameters: name === "list" || name === "create" ? [] : [id],
      responses: { 200: { description: "OK", content: { "application/json": { schema: ITEM } } } },
    },
  });
  return JSON.stringify({
    openapi: "3.0.3",
    info: { title: `Items ${index}`, version: "1" },
    components: { schemas: { Item: { type: "object", properties: { id: { type: "string" } } } } },
    paths: {
      "/items": { ...operation("list"), ...operation("create") },
      "/items/{id}": { ...operation("get"), ...operation("replace"), ...operation("remove") },
    },
  });
}

const ITEM = { $ref: "#/components/schemas/Item" };

function manyApis(count: number): PulumiFn {
  return async () => {
    pulumi.runtime.registerStackTransformation(withoutVersionAliases);
    const gateway = standInGateway();
    for (let index = 0; index < count; index++) {
      const name = `items-${index}`;
      new GatewayApi(name, {
        gateway,
        path: name,
        contract: await openApiContract(contractText(index), `${name}.json`),
        backend: { kind: "service", url: `https://${name}.contoso.com` },
        policy: policyDocument({
          scope: "api",
          inbound: [requireToken(STAND_IN_TOKENS)],
        }),
        operationPolicies: {
          listItem: policyDocument({
            scope: "operation",
            outbound: [setHeader({ name: "Cache-Control", existsAction: "override", values: ["no-store"] })],
          }),
        },
      });
    }
  };
}

async function main([what = "", until = "", exportFile]: readonly string[]): Promise<void> {
  if (until !== "preview" && until !== "up") throw new Error("name the phase: preview or up");
  const { command } = await findEngine({ print: () => undefined });
  const program = what.startsWith("flat:")
    ? flatProgram(await rawResources(what.slice("flat:".length)))
    : manyApis(Number(what));
  const { phases } = await rehearse({
    command,
    program,
    projectFolder: join(__dirname, ".."),
    stack: "dev",
    write: () => undefined,
    until,
    ...(exportFile === undefined ? {} : { exportFile }),
  });
  const failure = phases.flatMap(({ failures }) => failures)[0];
  if (failure)
    throw new Error(`expected that ${failure.expected}; ${failure.happened.slice(0, 3).join("; ")}`);
  const figures: ManyApisFigures = {
    seconds: phases.find(({ name }) => name === until)?.seconds ?? Number.NaN,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
  console.log(JSON.stringify(figures));
}

void main(process.argv.slice(2));
