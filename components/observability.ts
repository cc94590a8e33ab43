import * as applicationinsights from "@pulumi/azure-native/applicationinsights";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../validation/issue";
import { requireValid } from "./validation";

export interface ObservabilityArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** 4 to 63 letters, digits and hyphens. */
  readonly workspaceName: string;
  /** 1 to 260 characters. */
  readonly applicationInsightsName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Days for which logs are kept, 30 to 730; each beyond 31 costs. @default 30 */
  readonly retentionDays?: number;
  /** GB per day after which no more is taken in until the next day. @default no limit */
  readonly dailyQuotaGb?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link Observability} assumes where its arguments say nothing. */
const OBSERVABILITY_DEFAULTS = { retentionDays: 30 } as const;

/**
 * Where logs, metrics and traces go: a Log Analytics workspace, and Application Insights on top of it.
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class Observability extends pulumi.ComponentResource {
  readonly workspace: operationalinsights.Workspace;
  readonly applicationInsights: applicationinsights.Component;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:Observability", name, {}, opts);
    requireValid(this, "Observability", name, validateObservability(args));

    this.workspace = new operationalinsights.Workspace(
      `${name}-workspace`,
      {
        workspaceName: args.workspaceName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        sku: { name: "PerGB2018" },
        retentionInDays: args.retentionDays ?? OBSERVABILITY_DEFAULTS.retentionDays,
        workspaceCapping: args.dailyQuotaGb === undefined ? undefined : { dailyQuotaGb: args.dailyQuotaGb },
        tags: args.tags,
      },
      { parent: this },
    );
    this.applicationInsights = new applicationinsights.Component(
      `${name}-application-insights`,
      {
        resourceName: args.applicationInsightsName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        kind: "web",
        applicationType: "web",
        ingestionMode: "LogAnalytics",
        workspaceResourceId: this.workspace.id,
        // Telemetry is taken from identities that hold a role, not from whoever knows the key.
        disableLocalAuth: true,
        tags: args.tags,
      },
      { parent: this, additionalSecretOutputs: ["connectionString", "instrumentationKey"] },
    );
    this.registerOutputs({
      workspaceId: this.workspace.id,
      applicationInsightsId: this.applicationInsights.id,
    });
  }
}

/** Every problem of the arguments of an {@link Observability}. */
function validateObservability({ retentionDays }: ObservabilityArgs): Issue[] {
  // https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
  if (
    retentionDays === undefined ||
    (Number.isInteger(retentionDays) && retentionDays >= 30 && retentionDays <= 730)
  ) {
    return [];
  }
  return [
    {
      path: "retentionDays",
      rule: "a workspace keeps logs for 30 to 730 days",
      received: received(retentionDays),
      fix: "give a whole number from 30 to 730",
    },
  ];
}
