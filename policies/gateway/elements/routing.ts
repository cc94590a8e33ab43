import { REFERENCE, type Rows } from "../spec";

/** https://learn.microsoft.com/azure/api-management/api-management-policies#routing */
export const ROUTING = {
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
  proxy: {
    sections: ["inbound"],
    documentation: `${REFERENCE}/proxy-policy`,
    attributes: {
      /** Address as `http://host:port`; the way to the proxy is HTTP only. */
      url: { required: true },
      /** User name for Basic or NTLM. */
      username: {},
      /** Password: a secret named value or an expression. */
      password: { secret: true },
    },
  },
} as const satisfies Rows;
