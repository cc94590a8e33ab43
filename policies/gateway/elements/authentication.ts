import { REFERENCE, type Rows } from "../spec";

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

const APPLICATION_ID = { element: "application-id", text: { required: true, literal: true } } as const;

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
  /** A symmetric key, Base64: a secret named value. */
  text: { secret: true },
} as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#authentication-and-authorization */
export const AUTHENTICATION = {
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
  "get-authorization-context": {
    sections: ["inbound"],
    gateways: ["classic", "v2", "consumption"],
    documentation: `${REFERENCE}/get-authorization-context-policy`,
    attributes: {
      /** Id of the credential provider. */
      providerId: { required: true, reference: "authorizationProvider" },
      /** Id of the connection to it. */
      authorizationId: { required: true },
      /** Variable for the context, of type `Authorization`. */
      contextVariableName: { required: true },
      /** Whose access to the connection is checked: the gateway's, or that of `identity`. `@default "managed"` */
      identityType: { values: ["managed", "jwt"] },
      /** Token of the caller for `jwt`, with the audience `https://azure-api.net/authorization-manager`. */
      identity: {},
      /** Whether to go on with null in place of an answer 500. `@default false` */
      ignoreError: { type: "boolean" },
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
  "validate-azure-ad-token": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/validate-azure-ad-token-policy`,
    attributes: {
      /** Tenant id, or a domain name of the tenant. */
      tenantId: { required: true },
      ...TOKEN_SOURCE,
      /** Address of Entra ID in the cloud of the tenant. `@default` that of the gateway's cloud */
      authenticationEndpoint: {},
      ...FAILED_VALIDATION,
      /** Variable for the validated token, of type `Jwt`. */
      outputTokenVariableName: { literal: true },
    },
    choices: [{ of: ["headerName", "queryParameterName", "tokenValue"], atLeast: 0, atMost: 1 }],
    children: {
      /** Application ids of which the caller must be one. Leave out where an app role or scope decides. */
      clientApplicationIds: {
        element: "client-application-ids",
        list: APPLICATION_ID,
      },
      /** Application ids of the backend; seldom needed. */
      backendApplicationIds: {
        element: "backend-application-ids",
        list: APPLICATION_ID,
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
  "validate-client-certificate": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/validate-client-certificate-policy`,
    attributes: {
      /** Whether the online revocation list is asked. `@default true` */
      validateRevocation: { type: "boolean", literal: true },
      /** Whether the chain must end in a trusted authority. `@default true` */
      validateTrust: { type: "boolean", literal: true },
      /** Whether the certificate must be valid already. `@default true` */
      validateNotBefore: { type: "boolean", literal: true },
      /** Whether the certificate must not have expired. `@default true` */
      validateNotAfter: { type: "boolean", literal: true },
      /** Whether to go on with a certificate that is not valid. `@default false` */
      ignoreError: { type: "boolean", literal: true },
    },
    children: {
      /** Certificates of which the caller's must be one. `@default` any that is valid */
      identities: {
        element: "identities",
        list: {
          element: "identity",
          attributes: {
            /** Thumbprint; it changes when the certificate is renewed. */
            thumbprint: {},
            /** Serial number. */
            serialNumber: {},
            /** Common name, a part of the subject. */
            commonName: {},
            /** Distinguished name, e.g. `CN=MyName, OU=MyOrgUnit, C=US`; values with a comma stand in double quotes. */
            subject: {},
            /** A DNS name among the subject's alternative names. */
            dnsName: {},
            /** Distinguished name of the issuer. */
            issuerSubject: {},
            /** Thumbprint of the issuer. */
            issuerThumbprint: {},
            /** Id of a certificate of the gateway that is the issuer's. */
            issuerCertificateId: { reference: "certificate" },
          },
          choices: [
            { of: ["issuerCertificateId", "issuerSubject"], atLeast: 0, atMost: 1 },
            { of: ["issuerCertificateId", "issuerThumbprint"], atLeast: 0, atMost: 1 },
          ],
        },
      },
    },
  },
  "authentication-basic": {
    sections: ["inbound"],
    documentation: `${REFERENCE}/authentication-basic-policy`,
    attributes: {
      /** User name. */
      username: { required: true },
      /** Password: a secret named value or an expression. */
      password: { required: true, secret: true },
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
      /** Password of `body`: a secret named value or an expression. */
      password: { secret: true },
    },
    choices: [{ of: ["thumbprint", "certificateId", "body"], atLeast: 1, atMost: 1 }],
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
} as const satisfies Rows;
