import type * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import {
  grantOperateGateway,
  grantPublishEvents,
  grantPublishTelemetry,
  grantReadBlobs,
  grantReadSecrets,
  grantReceiveMessages,
  grantSendMessages,
  grantWriteBlobs,
  type Grant,
} from "../../components/grants";
import { seedGroups, seedIdentity } from "./fixtures";
import { deploy, registrationOf } from "./harness";

type GrantVerb = (
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
) => authorization.RoleAssignment;

const SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001";

const assign = (verb: GrantVerb, { name = "assigned", stack = "test" } = {}) =>
  deploy(
    (azure) => {
      seedGroups(azure, "rg-gateway");
      const on = `${SUBSCRIPTION}/resourceGroups/rg-gateway`;
      return verb(name, { on, to: seedIdentity(azure).principalId }, {});
    },
    { stack },
  );

describe("grants", () => {
  // Ids: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
  it.each<[role: string, id: string, verb: GrantVerb]>([
    ["Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6", grantReadSecrets],
    ["Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", grantWriteBlobs],
    ["Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", grantReadBlobs],
    ["Azure Service Bus Data Sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", grantSendMessages],
    ["Azure Service Bus Data Receiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", grantReceiveMessages],
    ["EventGrid Data Sender", "d5a91429-5739-47e2-a06b-3470a27159e7", grantPublishEvents],
    ["API Management Service Operator Role", "e022efe7-f5ba-4159-bbe4-b44f577e9b61", grantOperateGateway],
    ["Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb", grantPublishTelemetry],
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
      registrationOf(await assign(grantReadSecrets, options), options.name ?? "assigned").inputs
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
        grantReadSecrets("first", { on, to }, {}),
        grantReadSecrets("again", { on: on.toUpperCase(), to }, {}),
        grantWriteBlobs("another-role", { on, to: late }, {}),
        grantWriteBlobs("another-role-again", { on, to: late }, {}),
        grantReadSecrets("another-principal", { on, to: seedIdentity(azure, "id-other").principalId }, {}),
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
    const names = async () => (await assign(grantReadSecrets)).registrations.map(({ name }) => name);
    expect(await names()).toEqual(["assigned"]);
    expect(await names()).toEqual(["assigned"]);
  });
});
