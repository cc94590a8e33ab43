import * as pulumi from "@pulumi/pulumi";

import { GatewayBackend } from "../../../components/gateway/backend";
import { GatewayFragment } from "../../../components/gateway/fragment";
import { GatewayPolicy } from "../../../components/gateway/gateway-policy";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import {
  forwardRequest,
  includeFragment,
  policyDocument,
  policyFragment,
  setBackendService,
  setHeader,
  type PolicyDocument,
} from "../../../policies/gateway";
import { gatewayReference, PLACE, seedGateway } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";

describe("GatewayPolicy", () => {
  it("is the one policy of a gateway", async () => {
    const deployment = await deploy(
      (azure) =>
        new GatewayPolicy("all", {
          gateway: seedGateway(azure),
          policy: policyDocument({ scope: "global", backend: [forwardRequest()] }),
        }),
    );
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Policy all-policy all",
      "enterprise-integration:index:GatewayPolicy all -",
    ]);
    expect(registrationOf(deployment, "all-policy").inputs).toEqual({
      ...PLACE,
      policyId: "policy",
      format: "xml",
      value: [
        "<policies>",
        "  <inbound />",
        "  <backend>",
        "    <forward-request />",
        "  </backend>",
        "  <outbound />",
        "  <on-error />",
        "</policies>",
      ].join("\r\n"),
    });
    expect(deployment.registeredOutputs.all).toEqual({});
  });

  it("waits for what it names", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      new GatewayBackend("catalog", {
        gateway,
        url: "https://catalog.contoso.com",
        credentials: { kind: "unauthenticated", because: "public reference data" },
      });
      new GatewayFragment("mark", {
        gateway,
        description: "Marks a request.",
        fragment: policyFragment([setHeader({ name: "X-Marked", values: ["yes"] })]),
      });
      new GatewayPolicy("all", {
        gateway,
        policy: policyDocument({
          scope: "global",
          inbound: [includeFragment({ fragmentId: "mark" }), setBackendService({ backendId: "catalog" })],
          backend: [forwardRequest()],
        }),
      });
    });
    expect(registrationOf(deployment, "all-policy").dependsOn).toEqual(["catalog-backend", "mark"]);
  });

  it("waits for what is named within a value that is known late", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      new GatewayNamedValue("partner", { gateway, value: "contoso" });
      new GatewayPolicy("all", {
        gateway,
        policy: policyDocument({
          scope: "global",
          inbound: [setHeader({ name: "X-Partner", values: [pulumi.output("{{partner}}")] })],
          backend: [forwardRequest()],
        }),
      });
    });
    expect(registrationOf(deployment, "all-policy").dependsOn).toEqual(["partner-named-value"]);
  });

  describe("refuses", () => {
    const refuse = (policy: PolicyDocument) =>
      refusal("all", () => new GatewayPolicy("all", { gateway: gatewayReference(), policy }));

    it("a policy of another scope", async () => {
      const noBase = ["inbound", "backend", "outbound", "on-error"].flatMap((section) => [
        `  - policy.${section}[0].base: nothing is broader than the global scope, so that <base/> does nothing`,
        "    fix: leave it out",
      ]);
      expect(await refuse(policyDocument({ scope: "api" }))).toBe(
        [
          'GatewayPolicy "all" is not valid: 6 problems',
          '  - policy.scope: the policy stands at the scope global (received "api")',
          '    fix: make it by policyDocument({ scope: "global", … })',
          ...noBase,
          "  - policy.backend: the global policy forwards requests, or no API reaches its service",
          "    fix: put <forward-request /> into the backend section",
        ].join("\n"),
      );
    });

    it("one that names what is not there", async () => {
      expect(
        await refuse(
          policyDocument({
            scope: "global",
            inbound: [setBackendService({ backendId: "catalog" })],
            backend: [forwardRequest()],
          }),
        ),
      ).toBe(
        [
          'GatewayPolicy "all" is not valid: 1 problem',
          "  - policy.inbound[0].set-backend-service.@backend-id: the id names a backend of the gateway" +
            ' (received "catalog")',
          "    fix: add a backend with this id to the gateway",
        ].join("\n"),
      );
    });
  });
});
