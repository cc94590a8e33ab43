import { DOMParser, type Element, XMLSerializer } from "@xmldom/xmldom";

const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SOAP = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];
const XSD = "http://www.w3.org/2001/XMLSchema";
const ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
/** Namespaces of WS-Policy and WS-Addressing: a binding with elements of these is, say, a wsHttpBinding. */
const WS = [
  "http://schemas.xmlsoap.org/ws/2004/09/policy",
  "http://www.w3.org/ns/ws-policy",
  "http://www.w3.org/2006/05/addressing/wsdl",
];

/** What of a WSDL is imported, and how. */
export interface WsdlImport {
  /** The service; needed where the document has several endpoints. */
  readonly service?: string;
  /** The endpoint, which WSDL calls port. */
  readonly endpoint?: string;
  /** Whether the API stays a SOAP API; otherwise JSON is turned into SOAP. */
  readonly passThrough: boolean;
}

/** An operation that API Management makes from a SOAP operation. Its id is not told by the document. */
export interface SoapOperation {
  readonly displayName: string;
  readonly method: "POST";
  readonly urlTemplate: string;
  readonly description?: string;
  /** The policy that turns JSON into SOAP, which is set along with the operation. */
  readonly policy?: string;
}

/** Ways in which a well-formed WSDL can be refused. */
export type WsdlProblemCode =
  "import" | "endpoint" | "binding" | "ws-specification" | "message" | "multipart" | "type" | "recursion";

/** A WSDL as API Management understands it, or why it is none. */
export type WsdlContract =
  | { readonly problem: string }
  | {
      readonly problem?: undefined;
      readonly kind: "wsdl";
      readonly title: string;
      readonly serviceUrl?: string;
      readonly operations: readonly SoapOperation[];
      readonly problems: readonly { readonly code: WsdlProblemCode; readonly message: string }[];
    };

type Problem = Extract<WsdlContract, { kind: "wsdl" }>["problems"][number];

/**
 * Reads a WSDL 1.1 document.
 *
 * Source: https://learn.microsoft.com/azure/api-management/import-soap-api and .../restify-soap-api; what is refused,
 * https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#wsdl
 */
export function readWsdl(text: string, selected: WsdlImport): WsdlContract {
  const root = parse(text);
  if (typeof root === "string") return { problem: root };
  const document = new WsdlDocument(root);
  const found = document.endpoint(selected);
  const imports = document.imports();
  if (typeof found === "string") {
    const problems = [...imports, { code: "endpoint", message: found } as const];
    return { kind: "wsdl", title: "", operations: [], problems };
  }
  const { operations, problems } = document.operations(found, selected.passThrough);
  return {
    kind: "wsdl",
    title: found.service,
    // Without the path of the address, as the example ApiManagementCreateSoapPassThroughApiUsingWsdlImport of
    // https://github.com/Azure/azure-rest-api-specs has it.
    serviceUrl: new URL(found.address).origin,
    operations,
    problems: [...imports, ...problems],
  };
}

function parse(text: string): Element | string {
  try {
    const root = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message);
      },
    }).parseFromString(text, "text/xml").documentElement;
    return root?.namespaceURI === WSDL && root.localName === "definitions"
      ? root
      : `the root of a WSDL 1.1 document is definitions in the namespace ${WSDL}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Where a schema names another component. */
interface Reference {
  readonly space: "element" | "type";
  readonly place: Element;
  readonly name: string;
}

interface Endpoint {
  readonly service: string;
  readonly binding: Element;
  readonly address: string;
}

/** A definitions element, and what can be looked up in it by qualified name. */
class WsdlDocument {
  private readonly namespace: string;
  private readonly schemas: readonly Element[];
  /** Global elements and types by `element {namespace}name` and `type {namespace}name`. */
  private readonly globals = new Map<string, Element>();

  constructor(private readonly root: Element) {
    this.namespace = root.getAttribute("targetNamespace") ?? "";
    this.schemas = children(root, WSDL, "types").flatMap((types) => children(types, XSD, "schema"));
    for (const schema of this.schemas) {
      const namespace = schema.getAttribute("targetNamespace") ?? "";
      for (const global of children(schema, XSD)) {
        const space = global.localName === "element" ? "element" : "type";
        this.globals.set(`${space} {${namespace}}${nameOf(global)}`, global);
      }
    }
  }

  /** Directives that would have API Management read other files. */
  imports(): readonly Problem[] {
    const directives = [
      ...children(this.root, WSDL, "import"),
      ...this.schemas.flatMap((schema) => [
        ...children(schema, XSD, "include"),
        // Without a location it only makes a namespace of the same document known.
        ...children(schema, XSD, "import").filter((one) => one.hasAttribute("schemaLocation")),
      ]),
    ];
    return directives.map((one) => ({
      code: "import",
      message: `the directive ${one.tagName} is not supported: merge ${one.getAttribute("schemaLocation") ?? one.getAttribute("location") ?? "what it names"} into the document`,
    }));
  }

  /** The endpoint that is meant, or why none is. */
  endpoint({ service, endpoint }: WsdlImport): Endpoint | string {
    const candidates = children(this.root, WSDL, "service")
      .filter((one) => service === undefined || nameOf(one) === service)
      .flatMap((one) => children(one, WSDL, "port").map((port) => ({ service: nameOf(one), port })))
      .filter(({ port }) => endpoint === undefined || nameOf(port) === endpoint);
    const [only, another] = candidates;
    if (only === undefined) {
      const wanted = [service && `service ${service}`, endpoint && `endpoint ${endpoint}`].filter(Boolean);
      return `the document has no ${wanted.join(" with the ") || "service with an endpoint"}`;
    }
    if (another !== undefined) {
      return "Multiple service endpoints available, only one can be imported at a time";
    }
    const binding = this.find("binding", only.port, only.port.getAttribute("binding"));
    if (binding === undefined) return `the endpoint ${nameOf(only.port)} names no binding of the document`;
    const address = SOAP.flatMap((soap) => children(only.port, soap, "address"))[0]?.getAttribute("location");
    if (address === undefined || address === null || !/^https?:/i.test(address) || !URL.canParse(address)) {
      return `the endpoint ${nameOf(only.port)} has no http or https address of a SOAP service`;
    }
    return { service: only.service, binding, address };
  }

  /** The operations of an endpoint, and what is wrong with them. */
  operations(
    { binding, address }: Endpoint,
    passThrough: boolean,
  ): { readonly operations: readonly SoapOperation[]; readonly problems: readonly Problem[] } {
    const portType = this.find("portType", binding, binding.getAttribute("type"));
    const bound = children(binding, WSDL, "operation");
    const abstract = new Map(
      (portType === undefined ? [] : children(portType, WSDL, "operation")).map((one) => [nameOf(one), one]),
    );
    const messages = bound.flatMap((operation) =>
      this.messagesOf(abstract.get(nameOf(operation)), nameOf(operation)),
    );
    const resolved = messages.flatMap(({ message }) => (message === undefined ? [] : [message]));
    const problems: readonly Problem[] = [
      ...bindingProblems(binding, bound),
      ...(portType === undefined
        ? [{ code: "binding", message: `the binding ${nameOf(binding)} names no portType` } as const]
        : []),
      ...messages.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
      ...resolved.flatMap((message) => this.partProblems(message)),
      ...this.unresolvedTypes(),
      ...this.recursion(resolved),
    ];
    const operations = bound.map((operation) => {
      const name = nameOf(operation);
      const action = SOAP.flatMap((soap) => children(operation, soap, "operation"))[0]
        ?.getAttribute("soapAction")
        ?.trim();
      const distinguished = action === undefined || action === "" ? name : action;
      const description = children(abstract.get(name), WSDL, "documentation")[0]?.textContent?.trim();
      return {
        displayName: name,
        method: "POST" as const,
        urlTemplate: passThrough ? `/?soapAction=${distinguished}` : `/${name}`,
        ...(description ? { description: description.slice(0, 1000) } : {}),
        ...(!passThrough && { policy: soapPolicy(action ?? "", address) }),
      };
    });
    return { operations, problems };
  }

  /** The element of a kind that a qualified name, as it is written at `place`, stands for. */
  private find(kind: string, place: Element, name: string | null): Element | undefined {
    if (name === null || qualified(place, name) === undefined) return undefined;
    const wanted = qualified(place, name);
    return children(this.root, WSDL, kind).find((one) => `{${this.namespace}}${nameOf(one)}` === wanted);
  }

  private messagesOf(
    operation: Element | undefined,
    name: string,
  ): readonly { readonly message?: Element; readonly problem?: Problem }[] {
    if (operation === undefined) {
      return [{ problem: { code: "message", message: `the operation ${name} is not one of the portType` } }];
    }
    return ["input", "output"].flatMap((direction) =>
      children(operation, WSDL, direction).map((one) => {
        const written = one.getAttribute("message") ?? "";
        const message = this.find("message", one, written);
        if (message !== undefined) return { message };
        const reference = `Cannot resolve referenced ${direction} message '${qualified(one, written) ?? written}'.`;
        return { problem: { code: "message", message: reference } as const };
      }),
    );
  }

  private partProblems(message: Element): readonly Problem[] {
    const parts = children(message, WSDL, "part");
    const several: readonly Problem[] =
      parts.length > 1
        ? [
            {
              code: "multipart",
              message: `the message ${nameOf(message)} has ${parts.length} parts, not one`,
            },
          ]
        : [];
    const wrong = parts.flatMap((part): readonly Problem[] => {
      const element = part.getAttribute("element");
      if (element === null) {
        const why = `the part ${nameOf(part)} of the message ${nameOf(message)} names a type: style document needs an element`;
        return [{ code: "binding", message: why }];
      }
      return this.global("element", part, element) === undefined ? [unresolved(part, element)] : [];
    });
    return [...several, ...wrong];
  }

  private global(space: "element" | "type", place: Element, name: string): Element | undefined {
    return this.globals.get(`${space} ${qualified(place, name) ?? ""}`);
  }

  /** What a schema component refers to: other components by name. Attributes are left out. */
  private references(component: Element): readonly Reference[] {
    return [component, ...component.getElementsByTagNameNS(XSD, "*")].flatMap(
      (place): readonly Reference[] => {
        if (place.localName === "element") {
          const [ref, type] = [place.getAttribute("ref"), place.getAttribute("type")];
          if (ref !== null) return [{ space: "element", place, name: ref }];
          return type === null ? [] : [{ space: "type", place, name: type }];
        }
        const base = place.getAttribute("base");
        const derives = place.localName === "extension" || place.localName === "restriction";
        return derives && base !== null ? [{ space: "type", place, name: base }] : [];
      },
    );
  }

  private unresolvedTypes(): readonly Problem[] {
    return this.schemas
      .flatMap((schema) => this.references(schema))
      .filter(
        ({ space, place, name }) =>
          !(qualified(place, name) ?? "").startsWith(`{${XSD}}`) &&
          this.global(space, place, name) === undefined,
      )
      .map(({ place, name }) => unresolved(place, name));
  }

  private recursion(messages: readonly Element[]): readonly Problem[] {
    const done = new Set<Element>();
    const circular = (component: Element, trail: readonly Element[]): boolean => {
      if (trail.includes(component)) return true;
      if (done.has(component)) return false;
      done.add(component);
      return this.references(component).some(({ space, place, name }) => {
        const next = this.global(space, place, name);
        return next !== undefined && circular(next, [...trail, component]);
      });
    };
    return messages
      .flatMap((message) => children(message, WSDL, "part"))
      .flatMap((part) => this.global("element", part, part.getAttribute("element") ?? "") ?? [])
      .filter((element) => circular(element, []))
      .map((element) => ({
        code: "recursion",
        message: `Unable to import API from WSDL: Element named '${nameOf(element)}' has a recursive definition.`,
      }));
  }
}

function bindingProblems(binding: Element, operations: readonly Element[]): readonly Problem[] {
  const [soap] = SOAP.flatMap((one) => children(binding, one, "binding"));
  if (soap === undefined) {
    return [{ code: "binding", message: `the binding ${nameOf(binding)} is not one of SOAP` }];
  }
  const inherited = soap.getAttribute("style") ?? "document";
  const unsupported = operations.filter((operation) => {
    const elements = SOAP.flatMap((one) => [...operation.getElementsByTagNameNS(one, "*")]);
    const style = elements.find(({ localName }) => localName === "operation")?.getAttribute("style");
    return (
      (style ?? inherited) !== "document" || elements.some((one) => one.getAttribute("use") === "encoded")
    );
  });
  const foreign = WS.flatMap((namespace) => [...binding.getElementsByTagNameNS(namespace, "*")]);
  return [
    ...unsupported.map((operation) => ({
      code: "binding" as const,
      message: `the operation ${nameOf(operation)} of the binding ${nameOf(binding)} is not of style document and use literal`,
    })),
    ...foreign.slice(0, 1).map(({ tagName }) => ({
      code: "ws-specification" as const,
      message: `the binding ${nameOf(binding)} has ${tagName}: WS-* specifications are not supported`,
    })),
  ];
}

function unresolved(place: Element, name: string): Problem {
  return { code: "type", message: `Could not resolve type '${qualified(place, name) ?? name}'.` };
}

/**
 * The policy of an operation that takes JSON, in outline: the template that Azure makes of the body goes on to name
 * each value in the message.
 *
 * https://github.com/chekkan/chekkan.github.io/blob/master/_posts/2018-12-14-migrating-from-soap-to-rest-using-azure-api-management.markdown
 */
function soapPolicy(action: string, address: string): string {
  const document = new DOMParser().parseFromString(
    '<policies><inbound><base/><rewrite-uri copy-unmatched-params="false"/><set-header name="SOAPAction" exists-action="override"><value/></set-header><set-body template="liquid"/></inbound><backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error></policies>',
    "text/xml",
  );
  const first = (tag: string) => document.getElementsByTagName(tag)[0];
  const envelope = document.createElementNS(ENVELOPE, "soap:Envelope");
  envelope.appendChild(document.createElementNS(ENVELOPE, "soap:Body"));
  first("set-body")?.appendChild(envelope);
  first("rewrite-uri")?.setAttribute("template", new URL(address).pathname);
  first("value")?.appendChild(document.createTextNode(`"${action}"`));
  return new XMLSerializer().serializeToString(document);
}

function children(parent: Element | undefined, namespace: string, name?: string): readonly Element[] {
  return [...(parent?.childNodes ?? [])].filter(
    (node): node is Element =>
      node.nodeType === node.ELEMENT_NODE &&
      node.namespaceURI === namespace &&
      (name === undefined || node.localName === name),
  );
}

function nameOf(element: Element): string {
  return element.getAttribute("name") ?? "";
}

/** `{namespace}name` for a name as it is written at an element; `undefined` where its prefix is not declared. */
function qualified(place: Element, name: string): string | undefined {
  const [prefix, local] = name.includes(":") ? name.split(":", 2) : ["", name];
  const namespace = place.lookupNamespaceURI(prefix ?? "");
  return namespace === null && prefix !== "" ? undefined : `{${namespace ?? ""}}${local ?? ""}`;
}
