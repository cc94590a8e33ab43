import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../validation/nearest";
import { received, type Issue } from "../../validation/issue";
import {
  contractOfWorkflow,
  operationIdOf,
  templateNames,
  type ApiContract,
  type ApiOperation,
} from "../contracts";
import type { LogicAppWorkflow } from "../logic-app-workflow";
import { checkServiceUrl } from "./address";
import type { BackendTarget } from "./backend";

/** A web service that answers every operation at the contract's paths below this address. */
export interface ServiceBackend {
  readonly kind: "service";
  /** https address, without trailing slash. */
  readonly url: pulumi.Input<string>;
}

/** A backend of the gateway, or a pool of them, that answers every operation. */
export interface GatewayTargetBackend {
  readonly kind: "backend";
  readonly target: BackendTarget;
}

/** Workflows, each answering one operation through its request trigger. */
export interface WorkflowBackend {
  readonly kind: "workflows";
  /** By operation id of the contract; every operation has one. */
  readonly operations: Readonly<Record<string, WorkflowOperation>>;
}

/** The request trigger that answers an operation. */
export interface WorkflowOperation {
  readonly workflow: LogicAppWorkflow;
  /** Name of the trigger. @default the workflow's only request trigger */
  readonly trigger?: string;
}

/** Who answers an API. */
export type ApiBackend = ServiceBackend | GatewayTargetBackend | WorkflowBackend;

/** A contract and who answers it. */
export interface AnsweredContract {
  readonly contract: ApiContract;
  readonly backend: ApiBackend;
}

/** Where an API comes from: a contract and who answers it, or a workflow that is both. */
export type ApiSource = AnsweredContract | { readonly workflow: LogicAppWorkflow; readonly title: string };

/** The contract of a source, and who answers it. */
export function resolveSource(source: ApiSource): AnsweredContract {
  if ("contract" in source) return source;
  const contract = contractOfWorkflow(source.title, source.workflow.triggers);
  const operations = Object.fromEntries(
    source.workflow.triggers.map(({ name }) => [
      operationIdOf(name),
      { workflow: source.workflow, trigger: name },
    ]),
  );
  return { contract, backend: { kind: "workflows", operations } };
}

/** The operations of a contract, by which policies and workflows name them. */
export function operationsOf(contract: ApiContract): readonly ApiOperation[] {
  return contract.kind === "graphql" ? [] : contract.operations;
}

/** The trigger that answers an operation. */
export function findTrigger({ workflow, trigger }: WorkflowOperation) {
  return trigger === undefined && workflow.triggers.length === 1
    ? workflow.triggers[0]
    : workflow.triggers.find(({ name }) => name === trigger);
}

/** Every problem of who is to answer a contract. */
export function validateSource(path: string, { contract, backend }: AnsweredContract): Issue[] {
  switch (backend.kind) {
    case "service": {
      const { url } = backend;
      const issues = checkServiceUrl(`${path}backend.url`, url);
      // Each operation's policy, made out of the WSDL, sends it to the whole path of the WSDL's address:
      // https://github.com/Azure/apiops/issues/283
      const translated = contract.kind === "soap" && contract.mode === "rest";
      if (issues.length === 0 && translated && typeof url === "string" && !/^https:\/\/[^/]+$/.test(url)) {
        issues.push({
          path: `${path}backend.url`,
          rule: "a SOAP service that is offered as REST is reached by its host alone: Azure adds the path of the WSDL's address",
          received: received(url),
          fix: "leave out the path, and correct the address in the WSDL where it differs",
        });
      }
      return issues;
    }
    case "backend":
      return [];
    case "workflows":
      return validateWorkflows(`${path}backend`, backend, contract);
  }
}

function validateWorkflows(path: string, backend: WorkflowBackend, contract: ApiContract): Issue[] {
  if (contract.kind === "graphql" || contract.kind === "soap") {
    return [
      {
        path,
        rule: "workflows answer operations of a REST contract",
        received: received(contract.kind),
        fix: "describe what the workflows offer by OpenAPI, or name the service as backend",
      },
    ];
  }
  const { operations } = contract;
  const issues: Issue[] = [];
  for (const [operationId, operation] of Object.entries(backend.operations)) {
    const place = `${path}.operations.${operationId}`;
    issues.push(...unknownOperation(place, operationId, operations));
    const { workflow, trigger } = operation;
    const target = findTrigger(operation);
    const names = workflow.triggers.map(({ name }) => name).join(", ");
    if (!target) {
      issues.push({
        path: `${place}.trigger`,
        rule: `a request trigger of the workflow answers an operation; it has ${names || "none"}`,
        received: received(trigger),
        fix: "name one of its request triggers",
      });
      continue;
    }
    const given = operations.find(({ id }) => id === operationId);
    const missing = templateNames(target.relativePath ?? "").filter(
      (name) => !templateNames(given?.path ?? "").includes(name),
    );
    if (given && missing.length > 0) {
      issues.push({
        path: `${place}.trigger`,
        rule: `the trigger's relative path takes its parameters from the operation's path ${given.path}`,
        received: received(target.relativePath),
        fix: `add {${missing.join("}, {")}} to the operation's path`,
      });
    }
  }
  for (const { id, method, path: template } of operations) {
    if (!(id in backend.operations)) {
      issues.push({
        path: `${path}.operations`,
        rule: `every operation is answered; ${method} ${template} is not`,
        fix: `name the workflow that answers ${id}`,
      });
    }
  }
  return issues;
}

/** The issue that an id is of no operation. */
export function unknownOperation(
  path: string,
  operationId: string,
  operations: readonly ApiOperation[],
): Issue[] {
  if (operations.some(({ id }) => id === operationId)) return [];
  const near = nearest(
    operationId,
    operations.map(({ id }) => id),
  );
  return [
    {
      path,
      rule: "an operation is named by its id in the contract",
      received: received(operationId),
      fix: near === undefined ? "use an operationId of the contract" : `write ${near}`,
    },
  ];
}
