import { simulateAzure, type SimulatedAzure } from "../../../../rehearsal/azure";
import type { Properties, StoredResource } from "../../../../rehearsal/azure/resource-type";
import { readContract } from "../../../../rehearsal/azure/types/api-management/contract";
import { readWsdl } from "../../../../rehearsal/azure/types/api-management/wsdl";
import { PLACE, seedService } from "../service";

const API = "azure-native:apimanagement:Api";
const OPERATION = "azure-native:apimanagement:ApiOperation";
const POLICY = "azure-native:apimanagement:ApiOperationPolicy";

/** A service of two endpoints, as a development server with one of its own for SOAP 1.2 describes itself. */
const WSDL = `<?xml version="1.0" encoding="utf-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:s="http://www.w3.org/2001/XMLSchema"
    xmlns:tns="http://tempuri.org/" targetNamespace="http://tempuri.org/">
  <types>
    <s:schema elementFormDefault="qualified" targetNamespace="http://tempuri.org/">
      <s:import namespace="http://tempuri.org/more"/>
      <s:element name="Add"><s:complexType><s:sequence>
        <s:element name="intA" type="s:int"/><s:element name="intB" type="s:int"/>
      </s:sequence></s:complexType></s:element>
      <s:element name="AddResponse"><s:complexType><s:sequence><s:element name="AddResult" type="s:int"/></s:sequence></s:complexType></s:element>
      <s:element name="Ping"/>
    </s:schema>
  </types>
  <message name="AddIn"><part name="parameters" element="tns:Add"/></message>
  <message name="AddOut"><part name="parameters" element="tns:AddResponse"/></message>
  <message name="PingIn"><part name="parameters" element="tns:Ping"/></message>
  <portType name="Calculator">
    <operation name="Add"><documentation>Adds two integers.</documentation><input message="tns:AddIn"/><output message="tns:AddOut"/></operation>
    <operation name="Ping"><input message="tns:PingIn"/></operation>
  </portType>
  <binding name="Soap" type="tns:Calculator">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Add"><soap:operation soapAction="http://tempuri.org/Add" style="document"/><input><soap:body use="literal"/></input></operation>
    <operation name="Ping"><soap:operation soapAction="" style="document"/><input><soap:body use="literal"/></input></operation>
  </binding>
  <binding name="Soap12" type="tns:Calculator">
    <soap12:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Add"><soap12:operation soapAction="http://tempuri.org/Add"/></operation>
  </binding>
  <service name="CalculatorService">
    <port name="CalculatorSoap" binding="tns:Soap"><soap:address location="http://example.com/calculator.asmx"/></port>
    <port name="CalculatorSoap12" binding="tns:Soap12"><soap12:address location="http://example.com/calculator.asmx"/></port>
  </service>
</definitions>`;

const api: Properties = {
  ...PLACE,
  apiId: "calculator",
  path: "calculator",
  format: "wsdl",
  value: WSDL,
  soapApiType: "soap",
  wsdlSelector: { wsdlServiceName: "CalculatorService", wsdlEndpointName: "CalculatorSoap" },
};

function gateway(): SimulatedAzure {
  const azure = simulateAzure();
  seedService(azure, { sku: { name: "StandardV2", capacity: 1 } });
  return azure;
}

const operations = (azure: SimulatedAzure): readonly StoredResource[] => azure.all(OPERATION);

describe("a WSDL", () => {
  test("imported for pass-through makes one POST for each SOAP action, under an id that nobody chose", async () => {
    const azure = gateway();
    const { outputs } = await azure.create(API, api);
    expect(outputs).toMatchObject({
      displayName: "CalculatorService",
      serviceUrl: "http://example.com",
      apiType: "soap",
    });
    expect(operations(azure).map(({ inputs }) => inputs)).toEqual([
      {
        ...PLACE,
        apiId: "calculator",
        operationId: expect.stringMatching(/^[\da-f]{24}$/) as string,
        displayName: "Add",
        description: "Adds two integers.",
        method: "POST",
        urlTemplate: "/?soapAction=http://tempuri.org/Add",
        templateParameters: [],
      },
      {
        ...PLACE,
        apiId: "calculator",
        operationId: expect.stringMatching(/^[\da-f]{24}$/) as string,
        displayName: "Ping",
        method: "POST",
        urlTemplate: "/?soapAction=Ping",
        templateParameters: [],
      },
    ]);
    expect(azure.all(POLICY)).toEqual([]);
  });

  test("turned into REST makes a POST for each operation, and sets its policy, which nobody can declare again", async () => {
    const azure = gateway();
    const { outputs } = await azure.create(API, { ...api, soapApiType: "http" });
    expect(outputs.apiType).toBe("http");
    expect(operations(azure).map(({ inputs }) => inputs.urlTemplate)).toEqual(["/Add", "/Ping"]);
    const [policy] = azure.all(POLICY);
    expect(policy?.inputs.value).toContain(
      '<rewrite-uri copy-unmatched-params="false" template="/calculator.asmx"/>',
    );
    expect(policy?.inputs.value).toContain('<value>"http://tempuri.org/Add"</value>');
    const declared = { ...policy?.inputs, value: "<policies><inbound><base/></inbound></policies>" };
    await expect(azure.create(POLICY, declared)).rejects.toThrow("cannot create already existing resource");
  });

  test("gives its operations new ids whenever it is imported again, so that their policies are lost", async () => {
    const azure = gateway();
    const { id } = await azure.create(API, api);
    const before = operations(azure).map((operation) => operation.id);
    azure.seed(POLICY, {
      ...PLACE,
      apiId: "calculator",
      operationId: before[0]?.split("/").at(-1) ?? "",
      policyId: "policy",
      value: "<policies/>",
    });
    await azure.update(API, id, { ...api, displayName: "Calculator" });
    const after = operations(azure).map((operation) => operation.id);
    expect(after).toHaveLength(2);
    expect(after.filter((operation) => before.includes(operation))).toEqual([]);
    expect(azure.all(POLICY)).toEqual([]);
  });

  test.each([
    [{}, "Multiple service endpoints available, only one can be imported at a time"],
    [{ service: "Calculator" }, "the document has no service Calculator"],
    [
      { service: "CalculatorService", endpoint: "Soap" },
      "the document has no service CalculatorService with the endpoint Soap",
    ],
  ])("has no endpoint to import for the selector %j", (selector, message) => {
    expect(readWsdl(WSDL, { ...selector, passThrough: true })).toMatchObject({
      problems: [{ code: "endpoint", message }],
    });
  });

  test.each([
    ["binding", '<soap:body use="literal"/>', '<soap:body use="encoded"/>'],
    ["binding", 'element="tns:Add"', 'type="s:int"'],
    ["binding", "<soap:binding ", "<soap:unbound "],
    ["endpoint", 'binding="tns:Soap"', 'binding="tns:Absent"'],
    ["endpoint", "http://example.com/calculator.asmx", "calculator.asmx"],
    ["endpoint", "http://example.com/calculator.asmx", "net.tcp://example.com/calculator"],
    ["import", "<s:import ", '<s:import schemaLocation="more.xsd" '],
    ["import", "<s:import ", '<s:include schemaLocation="more.xsd"/><s:import '],
    ["message", '<operation name="Ping"><input', '<operation name="Pong"><input'],
    ["type", 'element="tns:Ping"', 'element="tns:Absent"'],
    ["type", 'type="s:int"', 'type="undeclared:int"'],
    [
      "recursion",
      '<s:element name="Ping"/>',
      '<s:element name="Ping"><s:complexType><s:sequence><s:element ref="tns:Ping"/></s:sequence></s:complexType></s:element>',
    ],
    [
      "ws-specification",
      "<soap:binding ",
      '<wsp:PolicyReference xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" URI="#p"/><soap:binding ',
    ],
  ])("is refused for its %s: %s becomes %s", (code, from, to) => {
    const changed = WSDL.replace(from, to);
    expect(changed).not.toBe(WSDL);
    const { problems } = readWsdl(changed, {
      service: "CalculatorService",
      endpoint: "CalculatorSoap",
      passThrough: true,
    }) as { problems?: readonly { code: string }[] };
    expect(problems?.map((problem) => problem.code)).toEqual([code]);
  });

  test.each(["<definitions>", "<definitions/>", "", "no XML"])("that is %j is none", (text) => {
    expect(readContract("wsdl", text).problem).toMatch(/\w/);
  });
});

describe("an address of a contract", () => {
  const url = "https://specs.example.com/orders/v1/openapi.yaml";
  const link = { ...PLACE, apiId: "orders", path: "orders", format: "openapi-link", value: url };
  const document = (server: string): string =>
    `openapi: 3.0.3\ninfo: { title: Orders }\nservers: [{ url: "${server}" }]\npaths: { /orders: { get: { operationId: list } } }`;

  test("is refused while nothing is published there, and never fetched", async () => {
    await expect(gateway().create(API, link)).rejects.toThrow(`nothing can be fetched from ${url}`);
  });

  test("gives what is published there, whose relative server lies beside it", async () => {
    const azure = gateway();
    azure.publish(url, document("../backend/"));
    const { id, outputs } = await azure.create(API, link);
    expect(outputs.serviceUrl).toBe("https://specs.example.com/orders/backend");
    expect(azure.get(`${id}/operations/list`)?.inputs.urlTemplate).toBe("/orders");
  });

  test("is as good for a WSDL", async () => {
    const azure = gateway();
    azure.publish("https://soap.example.com/?wsdl", WSDL);
    await azure.create(API, { ...api, format: "wsdl-link", value: "https://soap.example.com/?wsdl" });
    expect(operations(azure)).toHaveLength(2);
  });

  test("keeps its text: another one is published elsewhere", () => {
    const azure = gateway();
    azure.publish(url, "a");
    azure.publish(url, "a");
    expect(() => {
      azure.publish(url, "b");
    }).toThrow("publish this one under an address of its own");
  });
});

test("paths that differ in their query are operations of their own, and TRACE is none", () => {
  const operation = (operationId: string) => ({ operationId, responses: {} });
  const read = readContract(
    "openapi+json",
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "Orders" },
      paths: { "/orders": { get: operation("list"), trace: operation("trace") } },
      "x-ms-paths": { "/orders?state=open": { get: operation("list-open") } },
    }),
  );
  expect(read).toMatchObject({
    operations: [
      { operationId: "list", urlTemplate: "/orders" },
      { operationId: "list-open", urlTemplate: "/orders?state=open" },
    ],
  });
});

describe("the address of the service behind an API", () => {
  const swagger = (more: Properties): string =>
    JSON.stringify({ swagger: "2.0", info: { title: "Orders" }, paths: {}, ...more });
  const openApi = (...servers: readonly string[]): string =>
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "Orders" },
      paths: {},
      servers: servers.map((url) => ({ url })),
    });

  test.each([
    [
      "the first with TLS",
      "openapi+json",
      openApi("http://a.example", "https://b.example", "https://c.example"),
      "https://b.example",
    ],
    ["none without TLS", "openapi+json", openApi("http://a.example"), undefined],
    ["none for a relative one", "openapi+json", openApi("/v1"), undefined],
    [
      "host and base path",
      "swagger-json",
      swagger({ host: "a.example", basePath: "/v1/", schemes: ["http", "https"] }),
      "https://a.example/v1",
    ],
    [
      "without TLS, of version 2",
      "swagger-json",
      swagger({ host: "a.example", schemes: ["http"] }),
      "http://a.example",
    ],
    ["none without a host", "swagger-json", swagger({}), undefined],
  ])("is %s", (_, format, value, serviceUrl) => {
    expect(readContract(format, value)).toMatchObject({ kind: "openapi" });
    expect((readContract(format, value) as { serviceUrl?: string }).serviceUrl).toBe(serviceUrl);
  });

  test("needs a scheme, which an address of the document tells as well", () => {
    const value = swagger({ host: "a.example", schemes: [] });
    expect(readContract("swagger-json", value).problem).toContain("Cannot infer scheme from the document");
    expect(readContract("swagger-json", value, { url: "https://specs.example.com/v2.json" })).toMatchObject({
      serviceUrl: "https://a.example",
    });
  });
});
