import { GatewayLogger } from "../../../components/gateway/logger";
import { GatewayTracing, type Tracing } from "../../../components/gateway/tracing";
import { PLACE, SERVICE_ID } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { insightsLogger, seedReadingGateway } from "./standing";

const tracingWith = (more: Omit<Tracing, "logger"> = {}) =>
  deploy((azure) => {
    const { gateway } = seedReadingGateway(azure);
    const logger = insightsLogger("insights", gateway, azure);
    new GatewayTracing("tracing", { gateway, logger, ...more });
  });

const EVENT_HUB = {
  kind: "eventHub",
  name: "audit",
  namespaceHost: "evh-contoso.servicebus.windows.net",
} as const;

const hidden = (...values: readonly string[]) => values.map((value) => ({ value, mode: "Hide" }));

describe("GatewayTracing", () => {
  it("traces every request without bodies, headers, addresses of callers, keys or tokens", async () => {
    const deployment = await tracingWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Diagnostic tracing-diagnostic tracing",
      "azure-native:apimanagement:Logger insights-logger insights",
      "enterprise-integration:index:GatewayLogger insights -",
      "enterprise-integration:index:GatewayTracing tracing -",
    ]);
    const message = {
      headers: [],
      body: { bytes: 0 },
      dataMasking: {
        headers: hidden("Authorization", "Cookie", "Ocp-Apim-Subscription-Key", "Set-Cookie"),
        queryParams: hidden("subscription-key", "sig"),
      },
    };
    const diagnostic = registrationOf(deployment, "tracing-diagnostic");
    expect(diagnostic.inputs).toEqual({
      ...PLACE,
      diagnosticId: "applicationinsights",
      loggerId: `${SERVICE_ID}/loggers/insights`,
      alwaysLog: "allErrors",
      sampling: { samplingType: "fixed", percentage: 100 },
      httpCorrelationProtocol: "W3C",
      verbosity: "information",
      logClientIp: false,
      metrics: false,
      frontend: { request: message, response: message },
      backend: { request: message, response: message },
    });
    expect(diagnostic.dependsOn).toEqual(["insights-logger"]);
    expect(deployment.registeredOutputs.tracing).toEqual({});
  });

  it("takes what it is told, and hides more on top of keys and tokens", async () => {
    const deployment = await tracingWith({
      sampling: 0.5,
      verbosity: "error",
      correlation: "Legacy",
      headers: ["X-Request-Id"],
      mask: { headers: ["X-Partner-Key"], queryParameters: ["code"] },
      logClientIp: true,
      metrics: true,
    });
    const message = {
      headers: ["X-Request-Id"],
      dataMasking: {
        headers: hidden(
          "Authorization",
          "Cookie",
          "Ocp-Apim-Subscription-Key",
          "Set-Cookie",
          "X-Partner-Key",
        ),
        queryParams: hidden("subscription-key", "sig", "code"),
      },
    };
    expect(registrationOf(deployment, "tracing-diagnostic").inputs).toMatchObject({
      sampling: { percentage: 0.5 },
      verbosity: "error",
      httpCorrelationProtocol: "Legacy",
      logClientIp: true,
      metrics: true,
      frontend: { request: message, response: message },
      backend: { request: message, response: message },
    });
  });

  describe("refuses", () => {
    const refuse = (more: Omit<Tracing, "logger">, toEventHub = false) =>
      refusal("tracing", (azure) => {
        const { gateway } = seedReadingGateway(azure);
        const logger = toEventHub
          ? new GatewayLogger("logger", { gateway, target: EVENT_HUB })
          : insightsLogger("logger", gateway, azure);
        new GatewayTracing("tracing", { gateway, logger, ...more });
      });

    it("everything that is wrong, at once", async () => {
      expect(await refuse({ sampling: 101, headers: ["authorization"] }, true)).toBe(
        [
          'GatewayTracing "tracing" is not valid: 3 problems',
          '  - logger: requests are traced to Application Insights (received "eventHub")',
          "    fix: hand in a logger whose target is applicationInsights; events go to Event Hubs by the policy" +
            " logToEventhub",
          "  - sampling: sampling is a share of 100 requests, 0 to 100 (received 101)",
          "    fix: give a number from 0 to 100",
          '  - headers: what carries keys or tokens is not traced (received "authorization")',
          "    fix: leave it out",
        ].join("\n"),
      );
    });

    it.each([-1, Number.NaN])("to trace %d of 100 requests", async (sampling) => {
      expect(await refuse({ sampling })).toContain("sampling: sampling is a share of 100 requests");
    });
  });
});
