import * as monitor from "@pulumi/azure-native/monitor";
import type * as pulumi from "@pulumi/pulumi";

/** What to send where. */
export interface DiagnosticsArgs {
  /** ARM id of the resource whose logs are sent. */
  readonly resourceId: pulumi.Input<string>;
  /** ARM id of the Log Analytics workspace that receives them. */
  readonly workspaceId: pulumi.Input<string>;
  /**
   * Log categories, as Azure names them for the resource's type
   * (https://learn.microsoft.com/azure/azure-monitor/reference/supported-logs/logs-index).
   */
  readonly logs: readonly string[];
  /** Tables of their own for the logs, where the type has them. @default the shared table */
  readonly ownTables?: boolean;
}

/** Sends the logs and metrics of a resource to a Log Analytics workspace. */
export function sendDiagnostics(
  name: string,
  { resourceId, workspaceId, logs, ownTables }: DiagnosticsArgs,
  opts: pulumi.CustomResourceOptions,
): monitor.DiagnosticSetting {
  return new monitor.DiagnosticSetting(
    name,
    {
      name: "to-log-analytics",
      resourceUri: resourceId,
      workspaceId,
      logs: logs.map((category) => ({ category, enabled: true })),
      metrics: [{ category: "AllMetrics", enabled: true }],
      ...(ownTables && { logAnalyticsDestinationType: "Dedicated" }),
    },
    opts,
  );
}
