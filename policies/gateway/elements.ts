import { SECTIONS, type ElementSpec } from "./spec";

const REFERENCE = "https://learn.microsoft.com/azure/api-management";

/** The rows share these, as their pages share the paragraphs. */
const TOKEN_SOURCE = {
  /** HTTP header that holds the token. */
  headerName: {},
  /** Query parameter that holds the token. */
  queryParameterName: {},
  /** Expression that returns the token, without `Bearer`. */
  tokenValue: {},
} as const;

const FAILED_VALIDATION = {
  /** Status code of a refusal. `@default 401` */
  failedValidationHttpcode: { type: "integer", minimum: 100, maximum: 599 },
  /** Text of a refusal. `@default` depends on what is wrong with the token */
  failedValidationErrorMessage: {},
} as const;

const AUDIENCES = { element: "audiences", list: { element: "audience", text: { required: true } } } as const;

const REQUIRED_CLAIMS = {
  element: "required-claims",
  list: {
    element: "claim",
    attributes: {
      /** Name of the claim in the token. */
      name: { required: true },
      /** Whether the token must hold every value or any one of them. `@default "all"` */
      match: { values: ["all", "any"] },
      /** Separator of the values in a claim that holds several, e.g. `,`. */
      separator: {},
    },
    children: {
      /** The values to be found in the token. */
      values: { element: "value", repeated: true, text: { required: true } },
    },
  },
} as const;

const JWT_KEYS = {
  element: "key",
  attributes: {
    /** Matches the token's `kid`. */
    id: {},
    /** Id of a certificate of the gateway. */
    certificateId: { reference: "certificate" },
    /** Modulus of an RSA key, Base64url. */
    n: { literal: true },
    /** Exponent of an RSA key, Base64url. */
    e: { literal: true },
  },
  text: {},
} as const;

const REPORTED_LIMIT = {
  /** Response header for the seconds to wait. `@default "Retry-After"` */
  retryAfterHeaderName: { literal: true },
  /** Variable for the seconds to wait. */
  retryAfterVariableName: { literal: true },
  /** Response header for the calls that are left. */
  remainingCallsHeaderName: { literal: true },
  /** Variable for the calls that are left. */
  remainingCallsVariableName: { literal: true },
  /** Response header for the limit itself. */
  totalCallsHeaderName: { literal: true },
} as const;

const LITERAL_RATE = {
  /** Calls in the period. */
  calls: { type: "integer", minimum: 1, required: true, literal: true },
  /** Length of the sliding window in seconds, at most 300. */
  renewalPeriod: { type: "integer", minimum: 1, maximum: 300, required: true, literal: true },
} as const;

const NAMED_OR_IDENTIFIED = {
  /** Name, where `id` is not given. */
  name: {},
  /** Id; it wins over `name`. */
  id: {},
} as const;

const CACHING_TYPE = { values: ["prefer-external", "external", "internal"], literal: true } as const;

/**
 * Every policy element that this program knows. Adding one is adding a row here, and its constructor in
 * `statements.ts`; types, writer, reader and checks follow from the row.
 */
export const ELEMENTS = {
  base: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-edit-policies#use-base-element-to-set-policy-evaluation-order`,
  },
  "validate-azure-ad-token": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/validate-azure-ad-token-policy`,
    attributes: {
      /** Tenant id, or a domain name of the tenant. */
      tenantId: { required: true },
      ...TOKEN_SOURCE,
      ...FAILED_VALIDATION,
      /** Variable for the validated token, of type `Jwt`. */
      outputTokenVariableName: { literal: true },
    },
    choices: [{ of: ["headerName", "queryParameterName", "tokenValue"], atLeast: 0, atMost: 1 }],
    children: {
      /** Application ids of which the caller must be one. Leave out where an app role or scope decides. */
      clientApplicationIds: {
        element: "client-application-ids",
        list: { element: "application-id", text: { required: true } },
      },
      /** Application ids of the backend; seldom needed. */
      backendApplicationIds: {
        element: "backend-application-ids",
        list: { element: "application-id", text: { required: true } },
      },
      /** Audiences of which the token must name one. */
      audiences: AUDIENCES,
      /** Claims that the token must hold. */
      requiredClaims: REQUIRED_CLAIMS,
      /** Keys for encrypted tokens. */
      decryptionKeys: {
        element: "decryption-keys",
        list: {
          element: "key",
          attributes: {
            /** Id of a certificate of the gateway. */
            certificateId: { required: true, reference: "certificate" },
          },
        },
      },
    },
  },
  "validate-jwt": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/validate-jwt-policy`,
    attributes: {
      ...TOKEN_SOURCE,
      ...FAILED_VALIDATION,
      /** `@default true` */
      requireExpirationTime: { type: "boolean" },
      /** Scheme in the Authorization header, e.g. `Bearer`. */
      requireScheme: {},
      /** `@default true` */
      requireSignedTokens: { type: "boolean" },
      /** Seconds by which the clocks may differ. `@default 0` */
      clockSkew: { type: "integer", minimum: 0 },
      /** Variable for the validated token, of type `Jwt`. */
      outputTokenVariableName: { literal: true },
    },
    choices: [{ of: ["headerName", "queryParameterName", "tokenValue"], atLeast: 1, atMost: 1 }],
    children: {
      /** Discovery documents of the identity providers. */
      openidConfigs: {
        element: "openid-config",
        repeated: true,
        attributes: {
          /** Full address of the document. */
          url: { required: true },
        },
      },
      /** Keys that sign tokens. */
      issuerSigningKeys: { element: "issuer-signing-keys", list: JWT_KEYS },
      /** Keys that decrypt tokens. */
      decryptionKeys: { element: "decryption-keys", list: JWT_KEYS },
      /** Audiences of which the token must name one. */
      audiences: AUDIENCES,
      /** Issuers of which the token must name one. */
      issuers: { element: "issuers", list: { element: "issuer", text: { required: true } } },
      /** Claims that the token must hold. */
      requiredClaims: REQUIRED_CLAIMS,
    },
  },
  "rate-limit-by-key": {
    sections: ["inbound"],
    gateways: ["classic", "v2", "self-hosted"],
    documentation: `${REFERENCE}/rate-limit-by-key-policy`,
    attributes: {
      /** Calls for a key in the period. */
      calls: { type: "integer", minimum: 1, required: true },
      /** Length of the sliding window in seconds, at most 300. */
      renewalPeriod: { type: "integer", minimum: 1, maximum: 300, required: true },
      /** What is counted apart, e.g. the subscription or the caller's address. */
      counterKey: { required: true },
      /** Which requests count. */
      incrementCondition: { type: "boolean" },
      /** How much a request counts. `@default 1` */
      incrementCount: { type: "integer", minimum: 0 },
      ...REPORTED_LIMIT,
    },
  },
  "rate-limit": {
    sections: ["inbound"],
    scopes: ["product", "api", "operation"],
    once: "document",
    documentation: `${REFERENCE}/rate-limit-policy`,
    attributes: { ...LITERAL_RATE, ...REPORTED_LIMIT },
    children: {
      /** Limits of single APIs of the product. */
      apis: {
        element: "api",
        repeated: true,
        attributes: { ...NAMED_OR_IDENTIFIED, ...LITERAL_RATE },
        choices: [{ of: ["name", "id"], atLeast: 1 }],
        children: {
          /** Limits of single operations of the API. */
          operations: {
            element: "operation",
            repeated: true,
            attributes: { ...NAMED_OR_IDENTIFIED, ...LITERAL_RATE },
            choices: [{ of: ["name", "id"], atLeast: 1 }],
          },
        },
      },
    },
  },
  "quota-by-key": {
    sections: ["inbound"],
    gateways: ["classic", "self-hosted"],
    documentation: `${REFERENCE}/quota-by-key-policy`,
    attributes: {
      /** Calls for a key in the period. */
      calls: { type: "integer", minimum: 1, literal: true },
      /** Kilobytes for a key in the period. */
      bandwidth: { type: "integer", minimum: 1, literal: true },
      /** Length of the fixed window in seconds, at least 300; 0 means for ever. */
      renewalPeriod: { type: "integer", minimum: 300, also: [0], required: true, literal: true },
      /** What is counted apart, e.g. the subscription. */
      counterKey: { required: true },
      /** Which requests count. */
      incrementCondition: { type: "boolean" },
      /** Start of the first period, `yyyy-MM-ddTHH:mm:ssZ`. `@default "0001-01-01T00:00:00Z"` */
      firstPeriodStart: { literal: true },
    },
    choices: [{ of: ["calls", "bandwidth"], atLeast: 1 }],
  },
  cors: {
    sections: ["inbound"],
    once: "section",
    documentation: `${REFERENCE}/cors-policy`,
    attributes: {
      /** `@default false` */
      allowCredentials: { type: "boolean" },
      /** Whether a request from another origin ends here with an empty 200. Say it: the page names two defaults. */
      terminateUnmatchedRequest: { type: "boolean" },
    },
    children: {
      /** Origins with scheme, host and port; `*` admits every site. */
      allowedOrigins: {
        element: "allowed-origins",
        required: true,
        list: { element: "origin", text: { required: true } },
      },
      /** Methods. `@default` GET and POST */
      allowedMethods: {
        element: "allowed-methods",
        attributes: {
          /** Seconds for which a browser keeps the answer. `@default 0` */
          preflightResultMaxAge: { type: "integer", minimum: 0 },
        },
        children: {
          /** HTTP verbs; `*` admits all. */
          methods: { element: "method", repeated: true, required: true, text: { required: true } },
        },
      },
      /** Request headers. */
      allowedHeaders: {
        element: "allowed-headers",
        required: true,
        list: { element: "header", text: { required: true } },
      },
      /** Response headers that the caller's script may read. */
      exposeHeaders: { element: "expose-headers", list: { element: "header", text: { required: true } } },
    },
  },
  "check-header": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/check-header-policy`,
    attributes: {
      /** Header to look at. */
      name: { required: true },
      /** Status code of a refusal. */
      failedCheckHttpcode: { type: "integer", minimum: 100, maximum: 599, required: true },
      /** Text of a refusal. */
      failedCheckErrorMessage: { required: true },
      /** Whether upper and lower case are the same. */
      ignoreCase: { type: "boolean", required: true },
    },
    children: {
      /** Values of which the header must have one. `@default` any value */
      values: { element: "value", repeated: true, text: { required: true } },
    },
  },
  "ip-filter": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/ip-filter-policy`,
    attributes: {
      /** Whether only these callers come in, or all others. */
      action: { values: ["allow", "forbid"], required: true },
    },
    choices: [{ of: ["addresses", "addressRanges"], atLeast: 1 }],
    children: {
      /** Single IP addresses. */
      addresses: { element: "address", repeated: true, text: { required: true } },
      /** Ranges, both ends included. */
      addressRanges: {
        element: "address-range",
        repeated: true,
        attributes: {
          /** First address. */
          from: { required: true },
          /** Last address. */
          to: { required: true },
        },
      },
    },
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
  "set-method": {
    sections: ["inbound", "on-error"],
    documentation: `${REFERENCE}/set-method-policy`,
    text: { required: true },
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
  "set-backend-service": {
    sections: ["inbound", "backend"],
    documentation: `${REFERENCE}/set-backend-service-policy`,
    attributes: {
      /** Id of a backend or backend pool of the gateway. */
      backendId: { reference: "backend" },
      /** Address of the service. */
      baseUrl: {},
      /** Service Fabric only. */
      sfResolveCondition: {},
      /** Service Fabric only. */
      sfServiceInstanceName: {},
      /** Service Fabric only. */
      sfPartitionKey: {},
      /** Service Fabric only. */
      sfReplicaType: {},
      /** Service Fabric only. */
      sfListenerName: {},
    },
    choices: [{ of: ["backendId", "baseUrl"], atLeast: 1, atMost: 1 }],
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
  "authentication-managed-identity": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/authentication-managed-identity-policy`,
    attributes: {
      /** Application id or id URI of the called service in Entra ID. */
      resource: { required: true },
      /** Client id of a user-assigned identity. `@default` the system-assigned identity */
      clientId: { literal: true },
      /** Variable for the token, in place of the Authorization header. */
      outputTokenVariableName: { literal: true },
      /** Whether to go on without a token. `@default false` */
      ignoreError: { type: "boolean" },
    },
  },
  "authentication-certificate": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/authentication-certificate-policy`,
    attributes: {
      /** Thumbprint; it changes when the certificate is renewed. */
      thumbprint: {},
      /** Id of a certificate of the gateway. */
      certificateId: { reference: "certificate" },
      /** The certificate as a byte array. */
      body: {},
      /** Password of `body`. */
      password: {},
    },
    choices: [{ of: ["thumbprint", "certificateId", "body"], atLeast: 1, atMost: 1 }],
  },
  "forward-request": {
    sections: ["backend"],
    documentation: `${REFERENCE}/forward-request-policy`,
    attributes: {
      /** HTTP version towards the service. `@default "1"` */
      httpVersion: { values: ["1", "2or1", "2"] },
      /** Seconds to wait for the answer's headers; above 240 the network may cut the connection. `@default 300` */
      timeout: { type: "integer", minimum: 0 },
      /** Milliseconds, in place of `timeout`. */
      timeoutMs: { type: "integer", minimum: 0 },
      /** Seconds to wait for `100 Continue`. */
      continueTimeout: { type: "integer", minimum: 0 },
      /** `@default false` */
      followRedirects: { type: "boolean" },
      /** Whether the request is kept for a retry. `@default false` */
      bufferRequestBody: { type: "boolean" },
      /** Set to false for server-sent events. `@default true` */
      bufferResponse: { type: "boolean", literal: true },
      /** Whether an answer 400 to 599 goes to the on-error section. `@default false` */
      failOnErrorStatusCode: { type: "boolean", literal: true },
    },
    choices: [{ of: ["timeout", "timeoutMs"], atLeast: 0, atMost: 1 }],
  },
  retry: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/retry-policy`,
    attributes: {
      /** Whether to try again. */
      condition: { type: "boolean", required: true },
      /** Number of retries, 1 to 50. */
      count: { type: "integer", minimum: 1, maximum: 50, required: true },
      /** Seconds between two tries. */
      interval: { type: "integer", minimum: 0, required: true },
      /** Longest wait in seconds; with `delta` the waits grow exponentially. */
      maxInterval: { type: "integer", minimum: 1 },
      /** Seconds by which the wait grows. */
      delta: { type: "integer", minimum: 1 },
      /** Whether the first retry follows at once. `@default false` */
      firstFastRetry: { type: "boolean" },
    },
    statements: "any",
  },
  choose: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/choose-policy`,
    children: {
      /** The branches, of which the first whose condition holds is taken. */
      when: {
        element: "when",
        repeated: true,
        required: true,
        attributes: {
          /** Boolean expression. */
          condition: { type: "boolean", required: true },
        },
        statements: "any",
      },
      /** Taken where no condition holds. */
      otherwise: { element: "otherwise", statements: "any" },
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
  "include-fragment": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/include-fragment-policy`,
    attributes: {
      /** Id of a policy fragment of the gateway. */
      fragmentId: { required: true, literal: true, reference: "fragment" },
    },
  },
  trace: {
    // The page does not list on-error; the page on error handling does.
    sections: SECTIONS,
    documentation: `${REFERENCE}/trace-policy`,
    attributes: {
      /** Where the message comes from. */
      source: { required: true, literal: true },
      /** `@default "verbose"` */
      severity: { values: ["verbose", "information", "error"] },
    },
    children: {
      /** The message. */
      message: { element: "message", required: true, text: { required: true } },
      /** Properties in Application Insights. */
      metadata: {
        element: "metadata",
        repeated: true,
        attributes: {
          /** Name of the property. */
          name: { required: true },
          /** Its value. */
          value: { required: true },
        },
      },
    },
  },
  "cache-lookup": {
    sections: ["inbound"],
    once: "section",
    documentation: `${REFERENCE}/cache-lookup-policy`,
    attributes: {
      /** Whether each developer has answers of their own. */
      varyByDeveloper: { type: "boolean", required: true },
      /** Whether each user group has answers of its own. */
      varyByDeveloperGroups: { type: "boolean", required: true },
      /** Whether requests with an Authorization header are cached. `@default false` */
      allowPrivateResponseCaching: { type: "boolean" },
      /** `@default "prefer-external"` */
      cachingType: CACHING_TYPE,
      /** `@default "none"` */
      downstreamCachingType: { values: ["none", "private", "public"] },
      /** `@default true` */
      mustRevalidate: { type: "boolean" },
    },
    children: {
      /** Headers by whose values answers differ. */
      varyByHeaders: { element: "vary-by-header", repeated: true, text: { required: true } },
      /** Query parameters by whose values answers differ. */
      varyByQueryParameters: { element: "vary-by-query-parameter", repeated: true, text: { required: true } },
    },
  },
  "cache-store": {
    sections: ["outbound"],
    once: "section",
    documentation: `${REFERENCE}/cache-store-policy`,
    attributes: {
      /** Seconds for which an answer is kept. */
      duration: { type: "integer", minimum: 1, required: true },
      /** Whether this answer is kept. `@default` answers with status 200 */
      cacheResponse: { type: "boolean" },
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
  "limit-concurrency": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/limit-concurrency-policy`,
    attributes: {
      /** What is counted together. */
      key: { required: true },
      /** Requests that may be inside at one time. */
      maxCount: { type: "integer", minimum: 1, required: true, literal: true },
    },
    statements: "any",
  },

  // Known by name, section and scope only: they are written with rawPolicy until a row describes their inside.
  "send-request": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/send-request-policy`,
    unchecked: true,
  },
  "send-one-way-request": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/send-one-way-request-policy`,
    unchecked: true,
  },
  "log-to-eventhub": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/log-to-eventhub-policy`,
    unchecked: true,
  },
  "emit-metric": { sections: SECTIONS, documentation: `${REFERENCE}/emit-metric-policy`, unchecked: true },
  "json-to-xml": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/json-to-xml-policy`,
    unchecked: true,
  },
  "xml-to-json": {
    sections: ["inbound", "outbound", "on-error"],
    documentation: `${REFERENCE}/xml-to-json-policy`,
    unchecked: true,
  },
  "xsl-transform": {
    sections: ["inbound", "outbound"],
    documentation: `${REFERENCE}/xsl-transform-policy`,
    unchecked: true,
    verbatim: true,
  },
  "cache-lookup-value": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/cache-lookup-value-policy`,
    unchecked: true,
  },
  "cache-store-value": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/cache-store-value-policy`,
    unchecked: true,
  },
  quota: {
    sections: ["inbound"],
    scopes: ["product"],
    once: "document",
    documentation: `${REFERENCE}/quota-policy`,
    unchecked: true,
  },
} as const satisfies Readonly<Record<string, ElementSpec>>;

/** The table, as its rows' types tell. */
export type Elements = typeof ELEMENTS;

/** A policy element that the table holds. */
export type ElementName = keyof Elements;

const BY_NAME: ReadonlyMap<string, ElementSpec> = new Map(Object.entries(ELEMENTS));

/** The row of an element, or `undefined` where the table does not hold it. */
export function elementSpec(name: string): ElementSpec | undefined {
  return BY_NAME.get(name);
}
