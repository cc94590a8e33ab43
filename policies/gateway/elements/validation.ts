import { REFERENCE, type Rows } from "../spec";

/** What is done with a message that does not keep to the contract: pass it, refuse it, or pass it and log. */
const ACTION = { values: ["ignore", "prevent", "detect"] } as const;

const ERRORS_VARIABLE = {
  /** Variable for what was wrong. */
  errorsVariableName: { literal: true },
} as const;

/** The largest body that is validated. Where support has raised it for a gateway, this number is to follow. */
const MAX_BODY_BYTES = 102_400;

const PARAMETERS = {
  /** Single parameters with an action of their own. */
  parameters: {
    element: "parameter",
    repeated: true,
    attributes: {
      /** Name of the parameter. */
      name: { required: true },
      /** What is done where it does not keep to the contract. */
      action: { ...ACTION, required: true },
    },
  },
} as const;

/** They win over those of the whole policy. */
const PARAMETER_ACTIONS = {
  /** For parameters that the contract names. */
  specifiedParameterAction: ACTION,
  /** For parameters that the contract does not name. */
  unspecifiedParameterAction: ACTION,
} as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#content-validation */
export const VALIDATION = {
  "validate-content": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/validate-content-policy`,
    attributes: {
      /** For content types that the contract does not name. */
      unspecifiedContentTypeAction: { ...ACTION, required: true },
      /** Largest body in bytes, decompressed; at most 102,400. */
      maxSize: { type: "integer", minimum: 0, maximum: MAX_BODY_BYTES, required: true },
      /** For larger bodies. */
      sizeExceededAction: { ...ACTION, required: true },
      ...ERRORS_VARIABLE,
    },
    children: {
      /** Content types that are taken for others. */
      contentTypeMap: {
        element: "content-type-map",
        attributes: {
          /** What every body is taken for. */
          anyContentTypeValue: {},
          /** What a body without content type is taken for. */
          missingContentTypeValue: {},
        },
        children: {
          /** What bodies of one type are taken for; they win over the attributes. */
          types: {
            element: "type",
            repeated: true,
            attributes: {
              /** Content type of the message. */
              from: {},
              /** Condition that selects messages. */
              when: { type: "boolean" },
              /** Content type by which it is validated. */
              to: { required: true },
            },
            choices: [{ of: ["from", "when"], atLeast: 1, atMost: 1 }],
          },
        },
      },
      /** How bodies of a content type are validated. */
      contents: {
        element: "content",
        repeated: true,
        attributes: {
          /** Content type. `@default` every one that the contract names */
          type: {},
          /** How the body is read. */
          validateAs: { values: ["json", "xml", "soap"], required: true },
          /** Id of a schema of the gateway. `@default` the contract's schema */
          schemaId: { reference: "schema" },
          /** Place in a JSON schema, e.g. `#/components/schemas/address`. */
          schemaRef: {},
          /** For bodies that are not valid. */
          action: { ...ACTION, required: true },
          /** Whether a JSON object may have further properties. `@default` as the schema says */
          allowAdditionalProperties: { type: "boolean" },
          /** Whether upper and lower case are the same in names of JSON properties. */
          caseInsensitivePropertyNames: { type: "boolean" },
        },
      },
    },
  },
  "validate-graphql-request": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/validate-graphql-request-policy`,
    attributes: {
      /** Variable for what was wrong. */
      errorVariableName: {},
      /** Largest request in bytes, at most 102,400. */
      maxSize: { type: "integer", minimum: 0, maximum: MAX_BODY_BYTES, required: true },
      /** Deepest nesting of a query. `@default 6` */
      maxDepth: { type: "integer", minimum: 1 },
    },
    children: {
      /** Who may ask for what. */
      authorize: {
        element: "authorize",
        list: {
          element: "rule",
          attributes: {
            /** Path as `/type/field`; `/__*` is introspection. */
            path: { required: true },
            /** What is done with it; `ignore` goes on to the next rule. `@default "allow"` */
            action: { values: ["allow", "remove", "reject", "ignore"] },
          },
        },
      },
    },
  },
  "validate-odata-request": {
    sections: ["inbound"],
    scopes: ["global", "product", "api"],
    once: "section",
    documentation: `${REFERENCE}/validate-odata-request-policy`,
    attributes: {
      /** Variable for what was wrong. */
      errorVariableName: {},
      /** OData version of a request that names none. `@default "4.0"` */
      defaultOdataVersion: {},
      /** Lowest OData version. */
      minOdataVersion: {},
      /** Highest OData version. */
      maxOdataVersion: {},
      /** Largest request in bytes. */
      maxSize: { type: "integer", minimum: 0 },
    },
  },
  "validate-parameters": {
    sections: ["inbound"],
    once: "section",
    documentation: `${REFERENCE}/validate-parameters-policy`,
    attributes: {
      /** For parameters that the contract names. */
      specifiedParameterAction: { ...ACTION, required: true },
      /** For parameters that the contract does not name. */
      unspecifiedParameterAction: { ...ACTION, required: true },
      ...ERRORS_VARIABLE,
    },
    children: {
      /** For headers. */
      headers: { element: "headers", attributes: PARAMETER_ACTIONS, children: PARAMETERS },
      /** For parameters in the query. */
      query: { element: "query", attributes: PARAMETER_ACTIONS, children: PARAMETERS },
      /** For parameters in the path. */
      path: {
        element: "path",
        attributes: {
          /** For parameters that the contract names; it names all that are in the path. */
          specifiedParameterAction: ACTION,
        },
        children: PARAMETERS,
      },
    },
  },
  "validate-headers": {
    sections: ["outbound", "on-error"],
    once: "section",
    documentation: `${REFERENCE}/validate-headers-policy`,
    attributes: {
      /** For response headers that the contract names. */
      specifiedHeaderAction: { ...ACTION, required: true },
      /** For response headers that the contract does not name. */
      unspecifiedHeaderAction: { ...ACTION, required: true },
      ...ERRORS_VARIABLE,
    },
    children: {
      /** Single headers with an action of their own. */
      headers: {
        element: "header",
        repeated: true,
        attributes: {
          /** Name of the header. */
          name: { required: true },
          /** What is done where it does not keep to the contract. */
          action: { ...ACTION, required: true },
        },
      },
    },
  },
  "validate-status-code": {
    sections: ["outbound", "on-error"],
    documentation: `${REFERENCE}/validate-status-code-policy`,
    attributes: {
      /** For status codes that the contract does not name. */
      unspecifiedStatusCodeAction: { ...ACTION, required: true },
      ...ERRORS_VARIABLE,
    },
    children: {
      /** Single status codes with an action of their own, where the contract does not name them. */
      statusCodes: {
        element: "status-code",
        repeated: true,
        attributes: {
          /** Status code. */
          code: { type: "integer", minimum: 100, maximum: 599, required: true },
          /** What is done with it. */
          action: { ...ACTION, required: true },
        },
      },
    },
  },
} as const satisfies Rows;
