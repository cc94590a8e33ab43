import { GatewaySchema, type SchemaContent } from "../../../components/gateway/schema";
import { gatewayReference, seedGateway } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { PLACE } from "./standing";

const XSD =
  '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="invoice" type="xs:string"/></xs:schema>';

describe("GatewaySchema", () => {
  it("is the text of an XML Schema", async () => {
    const deployment = await deploy(
      (azure) =>
        new GatewaySchema("invoice", { gateway: seedGateway(azure), description: "An invoice", xml: XSD }),
    );
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:GlobalSchema invoice-schema invoice",
      "enterprise-integration:index:GatewaySchema invoice -",
    ]);
    expect(registrationOf(deployment, "invoice-schema").inputs).toEqual({
      ...PLACE,
      schemaId: "invoice",
      description: "An invoice",
      schemaType: "xml",
      value: XSD,
    });
    expect(deployment.result.schemaId).toBe("invoice");
    expect(deployment.registeredOutputs.invoice).toEqual({ schemaId: "invoice" });
  });

  describe("refuses", () => {
    const refuse = (content: SchemaContent) =>
      refusal("invoice", () => new GatewaySchema("invoice", { gateway: gatewayReference(), ...content }));

    it.each([
      ["json", { json: { type: "object", description: "ü".repeat(2 * 1024 * 1024) } }, 4_194_338],
      ["xml", { xml: `<a>${"ü".repeat(2 * 1024 * 1024)}</a>` }, 4_194_311],
    ] as const)("more than 4 MiB of %s", async (path, content, bytes) => {
      expect(await refuse(content)).toBe(
        [
          'GatewaySchema "invoice" is not valid: 1 problem',
          `  - ${path}: a schema has at most 4 MiB (received "${bytes} bytes")`,
          "    fix: split it",
        ].join("\n"),
      );
    });
  });
});
