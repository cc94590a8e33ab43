import { GatewayPolicy } from "../../../components/gateway/gateway-policy";
import { GatewaySchema, type SchemaContent } from "../../../components/gateway/schema";
import { forwardRequest, policyDocument, validateContent } from "../../../policies/gateway";
import { gatewayReference, PLACE, seedGateway, SERVICE_ID } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";

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

  it("is the document of a JSON Schema, which azure-native has no type for", async () => {
    const json = { type: "object", required: ["number"], properties: { number: { type: "string" } } };
    const deployment = await deploy(
      (azure) =>
        new GatewaySchema("invoice", { gateway: seedGateway(azure), description: "An invoice", json }),
    );
    expect(identities(deployment)).toEqual([
      "azure-native:resources:Resource invoice-schema invoice",
      "enterprise-integration:index:GatewaySchema invoice -",
    ]);
    expect(registrationOf(deployment, "invoice-schema").inputs).toEqual({
      resourceGroupName: "rg-gateway",
      resourceProviderNamespace: "Microsoft.ApiManagement",
      parentResourcePath: "service/apim-contoso-test",
      resourceType: "schemas",
      resourceName: "invoice",
      apiVersion: "2024-05-01",
      properties: { schemaType: "json", description: "An invoice", document: json },
    });
    expect(deployment.azure.all("azure-native:resources:Resource").map(({ id }) => id)).toContain(
      `${SERVICE_ID}/schemas/invoice`,
    );
  });

  it.each([{ json: { type: "object" } }, { xml: XSD }])(
    "is what a policy waits for that checks by it: %j",
    async (content) => {
      const deployment = await deploy((azure) => {
        const gateway = seedGateway(azure);
        const { schemaId } = new GatewaySchema("invoice", { gateway, ...content });
        const validateAs = "json" in content ? "json" : "xml";
        new GatewayPolicy("all", {
          gateway,
          policy: policyDocument({
            scope: "global",
            inbound: [
              validateContent({
                unspecifiedContentTypeAction: "prevent",
                maxSize: 102400,
                sizeExceededAction: "prevent",
                contents: [{ validateAs, action: "prevent", schemaId }],
              }),
            ],
            backend: [forwardRequest()],
          }),
        });
      });
      expect(registrationOf(deployment, "all-policy").dependsOn).toEqual(["invoice-schema"]);
    },
  );

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
