import * as pulumi from "@pulumi/pulumi";
import { GatewayLogger, type LoggerTarget } from "../../../components/gateway/logger";
import { gatewayReference, PLACE, tooLong } from "../fixtures";
import { deploy, identities, lateRefusal, refusal, registrationOf } from "../harness";
import { seedInsights, seedReadingGateway } from "./standing";

const EVENT_HUB = {
  kind: "eventHub",
  name: "audit.events_1",
  namespaceHost: "evh-contoso.servicebus.windows.net",
} as const;

describe("GatewayLogger", () => {
  it("writes to Application Insights by the gateway's identity, and keeps the connection string secret", async () => {
    const deployment = await deploy((azure) => {
      const { gateway } = seedReadingGateway(azure);
      const id = seedInsights(azure);
      new GatewayLogger("insights", {
        gateway,
        description: "Traces",
        target: { kind: "applicationInsights", id, connectionString: "InstrumentationKey=0" },
      });
      return { gateway, id };
    });
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Logger insights-logger insights",
      "enterprise-integration:index:GatewayLogger insights -",
    ]);
    const { gateway, id } = deployment.result;
    const { inputs, secretInputs } = registrationOf(deployment, "insights-logger");
    expect(inputs).toEqual({
      ...PLACE,
      loggerId: "insights",
      description: "Traces",
      loggerType: "applicationInsights",
      resourceId: id,
      credentials: {
        connectionString: "InstrumentationKey=0",
        identityClientId: gateway.caller.clientId,
      },
    });
    expect(secretInputs).toEqual(["credentials.connectionString"]);
    expect(deployment.registeredOutputs.insights).toEqual({ loggerId: "insights" });
  });

  it("writes to an event hub by the gateway's identity, without any key", async () => {
    const deployment = await deploy((azure) => {
      const { gateway } = seedReadingGateway(azure);
      return { gateway, logger: new GatewayLogger("audit", { gateway, target: EVENT_HUB }) };
    });
    const { gateway, logger } = deployment.result;
    const { inputs, secretInputs } = registrationOf(deployment, "audit-logger");
    expect(inputs).toEqual({
      ...PLACE,
      loggerId: "audit",
      loggerType: "azureEventHub",
      credentials: {
        name: "audit.events_1",
        endpointAddress: "evh-contoso.servicebus.windows.net",
        identityClientId: gateway.caller.clientId,
      },
    });
    expect(secretInputs).toEqual([]);
    expect(logger).toMatchObject({ loggerId: "audit", target: EVENT_HUB });
  });

  describe("refuses", () => {
    const refuse = (target: LoggerTarget, description?: string) =>
      refusal(
        "audit",
        () =>
          new GatewayLogger("audit", {
            gateway: gatewayReference(),
            target,
            ...(description !== undefined && { description }),
          }),
      );

    it("everything that is wrong, at once", async () => {
      const namespaceHost = "https://evh-contoso.servicebus.windows.net:443/";
      expect(await refuse({ kind: "eventHub", name: "-audit", namespaceHost }, tooLong(256))).toBe(
        [
          'GatewayLogger "audit" is not valid: 3 problems',
          "  - description: a logger's description has 1 to 256 characters (received 257)",
          "    fix: write 1 to 256 characters",
          "  - target.name: the name of an event hub has 1 to 256 letters, digits, dots, hyphens and underscores, with a" +
            ' letter or digit at both ends (received "-audit")',
          "    fix: write 1 to 256 letters, digits, dots, hyphens and underscores, with a letter or digit at" +
            " both ends",
          "  - target.namespaceHost: an Event Hubs namespace is named by its host, without protocol, port and path" +
            ' (received "https://evh-contoso.servicebus.windows.net:443/")',
          "    fix: write e.g. evh-contoso.servicebus.windows.net",
        ].join("\n"),
      );
    });

    it.each(["", "audit-", "au dit", "a".repeat(257)])("the event hub %j", async (name) => {
      expect(await refuse({ ...EVENT_HUB, name })).toContain("target.name: the name of an event hub");
    });

    it("a description of Application Insights that is too long", async () => {
      const target = { kind: "applicationInsights", id: "/any", connectionString: "s3cret" } as const;
      expect(await refuse(target, "")).toBe(
        [
          'GatewayLogger "audit" is not valid: 1 problem',
          "  - description: a logger's description has 1 to 256 characters (received 0)",
          "    fix: write 1 to 256 characters",
        ].join("\n"),
      );
    });

    it("an address of a namespace as Event Hubs shows it, once it is known", async () => {
      const filler = {};
      expect(
        await lateRefusal("audit-logger", "credentials", filler, (azure, opts) => {
          const { gateway } = seedReadingGateway(azure);
          Object.assign(filler, {
            name: "audit",
            endpointAddress: EVENT_HUB.namespaceHost,
            identityClientId: gateway.caller.clientId,
          });
          const namespaceHost = pulumi.output("https://evh-contoso.servicebus.windows.net:443/");
          return new GatewayLogger("audit", { gateway, target: { ...EVENT_HUB, namespaceHost } }, opts);
        }),
      ).toContain("target.namespaceHost: an Event Hubs namespace is named by its host, without protocol");
    });
  });
});
