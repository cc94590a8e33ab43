import { REFERENCE, SECTIONS, type Rows } from "../spec";

const CONVERSION = {
  /** Whether the caller's Accept header decides. `@default true` */
  considerAcceptHeader: { type: "boolean" },
} as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#transformation */
export const TRANSFORMATION = {
  "set-method": {
    sections: ["inbound", "on-error"],
    documentation: `${REFERENCE}/set-method-policy`,
    text: { required: true },
  },
  "set-status": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-status-policy`,
    attributes: {
      /** Status code. */
      code: { type: "integer", minimum: 100, maximum: 599, required: true },
      /** Reason phrase. */
      reason: { required: true },
    },
  },
  "set-variable": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-variable-policy`,
    attributes: {
      /** Name of the variable. */
      name: { required: true, literal: true },
      /** Its value. */
      value: { required: true },
    },
  },
  "set-body": {
    // The page does not list on-error; the page on policies sets the body of an error answer there.
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-body-policy`,
    attributes: {
      /** Set for a Liquid template; its `{{...}}` are not named values. */
      template: { values: ["liquid"], literal: true },
      /** How `xsi:nil` elements are shown. `@default "blank"` */
      xsiNil: { values: ["blank", "null"], literal: true },
      /** `@default true` */
      parseDate: { type: "boolean" },
    },
    text: {},
    verbatim: true,
  },
  "set-header": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-header-policy`,
    attributes: {
      /** Header to set. */
      name: { required: true },
      /** What to do where the header is there already. `@default "override"` */
      existsAction: { values: ["override", "skip", "append", "delete"] },
    },
    children: {
      /** Values, none for `delete`. */
      values: { element: "value", repeated: true, text: {} },
    },
  },
  "set-query-parameter": {
    sections: ["inbound", "backend"],
    documentation: `${REFERENCE}/set-query-parameter-policy`,
    attributes: {
      /** Parameter to set. */
      name: { required: true },
      /** What to do where the parameter is there already. `@default "override"` */
      existsAction: { values: ["override", "skip", "append", "delete"] },
    },
    children: {
      /** Values, none for `delete`. */
      values: { element: "value", repeated: true, text: {} },
    },
  },
  "rewrite-uri": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/rewrite-uri-policy`,
    attributes: {
      /** Path and query for the service; `{name}` is a parameter of the operation. */
      template: { required: true },
      /** Whether query parameters that the operation does not name are passed on. `@default true` */
      copyUnmatchedParams: { type: "boolean" },
    },
  },
  "json-to-xml": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/json-to-xml-policy`,
    attributes: {
      /** Whether to convert always, or only what is declared as JSON. */
      apply: { values: ["always", "content-type-json"], required: true },
      ...CONVERSION,
      /** Whether dates are read, or copied as they are. `@default true` */
      parseDate: { type: "boolean", literal: true },
      /** Character between a namespace's prefix and a name. `@default "_"` */
      namespaceSeparator: {},
      /** Beginning of the properties that declare namespaces, usually `xmlns`. */
      namespacePrefix: {},
      /** Property whose object becomes the element's attributes. */
      attributeBlockName: {},
    },
  },
  "xml-to-json": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/xml-to-json-policy`,
    attributes: {
      /** Whether the JSON is convenient, or mirrors the XML. */
      kind: { values: ["javascript-friendly", "direct"], required: true },
      /** Whether to convert always, or only what is declared as XML. */
      apply: { values: ["always", "content-type-xml"], required: true },
      ...CONVERSION,
      /** Whether a single child becomes an array as well. `@default false` */
      alwaysArrayChildElements: { type: "boolean" },
    },
  },
  "find-and-replace": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/find-and-replace-policy`,
    attributes: {
      /** Text to look for. */
      from: { required: true },
      /** Text in its place; may be empty. */
      to: { required: true },
    },
  },
  "redirect-content-urls": {
    sections: ["inbound", "outbound"],
    once: "section",
    documentation: `${REFERENCE}/redirect-content-urls-policy`,
  },
  "xsl-transform": {
    sections: ["inbound", "outbound"],
    documentation: `${REFERENCE}/xsl-transform-policy`,
    children: {
      // The policy statement of the page writes parameter-name, its example name.
      /** Values of the stylesheet's parameters. */
      parameters: {
        element: "parameter",
        repeated: true,
        attributes: {
          /** Name of an `xsl:param`. */
          name: { required: true },
        },
        text: { required: true },
      },
      /** The stylesheet. */
      stylesheet: { element: "xsl:stylesheet", required: true, opaque: true, verbatim: true },
    },
  },
  "return-response": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/return-response-policy`,
    attributes: {
      /** Variable that holds the response to start from. */
      responseVariableName: { literal: true },
    },
    statements: ["set-status", "set-header", "set-body"],
  },
  "mock-response": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/mock-response-policy`,
    attributes: {
      /** Status code, which selects the example. `@default 200` */
      statusCode: { type: "integer", minimum: 100, maximum: 599 },
      /** Media type, which selects the example. */
      contentType: {},
    },
  },
} as const satisfies Rows;
