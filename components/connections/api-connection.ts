import * as authorization from "@pulumi/azure-native/authorization";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkText, requireValid } from "../validation";
import { checkConnector, connectorProperties, type Connector } from "./connectors";

export interface ApiConnectionArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** 1 to 80 letters, digits, hyphens and underscores, the first a letter or digit. */
  readonly connectionName: string;
  /** Azure region, the same as that of the workflows that use it, e.g. `westeurope`. */
  readonly location: string;
  readonly connector: Connector;
  /** What people see. @default the connection's name */
  readonly displayName?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What only a person can do. */
export interface Consent {
  /** Whether nobody has signed in yet, as far as Azure said when it was last asked: `pulumi refresh` asks again. */
  readonly needed: boolean;
  /** Where to do it: the page "Edit API connection" in the portal, then Authorize and Save. */
  readonly link: string;
}

/** The version that knows every way of authentication: https://github.com/Azure/azure-rest-api-specs/issues/19459. */
const API_VERSION = "2018-07-01-preview";

/**
 * What Azure answers in `properties`, and nobody asks for: a refresh would take what has changed there, e.g. a consent or
 * the connector's icon, for what the program wants to undo.
 */
const ANSWERED = [
  "api.brandColor",
  "api.description",
  "api.displayName",
  "api.iconUri",
  "authenticatedUser",
  "changedTime",
  "connectionState",
  "overallStatus",
  "statuses",
];

/**
 * A managed connection of Logic Apps Consumption: what a workflow's `ApiConnection` actions and triggers call through.
 *
 * It is an untyped resource, as azure-native's own `web.Connection` has no managed identities and no data gateway
 * (https://github.com/pulumi/pulumi-azure-native/issues/2069).
 *
 * @example
 * ```ts
 * new ApiConnection("orders-bus", {
 *   resourceGroupName: group.name,
 *   connectionName: "con-orders-bus",
 *   location: "westeurope",
 *   connector: serviceBusConnector("sb-contoso"),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class ApiConnection extends pulumi.ComponentResource {
  readonly connectionName: string;
  readonly location: string;
  /** ARM id of the connection. */
  readonly id: pulumi.Output<string>;
  /** ARM id of the connector in its region: the managed API. */
  readonly apiId: pulumi.Output<string>;
  /** Whether the workflow calls as its managed identity. */
  readonly byManagedIdentity: boolean;
  /** The consent that a person has to give; `undefined` where none has to. */
  readonly consent: pulumi.Output<Consent> | undefined;
  readonly resource: resources.Resource;

  constructor(name: string, args: ApiConnectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:ApiConnection", name, {}, opts);
    requireValid(this, "ApiConnection", name, validateApiConnection(args));

    const { connectionName, connector, location } = args;
    const { subscriptionId, tenantId } = outputsOf(authorization.getClientConfigOutput({ parent: this }));
    this.connectionName = connectionName;
    this.location = location;
    this.byManagedIdentity = connector.authentication.kind === "managedIdentity";
    this.apiId = pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Web/locations/${location}/managedApis/${connector.api}`;
    this.resource = new resources.Resource(
      `${name}-connection`,
      {
        resourceGroupName: args.resourceGroupName,
        resourceProviderNamespace: "Microsoft.Web",
        parentResourcePath: "",
        resourceType: "connections",
        resourceName: connectionName,
        apiVersion: API_VERSION,
        location,
        // What Consumption workflows use; V2 is Standard's.
        kind: "V1",
        properties: {
          api: { id: this.apiId },
          displayName: args.displayName ?? connectionName,
          ...connectorProperties(connector),
        },
        tags: args.tags,
      },
      { parent: this, ignoreChanges: ANSWERED.map((property) => `properties.${property}`) },
    );
    this.id = this.resource.id;
    this.consent =
      connector.authentication.kind === "consent"
        ? pulumi
            .all([this.id, tenantId, this.resource.properties as pulumi.Output<unknown>])
            .apply(([id, tenant, answered]): Consent => ({
              needed: !isConnected(answered),
              link: `https://portal.azure.com/#@${tenant}/resource${id}/edit`,
            }))
        : undefined;
    this.registerOutputs({ id: this.id, consent: this.consent });
  }
}

function outputsOf(config: pulumi.Output<authorization.GetClientConfigResult>) {
  return {
    subscriptionId: config.apply(({ subscriptionId }) => subscriptionId),
    tenantId: config.apply(({ tenantId }) => tenantId),
  };
}

/** Azure says `Error` and `Unauthenticated` until somebody has signed in, and `Connected` then. */
function isConnected(answered: unknown): boolean {
  return (answered as { readonly overallStatus?: unknown } | null)?.overallStatus === "Connected";
}

/**
 * The links that a person still has to follow, by the name of the connection: for the outputs of a stack. It is empty
 * when nothing is left to do.
 */
export function consentLinks(
  connections: readonly ApiConnection[],
): pulumi.Output<Readonly<Record<string, string>>> {
  const asked = connections.flatMap(({ connectionName, consent }) =>
    consent === undefined ? [] : [consent.apply((known) => ({ connectionName, ...known }))],
  );
  return pulumi
    .all(asked)
    .apply((known) =>
      Object.fromEntries(
        known.filter(({ needed }) => needed).map(({ connectionName, link }) => [connectionName, link]),
      ),
    );
}

/** Every problem of the arguments of an {@link ApiConnection}. */
function validateApiConnection({ connectionName, connector }: ApiConnectionArgs): Issue[] {
  return [
    // No page of Azure's gives the limits: within these, names are known to work.
    ...checkText("connectionName", connectionName, {
      what: "a connection's name",
      pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/,
      words: "1 to 80 letters, digits, hyphens and underscores, the first a letter or digit",
    }),
    ...checkConnector("connector", connector),
  ];
}
