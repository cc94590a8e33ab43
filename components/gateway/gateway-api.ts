import type { ApiArgs } from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import {
  forwardRequest,
  policyDocument,
  rewriteUri,
  setBackendService,
  setHeader,
  setMethod,
  withoutBase,
  type PolicyDocument,
  type Statement,
} from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import type { ApiContract } from "../contracts";
import { triggerSignature } from "../request-trigger";
import { checkReason, checkText, requireValid } from "../validation";
import { accessArgs, ACCESS_DEFAULTS, validateAccess, withoutKey, type ApiAccess } from "./api-access";
import { createPart, deployParts, type ApiPart } from "./api-part";
import {
  authenticationOf,
  findTrigger,
  operationsOf,
  resolveSource,
  unknownOperation,
  validateSource,
  type AnsweredContract,
  type ApiSource,
  type WorkflowOperation,
} from "./api-source";
import { validateTokens, type Anonymous } from "./api-tokens";
import type { GatewayAuthorizationServer } from "./authorization-server";
import { httpsOnly } from "./address";
import { GatewayBackend, sendTo, type BackendTarget } from "./backend";
import { checkId, childOf, createUntyped, idOn } from "./child";
import { GatewayNamedValue } from "./named-value";
import type { GatewayOpenIdProvider } from "./open-id-provider";
import { policyArgs, validatePolicy } from "./policy-text";
import type { GatewayReference } from "./reference";
import type { GatewayTag } from "./tag";
import { diagnostic, hideKeys, TRACING_ID, validateTracing, type Tracing } from "./tracing";
import type { GatewayVersionSet } from "./version-set";
import { WriteOrder } from "./write-order";

/** One of the versions that stand side by side. */
export interface ApiVersion {
  readonly set: GatewayVersionSet;
  /** What clients send, e.g. `v2`: 1 to 100 letters, digits, dots, hyphens and underscores. */
  readonly name: string;
}

/** Where the portal's test console signs developers in before they try the API. */
export type ApiSignIn =
  | {
      /** One of this program, or of another: that one stands already. */
      readonly authorizationServer: Pick<GatewayAuthorizationServer, "authorizationServerId"> &
        Partial<Pick<GatewayAuthorizationServer, "resource">>;
      /** Scopes that the console asks for, separated by spaces. @default those of the server */
      readonly scope?: pulumi.Input<string>;
    }
  | { readonly openIdProvider: GatewayOpenIdProvider };

/** What an API does, at one point of its life. */
export type ApiRevision = ApiSource & {
  /** What is different from the revision before, for the change log; at most 256 characters. @default nothing */
  readonly change?: string;
  /** Policy of every operation. It validates tokens, if the operations' own policies do not: docs/tokens.md. */
  readonly policy: PolicyDocument;
  /** Policies of single operations, by operation id. @default none but what a workflow needs */
  readonly operationPolicies?: Readonly<Record<string, PolicyDocument>>;
  /**
   * That it validates no tokens: whoever has a key may call, or everybody, where `access` asks for none. @default every
   * operation validates tokens
   */
  readonly anonymous?: Anonymous;
};

/**
 * Several states of an API, of which one answers under its path. The others answer under `<path>;rev=<n>`, so that one
 * can be tried before it is released, and the one before is still there to go back to.
 */
export interface ApiRevisions {
  /**
   * By number, from 1. A revision that was released is best left as it is; make a new one. Before an API goes back to
   * having none, make revision 1 current: Azure deletes no revision that is.
   */
  readonly revisions: Readonly<Record<number, ApiRevision>>;
  /** The number of the revision that answers. Rolling back is writing the old number. */
  readonly currentRevision: number;
}

export interface ApiSettings {
  readonly gateway: GatewayReference;
  /** Path below the gateway's address, e.g. `orders`; unique on the gateway, but for versions of one set. */
  readonly path: string;
  /**
   * What the portal calls it, 1 to 300 characters. All revisions share it: Azure refuses a new revision that differs, so
   * change it in an update of its own. @default the title of the first revision's contract
   */
  readonly displayName?: string;
  /** What the portal says of it; shared as `displayName` is. @default the description of the first revision's contract */
  readonly description?: string;
  /** @default it has no versions */
  readonly version?: ApiVersion;
  /** @default a subscription */
  readonly access?: ApiAccess;
  /** @default developers paste their token */
  readonly signIn?: ApiSignIn;
  /** Tracing that differs from that of all APIs. @default as all APIs */
  readonly tracing?: Tracing;
  /**
   * Why the service gets the client's token, e.g. `it validates tokens itself`. Whoever has it can call this gateway.
   * @default the token stays at the gateway
   */
  readonly forwardsToken?: { readonly because: string };
  /** Words by which the portal groups it, by a key of your choice. @default none */
  readonly tags?: Readonly<Record<string, GatewayTag>>;
  /**
   * How a revision is written: as typed resources, or by one template deployment, should Azure ever refuse the escaped
   * `;rev=` of azure-native's addresses. A template shows no single change in a preview, sees no drift, and deletes
   * nothing. Not to be changed for an API that stands: Pulumi would write it in one way, then delete what it was in the
   * other. @default "resources"
   */
  readonly writtenBy?: "resources" | "deployment";
  /**
   * That the API was made by hand and imported (docs/gateway.md): what Azure does not tell of it, its contract, and what
   * Azure tells beyond what is said here, is left as it is, and its policy is the one that is said, with nothing added to
   * keep keys and tokens from the service, so that the import changes nothing. Remove it before the first release of another
   * revision: the API and its policy are then updated in place to what they are without it. @default false
   */
  readonly imported?: boolean;
}

export type GatewayApiArgs = ApiSettings & (ApiRevision | ApiRevisions);

/** What {@link GatewayApi} assumes where its arguments say nothing. */
const GATEWAY_API_DEFAULTS = {
  writtenBy: "resources",
  imported: false,
} as const satisfies Partial<ApiSettings>;

/** Seconds after which Logic Apps gives up a synchronous call (https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration). */
const WORKFLOW_TIMEOUT_SECONDS = 120;

/** The client's token stays at the gateway. */
const WITHOUT_TOKEN: readonly Statement<"inbound">[] = [
  setHeader({ name: "Authorization", existsAction: "delete" }),
];

/** Version of the trigger's endpoint. */
const TRIGGER_API_VERSION = "2016-10-01";

/**
 * An API on the gateway: its contract, who answers it, its policies, its revisions. The component's name is its id.
 *
 * Azure refuses parallel writes to one API, so its children are created one after the other. Every revision has an id of
 * its own, `<name>;rev=<n>`, also the first and the current one: the plain id is another name of whichever is current,
 * and would point elsewhere after a release. The current revision comes first and goes last, because Azure deletes it
 * only when it is the only one (https://github.com/Azure/apiops/issues/184).
 *
 * @example
 * ```ts
 * new GatewayApi("orders", {
 *   gateway,
 *   path: "orders",
 *   contract: await readOpenApiContract("integrations/orders/openapi.yaml"),
 *   backend: { kind: "workflows", operations: { placeOrder: { workflow: placeOrder } } },
 *   policy: policyDocument({ scope: "api", inbound: [requireToken(registration.tokens(tenantId))] }),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayApi extends pulumi.ComponentResource {
  /** Id of the API, whichever revision is current. */
  readonly apiId: string;
  /** Address for clients. */
  readonly url: pulumi.Output<string>;
  /** Writes to this API, one after the other. */
  readonly order: WriteOrder;

  constructor(
    private readonly apiName: string,
    private readonly args: GatewayApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:GatewayApi", apiName, {}, opts);
    const revisions = revisionsOf(args);
    requireValid(this, "GatewayApi", apiName, validateGatewayApi(apiName, args, revisions));

    const { gateway, version } = args;
    this.apiId = apiName;
    this.order = version?.set.order ?? new WriteOrder();
    const shared = sharedText(args, revisions[0]);
    for (const revision of currentFirst(args, revisions)) {
      this.write(revision.number, this.partsOf(revision, shared));
    }
    this.release();

    gateway.inventory.add("api", apiName, this);
    gateway.inventory.addPath(args.path, version && { set: version.set.versionSetId, version: version.name });
    this.url = pulumi.interpolate`${gateway.url}/${pathForClients(args)}`;
    this.registerOutputs({ apiId: this.apiId, url: this.url });
  }

  /** The resources of a revision, in the order in which Azure takes them. */
  private partsOf({ number, content, source }: Revision, shared: SharedText): ApiPart[] {
    const { gateway, tracing, tags = {} } = this.args;
    const apiId = revisionId(this.apiName, number);
    const backends = this.createBackends(number, source);
    const keyKept = withoutKey(this.args.access ?? ACCESS_DEFAULTS);
    const policy = this.args.imported ? content.policy : this.toTarget(content.policy, source, keyKept);
    const operationPolicies = Object.entries(
      withWorkflows(content.operationPolicies, source, backends, keyKept),
    );
    return [
      {
        kind: "api",
        args: { ...this.apiArgs(number, content, source), ...shared },
        dependsOn: signsInAt(this.args.signIn),
      },
      ...contentParts(apiId, source.contract),
      {
        kind: "policy",
        args: { apiId, ...policyArgs(this.childName("policy", number), policy, gateway) },
      },
      ...operationPolicies.map(([id, document]): ApiPart => ({
        kind: "operationPolicy",
        key: id,
        args: {
          apiId,
          operationId: azureOperationId(id),
          ...policyArgs(this.childName("policy", number, id), document, gateway),
        },
      })),
      ...(tracing
        ? [
            {
              kind: "tracing",
              args: { apiId, diagnosticId: TRACING_ID, ...diagnostic(hideKeys(tracing, this.args.access)) },
              dependsOn: [tracing.logger.resource],
            } as const,
          ]
        : []),
      ...Object.values(tags).map(({ tagId, resource }): ApiPart => ({
        kind: "tag",
        key: tagId,
        args: { apiId, tagId },
        dependsOn: [resource],
      })),
    ];
  }

  private apiArgs(
    number: number,
    { change }: ApiRevision,
    { contract, backend }: AnsweredContract,
  ): Extract<ApiPart, { kind: "api" }>["args"] {
    const { gateway, path, version, signIn } = this.args;
    return {
      apiId: revisionId(this.apiName, number),
      apiRevision: String(number),
      apiRevisionDescription: change,
      path,
      protocols: ["https"],
      ...accessArgs(this.args.access ?? ACCESS_DEFAULTS),
      authenticationSettings: signIn && signInSettings(signIn),
      ...(version && {
        apiVersion: version.name,
        apiVersionSetId: idOn(gateway, `apiVersionSets/${version.set.versionSetId}`),
      }),
      termsOfServiceUrl: contract.termsOfServiceUrl,
      contact: contract.contact,
      license: contract.license,
      ...importArgs(contract),
      serviceUrl: this.serviceUrl(contract, backend),
    };
  }

  /**
   * Nobody answers before the policy stands, which names the service. The exceptions are GraphQL, whose service Azure asks
   * by itself, and an imported API, whose policy may rely on it.
   */
  private serviceUrl(contract: ApiContract, backend: AnsweredContract["backend"]): ApiArgs["serviceUrl"] {
    const { imported } = this.args;
    if (backend.kind === "service" && (imported || contract.kind === "graphql")) {
      return httpsOnly(this.apiName, backend.url);
    }
    return imported ? undefined : "https://unanswered.invalid";
  }

  /** One backend for each workflow, so that a workflow deployed anew changes its backend and nothing else. */
  private createBackends(
    number: number,
    { backend }: AnsweredContract,
  ): Readonly<Record<string, WorkflowTarget>> {
    if (backend.kind !== "workflows") return {};
    const { gateway } = this.args;
    return Object.fromEntries(
      Object.entries(backend.operations).map(([operationId, operation]) => {
        const id = workflowBackendId(this.apiName, number, operationId);
        const authentication = authenticationOf(operation);
        const target = new GatewayBackend(
          id,
          {
            gateway,
            url: pulumi.interpolate`${operation.workflow.endpoint}/triggers`,
            description: `The workflow that answers ${operationId}`,
            credentials:
              authentication.kind === "signature"
                ? { kind: "unauthenticated", because: authentication.because }
                : {
                    kind: "managedIdentity",
                    resource: pulumi.interpolate`api://${gateway.caller.audience}`,
                  },
          },
          { parent: this },
        );
        const signature =
          authentication.kind === "signature" ? this.createSignature(id, operation) : undefined;
        return [operationId, { ...operation, target, signature }];
      }),
    );
  }

  private createSignature(backendId: string, operation: WorkflowOperation): GatewayNamedValue {
    return new GatewayNamedValue(
      signatureName(backendId),
      {
        gateway: this.args.gateway,
        secretValue: triggerSignature(operation.workflow.workflow, findTrigger(operation)?.name ?? ""),
      },
      { parent: this },
    );
  }

  /** The policy of an API, which sends what it lets through to the API's backend, without what is the gateway's business. */
  private toTarget(
    policy: PolicyDocument,
    { contract, backend }: AnsweredContract,
    keyKept: readonly Statement<"inbound">[],
  ): PolicyDocument {
    if (backend.kind === "workflows") return policy;
    const tokenKept = this.args.forwardsToken ? [] : WITHOUT_TOKEN;
    const target =
      backend.kind === "backend"
        ? sendTo(backend.target)
        : contract.kind === "graphql"
          ? []
          : [setBackendService({ baseUrl: httpsOnly(this.apiName, backend.url) })];
    return { ...policy, inbound: [...(policy.inbound ?? []), ...keyKept, ...tokenKept, ...target] };
  }

  private write(number: number, parts: readonly ApiPart[]): void {
    const {
      gateway,
      writtenBy = GATEWAY_API_DEFAULTS.writtenBy,
      imported = GATEWAY_API_DEFAULTS.imported,
    } = this.args;
    if (writtenBy === "deployment") {
      const needed = parts.flatMap(({ dependsOn = [] }) => dependsOn);
      this.order.next((after) =>
        deployParts(
          parts,
          this.childName("revision", number),
          gateway,
          childOf(this, gateway, { dependsOn: [...after, ...needed] }),
        ),
      );
      return;
    }
    for (const part of parts) {
      const { kind, key, dependsOn = [] } = part;
      this.order.next((after) =>
        createPart(
          part,
          this.childName(ROLES[kind], number, key),
          gateway,
          childOf(this, gateway, {
            dependsOn: [...after, ...dependsOn],
            ...(part.kind === "api" && {
              ignoreChanges: imported ? incomparable(part.args) : kept(part.args),
            }),
          }),
        ),
      );
    }
  }

  /**
   * Makes the current revision answer. The name has its number in it, because Azure heeds each release once: a change
   * makes a new one, and deletes the record of the old one, which changes nothing.
   */
  private release(): void {
    const { args } = this;
    if (!("revisions" in args)) return;
    const { gateway, currentRevision, revisions } = args;
    this.order.next((after) =>
      createUntyped(
        this.childName("release", currentRevision),
        gateway,
        {
          below: `/apis/${this.apiId}`,
          type: "releases",
          id: `revision-${currentRevision}`,
          properties: {
            apiId: idOn(gateway, `apis/${revisionId(this.apiName, currentRevision)}`),
            notes: revisions[currentRevision]?.change,
          },
        },
        childOf(this, gateway, { dependsOn: [...after] }),
      ),
    );
  }

  private childName(role: string, number: number, key?: string): string {
    return [this.apiName, role, number, key].filter((part) => part !== undefined).join("-");
  }
}

/** What Azure takes and never answers (https://learn.microsoft.com/rest/api/apimanagement/apis/get). */
const WRITE_ONLY = [
  "format",
  "soapApiType",
  "translateRequiredQueryParametersConduct",
  "value",
  "wsdlSelector",
] as const satisfies readonly (keyof ApiArgs)[];

/** What Azure answers whether it was asked for or not; azure-native takes it for an input of what it imports. */
const ANSWERED = [
  "apiType",
  "apiVersionSet",
  "authenticationSettings",
  "contact",
  "description",
  "isCurrent",
  "license",
  "subscriptionKeyParameterNames",
  "termsOfServiceUrl",
] as const satisfies readonly (keyof ApiArgs)[];

/** The properties in which an imported API cannot be compared with what is said of it. */
function incomparable(args: Partial<ApiArgs>): string[] {
  return [...WRITE_ONLY, ...ANSWERED.filter((property) => args[property] === undefined)];
}

/**
 * What an update keeps: the address in the policy is the one that counts, and an API that was imported would answer nobody
 * from the moment that it loses its own until its policy is updated.
 */
function kept({ apiType }: Partial<ApiArgs>): string[] {
  return apiType === "graphql" ? [] : ["serviceUrl"];
}

/** What the parts of a revision are called in the names of their resources. */
const ROLES: Readonly<Record<ApiPart["kind"], string>> = {
  api: "api",
  operation: "operation",
  operationPolicy: "policy",
  policy: "policy",
  schema: "schema",
  tag: "tag",
  tracing: "tracing",
};

/** A workflow, with the backend that stands for it on the gateway. */
interface WorkflowTarget extends WorkflowOperation {
  readonly target: BackendTarget;
  /** With what the trigger is called, where it is not the gateway's identity. */
  readonly signature: GatewayNamedValue | undefined;
}

/** The id of a revision. */
function revisionId(apiName: string, number: number): string {
  return `${apiName};rev=${number}`;
}

/** Azure spells the ids of imported operations in lower case (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions). */
function azureOperationId(operationId: string): string {
  return operationId.toLowerCase();
}

function workflowBackendId(apiName: string, number: number, operationId: string): string {
  return `${apiName}-${number}-${operationId}`;
}

function signatureName(backendId: string): string {
  return `${backendId}-signature`;
}

/** A revision, with where it comes from. */
interface Revision {
  readonly number: number;
  readonly content: ApiRevision;
  readonly source: AnsweredContract;
}

/** The revisions of an API by ascending number; what has none is the first. */
function revisionsOf(args: GatewayApiArgs): Revision[] {
  const revisions = "revisions" in args ? args.revisions : { 1: args };
  return Object.entries(revisions).map(([number, content]) => ({
    number: Number(number),
    content,
    source: resolveSource(content),
  }));
}

function currentFirst(args: GatewayApiArgs, revisions: readonly Revision[]): Revision[] {
  const current = "revisions" in args ? args.currentRevision : 1;
  return [
    ...revisions.filter(({ number }) => number === current),
    ...revisions.filter(({ number }) => number !== current),
  ];
}

/** What all revisions share. */
type SharedText = Pick<ApiArgs, "displayName" | "description">;

function sharedText(args: GatewayApiArgs, first: Revision | undefined): SharedText {
  const contract = first?.source.contract;
  return {
    displayName: args.displayName ?? contract?.title,
    // Left out, each revision would have that of its own contract, and Azure refuse the second.
    description: args.description ?? contract?.description ?? (args.imported ? undefined : ""),
  };
}

function pathForClients({ path, version }: GatewayApiArgs): string {
  return version?.set.scheme.kind === "segment" ? `${path}/${version.name}` : path;
}

/** Azure refuses an API that names a server or provider which is not there. */
function signsInAt(signIn: ApiSignIn | undefined): pulumi.Resource[] {
  if (!signIn) return [];
  const { resource } = "authorizationServer" in signIn ? signIn.authorizationServer : signIn.openIdProvider;
  return resource ? [resource] : [];
}

function signInSettings(signIn: ApiSignIn) {
  return "authorizationServer" in signIn
    ? {
        oAuth2AuthenticationSettings: [
          { authorizationServerId: signIn.authorizationServer.authorizationServerId, scope: signIn.scope },
        ],
      }
    : {
        openidAuthenticationSettings: [
          {
            openidProviderId: signIn.openIdProvider.openIdProviderId,
            bearerTokenSendingMethods: ["authorizationHeader"],
          },
        ],
      };
}

/** What Azure imports, or that there is nothing to import. */
function importArgs(contract: ApiContract) {
  switch (contract.kind) {
    case "rest":
      return contract.import;
    case "soap": {
      const type = contract.mode === "rest" ? "http" : "soap";
      return {
        ...contract.import,
        apiType: type,
        soapApiType: type,
        wsdlSelector: {
          wsdlServiceName: contract.selector.service,
          wsdlEndpointName: contract.selector.endpoint,
        },
      };
    }
    case "graphql":
      return { apiType: "graphql", soapApiType: "graphql" };
    case "operations":
      return {};
  }
}

/** What of a contract Azure does not import. */
function contentParts(apiId: string, contract: ApiContract): ApiPart[] {
  switch (contract.kind) {
    case "graphql":
      return [
        {
          kind: "schema",
          args: {
            apiId,
            schemaId: "graphql",
            contentType: "application/vnd.ms-azure-apim.graphql.schema",
            value: contract.schema,
          },
        },
      ];
    case "operations":
      return contract.operations.map(({ id, method, path, requestSchema: _, ...rest }) => ({
        kind: "operation",
        key: id,
        args: { apiId, operationId: azureOperationId(id), method, urlTemplate: path, ...rest },
      }));
    case "rest":
    case "soap":
      return [];
  }
}

/** The given operation policies, followed by what brings an operation to its workflow. */
function withWorkflows(
  own: Readonly<Record<string, PolicyDocument>> = {},
  { backend }: AnsweredContract,
  targets: Readonly<Record<string, WorkflowTarget>>,
  keyKept: readonly Statement<"inbound">[],
): Readonly<Record<string, PolicyDocument>> {
  if (backend.kind !== "workflows") return own;
  return {
    ...own,
    ...Object.fromEntries(
      Object.entries(targets).map(([operationId, target]) => [
        operationId,
        toWorkflow(target, own[operationId], keyKept),
      ]),
    ),
  };
}

/**
 * Sends a request to a workflow's trigger in the gateway's own name: the client's token and key stay here, as Azure answers
 * a call with a token and a signature by an error. The trigger's method may differ from the operation's; its relative path
 * takes the operation's parameters.
 */
function toWorkflow(
  operation: WorkflowTarget,
  own: PolicyDocument | undefined,
  keyKept: readonly Statement<"inbound">[],
): PolicyDocument {
  const { target, signature } = operation;
  const trigger = findTrigger(operation);
  // As in the policy of a logic app that is imported: https://learn.microsoft.com/azure/api-management/import-logic-app-as-api
  const signed = signature
    ? `&sp=/triggers/${trigger?.name ?? ""}/run&sv=1.0&sig=${signature.reference}`
    : "";
  const path = trigger?.relativePath ? `/${trigger.relativePath.replace(/^\//, "")}` : "";
  return policyDocument({
    ...own,
    scope: "operation",
    inbound: [
      ...(own?.inbound ?? []),
      ...keyKept,
      // A token of the gateway's own takes the place of the client's.
      ...(signature ? WITHOUT_TOKEN : []),
      ...sendTo(target),
      rewriteUri({
        template: `/${trigger?.name ?? ""}/paths/invoke${path}?api-version=${TRIGGER_API_VERSION}${signed}`,
        copyUnmatchedParams: false,
      }),
      setMethod(trigger?.method ?? "POST"),
    ],
    backend: withoutBase("the section holds one policy, and a workflow has its own timeout", [
      forwardRequest({ timeout: WORKFLOW_TIMEOUT_SECONDS }),
    ]),
  });
}

/** Every problem of the arguments of a {@link GatewayApi}. */
function validateGatewayApi(name: string, args: GatewayApiArgs, revisions: readonly Revision[]): Issue[] {
  const { gateway, path, version, displayName, access, tracing, forwardsToken } = args;
  return [
    ...checkId(gateway, "api", name),
    // https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update
    ...checkText("path", path, {
      what: "a path",
      pattern: /^(?!\/)[^*#&+:<>?]{0,399}[^*#&+:<>?/]$/,
      words: "1 to 400 characters without slash at either end and without any of * # & + : < > ?",
    }),
    ...gateway.inventory.checkPath(path, version && { set: version.set.versionSetId, version: version.name }),
    ...(version
      ? checkText("version.name", version.name, {
          what: "a version",
          pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
          words: "1 to 100 letters, digits, dots, hyphens and underscores",
        })
      : []),
    ...(displayName === undefined
      ? []
      : checkText("displayName", displayName, {
          what: "an API's display name",
          pattern: /^.{1,300}$/s,
          words: "1 to 300 characters",
        })),
    ...validateAccess(access, tracing !== undefined),
    ...(forwardsToken
      ? checkReason(
          "forwardsToken.because",
          forwardsToken.because,
          "a service that gets the client's token",
          "leave it out",
        )
      : []),
    ...(tracing ? validateTracing("tracing", tracing) : []),
    ...validateImported(args),
    ...validateRevisions(name, args, revisions),
  ];
}

function validateImported({ imported, writtenBy }: GatewayApiArgs): Issue[] {
  if (imported !== true || writtenBy !== "deployment") return [];
  return [
    {
      path: "imported",
      rule: "a template deployment writes an API whole, and cannot leave its contract as it is",
      received: received(imported),
      fix: 'leave out writtenBy: "deployment"',
    },
  ];
}

function validateRevisions(name: string, args: GatewayApiArgs, revisions: readonly Revision[]): Issue[] {
  if (!("revisions" in args)) {
    return revisions.flatMap((revision) => validateRevision("", name, revision, args));
  }
  const { currentRevision } = args;
  const numbers = revisions.map(({ number }) => number);
  const issues: Issue[] = [];
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < 1) {
      issues.push({
        path: "revisions",
        rule: "revisions are numbered from 1",
        received: received(number),
        fix: "number it by a whole number",
      });
    }
  }
  if (!numbers.includes(currentRevision)) {
    issues.push({
      path: "currentRevision",
      rule: `it is one of the revisions, ${numbers.join(", ")}`,
      received: received(currentRevision),
      fix: "name one that is there",
    });
  }
  return [
    ...issues,
    ...revisions.flatMap((revision) =>
      validateRevision(`revisions.${revision.number}.`, name, revision, args),
    ),
  ];
}

function validateRevision(
  path: string,
  name: string,
  { number, content, source }: Revision,
  args: ApiSettings,
): Issue[] {
  const { gateway } = args;
  const issues = [
    ...validateSource(path, content, Object.keys(content.operationPolicies ?? {})),
    ...validatePolicy(`${path}policy`, content.policy, "api", gateway),
    ...validateOperationPolicies(
      `${path}operationPolicies`,
      content.operationPolicies,
      source.contract,
      gateway,
    ),
    ...validateTokens(path, content, source.contract, gateway.inventory),
  ];
  // https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update
  if (content.change !== undefined && content.change.length > 256) {
    issues.push({
      path: `${path}change`,
      rule: "what changed is told in at most 256 characters",
      received: received(content.change.length),
      fix: "shorten it",
    });
  }
  const deployment = `${name}-revision-${number}`;
  // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
  if (args.writtenBy === "deployment" && deployment.length > 64) {
    issues.push({
      path: "name",
      rule: "the name of a template deployment has at most 64 characters",
      received: received(deployment),
      fix: "choose a shorter name for the API",
    });
  }
  if (source.backend.kind === "workflows") {
    for (const [operationId, operation] of Object.entries(source.backend.operations)) {
      const id = workflowBackendId(name, number, operationId);
      const bySignature = authenticationOf(operation).kind === "signature";
      const problems = [
        ...checkId(gateway, "backend", id),
        ...(bySignature ? checkId(gateway, "namedValue", signatureName(id)) : []),
      ];
      issues.push(
        ...problems.map((issue) => ({ ...issue, path: `${path}backend.operations.${operationId}` })),
      );
    }
  }
  return issues;
}

function validateOperationPolicies(
  path: string,
  policies: Readonly<Record<string, PolicyDocument>> = {},
  contract: ApiContract,
  gateway: GatewayReference,
): Issue[] {
  const given = Object.entries(policies);
  if (given.length > 0 && (contract.kind === "soap" || contract.kind === "graphql")) {
    return [
      {
        path,
        rule:
          contract.kind === "soap"
            ? "Azure gives the operations of a WSDL new ids at every import, so that no policy can be put on one"
            : "a GraphQL API has no operations",
        received: received(given.map(([id]) => id)),
        fix: "tell operations apart in the policy of the API",
      },
    ];
  }
  return given.flatMap(([operationId, document]) => [
    ...unknownOperation(`${path}.${operationId}`, operationId, operationsOf(contract)),
    ...validatePolicy(`${path}.${operationId}`, document, "operation", gateway),
  ]);
}
