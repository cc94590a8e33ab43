import {
  PassiveGateway,
  validatePassiveGateway,
  validatePassiveNames,
  type PassiveGatewayArgs,
} from "../../../components/gateway/passive-gateway";
import { DnsZone } from "../../../components/dns-zone";
import { either } from "../../../validation/words";
import { seedGroups, seedPassiveGateway } from "../fixtures";
import { deploy, identities, plan, refusal, registrationOf, valueOf } from "../harness";

const ARGS: PassiveGatewayArgs = {
  serviceName: "apim-passive",
  resourceGroupName: "rg-passive",
  activeServiceName: "apim-active",
  hostNames: ["api.contoso.com", "api-passive.contoso.com"],
};

const deployed = () =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared");
    seedPassiveGateway(azure, ...ARGS.hostNames);
    const passive = new PassiveGateway("passive", ARGS);
    new DnsZone("contoso", {
      zone: { kind: "create", domain: "contoso.com", resourceGroupName: "rg-shared" },
      records: {
        api: { name: "api", type: "CNAME", target: { hostName: passive.hostName, owner: passive } },
      },
    });
    return passive;
  });

describe("a passive gateway", () => {
  test("is looked up and not changed, and a record leads to it", async () => {
    const deployment = await deployed();
    expect(identities(deployment).filter((identity) => identity.includes("passive"))).toEqual([
      "enterprise-integration:index:PassiveGateway passive -",
    ]);
    expect(await valueOf(deployment.result.hostName)).toBe("apim-passive.azure-api.net");
    expect(deployment.registeredOutputs.passive).toEqual({ hostName: "apim-passive.azure-api.net" });
    expect(registrationOf(deployment, "contoso-record-api").inputs.cnameRecord).toEqual({
      cname: "apim-passive.azure-api.net",
    });
    expect(plan(await deployed())).toEqual(plan(deployment));
  });

  test.each([
    ["in any case", ["API.contoso.com", "api-passive.Contoso.com"], []],
    ["by a wildcard", ["*.contoso.com"], []],
    ["not at all", [], ARGS.hostNames],
    ["in part", ["api.contoso.com", "*.europe.contoso.com"], ["api-passive.contoso.com"]],
    ["one level too deep for a wildcard", ["*.com"], ARGS.hostNames],
  ])("has the names %s", (_how, had, lacking) => {
    expect(validatePassiveNames(ARGS.hostNames, ["apim-passive.azure-api.net", ...had])).toEqual(
      lacking.map((name) => ({
        path: "hostNames",
        rule: `the service has the name ${name}, with its certificate, before anything may lead there`,
        received: either(["apim-passive.azure-api.net", ...had]),
        fix: "let its owner add the name, or name another service",
      })),
    );
  });

  test("is another service than the active one, with names and places that can be", async () => {
    expect(
      await refusal("passive", () => {
        new PassiveGateway("passive", {
          ...ARGS,
          serviceName: "APIM-active",
          subscriptionId: "contoso",
        });
      }),
    ).toBe(
      [
        'PassiveGateway "passive" is not valid: 2 problems',
        '  - subscriptionId: a subscription is the id of a subscription: 32 hexadecimal digits in five groups (received "contoso")',
        "    fix: take it from `az account list --query '[].id'`",
        '  - serviceName: the passive gateway is another service than the one that it stands in for (received "APIM-active")',
        "    fix: name the service in the other region",
      ].join("\n"),
    );
    expect(validatePassiveGateway({ ...ARGS, serviceName: "apim.azure-api.net" })).toMatchObject([
      { path: "serviceName", received: '"apim.azure-api.net"' },
    ]);
    expect(validatePassiveGateway(ARGS)).toEqual([]);
  });
});
