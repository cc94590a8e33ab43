/**
 * Typed definitions of Logic Apps workflows: what is built here is the Workflow Definition Language, schema 2016-06-01.
 * No Pulumi resource is made.
 */
export * from "./actions";
export { checkWorkflow } from "./check/check-workflow";
export * from "./control";
export { defineWorkflow } from "./define";
export {
  Action,
  Trigger,
  ended,
  requestTriggers,
  WORKFLOW_SCHEMA,
  type ActionDefinition,
  type ActionDetails,
  type NonEmpty,
  type ParameterDefinition,
  type Predecessor,
  type RequestTriggerInfo,
  type RunAfterStatus,
  type SecureProperty,
  type Siblings,
  type Text,
  type Value,
  type WorkflowDefinition,
} from "./definition";
export * from "./expression";
export type { FunctionName } from "./functions";
export type { FromSchema, JsonSchema } from "./json-schema";
export { lateAnswers } from "./late-answers";
export { readWorkflow, workflowFromJson } from "./load";
export { LIMITS } from "./limits";
export { parameter, type ParameterType, type WorkflowParameter } from "./parameter";
export { exposedSecrets } from "./secrets";
export * from "./service-bus";
export * from "./triggers";
