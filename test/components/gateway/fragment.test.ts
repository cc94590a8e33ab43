import * as pulumi from "@pulumi/pulumi";
import { GatewayFragment } from "../../../components/gateway/fragment";
import { GatewayInventory } from "../../../components/gateway/inventory";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { includeFragment, policyFragment, setHeader, type PolicyFragment } from "../../../policies/gateway";
import { gatewayReference, PLACE, seedGateway, SERVICE_ID, tooLong } from "../fixtures";
import { deploy, identities, lateRefusal, refusal, type Deployment, type Registration } from "../harness";

const MARK = policyFragment([setHeader({ name: "X-Marked", values: ["yes"] })]);

/** The fragment itself, which has the name of its component. */
function fragmentIn({ registrations }: Deployment<unknown>): Registration {
  const [found, ...others] = registrations.filter(({ type }) => type.endsWith(":PolicyFragment"));
  if (!found || others.length > 0) throw new Error("there is not exactly one fragment");
  return found;
}

describe("GatewayFragment", () => {
  it("is the XML of its policies, under its name", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      return {
        gateway,
        fragment: new GatewayFragment("mark", { gateway, description: "Marks a request.", fragment: MARK }),
      };
    });
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:PolicyFragment mark mark",
      "enterprise-integration:index:GatewayFragment mark -",
    ]);
    expect(fragmentIn(deployment).inputs).toEqual({
      ...PLACE,
      description: "Marks a request.",
      format: "xml",
      value: [
        "<fragment>",
        '  <set-header name="X-Marked">',
        "    <value>yes</value>",
        "  </set-header>",
        "</fragment>",
      ].join("\r\n"),
    });
    const { gateway, fragment } = deployment.result;
    expect(deployment.azure.all("azure-native:apimanagement:PolicyFragment").map(({ id }) => id)).toEqual([
      `${SERVICE_ID}/policyFragments/mark`,
    ]);
    expect(fragment.fragmentId).toBe("mark");
    expect(gateway.inventory.fragments.get("mark")).toBe(MARK);
    expect(deployment.registeredOutputs.mark).toEqual({ fragmentId: "mark" });
  });

  it("waits for what it names", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      const partner = new GatewayNamedValue("partner", { gateway, value: "contoso" });
      return new GatewayFragment("mark", {
        gateway,
        description: "Names the partner.",
        fragment: policyFragment([setHeader({ name: "X-Partner", values: [partner.reference] })]),
      });
    });
    expect(fragmentIn(deployment).dependsOn).toEqual(["partner-named-value"]);
  });

  describe("refuses", () => {
    const refuse = (fragment: PolicyFragment, description = "Marks a request.") =>
      refusal(
        "mark",
        () => new GatewayFragment("mark", { gateway: gatewayReference(), description, fragment }),
      );

    it("everything that is wrong, at once", async () => {
      const fragment = policyFragment([
        setHeader({ name: "X-Partner", values: ["{{partner}}"] }),
        includeFragment({ fragmentId: "marc" }),
      ]);
      expect(await refuse(fragment, tooLong(1000))).toBe(
        [
          'GatewayFragment "mark" is not valid: 3 problems',
          "  - description: a fragment's description has 1 to 1,000 characters (received 1001)",
          "    fix: write 1 to 1,000 characters",
          "  - fragment.fragment[0].set-header.value[0]: {{...}} names a named value of the gateway (received {{partner}})",
          "    fix: add the named value to the gateway",
          "  - fragment.fragment[1].include-fragment: a fragment holds neither sections nor <base/> nor fragments",
          "    fix: put it into the documents that include the fragment; see" +
            " https://learn.microsoft.com/azure/api-management/policy-fragments",
        ].join("\n"),
      );
    });

    it("no description", async () => {
      expect(await refuse(MARK, "")).toBe(
        [
          'GatewayFragment "mark" is not valid: 1 problem',
          "  - description: a fragment's description has 1 to 1,000 characters (received 0)",
          "    fix: write 1 to 1,000 characters",
        ].join("\n"),
      );
    });

    it("a late value that names what is not there", async () => {
      expect(
        await lateRefusal(
          "mark",
          "value",
          '<fragment><set-variable name="a" value="b" /></fragment>',
          (azure, opts) => {
            const fragment = policyFragment([
              setHeader({ name: "X-Partner", values: [pulumi.output("{{partner}}")] }),
            ]);
            return new GatewayFragment(
              "mark",
              { gateway: seedGateway(azure), description: "Marks a request.", fragment },
              opts,
            );
          },
        ),
      ).toBe(
        [
          'The policy "mark" is not valid: 1 problem',
          "  - fragment[0].set-header.value[0]: {{...}} names a named value of the gateway (received {{partner}})",
          "    fix: add the named value to the gateway",
        ].join("\n"),
      );
    });
  });

  it("may name what others have put on a gateway of another stack", async () => {
    const fragment = policyFragment([setHeader({ name: "X-Partner", values: ["{{partner}}"] })]);
    const deployment = await deploy((azure) => {
      const gateway = { ...seedGateway(azure), inventory: new GatewayInventory(false) };
      azure.seed("azure-native:apimanagement:NamedValue", {
        ...PLACE,
        namedValueId: "partner",
        displayName: "partner",
        value: "contoso",
      });
      return new GatewayFragment("mark", { gateway, description: "Names the partner.", fragment });
    });
    expect(fragmentIn(deployment).dependsOn).toEqual([]);
  });
});
