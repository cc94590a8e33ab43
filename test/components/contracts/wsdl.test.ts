import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readWsdlContract, wsdlContract, type WsdlOptions } from "../../../components/contracts";
import { problem, refusalOf, refused } from "./refusal";

const BILLING = join(__dirname, "../../../integrations/billing/billing.wsdl");
const PASS_THROUGH = { mode: "pass-through" } as const;
const NAME = "correct the name or its prefix, or add the definition";

/** A service of two operations; what a test is about is put in by {@link edited}. */
const STOCK = `<definitions targetNamespace="urn:stock" xmlns:tns="urn:stock" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <types>
    <xsd:schema targetNamespace="urn:stock">
      <xsd:element name="Count" type="tns:Item"/>
      <xsd:element name="Counted" type="xsd:int"/>
      <xsd:complexType name="Item">
        <xsd:sequence>
          <xsd:element name="sku" type="xsd:string"/>
          <xsd:element name="place" type="xsd:string" minOccurs="0"/>
        </xsd:sequence>
      </xsd:complexType>
    </xsd:schema>
  </types>
  <message name="CountIn"><part name="parameters" element="tns:Count"/></message>
  <message name="CountOut"><part name="parameters" element="tns:Counted"/></message>
  <portType name="StockPort">
    <operation name="Count"><input message="tns:CountIn"/><output message="tns:CountOut"/></operation>
    <operation name="Recount"><input message="tns:CountIn"/><output message="tns:CountOut"/></operation>
  </portType>
  <binding name="StockSoap" type="tns:StockPort">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Count">
      <soap:operation soapAction="urn:stock/Count"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
    <operation name="Recount">
      <soap:operation soapAction="urn:stock/Recount"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Stock">
    <port name="StockSoap" binding="tns:StockSoap"><soap:address location="https://stock.contoso.com/soap"/></port>
  </service>
</definitions>
`;

function edited(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the document lacks ${from}`);
    return text.replace(from, to);
  }, STOCK);
}

const refuse = (text: string, options: WsdlOptions = PASS_THROUGH) =>
  refusalOf(() => wsdlContract(text, "stock.wsdl", options));

const ofStock = (...problems: readonly string[]) => refused("stock.wsdl", ...problems);

describe("a WSDL contract", () => {
  it("that is passed through has an operation for each SOAP action", async () => {
    expect(await wsdlContract(STOCK, "stock.wsdl", PASS_THROUGH)).toEqual({
      kind: "soap",
      mode: "pass-through",
      import: {
        format: "wsdl",
        value: expect.stringMatching(/^<definitions target.*<\/definitions>$/) as string,
      },
      title: "Stock",
      description: undefined,
      selector: { service: "Stock", endpoint: "StockSoap" },
      operations: [
        { id: "Count", method: "POST", path: "/?soapAction=urn:stock/Count" },
        { id: "Recount", method: "POST", path: "/?soapAction=urn:stock/Recount" },
      ],
      serviceUrl: "https://stock.contoso.com/soap",
    });
  });

  it("of the billing integration becomes REST, with its documentation", async () => {
    const contract = await readWsdlContract(BILLING, { mode: "rest" });
    expect({ ...contract, import: contract.import.format }).toEqual({
      kind: "soap",
      mode: "rest",
      import: "wsdl",
      title: "BillingService",
      description: "Invoices of the billing system.",
      selector: { service: "BillingService", endpoint: "BillingSoap" },
      operations: ["CreateInvoice", "GetInvoice", "ListInvoices", "CancelInvoice"].map((id) => ({
        id,
        method: "POST",
        path: `/${id}`,
      })),
      serviceUrl: "https://billing.contoso.com/soap/v1",
    });
  });

  it("is called as the caller says, and sent as a link", async () => {
    const link = "https://billing.contoso.com/soap/v1?wsdl";
    const described = {
      title: "Billing",
      description: "Invoices.",
      termsOfServiceUrl: "https://contoso.com/terms",
      contact: { email: "billing@contoso.com" },
      license: { name: "MIT" },
    };
    expect(await readWsdlContract(BILLING, { ...PASS_THROUGH, ...described, link })).toMatchObject({
      ...described,
      import: { format: "wsdl-link", value: link },
    });
  });

  it("is the same with comments and white space or without, but for its documentation", async () => {
    const contract = await readWsdlContract(BILLING, PASS_THROUGH);
    const text = await readFile(BILLING, "utf8");
    const respelt = text
      .replaceAll(/<!--.*?-->\n/g, "")
      .replaceAll(/>\s+</g, ">\r\n\r\n\t<!-- here --><")
      .replace(/^<\?xml.*\?>/, '<?xml version="1.0"?><?editor on?>');
    expect(await wsdlContract(respelt, "billing.wsdl", PASS_THROUGH)).toEqual(contract);
    // Read once more, it means the same.
    expect(await wsdlContract(contract.import.value, "billing.wsdl", PASS_THROUGH)).toEqual(contract);

    const documented = edited([
      "<types>",
      "<documentation>a <p><b>bold</b> <i>claim</i></p></documentation><types>",
    ]);
    const { import: sent, description } = await wsdlContract(documented, "stock.wsdl", PASS_THROUGH);
    expect(sent.value).toContain("<documentation>a <p><b>bold</b> <i>claim</i></p></documentation>");
    expect(description).toBe("a bold claim");
  });

  it("is of the port that is chosen, of SOAP 1.2 too", async () => {
    const text = edited(
      [
        "</port>",
        '</port><port name="StockSoap12" binding="tns:StockSoap12"><soap12:address location="https://stock.contoso.com/12"' +
          ' xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"/></port><port name="Web" binding="tns:StockSoap"/>',
      ],
      [
        "<service ",
        '<binding name="StockSoap12" type="tns:StockPort"><soap12:binding xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"/>' +
          '<operation name="Count"/></binding>\n<service ',
      ],
    );
    const options = { ...PASS_THROUGH, service: "Stock", endpoint: "StockSoap12" };
    expect(await wsdlContract(text, "stock.wsdl", options)).toMatchObject({
      selector: { service: "Stock", endpoint: "StockSoap12" },
      operations: [{ id: "Count", method: "POST", path: "/?soapAction=" }],
      serviceUrl: "https://stock.contoso.com/12",
    });
    const choice = "choose `service` and `endpoint` among Stock/StockSoap, Stock/StockSoap12";
    expect(await refuse(text)).toBe(
      ofStock(problem("endpoint", "one SOAP port of the document is imported (received 2 ports)", choice)),
    );
    expect(await refuse(text, { ...PASS_THROUGH, service: "Stok" })).toBe(
      ofStock(problem("service", 'one SOAP port of the document is imported (received "Stok")', choice)),
    );
    expect(await refuse(text, { ...PASS_THROUGH, service: "Stock", endpoint: "Web" })).toBe(
      ofStock(
        problem("endpoint", 'one SOAP port of the document is imported (received "Stock/Web")', choice),
      ),
    );
  });

  it("may name a namespace of its own document, and what XML itself defines", async () => {
    const text = edited(
      ["<xsd:element ", '<xsd:import namespace="urn:stock:types"/>\n<xsd:element '],
      ["</xsd:sequence>", '</xsd:sequence><xsd:attribute ref="xml:lang"/>'],
    );
    await expect(wsdlContract(text, "stock.wsdl", PASS_THROUGH)).resolves.toBeDefined();
  });

  describe("is refused", () => {
    it.each([
      ["", "line 1, column 1", "missing root element"],
      ["<a b=c/>", "line 1, column 1", 'attribute "c" missed quot(")!'],
      [
        "<a/>\n<b/>",
        "line 2, column 1",
        "Error constructing the DOM: HierarchyRequestError: Only one element can be added and only after doctype",
      ],
      [
        "<definitions>\n<types></definitions>",
        "line 2, column 1",
        'Opening and ending tag mismatch: "types" != "definitions"',
      ],
    ])("as %j with the line of the mistake", async (text, place, rule) => {
      expect(await refuse(text)).toBe(ofStock(problem(place, rule, "correct the XML there")));
    });

    it("with a document type, or as another document", async () => {
      expect(await refuse('<!DOCTYPE definitions [<!ENTITY a "b">]>\n' + STOCK)).toBe(
        ofStock(
          problem(
            "line 1",
            "the document is one element, without a document type, whose entities Azure would not know",
            "remove the document type, and write its entities out",
          ),
        ),
      );
      expect(await refuse('<description xmlns="http://www.w3.org/ns/wsdl"/>')).toBe(
        ofStock(
          problem(
            "line 1, description",
            'the document is WSDL 1.1, whose root is definitions (received "{http://www.w3.org/ns/wsdl}description")',
            "write or export the contract as WSDL 1.1",
          ),
        ),
      );
    });

    it("with imports and includes, of which nothing else is said to be missing", async () => {
      const merge =
        "merge it into the document, e.g. by https://github.com/Azure-Samples/api-management-schema-import";
      const text = edited(
        ["<types>", '<import namespace="urn:a" location="a.wsdl"/>\n<types>'],
        [
          "<xsd:element ",
          '<xsd:import namespace="urn:b" schemaLocation="b.xsd"/><xsd:include schemaLocation="c.xsd"/>\n<xsd:element ',
        ],
        ['type="tns:Item"', 'type="tns:Imported"'],
      );
      const rule = "Azure follows no import or include";
      expect(await refuse(text)).toBe(
        ofStock(
          problem("line 3, import", `${rule} (received "a.wsdl")`, merge),
          problem("line 6, xsd:import", `${rule} (received "b.xsd")`, merge),
          problem("line 6, xsd:include", `${rule} (received "c.xsd")`, merge),
        ),
      );
    });

    it("with names of nothing, all of them", async () => {
      const rule = "a name refers to something that the document defines";
      const text = edited(
        ['type="tns:Item"', 'type="tns:Absent"'],
        ['element="tns:Counted"', 'element="Counted"'],
        ['message="tns:CountIn"', 'message="tns:CountUp"'],
        ['type="tns:StockPort"', 'type="other:StockPort"'],
      );
      expect(await refuse(text)).toBe(
        ofStock(
          problem("line 5, xsd:element Count, type", `${rule} (received "{urn:stock}Absent")`, NAME),
          problem(
            "line 16, part parameters, element",
            `${rule} (received "{http://schemas.xmlsoap.org/wsdl/}Counted")`,
            NAME,
          ),
          problem("line 18, input, message", `${rule} (received "{urn:stock}CountUp")`, NAME),
          problem("line 21, binding StockSoap, type", `${rule} (received "StockPort")`, NAME),
        ),
      );
    });

    it("with types that hold themselves", async () => {
      const text = edited(['name="place" type="xsd:string"', 'name="parts" type="tns:Item"']);
      expect(await refuse(text)).toBe(
        ofStock(
          problem(
            "line 7, xsd:complexType Item",
            "Azure imports no recursive types (received type {urn:stock}Item -> type {urn:stock}Item)",
            "break the cycle, e.g. refer to the other object by its id",
          ),
        ),
      );
    });

    it("in another style than document/literal, or with messages of several parts", async () => {
      const text = edited(
        ["<soap:binding ", '<soap:binding style="rpc" '],
        [
          '<soap:operation soapAction="urn:stock/Count"',
          '<soap:operation style="rpc" soapAction="urn:stock/Count"',
        ],
        ['<soap:body use="literal"/>', '<soap:body use="encoded"/>'],
        ['element="tns:Count"/>', 'element="tns:Count"/><part name="more" element="tns:Count"/>'],
      );
      const fix = "describe the service as document/literal";
      expect(await refuse(text)).toBe(
        ofStock(
          problem(
            "line 22, soap:binding",
            'Azure imports SOAP bindings of style "document" (received "rpc")',
            fix,
          ),
          problem(
            "line 24, soap:operation",
            'Azure imports SOAP bindings of style "document" (received "rpc")',
            fix,
          ),
          problem(
            "line 25, soap:body",
            'Azure imports SOAP messages whose use is "literal" (received "encoded")',
            fix,
          ),
          problem(
            "line 15, message CountIn",
            'Azure imports messages of one part (received ["parameters","more"])',
            "wrap the parts in one element",
          ),
        ),
      );
    });

    it("with operations that its port type lacks, or two of a name", async () => {
      const text = edited(
        ['<operation name="Count">\n', '<operation name="Discount">\n'],
        ["</binding>", '<operation name="Recount"/></binding>'],
      );
      expect(await refuse(text)).toBe(
        ofStock(
          problem(
            "line 23, operation Discount",
            'an operation of a binding is one of its port type (received "Discount")',
            "correct the name, or add the operation to the port type",
          ),
          problem(
            "line 31, operation Recount",
            'a binding has one operation of a name (received "Recount")',
            "rename one of them",
          ),
        ),
      );
    });

    it("with WS-* extensions, as WCF's wsHttpBinding has them", async () => {
      const text = edited([
        "<soap:binding ",
        '<wsp:PolicyReference URI="#policy" xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"/><soap:binding ',
      ]);
      expect(await refuse(text)).toBe(
        ofStock(
          problem(
            "line 22, wsp:PolicyReference",
            'Azure supports no WS-* specification (received "http://schemas.xmlsoap.org/ws/2004/09/policy")',
            "describe the service without it, in WCF by basicHttpBinding in place of wsHttpBinding",
          ),
        ),
      );
    });

    it("with bare arrays where it becomes REST, and only there", async () => {
      const text = edited(['minOccurs="0"', 'maxOccurs="unbounded"']);
      await expect(wsdlContract(text, "stock.wsdl", PASS_THROUGH)).resolves.toBeDefined();
      expect(await refuse(text, { mode: "rest" })).toBe(
        ofStock(
          problem(
            "line 10, xsd:element place",
            'SOAP becomes REST where a repeated element is the only one of its sequence (received "maxOccurs=\\"unbounded\\"")',
            "wrap it in an element of its own, or import the service as pass-through",
          ),
        ),
      );
    });

    it("without a SOAP address, or behind a link of another scheme", async () => {
      const text = edited(['<soap:address location="https://stock.contoso.com/soap"/>', ""]);
      expect(await refuse(text)).toBe(
        ofStock(
          problem(
            "line 1, definitions",
            "a service has a port with a SOAP address (received none)",
            "add the service, its port and soap:address",
          ),
        ),
      );
      expect(await refuse(STOCK, { ...PASS_THROUGH, link: "http://stock.contoso.com/soap" })).toBe(
        ofStock(
          problem(
            "link",
            'a link is an absolute https address (received "http://stock.contoso.com/soap")',
            "write it as https://<host>/<path>",
          ),
        ),
      );
    });

    it("over 4 MiB inline", async () => {
      const text = edited([
        "<types>",
        `<documentation>${"x".repeat(4 * 1024 * 1024)}</documentation><types>`,
      ]);
      expect(await refuse(text)).toContain(
        "    fix: publish the document at an https address and name that as `link`, or import fewer operations",
      );
    });
  });
});
