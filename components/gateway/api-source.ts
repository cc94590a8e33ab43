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
import type { CallableTrigger } from "../request-trigger";
import { checkReason, checkText } from "../validation";
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
  /** By operation id of the contract; every operation has one, or is answered by its policy. */
  readonly operations: Readonly<Record<string, WorkflowOperation>>;
  /**
   * Ids of the operations whose own policy answers, as one does that puts a message on a queue. @default none
   */
  readonly byPolicy?: readonly string[];
}

/** How the gateway shows a workflow that it may call. The trigger must take that for a proof: `requestTrigger`. */
export type WorkflowAuthentication =
  | {
      /** A token of the gateway's managed identity, for a trigger by `bearer`. */
      readonly kind: "managedIdentity";
    }
  | {
      /**
       * The signature of the trigger's address, for a trigger by `signature`. It is no more than a password: whoever has it
       * may call the workflow from an address that the workflow admits. The gateway keeps it as a secret named value.
       */
      readonly kind: "signature";
      /** Why a token will not do, e.g. `the trigger is the vendor's`. */
      readonly because: string;
    };

/** What {@link WorkflowOperation} assumes where it says nothing. */
const WORKFLOW_OPERATION_DEFAULTS = { authentication: { kind: "managedIdentity" } } as const;

/** The request trigger that answers an operation. */
export interface WorkflowOperation {
  readonly workflow: LogicAppWorkflow;
  /** Name of the trigger. @default the workflow's only request trigger */
  readonly trigger?: string;
  /** @default the gateway's managed identity */
  readonly authentication?: WorkflowAuthentication;
}

/** Who answers an API. */
export type ApiBackend = ServiceBackend | GatewayTargetBackend | WorkflowBackend;

/** A contract and who answers it. */
export interface AnsweredContract {
  readonly contract: ApiContract;
  readonly backend: ApiBackend;
}

/** Where an API comes from: a contract and who answers it, or a workflow that is both. */
export type ApiSource = AnsweredContract | WorkflowSource;

/** A workflow that is contract and service at once: each of its request triggers is an operation. */
export interface WorkflowSource {
  readonly workflow: LogicAppWorkflow;
  /** 1 to 300 characters. */
  readonly title: string;
  /** @default the gateway's managed identity */
  readonly authentication?: WorkflowAuthentication;
}

/** The contract of a source, and who answers it. */
export function resolveSource(source: ApiSource): AnsweredContract {
  if ("contract" in source) return source;
  const { workflow, title, authentication } = source;
  const contract = contractOfWorkflow(title, workflow.triggers);
  const operations = Object.fromEntries(
    workflow.triggers.map(({ name }) => [operationIdOf(name), { workflow, trigger: name, authentication }]),
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

/** How the gateway shows a workflow that it may call. */
export function authenticationOf({ authentication }: WorkflowOperation): WorkflowAuthentication {
  return authentication ?? WORKFLOW_OPERATION_DEFAULTS.authentication;
}

/**
 * Every problem of where an API comes from.
 *
 * @param policies ids of the operations that have a policy of their own
 */
export function validateSource(path: string, source: ApiSource, policies: readonly string[]): Issue[] {
  return "contract" in source
    ? validateAnswered(path, source, policies)
    : validateWorkflowSource(path, source);
}

/** An operation is named by its trigger; names that differ in punctuation alone would be one. */
function validateWorkflowSource(path: string, source: WorkflowSource): Issue[] {
  const { workflow, title } = source;
  const ids = workflow.triggers.map(({ name }) => operationIdOf(name).toLowerCase());
  const twice = workflow.triggers.filter((_, index) => ids.indexOf(ids[index] ?? "") !== index);
  return [
    ...checkText(`${path}title`, title, {
      what: "an API's title",
      pattern: /^.{1,300}$/s,
      words: "1 to 300 characters",
    }),
    ...twice.map(({ name }) => ({
      path: `${path}workflow.triggers`,
      rule: "triggers differ in their letters and digits, by which operations are named",
      received: received(name),
      fix: "rename one of the triggers",
    })),
    ...validateAuthentication(`${path}authentication`, source, workflow.triggers),
  ];
}

/** Every problem of who is to answer a contract. */
function validateAnswered(
  path: string,
  { contract, backend }: AnsweredContract,
  policies: readonly string[],
): Issue[] {
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
      return validateWorkflows(`${path}backend`, backend, contract, policies);
  }
}

function validateWorkflows(
  path: string,
  backend: WorkflowBackend,
  contract: ApiContract,
  policies: readonly string[],
): Issue[] {
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
  const { byPolicy = [] } = backend;
  const issues: Issue[] = [];
  for (const operationId of byPolicy) {
    const place = `${path}.byPolicy`;
    issues.push(...unknownOperation(place, operationId, operations));
    if (operationId in backend.operations) {
      issues.push({
        path: place,
        rule: "an operation is answered by a workflow or by its policy",
        received: received(operationId),
        fix: "name it in one place",
      });
    }
    if (!policies.includes(operationId)) {
      issues.push({
        path: place,
        rule: "an operation that its policy answers has a policy",
        received: received(operationId),
        fix: `give it as operationPolicies.${operationId}, or name the workflow that answers`,
      });
    }
  }
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
    issues.push(...validateAuthentication(`${place}.authentication`, operation, [target]));
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
    if (!(id in backend.operations) && !byPolicy.includes(id)) {
      issues.push({
        path: `${path}.operations`,
        rule: `every operation is answered; ${method} ${template} is not`,
        fix: `name the workflow that answers ${id}`,
      });
    }
  }
  return issues;
}

/** A trigger is shown what it takes for a proof, and nothing that is weaker. */
function validateAuthentication(
  path: string,
  operation: WorkflowOperation,
  triggers: readonly CallableTrigger[],
): Issue[] {
  const authentication = authenticationOf(operation);
  const { kind } = authentication;
  const fitting = kind === "signature" ? "signature" : "bearer";
  const reason =
    kind === "signature"
      ? checkReason(
          `${path}.because`,
          authentication.because,
          "a workflow that is called by its signature",
          "leave authentication out",
        )
      : [];
  return [
    ...reason,
    ...triggers
      .filter(({ authorization }) => authorization !== fitting)
      .map(({ name }) => ({
        path,
        rule:
          kind === "signature"
            ? `the trigger ${name} starts no run without a bearer token, which a signature does not bring`
            : `the trigger ${name} starts a run for whoever has its signature, whatever token the gateway shows`,
        received: received(kind),
        fix:
          kind === "signature"
            ? 'leave authentication out, or make the trigger with authorization: "signature"'
            : 'make the trigger with authorization: "bearer", or say authentication: { kind: "signature", because: "…" }',
      })),
  ];
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
