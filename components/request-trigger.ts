import * as logic from "@pulumi/azure-native/logic";
import * as pulumi from "@pulumi/pulumi";
import {
  demandsBearerToken,
  requestTriggers,
  type RequestTriggerInfo,
  type WorkflowDefinition,
} from "../workflow";

/**
 * What a request trigger takes for a proof. Azure admits the signature of the trigger's address in any case; a trigger by
 * `bearer` then starts no run without a bearer token.
 */
export type TriggerAuthorization = "bearer" | "signature";

/** A request trigger, by what a caller must know of it. */
export interface CallableTrigger extends RequestTriggerInfo {
  readonly authorization: TriggerAuthorization;
}

/** The request triggers of a workflow, in the order in which they are written. */
export function callableTriggers(definition: WorkflowDefinition): readonly CallableTrigger[] {
  return requestTriggers(definition).map((trigger) => {
    const written = definition.triggers[trigger.name];
    const bearer = written !== undefined && demandsBearerToken(written);
    return { ...trigger, authorization: bearer ? "bearer" : "signature" };
  });
}

/**
 * The signature with which whoever has it may call a trigger, as a query parameter spells it. It is read anew in each
 * update, so that one made by a regenerated key is followed
 * (https://learn.microsoft.com/rest/api/logic/workflow-triggers/list-callback-url).
 */
export function triggerSignature(workflow: logic.Workflow, triggerName: string): pulumi.Output<string> {
  const { queries } = logic.listWorkflowTriggerCallbackUrlOutput({
    // /subscriptions/<id>/resourceGroups/<name>/...
    resourceGroupName: workflow.id.apply((id) => id.split("/")[4] ?? ""),
    // Where an update is previewed its version is not known, and Azure not asked for a trigger that it may not have yet.
    workflowName: pulumi.all([workflow.name, workflow.version]).apply(([name]) => name),
    triggerName,
  });
  // azure-native does not mark it.
  return pulumi.secret(queries).apply((known) => encodeURIComponent(known?.sig ?? ""));
}
