/**
 * Typed definitions of Logic Apps workflows: what is built here is the Workflow Definition Language, schema 2016-06-01.
 * No Pulumi resource is made.
 */
export * from "./actions";
export { checkWorkflow } from "./check/check-workflow";
export * from "./control";
export * from "./definition";
export * from "./expression";
export type { FunctionName } from "./functions";
export { LIMITS } from "./limits";
export { exposedSecrets } from "./secrets";
export * from "./triggers";
