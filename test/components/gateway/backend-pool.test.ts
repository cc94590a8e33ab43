import * as pulumi from "@pulumi/pulumi";
import { GatewayBackend, sendTo, type BackendCredentials } from "../../../components/gateway/backend";
import { GatewayBackendPool, type PoolMember } from "../../../components/gateway/backend-pool";
import type { GatewayReference } from "../../../components/gateway/reference";
import { authenticationManagedIdentity, setBackendService } from "../../../policies/gateway";
import { CALLER, PLACE, seedGateway, SERVICE_ID, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { UNAUTHENTICATED } from "./standing";

const IDENTITY = { kind: "managedIdentity", resource: "api://contoso-catalog" } as const;

function backend(gateway: GatewayReference, name: string, credentials: BackendCredentials = UNAUTHENTICATED) {
  return new GatewayBackend(name, { gateway, url: `https://${name}.contoso.com`, credentials });
}

describe("GatewayBackendPool", () => {
  it("shares the requests by weight among backends that it waits for and names by their ARM ids", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      return new GatewayBackendPool("catalog", {
        gateway,
        description: "Both versions",
        members: {
          stable: { backend: backend(gateway, "stable"), weight: 90 },
          canary: { backend: backend(gateway, "canary"), weight: 10, priority: 2 },
        },
      });
    });
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Backend canary-backend canary",
      "azure-native:apimanagement:Backend catalog-pool catalog",
      "azure-native:apimanagement:Backend stable-backend stable",
      "enterprise-integration:index:GatewayBackend canary -",
      "enterprise-integration:index:GatewayBackend stable -",
      "enterprise-integration:index:GatewayBackendPool catalog -",
    ]);
    const registration = registrationOf(deployment, "catalog-pool");
    expect(registration.inputs).toEqual({
      ...PLACE,
      backendId: "catalog",
      description: "Both versions",
      type: "Pool",
      pool: {
        services: [
          { id: `${SERVICE_ID}/backends/stable`, weight: 90, priority: 1 },
          { id: `${SERVICE_ID}/backends/canary`, weight: 10, priority: 2 },
        ],
      },
    });
    expect(registration.dependsOn).toEqual(["canary-backend", "stable-backend"]);
    expect(sendTo(deployment.result)).toEqual([setBackendService({ backendId: "catalog" })]);
    expect(deployment.registeredOutputs.catalog).toEqual({ backendId: "catalog" });
  });

  it("shows who calls as its members do", async () => {
    const { result } = await deploy((azure) => {
      const gateway = seedGateway(azure);
      return new GatewayBackendPool("catalog", {
        gateway,
        members: {
          blue: { backend: backend(gateway, "blue", { ...IDENTITY }), weight: 50 },
          green: { backend: backend(gateway, "green", { ...IDENTITY }), weight: 50 },
        },
      });
    });
    expect(sendTo(result)).toEqual([
      setBackendService({ backendId: "catalog" }),
      authenticationManagedIdentity({ resource: IDENTITY.resource, clientId: CALLER.clientId }),
    ]);
  });

  it("leaves a member of weight 0 out", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      new GatewayBackendPool("catalog", {
        gateway,
        members: {
          blue: { backend: backend(gateway, "blue"), weight: 0 },
          green: { backend: backend(gateway, "green"), weight: 100 },
        },
      });
    });
    expect(registrationOf(deployment, "catalog-pool").inputs.pool).toEqual({
      services: [{ id: `${SERVICE_ID}/backends/green`, weight: 100, priority: 1 }],
    });
  });

  describe("refuses", () => {
    const refuse = (
      members: (gateway: GatewayReference) => Readonly<Record<string, PoolMember>>,
      description?: string,
    ) =>
      refusal("catalog", (azure) => {
        const gateway = seedGateway(azure);
        new GatewayBackendPool("catalog", {
          gateway,
          members: members(gateway),
          ...(description !== undefined && { description }),
        });
      });

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse(
          (gateway) => ({
            one: { backend: backend(gateway, "one"), weight: 101 },
            two: { backend: backend(gateway, "two", IDENTITY), weight: 0.5, priority: -1 },
          }),
          tooLong(2000),
        ),
      ).toBe(
        [
          'GatewayBackendPool "catalog" is not valid: 5 problems',
          "  - description: a backend's description has 1 to 2,000 characters (received 2001)",
          "    fix: write 1 to 2,000 characters",
          "  - members.one.weight: weight and priority are whole numbers from 0 to 100 (received 101)",
          "    fix: write a whole number from 0 to 100",
          "  - members.two.weight: weight and priority are whole numbers from 0 to 100 (received 0.5)",
          "    fix: write a whole number from 0 to 100",
          "  - members.two.priority: weight and priority are whole numbers from 0 to 100 (received -1)",
          "    fix: write a whole number from 0 to 100",
          "  - members: credentials that a policy shows are the same for all members: it runs before one of them is" +
            " chosen (received unauthenticated, managedIdentity)",
          "    fix: hand one credentials object to all of them, or use headers, which each backend keeps for itself",
        ].join("\n"),
      );
    });

    it.each([0, 31])("%d members", async (length) => {
      const message = await refuse((gateway) =>
        Object.fromEntries(
          Array.from({ length }, (_, index) => [
            `m${index}`,
            { backend: backend(gateway, `m${index}`), weight: 1 },
          ]),
        ),
      );
      expect(message).toBe(
        [
          'GatewayBackendPool "catalog" is not valid: 1 problem',
          `  - members: a pool has 1 to 30 members (received ${length})`,
          "    fix: name the backends that share the requests",
        ].join("\n"),
      );
    });

    it("members none of which answers", async () => {
      expect(await refuse((gateway) => ({ only: { backend: backend(gateway, "only"), weight: 0 } }))).toBe(
        [
          'GatewayBackendPool "catalog" is not valid: 1 problem',
          "  - members: somebody answers: at least one member has a weight above 0",
          "    fix: raise the weight of the member that takes the requests",
        ].join("\n"),
      );
    });

    it("a backend twice", async () => {
      const message = await refuse((gateway) => {
        const only = backend(gateway, "only");
        return { one: { backend: only, weight: 1 }, two: { backend: only, weight: 2 } };
      });
      expect(message).toBe(
        [
          'GatewayBackendPool "catalog" is not valid: 1 problem',
          '  - members.two.backend: a backend is one member of a pool (received "only")',
          "    fix: remove it, and give the other member the weight of both",
        ].join("\n"),
      );
    });

    it.each([
      ["tokens for different services", () => [IDENTITY, { ...IDENTITY, resource: "api://other" }]],
      [
        "tokens for services that are not known to be the same",
        () => [1, 2].map(() => ({ ...IDENTITY, resource: pulumi.output(IDENTITY.resource) })),
      ],
    ])("%s", async (_, credentials) => {
      const [one = UNAUTHENTICATED, two = UNAUTHENTICATED] = credentials();
      expect(
        await refuse((gateway) => ({
          one: { backend: backend(gateway, "one", one), weight: 1 },
          two: { backend: backend(gateway, "two", two), weight: 1 },
        })),
      ).toContain("members: credentials that a policy shows are the same for all members");
    });

    it("the name of a backend", async () => {
      expect(
        await refuse((gateway) => ({ only: { backend: backend(gateway, "Catalog"), weight: 1 } })),
      ).toContain("name: the id of a backend is unique on a gateway, without regard to case");
    });
  });
});
