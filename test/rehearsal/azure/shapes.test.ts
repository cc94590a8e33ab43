import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { checkShape, shapeOf, type Shapes } from "../../../rehearsal/azure/shapes";
import { readDeclarations } from "../../../rehearsal/azure/shapes/read-declarations";
import { invokeTypes, resourceTypes } from "../../../rehearsal/azure/types";

const committed = JSON.parse(
  readFileSync(join(__dirname, "../../../rehearsal/azure/shapes.json"), "utf8"),
) as Shapes;

const zone = { resourceGroupName: "rg", zoneName: "example.com", location: "global" };

describe("shapes.json", () => {
  test("says what the installed SDKs declare of what is simulated (otherwise: npm run generate)", () => {
    const tokens = [...resourceTypes, ...invokeTypes].map(({ token }) => token);
    expect(readDeclarations(tokens)).toEqual(committed);
  });

  test("names the API version that azure-native calls", () => {
    expect(shapeOf("azure-native:dns:Zone").apiVersion).toBe("2023-07-01-preview");
    expect(shapeOf("azuread:index/application:Application").apiVersion).toBeUndefined();
  });

  test("names inputs and outputs", () => {
    expect(Object.keys(shapeOf("azure-native:dns:Zone").inputs)).toEqual([
      "location?",
      "registrationVirtualNetworks?",
      "resolutionVirtualNetworks?",
      "resourceGroupName",
      "tags?",
      "zoneName?",
      "zoneType?",
    ]);
    expect(shapeOf("azure-native:dns:Zone").outputs).toContain("nameServers");
    expect(shapeOf("azure-native:dns:getZone").outputs).toContain("id");
  });
});

describe("checkShape", () => {
  test("accepts what the SDK declares, values not known yet, and null as absent", () => {
    expect(checkShape("azure-native:dns:Zone", { ...zone, azureApiVersion: "2023-07-01-preview" })).toEqual(
      [],
    );
    expect(
      checkShape("azure-native:dns:Zone", { ...zone, tags: runtime.unknownValue, zoneType: null }),
    ).toEqual([]);
  });

  test("reports every problem at once: unknown, missing, wrong type, closed enum", () => {
    const issues = checkShape("azure-native:dns:Zone", {
      zoneNam: "a.b",
      tags: { a: 1 },
      zoneType: "public",
    });
    expect(issues).toEqual([
      expect.objectContaining({ path: "zoneNam", fix: "did you mean zoneName?" }),
      expect.objectContaining({
        path: "tags.a",
        rule: "must be of type string",
        received: "a value of type number",
      }),
      expect.objectContaining({
        path: "zoneType",
        rule: "must be one of Private, Public",
        received: '"public"',
      }),
      expect.objectContaining({ path: "resourceGroupName", rule: "is required" }),
    ]);
  });

  test("finds unknown properties at any depth, in arrays too, and never shows a value", () => {
    const issues = checkShape("azure-native:dns:RecordSet", {
      resourceGroupName: "rg",
      zoneName: "example.com",
      recordType: "A",
      aRecords: [{ ipv4Address: "192.0.2.1" }, { ipAddress: "hunter2" }],
    });
    expect(issues).toEqual([expect.objectContaining({ path: "aRecords[1].ipAddress" })]);
    expect(JSON.stringify(issues)).not.toContain("hunter2");
  });

  test("leaves properties alone that the SDK declares as any", () => {
    const definition = { anything: [1, { goes: true }] };
    expect(checkShape("azure-native:logic:Workflow", { resourceGroupName: "rg", definition })).toEqual([]);
  });

  test("tells the issues of the choice that was meant", () => {
    const criterion = {
      criterionType: "StaticThresholdCriterion",
      name: "capacity",
      metricName: "Capacity",
      operator: "GreaterThan",
      threshold: "80",
      timeAggregation: "Average",
    };
    const issues = checkShape("azure-native:monitor:MetricAlert", {
      resourceGroupName: "rg",
      ruleName: "capacity",
      location: "global",
      enabled: true,
      evaluationFrequency: "PT5M",
      windowSize: "PT30M",
      severity: 2,
      scopes: [],
      criteria: {
        odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        allOf: [criterion],
      },
    });
    expect(issues).toEqual([
      expect.objectContaining({ path: "criteria.allOf[0].threshold", rule: "must be of type number" }),
    ]);
  });

  test("knows nested types of azuread", () => {
    const issues = checkShape("azuread:index/application:Application", {
      displayName: "orders",
      api: { oauth2PermissionScopes: [{ value: "Orders.Read" }] },
    });
    expect(issues).toEqual([
      expect.objectContaining({ path: "api.oauth2PermissionScopes[0].id", rule: "is required" }),
    ]);
  });

  test("refuses a token that is not simulated", () => {
    expect(() => checkShape("azure-native:dns:Nothing", {})).toThrow("azure-native:dns:Nothing has no shape");
  });
});
