import type { ApiOperationArgs } from "@pulumi/azure-native/apimanagement";
import type { Value } from "../../workflow";

/** An operation of a contract, as policies and workflows refer to it. */
export interface ApiOperation {
  /** `operationId` of an OpenAPI document, name of a WSDL operation, key of a declared one; unique in the contract. */
  readonly id: string;
  /** In capitals, e.g. `POST`. */
  readonly method: string;
  /** Path template, e.g. `/orders/{orderId}`. */
  readonly path: string;
  /** JSON Schema of a JSON request body, references resolved; `undefined` where the operation takes none. */
  readonly requestSchema?: Readonly<Record<string, Value>>;
}

/** Whom to turn to about an API. */
export interface ApiContact {
  readonly name?: string;
  /** http or https. */
  readonly url?: string;
  readonly email?: string;
}

/** Under which licence an API is offered. */
export interface ApiLicense {
  readonly name?: string;
  /** http or https. */
  readonly url?: string;
}

/** What a developer portal says of an API. */
export interface Described {
  /** 1 to 300 characters (https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update). */
  readonly title: string;
  readonly description: string | undefined;
  /** http or https. */
  readonly termsOfServiceUrl?: string;
  readonly contact?: ApiContact;
  readonly license?: ApiLicense;
}

/**
 * What Azure imports: `format` and `value` of an API.
 *
 * A `…-link` is fetched by Azure each time the API is written, from an address that it can reach. An edit behind an
 * unchanged link plans no update.
 */
export interface ContractImport {
  readonly format:
    | "openapi+json"
    | "openapi+json-link"
    | "openapi-link"
    | "swagger-json"
    | "swagger-link-json"
    | "wsdl"
    | "wsdl-link";
  /**
   * The document in one canonical spelling, so that comments and indentation plan no update; of a link format, its
   * address.
   */
  readonly value: string;
}

/** A web service described by OpenAPI. Azure names each operation by its id, in lower case. */
export interface RestContract extends Described {
  readonly kind: "rest";
  readonly import: ContractImport;
  readonly operations: readonly ApiOperation[];
}

/**
 * A SOAP service described by WSDL.
 *
 * Azure names its operations by ids that it generates anew at every import
 * (https://learn.microsoft.com/azure/api-management/import-soap-api, https://github.com/Azure/apiops/issues/538), so that
 * no operation policy can be deployed with it: the policy of the API tells operations apart instead.
 */
export interface SoapContract extends Described {
  readonly kind: "soap";
  /** Whether clients speak SOAP, or JSON that the gateway translates. */
  readonly mode: "pass-through" | "rest";
  readonly import: ContractImport;
  /** Names of the WSDL's service and port that are imported. */
  readonly selector: { readonly service: string; readonly endpoint: string };
  /** `id` is the name in the WSDL, which Azure keeps as display name only. */
  readonly operations: readonly ApiOperation[];
  /** Address of the port in the WSDL. */
  readonly serviceUrl?: string;
}

/** A GraphQL service. */
export interface GraphQlContract extends Described {
  readonly kind: "graphql";
  /** Its schema in the schema definition language, in one canonical spelling. */
  readonly schema: string;
}

/** An operation that is declared by hand, with what Azure's resource for it takes. */
export interface DeclaredOperation
  extends
    ApiOperation,
    Readonly<Pick<ApiOperationArgs, "description" | "templateParameters" | "request" | "responses">> {
  readonly displayName: string;
}

/** Operations declared one by one; each becomes a resource of its own. */
export interface OperationsContract extends Described {
  readonly kind: "operations";
  readonly operations: readonly DeclaredOperation[];
}

/** What an API offers, in whatever form it was written down. */
export type ApiContract = RestContract | SoapContract | GraphQlContract | OperationsContract;
