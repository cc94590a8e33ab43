import { Observability, type ObservabilityArgs } from "../../components/observability";
import { seedGroups } from "./fixtures";
import { deferred, deploy, identities, plan, refusal, registrationOf, start } from "./harness";

const MINIMAL: ObservabilityArgs = {
  resourceGroupName: "rg-shared",
  workspaceName: "log-contoso-test",
  applicationInsightsName: "appi-contoso-test",
  location: "westeurope",
};

const observe = (more: Partial<ObservabilityArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared");
    return new Observability("observability", { ...MINIMAL, ...more });
  });

describe("Observability", () => {
  it("is a workspace that keeps logs for 30 days, and Application Insights on top of it", async () => {
    const deployment = await observe();
    expect(identities(deployment)).toEqual([
      "azure-native:applicationinsights:Component observability-application-insights observability",
      "azure-native:operationalinsights:Workspace observability-workspace observability",
      "enterprise-integration:index:Observability observability -",
    ]);
    expect(registrationOf(deployment, "observability-workspace").inputs).toEqual({
      workspaceName: "log-contoso-test",
      resourceGroupName: "rg-shared",
      location: "westeurope",
      sku: { name: "PerGB2018" },
      retentionInDays: 30,
    });
  });

  it("takes what it is told", async () => {
    const tags = { workload: "integration" };
    const deployment = await observe({ retentionDays: 90, dailyQuotaGb: 0.5, tags });
    expect(registrationOf(deployment, "observability-workspace").inputs).toMatchObject({
      retentionInDays: 90,
      workspaceCapping: { dailyQuotaGb: 0.5 },
      tags,
    });
    expect(registrationOf(deployment, "observability-application-insights").inputs).toMatchObject({ tags });
  });

  it("takes telemetry from identities only, and keeps the keys of Application Insights secret", async () => {
    const deployment = await observe();
    const [workspace] = deployment.azure.all("azure-native:operationalinsights:Workspace");
    const insights = registrationOf(deployment, "observability-application-insights");
    expect(insights.inputs).toMatchObject({
      disableLocalAuth: true,
      ingestionMode: "LogAnalytics",
      workspaceResourceId: workspace?.id,
    });
    expect(insights.additionalSecretOutputs).toEqual(["connectionString", "instrumentationKey"]);
  });

  it("registers both ids as outputs", async () => {
    const { registeredOutputs, azure } = await observe();
    expect(registeredOutputs.observability).toEqual({
      workspaceId: azure.all("azure-native:operationalinsights:Workspace")[0]?.id,
      applicationInsightsId: azure.all("azure-native:applicationinsights:Component")[0]?.id,
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await observe({ dailyQuotaGb: 1 }))).toEqual(plan(await observe({ dailyQuotaGb: 1 })));
  });

  it("waits for its resource group only", async () => {
    const group = deferred<string>();
    const run = await start((azure) => {
      seedGroups(azure, "rg-shared");
      return new Observability("observability", { ...MINIMAL, resourceGroupName: group.promise });
    });
    await run.registered("observability");
    group.resolve("rg-shared");
    expect(registrationOf(await run.finish(), "observability-workspace").inputs.resourceGroupName).toBe(
      "rg-shared",
    );
  });

  it.each([29, 731, 30.5])("refuses to keep logs for %d days", async (retentionDays) => {
    expect(
      await refusal("observability", () => new Observability("observability", { ...MINIMAL, retentionDays })),
    ).toBe(
      [
        'Observability "observability" is not valid: 1 problem',
        `  - retentionDays: a workspace keeps logs for 30 to 730 days (received ${retentionDays})`,
        "    fix: give a whole number from 30 to 730",
      ].join("\n"),
    );
  });
});
