import * as pulumi from "@pulumi/pulumi";
import { grant, type Grant, type Verb } from "../../components/grants";
import { text } from "../../rehearsal/azure/types/common";
import { seedGroups, seedIdentity } from "./fixtures";
import { deploy, registrationOf } from "./harness";

const SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001";

const assign = (
  verb: Verb,
  { name = "assigned", stack = "test", ...more }: Partial<Grant> & { name?: string; stack?: string } = {},
) =>
  deploy(
    (azure) => {
      seedGroups(azure, "rg-gateway");
      const on = `${SUBSCRIPTION}/resourceGroups/rg-gateway`;
      return grant[verb](name, { on, to: seedIdentity(azure).principalId, ...more });
    },
    { stack },
  );

describe("grants", () => {
  // Ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
  it.each<[role: string, id: string, verb: Verb]>([
    ["Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6", "readSecrets"],
    ["Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "writeBlobs"],
    ["Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "readBlobs"],
    ["Azure Service Bus Data Sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", "sendMessages"],
    ["Azure Service Bus Data Receiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "receiveMessages"],
    ["EventGrid Data Sender", "d5a91429-5739-47e2-a06b-3470a27159e7", "publishEvents"],
    ["API Management Service Operator Role", "e022efe7-f5ba-4159-bbe4-b44f577e9b61", "operateGateway"],
    ["Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb", "publishTelemetry"],
    ["Key Vault Crypto User", "12338af0-0e69-4776-bea7-57ae8d297424", "useKeys"],
    ["Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "readResources"],
    ["API Management Service Reader Role", "71522526-b88f-4d52-b57f-d31fc3546d0d", "readGateway"],
    ["API Management Service Contributor", "312a565d-c81f-4fd8-895a-4e21e48d571c", "editGateway"],
    ["Logic App Operator", "515c2055-d9d4-4321-b1b9-bd0c9a0f79fe", "operateWorkflows"],
    ["Logic App Contributor", "87a39d53-fc1b-424a-814c-f7e04687dc9e", "editWorkflows"],
    ["Log Analytics Reader", "73c42c96-874c-492b-b04d-ab87d138a893", "readLogs"],
    ["Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", "deployResources"],
  ])("assign %s to a service principal", async (_role, id, verb) => {
    const deployment = await assign(verb);
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const { inputs } = registrationOf(deployment, "assigned");
    expect(inputs).toEqual({
      scope: `${SUBSCRIPTION}/resourceGroups/rg-gateway`,
      principalId: identity?.outputs.principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${id}`,
      roleAssignmentName: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
    });
  });

  it("name an assignment by its stack and resource, so that it is the same again and nobody else's", async () => {
    const nameOf = async (options: { readonly name?: string; readonly stack?: string }) =>
      registrationOf(await assign("readSecrets", options), options.name ?? "assigned").inputs
        .roleAssignmentName;
    const name = await nameOf({});
    expect(await nameOf({})).toBe(name);
    expect(await nameOf({ name: "another" })).not.toBe(name);
    expect(await nameOf({ stack: "prod" })).not.toBe(name);
  });

  it("assign a role once, however often a program asks, as Azure refuses a second assignment of the same", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-gateway");
      const on = `${SUBSCRIPTION}/resourceGroups/rg-gateway`;
      const { principalId: to } = seedIdentity(azure);
      const late = pulumi.output(to);
      return [
        grant.readSecrets("first", { on, to }),
        grant.readSecrets("again", { on: on.toUpperCase(), to }),
        grant.writeBlobs("another-role", { on, to: late }),
        grant.writeBlobs("another-role-again", { on, to: late }),
        grant.readSecrets("another-principal", { on, to: seedIdentity(azure, "id-other").principalId }),
      ];
    });
    const [first, again, late, lateAgain] = deployment.result;
    expect(again).toBe(first);
    expect(lateAgain).toBe(late);
    expect(deployment.registrations.map(({ name }) => name)).toEqual([
      "first",
      "another-role",
      "another-principal",
    ]);
  });

  it("begin anew in each run of a program", async () => {
    const names = async () => (await assign("readSecrets")).registrations.map(({ name }) => name);
    expect(await names()).toEqual(["assigned"]);
    expect(await names()).toEqual(["assigned"]);
  });

  it("assign to users and groups as well, which Azure tells apart", async () => {
    // Whoever deploys is a user, or a service principal.
    const to = "00000000-0000-4000-8000-000000000003";
    const { inputs } = registrationOf(await assign("readLogs", { to, principalType: "User" }), "assigned");
    expect(inputs).toMatchObject({ principalId: to, principalType: "User" });
  });

  it("hand on the right to assign roles with a condition: neither itself nor those to deploy", async () => {
    const { inputs } = registrationOf(await assign("assignRoles"), "assigned");
    expect(inputs).toMatchObject({
      roleDefinitionId: expect.stringContaining("f58310d9-a9f6-439a-9e8d-f62e7b41a168") as string,
      conditionVersion: "2.0",
    });
    const [adding = "", taking = "", ...more] = (text(inputs, "condition") ?? "").split(" AND ");
    expect(more).toEqual([]);
    expect(adding).toMatch(
      /roleAssignments\/write'.*@Request\[\S+:RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals/,
    );
    expect(taking).toMatch(
      /roleAssignments\/delete'.*@Resource\[\S+:RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals/,
    );
    const roles = [adding, taking].map(
      (part) => part.match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g) ?? [],
    );
    expect(roles[0]).toEqual(roles[1]);
    expect(roles[0]).toHaveLength(Object.keys(grant).length - 3);
    const kept = [
      "12338af0-0e69-4776-bea7-57ae8d297424", // Key Vault Crypto User
      "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", // Owner
      "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", // User Access Administrator
      "f58310d9-a9f6-439a-9e8d-f62e7b41a168", // Role Based Access Control Administrator
      "b24988ac-6180-42a0-ab88-20f7382dd24c", // Contributor
    ];
    expect(roles[0]?.filter((id) => kept.includes(id))).toEqual([]);
  });
});
