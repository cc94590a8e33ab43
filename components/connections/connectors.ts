import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkText, resourceIdRule, type TextRule } from "../validation";

/** What a parameter of a connector may be. Azure's own description admits texts only: https://github.com/Azure/azure-rest-api-specs/issues/21096. */
export type ParameterValue = pulumi.Input<string | number | boolean>;

/** The part of a connector's parameters that every kind of authentication has. */
interface ConnectorParameters {
  /**
   * Name of the set that the parameters are of: what the connector's reference gives as "Auth ID", e.g.
   * `managedIdentityAuth` (https://learn.microsoft.com/connectors/connector-reference).
   * @default none: the connector knows one kind of authentication only
   */
  readonly parameterSet?: string;
  /** Values by key, none of them secret. @default none */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** The workflow's managed identity: there is nothing to keep secret, to renew or to consent to. */
export interface ManagedIdentityAuthentication extends ConnectorParameters {
  readonly kind: "managedIdentity";
}

/** What somebody was given: a key, a user and a password, a connection string. */
export interface GivenAuthentication extends ConnectorParameters {
  readonly kind: "given";
  /** Secrets by key. Pulumi's state keeps them encrypted, and Azure never gives them back. @default none */
  readonly secrets?: Readonly<Record<string, pulumi.Output<string>>>;
  /** ARM id of the on-premises data gateway through which the other side is reached. @default none: it is reached directly */
  readonly dataGatewayId?: pulumi.Input<string>;
}

/** A person, who signs in once in the portal: see `ApiConnection.consent`. */
export interface ConsentAuthentication extends ConnectorParameters {
  readonly kind: "consent";
}

/** How a connection shows the other side who calls. */
export type ConnectorAuthentication =
  ManagedIdentityAuthentication | GivenAuthentication | ConsentAuthentication;

/** A connector, with all that a connection of it needs. */
export interface Connector {
  /** Name of the managed API, e.g. `office365`: `az rest --url "/subscriptions/<id>/providers/Microsoft.Web/locations/<region>/managedApis?api-version=2016-06-01"` lists them. */
  readonly api: string;
  readonly authentication: ConnectorAuthentication;
}

/**
 * Service Bus, by the workflow's managed identity: grant it `grantSendMessages` or `grantReceiveMessages`.
 *
 * Source: https://learn.microsoft.com/connectors/servicebus/#logic-apps-managed-identity
 *
 * @param namespaceName name of the namespace, in the public cloud
 */
export function serviceBusConnector(namespaceName: pulumi.Input<string>): Connector {
  return {
    api: "servicebus",
    authentication: {
      kind: "managedIdentity",
      parameterSet: "managedIdentityAuth",
      parameters: { namespaceEndpoint: pulumi.interpolate`sb://${namespaceName}.servicebus.windows.net/` },
    },
  };
}

/**
 * Blob storage, by the workflow's managed identity: grant it `grantReadBlobs` or `grantWriteBlobs`. Actions name the
 * account, the connection does not.
 *
 * Source: https://learn.microsoft.com/connectors/azureblob/#logic-apps-managed-identity
 */
export const BLOB_STORAGE: Connector = {
  api: "azureblob",
  authentication: { kind: "managedIdentity", parameterSet: "managedIdentityAuth" },
};

/**
 * Azure SQL, by the workflow's managed identity. Actions name server and database, the connection does not. Azure has no
 * role for data in a database: it takes a user there, made with T-SQL (docs/connectors.md).
 *
 * Source: https://learn.microsoft.com/azure/connectors/connectors-create-api-sqlazure; how the set is called, public
 * templates show, and no page of Azure's.
 */
export const AZURE_SQL: Connector = {
  api: "sql",
  authentication: { kind: "managedIdentity", parameterSet: "oauthMI" },
};

/** A login for a database that does not know managed identities. */
export interface SqlLogin {
  /** `server[:port]` or `server\instance`. */
  readonly server: pulumi.Input<string>;
  readonly database: pulumi.Input<string>;
  /** A secret to the connector. */
  readonly username: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
}

/** How to sign in to a SQL Server, and how it is reached. */
export type SqlServerLogin =
  | (SqlLogin & {
      readonly kind: "sql";
      /** ARM id of the on-premises data gateway. @default none: the server is reached directly */
      readonly dataGatewayId?: pulumi.Input<string>;
    })
  | (SqlLogin & {
      /** A Windows account, as `domain\user`. */
      readonly kind: "windows";
      /** ARM id of the on-premises data gateway, on a machine that the domain knows. */
      readonly dataGatewayId: pulumi.Input<string>;
    });

/**
 * SQL Server by a login, on-premises through the data gateway. The keys are those that Azure tells of the connector
 * (https://github.com/Azure/azure-functions-skills/issues/197); what they are for:
 * https://learn.microsoft.com/connectors/sql/#creating-a-connection.
 */
export function sqlServerConnector(login: SqlServerLogin): Connector {
  const { kind, server, database, username, password, dataGatewayId } = login;
  return {
    api: "sql",
    authentication: {
      kind: "given",
      parameters: { server, database, authType: kind === "sql" ? "basic" : "windows" },
      secrets: { username, password },
      ...(dataGatewayId !== undefined && { dataGatewayId }),
    },
  };
}

/**
 * What ARM takes as the properties of a connection of a connector, beside its name and API.
 *
 * Sources: https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity#arm-template-for-api-connections-and-managed-identities,
 * and for `gateway` https://github.com/Azure/azure-rest-api-specs/issues/21096
 */
export function connectorProperties({ authentication }: Connector): Readonly<Record<string, unknown>> {
  const { kind, parameterSet, parameters } = authentication;
  const values: Record<string, unknown> = { ...parameters };
  if (kind === "given") {
    for (const [key, secret] of Object.entries(authentication.secrets ?? {}))
      values[key] = pulumi.secret(secret);
    if (authentication.dataGatewayId !== undefined) values[GATEWAY] = { id: authentication.dataGatewayId };
  }
  if (parameterSet !== undefined) {
    const entries = Object.entries(values).map(([key, value]) => [key, { value }]);
    return { parameterValueSet: { name: parameterSet, values: Object.fromEntries(entries) as object } };
  }
  if (kind === "managedIdentity") {
    return { parameterValueType: "Alternative", alternativeParameterValues: values };
  }
  return Object.keys(values).length === 0 ? {} : { parameterValues: values };
}

/** The key of the parameter that names the data gateway, in every connector that has one. */
const GATEWAY = "gateway";

const NO_PATH: TextRule = {
  what: "the name of a connector",
  pattern: /^[^/\s]+$/,
  words: "neither slashes nor spaces, as in the last part of the managed API's id",
};

/** Every problem of a connector, found below `path`. */
export function checkConnector(path: string, { api, authentication }: Connector): Issue[] {
  const at = `${path}.authentication`;
  const issues = checkText(`${path}.api`, api, NO_PATH);
  if (authentication.kind !== "given") return issues;
  const { parameters = {}, secrets = {}, dataGatewayId } = authentication;
  for (const key of Object.keys(secrets)) {
    if (key in parameters) {
      issues.push({
        path: `${at}.secrets.${key}`,
        rule: "a parameter is given once",
        fix: `leave ${key} out of parameters, where it would not be kept secret`,
      });
    }
  }
  if (GATEWAY in parameters || GATEWAY in secrets) {
    issues.push({
      path: `${at}.${GATEWAY in parameters ? "parameters" : "secrets"}.${GATEWAY}`,
      rule: "a data gateway is named by its ARM id",
      fix: "give it as dataGatewayId",
    });
  }
  if (typeof dataGatewayId === "string") {
    issues.push(...checkText(`${at}.dataGatewayId`, dataGatewayId, DATA_GATEWAY_ID));
  }
  return issues;
}

const DATA_GATEWAY_ID = resourceIdRule(
  "the ARM id of an on-premises data gateway",
  "Microsoft.Web/connectionGateways",
);
