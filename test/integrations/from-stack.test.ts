import { GatewayInventory } from "../../components/gateway/inventory";
import { gatewayFromStack, shareGateway } from "../../integrations/gateway/from-stack";
import type { Properties } from "../../rehearsal/azure/resource-type";
import { gatewayReference } from "../components/fixtures";
import { deploy } from "../components/harness";

const GATEWAY = gatewayReference();
const STACK = "organization/integration/gateway";

const read = async (outputs: Properties) =>
  (
    await deploy(() => gatewayFromStack(STACK).catch((error: unknown) => (error as Error).message), {
      stacks: { [STACK]: outputs },
    })
  ).result;

/** What a stack shows, as another one reads it. */
const shown = (workspaceId?: string, portalUrl?: string) =>
  JSON.parse(JSON.stringify(shareGateway({ gateway: GATEWAY, workspaceId, portalUrl }))) as Properties;

describe("the gateway of another stack", () => {
  it("is what that stack shows", async () => {
    const portalUrl = "https://developers.contoso.com";
    expect(await read({ gateway: shown("/subscriptions/any/workspace", portalUrl) })).toEqual({
      gateway: { ...GATEWAY, inventory: new GatewayInventory(false) },
      workspaceId: "/subscriptions/any/workspace",
      portalUrl,
      outputs: {},
    });
  });

  it("shows the test console and who sees which product, without its resources", async () => {
    const clientId = "11111111-1111-4111-8111-111111111111";
    const authorizationServer = { authorizationServerId: "entra" };
    const productGroups = { billing: ["accounting"] };
    const gateway = JSON.parse(
      JSON.stringify(
        shareGateway({
          gateway: GATEWAY,
          workspaceId: undefined,
          portalUrl: undefined,
          console: { authorizationServer, clientId },
          productGroups,
        }),
      ),
    ) as Properties;
    expect(await read({ gateway })).toMatchObject({
      console: { authorizationServer, clientId },
      productGroups,
    });
  });

  it("may send its logs nowhere, and have no portal", async () => {
    expect(await read({ gateway: shown() })).toEqual({
      gateway: { ...GATEWAY, inventory: new GatewayInventory(false) },
      workspaceId: undefined,
      portalUrl: undefined,
      outputs: {},
    });
  });

  it("says in words that its addresses do not stay the same, and is read so", async () => {
    const gateway = JSON.parse(
      JSON.stringify(
        shareGateway({
          gateway: { ...GATEWAY, addresses: undefined },
          workspaceId: undefined,
          portalUrl: undefined,
        }),
      ),
    ) as Properties;
    expect(gateway.addresses).toBe("not fixed");
    expect(await read({ gateway })).toMatchObject({
      gateway: { serviceName: GATEWAY.serviceName, addresses: undefined },
    });
  });

  it("is refused by name where the stack shows none", async () => {
    expect(await read({})).toBe(
      [
        `The stack ${STACK} does not show a gateway: 1 problem`,
        "  - gateway: the stack has this output (Invalid input: expected object, received undefined)",
        `    fix: deploy ${STACK} with a gateway of its own first, by the same release of this program`,
      ].join("\n"),
    );
  });

  it("is refused with every output that is missing or empty", async () => {
    const message = await read({
      gateway: {
        resourceGroupName: "rg-gateway",
        serviceName: "apim-contoso-test",
        location: "westeurope",
        addresses: [],
        caller: { tenantId: "any", clientId: "any" },
      },
    });
    if (typeof message !== "string") throw new Error("the gateway was accepted");
    expect(message.split("\n").filter((line) => line.startsWith("  - "))).toEqual([
      "  - gateway.serviceId: the stack has this output (Invalid input: expected string, received undefined)",
      '  - gateway.kind: the stack has this output (Invalid option: expected one of "classic"|"v2"|"consumption"|"self-hosted")',
      '  - gateway.clientCertificates: the stack has this output (Invalid option: expected one of "ignore"|"negotiate")',
      "  - gateway.url: the stack has this output (Invalid input: expected string, received undefined)",
      "  - gateway.addresses: the stack has this output (Too small: expected array to have >=1 items)",
      "  - gateway.caller.audience: the stack has this output (Invalid input: expected string, received undefined)",
      "  - gateway.principalId: the stack has this output (Invalid input: expected string, received undefined)",
    ]);
  });
});
