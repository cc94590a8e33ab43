import { readFile } from "node:fs/promises";
import type { Element } from "@xmldom/xmldom";
import { received, type Issue } from "../../validation/issue";
import {
  checkDescribed,
  checkLink,
  checkSize,
  refuse,
  requireValidContract,
  type LinkOption,
} from "./checks";
import type { ApiOperation, Described, SoapContract } from "./contract";
import {
  checkArrays,
  checkNames,
  checkRecursion,
  checkWithinDocument,
  checkWithoutExtensions,
  definitionFor,
  definitionsOf,
  SOAP,
  WSDL,
  type Definitions,
} from "./wsdl-definitions";
import { canonicalXml, childElements, expandedName, placeOf, readXml } from "./xml-text";

/** How a WSDL is imported. */
export interface WsdlOptions extends LinkOption, Partial<Described> {
  /** Whether clients speak SOAP (`pass-through`), or JSON that the gateway translates (`rest`). */
  readonly mode: SoapContract["mode"];
  /** Name of the `wsdl:service`. @default the only one with a SOAP port */
  readonly service?: string;
  /** Name of the `wsdl:port`. @default the service's only SOAP port */
  readonly endpoint?: string;
  /** @default the service's name */
  readonly title?: string;
  /** @default the documentation of the service, or else of the definitions */
  readonly description?: string;
}

/**
 * Reads a WSDL 1.1 contract from a file and checks that Azure can import it; see {@link wsdlContract}.
 *
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function readWsdlContract(file: string, options: WsdlOptions): Promise<SoapContract> {
  return wsdlContract(await readFile(file, "utf8"), file, options);
}

/**
 * Reads a WSDL 1.1 contract from its text and checks that Azure can import it: document/literal SOAP, in one document,
 * without recursive types and WS-* extensions
 * (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
 *
 * @param text the document
 * @param source what errors call it, e.g. its file name
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function wsdlContract(
  text: string,
  source: string,
  { mode, service, endpoint, link, ...described }: WsdlOptions,
): Promise<SoapContract> {
  const root = await readXml(text, source);
  if (expandedName(root) !== `${WSDL}definitions`) refuse(source, [noWsdl(root)]);

  const definitions = definitionsOf(root);
  const external = checkWithinDocument(root);
  const issues = [
    ...external,
    // What another document defines is missing in this one.
    ...(external.length > 0 ? [] : checkNames(root, definitions)),
    ...checkRecursion(definitions),
    ...checkArrays(root, mode),
    ...checkWithoutExtensions(root),
  ];
  const port = selectPort(root, soapPorts(root), { service, endpoint });
  if ("issue" in port) return refuse(source, [...issues, port.issue]);
  const operations = operationsOf(port, definitions, mode);

  const value = await canonicalXml(root);
  const contract: SoapContract = {
    kind: "soap",
    mode,
    import: link === undefined ? { format: "wsdl", value } : { format: "wsdl-link", value: link },
    title: described.title ?? nameOf(port.service),
    description: described.description ?? documentation(port.service) ?? documentation(root),
    termsOfServiceUrl: described.termsOfServiceUrl,
    contact: described.contact,
    license: described.license,
    selector: { service: nameOf(port.service), endpoint: nameOf(port.element) },
    operations,
    serviceUrl: port.address.getAttribute("location") ?? undefined,
  };
  requireValidContract(source, [
    ...checkDescribed(contract),
    ...issues,
    ...checkPort(port, definitions),
    ...(link === undefined ? checkSize(value, SIZE_FIX) : checkLink(link)),
  ]);
  return contract;
}

const SIZE_FIX =
  "publish the document at an https address and name that as `link`, or import fewer operations";

/** A port that speaks SOAP. */
interface SoapPort {
  readonly service: Element;
  readonly element: Element;
  readonly address: Element;
}

function noWsdl(root: Element): Issue {
  return {
    path: placeOf(root),
    rule: "the document is WSDL 1.1, whose root is definitions",
    received: received(expandedName(root)),
    fix: "write or export the contract as WSDL 1.1",
  };
}

function nameOf(element: Element): string {
  return element.getAttribute("name") ?? "";
}

/** The first child of any version of SOAP. */
function soapChild(parent: Element, name: string): Element | undefined {
  return SOAP.flatMap((namespace) => childElements(parent, `${namespace}${name}`))[0];
}

function soapPorts(root: Element): SoapPort[] {
  return childElements(root, `${WSDL}service`).flatMap((service) =>
    childElements(service, `${WSDL}port`).flatMap((element) => {
      const address = soapChild(element, "address");
      return address ? [{ service, element, address }] : [];
    }),
  );
}

function selectPort(
  root: Element,
  ports: readonly SoapPort[],
  { service, endpoint }: Pick<WsdlOptions, "service" | "endpoint">,
): SoapPort | { readonly issue: Issue } {
  const [first, ...others] = ports.filter(
    (port) =>
      (service === undefined || nameOf(port.service) === service) &&
      (endpoint === undefined || nameOf(port.element) === endpoint),
  );
  if (first && others.length === 0) return first;
  if (ports.length === 0) {
    return {
      issue: {
        path: placeOf(root),
        rule: "a service has a port with a SOAP address",
        received: "none",
        fix: "add the service, its port and soap:address",
      },
    };
  }
  const isKnown = service === undefined || ports.some((port) => nameOf(port.service) === service);
  const choices = ports.map((port) => `${nameOf(port.service)}/${nameOf(port.element)}`);
  return {
    issue: {
      path: isKnown ? "endpoint" : "service",
      rule: "one SOAP port of the document is imported",
      received: first
        ? `${others.length + 1} ports`
        : received([service, endpoint].filter(Boolean).join("/")),
      fix: `choose \`service\` and \`endpoint\` among ${choices.join(", ")}`,
    },
  };
}

function documentation(element: Element): string | undefined {
  const [text] = childElements(element, `${WSDL}documentation`);
  return text?.textContent?.replace(/\s+/g, " ").trim();
}

/** An operation as the binding of a port has it. */
interface BoundOperation {
  readonly element: Element;
  readonly name: string;
  /** `soap:operation`. */
  readonly soap: Element | undefined;
  /** The operation of the port type, which says what the messages are. */
  readonly declared: Element | undefined;
}

function boundOperations(binding: Element | undefined, definitions: Definitions): BoundOperation[] {
  if (!binding) return [];
  const portType = definitionFor(definitions, binding, "type");
  const declared = portType ? childElements(portType, `${WSDL}operation`) : [];
  return childElements(binding, `${WSDL}operation`).map((element) => ({
    element,
    name: nameOf(element),
    soap: soapChild(element, "operation"),
    declared: declared.find((operation) => nameOf(operation) === nameOf(element)),
  }));
}

/**
 * As Azure imports them: pass-through operations are told apart by their SOAP action, as the answer to
 * https://learn.microsoft.com/rest/api/apimanagement/api-operation/update shows. How it names the paths of SOAP to REST is
 * not documented; they are taken to be the operations' names.
 */
function operationsOf(port: SoapPort, definitions: Definitions, mode: SoapContract["mode"]): ApiOperation[] {
  const binding = definitionFor(definitions, port.element, "binding");
  return boundOperations(binding, definitions).map(({ name, soap }) => ({
    id: name,
    method: "POST",
    path: mode === "pass-through" ? `/?soapAction=${soap?.getAttribute("soapAction") ?? ""}` : `/${name}`,
  }));
}

/** Checks that the port's operations are document/literal, each message of one part. */
function checkPort(port: SoapPort, definitions: Definitions): Issue[] {
  const binding = definitionFor(definitions, port.element, "binding");
  const operations = boundOperations(binding, definitions);
  const names = operations.map(({ name }) => name);
  const soapBinding = binding && soapChild(binding, "binding");
  const messages = new Set(
    operations.flatMap(({ declared }) =>
      (declared ? childElements(declared) : []).flatMap(
        (element) => definitionFor(definitions, element, "message") ?? [],
      ),
    ),
  );
  return [
    ...[soapBinding, ...operations.map(({ soap }) => soap)].flatMap(checkStyle),
    ...operations.flatMap(({ element }) => childElements(element).flatMap(checkUse)),
    ...operations
      .filter(({ declared }) => binding && definitionFor(definitions, binding, "type") && !declared)
      .map(({ element, name }) => ({
        path: placeOf(element),
        rule: "an operation of a binding is one of its port type",
        received: received(name),
        fix: "correct the name, or add the operation to the port type",
      })),
    ...operations
      .filter(({ name }, index) => names.indexOf(name) < index)
      .map(({ element, name }) => ({
        path: placeOf(element),
        rule: "a binding has one operation of a name",
        received: received(name),
        fix: "rename one of them",
      })),
    ...[...messages].flatMap(checkParts),
  ];
}

/** `rpc` is not imported; the style of an operation is its binding's, and that one's `document`, where it says nothing. */
function checkStyle(element: Element | undefined): Issue[] {
  const style = element?.getAttribute("style") ?? "document";
  return element && style !== "document"
    ? [
        {
          path: placeOf(element),
          rule: 'Azure imports SOAP bindings of style "document"',
          received: received(style),
          fix: "describe the service as document/literal",
        },
      ]
    : [];
}

function checkUse(message: Element): Issue[] {
  return childElements(message)
    .filter((element) => (element.getAttribute("use") ?? "literal") !== "literal")
    .map((element) => ({
      path: placeOf(element),
      rule: 'Azure imports SOAP messages whose use is "literal"',
      received: received(element.getAttribute("use")),
      fix: "describe the service as document/literal",
    }));
}

function checkParts(message: Element): Issue[] {
  const parts = childElements(message, `${WSDL}part`);
  return parts.length > 1
    ? [
        {
          path: placeOf(message),
          rule: "Azure imports messages of one part",
          received: received(parts.map(nameOf)),
          fix: "wrap the parts in one element",
        },
      ]
    : [];
}
