import { REFERENCE, type Rows } from "../spec";

/** `@default true` */
const SECURE = { type: "boolean", literal: true } as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#cross-domain */
export const CROSS_DOMAIN = {
  "cross-domain": {
    sections: ["inbound"],
    scopes: ["global"],
    documentation: `${REFERENCE}/cross-domain-policy`,
    children: {
      // https://www.adobe.com/devnet-docs/acrobatetk/tools/AppSec/CrossDomain_PolicyFile_Specification.pdf
      /** What scripts of Flash and Silverlight from other domains may do. */
      crossDomainPolicy: {
        element: "cross-domain-policy",
        required: true,
        children: {
          /** Which policy files of the domain hold. */
          siteControl: {
            element: "site-control",
            attributes: {
              /** Policy files beside this one. */
              permittedCrossDomainPolicies: {
                values: ["none", "master-only", "by-content-type", "by-ftp-filename", "all"],
                required: true,
              },
            },
          },
          /** Who may read answers. */
          allowAccessFrom: {
            element: "allow-access-from",
            repeated: true,
            attributes: {
              /** Domain; `*` admits every one. */
              domain: { required: true },
              /** Ports of sockets, separated by commas. */
              toPorts: {},
              /** Whether the document that asks must have come by HTTPS. `@default true` */
              secure: SECURE,
            },
          },
          /** Who may send headers. */
          allowHttpRequestHeadersFrom: {
            element: "allow-http-request-headers-from",
            repeated: true,
            attributes: {
              /** Domain; `*` admits every one. */
              domain: { required: true },
              /** Headers, separated by commas. */
              headers: { required: true },
              /** Whether the document that asks must have come by HTTPS. `@default true` */
              secure: SECURE,
            },
          },
          /** Whose signed documents may read answers. */
          allowAccessFromIdentity: {
            element: "allow-access-from-identity",
            repeated: true,
            children: {
              /** Who signs. */
              signatory: {
                element: "signatory",
                required: true,
                children: {
                  /** The signer's certificate. */
                  certificate: {
                    element: "certificate",
                    required: true,
                    attributes: {
                      /** Fingerprint of the certificate. */
                      fingerprint: { required: true },
                      /** Hash of which it is, e.g. `sha-1`. */
                      fingerprintAlgorithm: { required: true },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
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
  jsonp: {
    sections: ["outbound"],
    once: "section",
    documentation: `${REFERENCE}/jsonp-policy`,
    attributes: {
      /** Query parameter that holds the name of the caller's function. */
      callbackParameterName: { required: true },
    },
  },
} as const satisfies Rows;
