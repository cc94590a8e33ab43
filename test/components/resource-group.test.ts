import { LifecycleGroup, type LifecycleGroupArgs } from "../../components/resource-group";
import { deploy, identities, plan, refusal, registrationOf } from "./harness";

const OPERATORS = "10000000-0000-0000-0000-000000000001";
const PIPELINE = "10000000-0000-0000-0000-00000000000a";

const minimal: LifecycleGroupArgs = {
  lifecycle: "workflows",
  resourceGroupName: "rg-contoso-orders",
  location: "westeurope",
};

const maximal = () =>
  deploy((azure) => {
    azure.admit({ objectId: OPERATORS, type: "Group" });
    azure.admit({ objectId: PIPELINE, type: "ServicePrincipal" });
    const group = new LifecycleGroup("orders-group", {
      ...minimal,
      access: { operators: [OPERATORS], pipelines: [PIPELINE] },
      tags: { workload: "integration" },
    });
    group.lock(group.group.id, [group.group]);
  });

describe("LifecycleGroup", () => {
  it("is a resource group and nothing else, where only the required is given", async () => {
    const deployment = await deploy(() => new LifecycleGroup("orders-group", minimal));
    expect(identities(deployment)).toEqual([
      "azure-native:resources:ResourceGroup orders-group-resources orders-group",
      "enterprise-integration:index:LifecycleGroup orders-group -",
    ]);
    expect(Object.keys(deployment.registeredOutputs["orders-group"] ?? {})).toEqual(["resourceGroupId"]);
  });

  it("has tags, a role for each who works with it, and a lock where it is asked for", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:authorization:ManagementLockByScope orders-group-lock orders-group",
      ...[
        `assignRoles-${PIPELINE}`,
        `deployResources-${PIPELINE}`,
        `operateWorkflows-${OPERATORS}`,
        `readResources-${OPERATORS}`,
      ].map((key) => `azure-native:authorization:RoleAssignment orders-group-${key} orders-group`),
      "azure-native:resources:ResourceGroup orders-group-resources orders-group",
      "enterprise-integration:index:LifecycleGroup orders-group -",
    ]);
    expect(registrationOf(deployment, "orders-group-resources").inputs).toEqual({
      resourceGroupName: "rg-contoso-orders",
      location: "westeurope",
      tags: { workload: "integration" },
    });
    expect(registrationOf(deployment, `orders-group-assignRoles-${PIPELINE}`).inputs).toMatchObject({
      scope: expect.stringMatching(/\/resourceGroups\/rg-contoso-orders$/) as string,
      principalId: PIPELINE,
      principalType: "ServicePrincipal",
      condition: expect.stringContaining("ActionMatches") as string,
    });
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  it("tells every problem of its arguments at once", async () => {
    const message = await refusal(
      "orders-group",
      () =>
        new LifecycleGroup("orders-group", {
          ...minimal,
          resourceGroupName: "rg-orders.",
          access: {
            operators: ["operators@contoso.com", OPERATORS],
            pipelines: [OPERATORS.toUpperCase(), PIPELINE, PIPELINE],
            developersEdit: { because: " " },
          },
        }),
    );
    expect(message).toBe(
      [
        'LifecycleGroup "orders-group" is not valid: 6 problems',
        '  - resourceGroupName: a resource group\'s name has 1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end (received "rg-orders.")',
        "    fix: write 1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end",
        '  - access.operators[0]: an object id has 32 hexadecimal digits in five groups (received "operators@contoso.com")',
        "    fix: write 32 hexadecimal digits in five groups",
        '  - access.developersEdit.because: editing by hand needs a reason (received " ")',
        "    fix: say why, or let developers see only",
        "  - access.pipelines: must not name anybody twice",
        "    fix: name each object id once",
        "  - access.pipelines: must not name a group of operators or developers: pipelines are service principals, and nothing is both",
        "    fix: give the object id of the pipeline's service principal, or take it out here",
        "  - access.developersEdit: must be left out where there are no developers",
        "    fix: name their group, or take it out",
      ].join("\n"),
    );
  });
});
