import * as pulumi from "@pulumi/pulumi";
import {
  GatewayBackend,
  sendTo,
  type CircuitBreaker,
  type GatewayBackendArgs,
} from "../../../components/gateway/backend";
import { GatewayCertificate } from "../../../components/gateway/certificate";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import {
  authenticationBasic,
  authenticationCertificate,
  authenticationManagedIdentity,
  setBackendService,
} from "../../../policies/gateway";
import { CALLER, gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deferred, deploy, identities, lateRefusal, refusal, registrationOf, start } from "../harness";
import { seedReadingGateway, UNAUTHENTICATED } from "./standing";

const BREAKER: CircuitBreaker = { failures: 5, interval: "PT1M", tripDuration: "PT30S" };

const backendWith = (more: Partial<GatewayBackendArgs> = {}) =>
  deploy(
    (azure) =>
      new GatewayBackend("catalog", {
        gateway: seedGateway(azure),
        url: "https://catalog.contoso.com/v2",
        credentials: UNAUTHENTICATED,
        ...more,
      }),
  );

describe("GatewayBackend", () => {
  it("is a service that speaks http, whose certificate is checked", async () => {
    const deployment = await backendWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Backend catalog-backend catalog",
      "enterprise-integration:index:GatewayBackend catalog -",
    ]);
    expect(registrationOf(deployment, "catalog-backend").inputs).toEqual({
      ...PLACE,
      backendId: "catalog",
      type: "Single",
      protocol: "http",
      url: "https://catalog.contoso.com/v2",
      tls: { validateCertificateChain: true, validateCertificateName: true },
    });
    expect(sendTo(deployment.result)).toEqual([setBackendService({ backendId: "catalog" })]);
    expect(deployment.registeredOutputs.catalog).toEqual({ backendId: "catalog" });
  });

  it("takes what it is told", async () => {
    const deployment = await backendWith({
      description: "The catalog",
      protocol: "soap",
      circuitBreaker: {
        ...BREAKER,
        statusCodes: [
          [429, 429],
          [500, 599],
        ],
        acceptRetryAfter: false,
      },
    });
    expect(registrationOf(deployment, "catalog-backend").inputs).toMatchObject({
      description: "The catalog",
      protocol: "soap",
      circuitBreaker: {
        rules: [
          {
            name: "failures",
            tripDuration: "PT30S",
            acceptRetryAfter: false,
            failureCondition: {
              count: 5,
              interval: "PT1M",
              statusCodeRanges: [
                { min: 429, max: 429 },
                { min: 500, max: 599 },
              ],
            },
          },
        ],
      },
    });
  });

  it("takes errors of the server for failures, and heeds Retry-After, where a circuit breaker says nothing", async () => {
    const deployment = await backendWith({ circuitBreaker: BREAKER });
    expect(registrationOf(deployment, "catalog-backend").inputs).toMatchObject({
      circuitBreaker: {
        rules: [{ acceptRetryAfter: true, failureCondition: { statusCodeRanges: [{ min: 500, max: 599 }] } }],
      },
    });
  });

  it("takes what is said to be undefined for not said", async () => {
    const deployment = await backendWith({
      circuitBreaker: { ...BREAKER, statusCodes: undefined, acceptRetryAfter: undefined },
    });
    expect(registrationOf(deployment, "catalog-backend").inputs).toMatchObject({
      circuitBreaker: {
        rules: [{ acceptRetryAfter: true, failureCondition: { statusCodeRanges: [{ min: 500, max: 599 }] } }],
      },
    });
  });

  it("starts before its address is known", async () => {
    const url = deferred<string>();
    const run = await start((azure) => {
      const gateway = seedGateway(azure);
      new GatewayBackend("late", { gateway, url: url.promise, credentials: UNAUTHENTICATED });
      new GatewayBackend("early", { gateway, url: "https://x.contoso.com", credentials: UNAUTHENTICATED });
    });
    await run.registered("early-backend");
    expect(run.registrations.map(({ name }) => name)).not.toContain("late-backend");
    url.resolve("https://late.contoso.com");
    expect(registrationOf(await run.finish(), "late-backend").inputs.url).toBe("https://late.contoso.com");
  });

  describe("shows who calls", () => {
    it("by a token of the gateway's identity, which a policy fetches", async () => {
      const resource = "api://contoso-catalog";
      const deployment = await backendWith({ credentials: { kind: "managedIdentity", resource } });
      expect(sendTo(deployment.result)).toEqual([
        setBackendService({ backendId: "catalog" }),
        authenticationManagedIdentity({ resource, clientId: CALLER.clientId }),
      ]);
      expect(registrationOf(deployment, "catalog-backend").inputs).not.toHaveProperty("credentials");
    });

    it("by a client certificate, which a policy names by its id", async () => {
      const deployment = await deploy((azure) => {
        const { gateway, secretId } = seedReadingGateway(azure);
        const certificate = new GatewayCertificate("client", { gateway, secretId });
        return new GatewayBackend("catalog", {
          gateway,
          url: "https://catalog.contoso.com",
          credentials: { kind: "certificate", certificate },
        });
      });
      expect(sendTo(deployment.result)).toEqual([
        setBackendService({ backendId: "catalog" }),
        authenticationCertificate({ certificateId: "client" }),
      ]);
      expect(registrationOf(deployment, "catalog-backend").inputs).not.toHaveProperty("credentials");
    });

    it("by a header, whose named value it waits for and never sees", async () => {
      const deployment = await deploy((azure) => {
        const { gateway, secretId } = seedReadingGateway(azure);
        const value = new GatewayNamedValue("catalog-key", { gateway, secretId });
        return new GatewayBackend("catalog", {
          gateway,
          url: "https://catalog.contoso.com",
          credentials: { kind: "header", name: "X-Api-Key", value },
        });
      });
      const backend = registrationOf(deployment, "catalog-backend");
      expect(backend.inputs.credentials).toEqual({ header: { "X-Api-Key": ["{{catalog-key}}"] } });
      expect(backend.dependsOn).toEqual(["catalog-key-named-value"]);
      expect(deployment.result.authentication).toEqual([]);
    });

    it("by name and password, which a policy takes from named values", async () => {
      const { result } = await deploy((azure) => {
        const { gateway, secretId } = seedReadingGateway(azure);
        return new GatewayBackend("catalog", {
          gateway,
          url: "https://catalog.contoso.com",
          credentials: {
            kind: "basic",
            username: new GatewayNamedValue("catalog-user", { gateway, value: "gateway" }),
            password: new GatewayNamedValue("catalog-password", { gateway, secretId }),
          },
        });
      });
      expect(result.authentication).toEqual([
        authenticationBasic({ username: "{{catalog-user}}", password: "{{catalog-password}}" }),
      ]);
    });
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayBackendArgs>) =>
      refusal(
        "catalog",
        () =>
          new GatewayBackend("catalog", {
            gateway: gatewayReference(),
            url: "https://catalog.contoso.com",
            credentials: UNAUTHENTICATED,
            ...more,
          }),
      );
    const withBreaker = (more: Partial<CircuitBreaker>) =>
      refuse({ circuitBreaker: { ...BREAKER, ...more } });

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          url: "http://catalog.contoso.com/",
          description: tooLong(2000),
          credentials: { kind: "unauthenticated", because: " " },
          circuitBreaker: {
            failures: 0,
            interval: "1m",
            tripDuration: "PT",
            statusCodes: [[599, 500]],
          },
        }),
      ).toBe(
        [
          'GatewayBackend "catalog" is not valid: 7 problems',
          "  - url: a service is reached by https, and its address ends without slash, query and fragment, at most 2,000" +
            ' characters (received "http://catalog.contoso.com/")',
          "    fix: give an address such as https://orders.contoso.com/v1",
          "  - description: a backend's description has 1 to 2,000 characters (received 2001)",
          "    fix: write 1 to 2,000 characters",
          '  - credentials.because: a service that anybody can call past the gateway needs a reason (received " ")',
          "    fix: say why, or choose other credentials",
          '  - circuitBreaker.interval: a duration is written by ISO 8601 (received "1m")',
          "    fix: write e.g. PT30S or PT5M",
          '  - circuitBreaker.tripDuration: a duration is written by ISO 8601 (received "PT")',
          "    fix: write e.g. PT30S or PT5M",
          "  - circuitBreaker.failures: a circuit breaker trips after 1 to 10,000 failures (received 0)",
          "    fix: give a whole number from 1 to 10,000",
          "  - circuitBreaker.statusCodes[0]: a range of status codes lies within 200 to 599, the lower end first" +
            " (received [599,500])",
          "    fix: write e.g. [500, 599]",
        ].join("\n"),
      );
    });

    it.each([
      "https://catalog.contoso.com/",
      "https://catalog.contoso.com?tenant=1",
      "https://catalog.contoso.com#top",
      "https://user@catalog.contoso.com",
      "https://catalog .contoso.com",
      `https://catalog.contoso.com/${"a".repeat(2000)}`,
    ])("the address %s", async (url) => {
      expect(await refuse({ url })).toContain("url: a service is reached by https");
    });

    it("an address that turns out not to be https", async () => {
      expect(
        await lateRefusal("catalog-backend", "url", "https://x.contoso.com", (azure, opts) => {
          const url = pulumi.output("http://catalog.contoso.com");
          const gateway = seedGateway(azure);
          return new GatewayBackend("catalog", { gateway, url, credentials: UNAUTHENTICATED }, opts);
        }),
      ).toBe(
        [
          'The address of "catalog" is not valid: 1 problem',
          "  - url: a service is reached by https, and its address ends without slash, query and fragment, at most 2,000" +
            ' characters (received "http://catalog.contoso.com")',
          "    fix: give an address such as https://orders.contoso.com/v1",
        ].join("\n"),
      );
    });

    it("an address that turns out to be none, without showing a secret of it", async () => {
      const message = await lateRefusal("catalog-backend", "url", "https://x.contoso.com", (azure, opts) => {
        const url = pulumi.secret("https://catalog.contoso.com/S3CRET/");
        const gateway = seedGateway(azure);
        return new GatewayBackend("catalog", { gateway, url, credentials: UNAUTHENTICATED }, opts);
      });
      expect(message).toContain("(received (secret))");
      expect(message).not.toContain("S3CRET");
    });

    it.each(["https://user:S3CRET@catalog.contoso.com", "https://fn.contoso.com/api?code=S3CRET"])(
      "an address with a key, without showing it: %s",
      async (url) => {
        const message = await refuse({ url });
        expect(message).toContain("url: a service is reached by https");
        expect(message).not.toContain("S3CRET");
      },
    );

    it("a header that is none", async () => {
      expect(
        await refusal("catalog", (azure) => {
          const { gateway, secretId } = seedReadingGateway(azure);
          const value = new GatewayNamedValue("catalog-key", { gateway, secretId });
          new GatewayBackend("catalog", {
            gateway,
            url: "https://catalog.contoso.com",
            credentials: { kind: "header", name: "X Key", value },
          });
        }),
      ).toBe(
        [
          'GatewayBackend "catalog" is not valid: 1 problem',
          '  - credentials.name: the name of a header has letters, digits, hyphens and underscores (received "X Key")',
          "    fix: write letters, digits, hyphens and underscores",
        ].join("\n"),
      );
    });

    it("a circuit breaker in the Consumption tier", async () => {
      expect(
        await refuse({ gateway: { ...gatewayReference(), kind: "consumption" }, circuitBreaker: BREAKER }),
      ).toBe(
        [
          'GatewayBackend "catalog" is not valid: 1 problem',
          "  - circuitBreaker: the Consumption tier has no circuit breakers",
          "    fix: leave it out, or choose another tier",
        ].join("\n"),
      );
    });

    it.each([1.5, 10_001, Number.NaN])("a circuit breaker that trips after %d failures", async (failures) => {
      expect(await withBreaker({ failures })).toContain("circuitBreaker.failures: a circuit breaker trips");
    });

    it.each(["", "P", "PT", "30S", "P1M", "PT1.5S", "pt30s"])("the duration %j", async (interval) => {
      expect(await withBreaker({ interval })).toContain("circuitBreaker.interval: a duration is written");
    });

    it.each([
      [199, 599],
      [500, 600],
      [500.5, 599],
    ])("the status codes %d to %d", async (from, to) => {
      expect(await withBreaker({ statusCodes: [[from, to]] })).toContain(
        "circuitBreaker.statusCodes[0]: a range of status codes lies within 200 to 599",
      );
    });

    it.each([0, 11])("%d ranges of status codes", async (length) => {
      const statusCodes = Array.from({ length }, () => [500, 599] as const);
      expect(await withBreaker({ statusCodes })).toBe(
        [
          'GatewayBackend "catalog" is not valid: 1 problem',
          `  - circuitBreaker.statusCodes: failures are told by 1 to 10 ranges of status codes (received ${length})`,
          "    fix: name those that matter, or leave it out for 500 to 599",
        ].join("\n"),
      );
    });
  });

  it.each(["PT30S", "PT1H30M", "P1D", "P1DT12H"])("takes the duration %s", async (tripDuration) => {
    const { azure } = await backendWith({ circuitBreaker: { ...BREAKER, tripDuration } });
    expect(azure.all("azure-native:apimanagement:Backend")).toHaveLength(1);
  });
});
