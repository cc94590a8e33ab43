import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import {
  authenticationManagedIdentity,
  forwardRequest,
  policyDocument,
  rewriteUri,
  setBackendService,
  setHeader,
  setMethod,
  withoutBase,
  type PolicyDocument,
} from "../policies/gateway";
import { formatIssues, received, type Issue } from "../validation/issue";
import type { ApiContract, ApiOperation } from "./api-contract";
import type { GatewayReference } from "./gateway-reference";
import type { LogicAppWorkflow } from "./logic-app-workflow";
import { policyText, validatePolicy } from "./policy-text";
import { retryRefusedWrites } from "./retry";
import { checkText, requireValid } from "./validation";
import { contractOfWorkflow, operationIdOf } from "./workflow-contract";

/** A web service that answers every operation at the contract's paths below this address. */
export interface ServiceBackend {
  readonly kind: "service";
  /** https address, without trailing slash. */
  readonly url: pulumi.Input<string>;
}

/** Workflows, each answering one operation through its request trigger. */
export interface WorkflowBackend {
  readonly kind: "workflows";
  /** By operation id of the contract; every operation has one. */
  readonly operations: Readonly<Record<string, WorkflowOperation>>;
}

/** The request trigger that answers an operation. */
export interface WorkflowOperation {
  readonly workflow: LogicAppWorkflow;
  /** Name of the trigger. @default the workflow's only request trigger */
  readonly trigger?: string;
}

/** What developers subscribe to in order to call the API. */
export interface ApiProduct {
  /** 1 to 80 letters, digits and hyphens. */
  readonly id: string;
  /** What the portal calls it, 1 to 300 characters. */
  readonly displayName: string;
  /** What the portal says of it, at most 1,000 characters. */
  readonly description: string;
  /** What a subscriber agrees to. @default nothing */
  readonly terms?: string;
  /** Whether an administrator must approve a subscription. @default true */
  readonly approvalRequired?: boolean;
  /** Groups that see it in the portal. @default ["developers"] */
  readonly groups?: readonly string[];
}

/** Where an API comes from: a contract and who answers it, or a workflow that is both. */
export type ApiSource =
  | { readonly contract: ApiContract; readonly backend: ServiceBackend | WorkflowBackend }
  | { readonly workflow: LogicAppWorkflow; readonly title: string };

export type GatewayApiArgs = ApiSource & {
  readonly gateway: GatewayReference;
  /** Path below the gateway's address, e.g. `orders`; unique on the gateway. */
  readonly path: string;
  /** Policy of every operation. Without one that validates tokens, an API is open to whoever has a subscription. */
  readonly policy: PolicyDocument;
  /** Policies of single operations, by operation id. @default none but what a workflow needs */
  readonly operationPolicies?: Readonly<Record<string, PolicyDocument>>;
  /** @default none: only subscriptions for all APIs reach it */
  readonly product?: ApiProduct;
};

/** What {@link GatewayApi} assumes where its arguments say nothing. */
export const GATEWAY_API_DEFAULTS = { approvalRequired: true, groups: ["developers"] } as const;

/** Seconds after which Logic Apps gives up a synchronous call (https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration). */
const WORKFLOW_TIMEOUT_SECONDS = 120;

/** Version of the trigger's endpoint. */
const TRIGGER_API_VERSION = "2016-10-01";

/**
 * An API on the gateway: its contract, who answers it, its policies and the product that it is sold in.
 *
 * Azure refuses parallel writes to one API, so its children are created one after the other: API, backends, policy,
 * operation policies, and last the product, so that nobody calls the API before its policies stand.
 *
 * @example
 * ```ts
 * new GatewayApi("orders", {
 *   gateway,
 *   path: "orders",
 *   contract: await readOpenApiContract("integrations/orders/openapi.yaml"),
 *   backend: { kind: "workflows", operations: { placeOrder: { workflow: placeOrder } } },
 *   policy: policyDocument({ scope: "api", inbound: [validateAzureAdToken({ tenantId, audiences: [api.clientId] })] }),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayApi extends pulumi.ComponentResource {
  readonly api: apimanagement.Api;
  /** Address for clients. */
  readonly url: pulumi.Output<string>;

  /** What the next write to this API waits for. */
  private previousWrite: pulumi.Resource[] = [];

  constructor(
    private readonly apiName: string,
    private readonly args: GatewayApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:GatewayApi", apiName, {}, opts);
    requireValid(this, "GatewayApi", apiName, validateGatewayApi(args));

    const source = resolveSource(args);
    const backends = this.createBackends(source);
    this.api = this.createApi(source);
    this.createPolicy();
    this.createOperationPolicies(source, backends);
    this.createProduct();

    this.url = pulumi.interpolate`${args.gateway.url}/${args.path}`;
    this.registerOutputs({ apiId: this.api.id, url: this.url });
  }

  /** One backend for each workflow, so that a workflow deployed anew changes its backend and nothing else. */
  private createBackends({ backend }: ResolvedSource): apimanagement.Backend[] {
    if (backend.kind === "service") return [];
    return Object.entries(backend.operations).map(
      ([operationId, { workflow }]) =>
        new apimanagement.Backend(
          `${this.apiName}-backend-${operationId}`,
          {
            ...this.place(),
            backendId: backendId(this.apiName, operationId),
            description: `The workflow that answers ${operationId}`,
            protocol: "http",
            url: pulumi.interpolate`${workflow.endpoint}/triggers`,
            tls: { validateCertificateChain: true, validateCertificateName: true },
          },
          this.childOptions(),
        ),
    );
  }

  private createApi({ contract, backend }: ResolvedSource): apimanagement.Api {
    const api = new apimanagement.Api(
      `${this.apiName}-api`,
      {
        ...this.place(),
        apiId: this.apiName,
        path: this.args.path,
        displayName: contract.title,
        description: contract.description,
        protocols: ["https"],
        subscriptionRequired: true,
        format: contract.format,
        value: contract.value,
        // Left out, it would be blank for the moment between import and policy
        // (https://github.com/pulumi/pulumi-azure/issues/561).
        serviceUrl: backend.kind === "service" ? this.serviceUrl(backend) : "https://unanswered.invalid",
      },
      this.childOptions(),
    );
    this.previousWrite = [api];
    return api;
  }

  /**
   * The address of a service, checked again once it is known.
   *
   * @throws pulumi.RunError (through the output) when it is not reached by https
   */
  private serviceUrl({ url }: ServiceBackend): pulumi.Output<string> {
    return pulumi.output(url).apply((known) => {
      const issues = validateServiceUrl(known);
      if (issues.length > 0) {
        throw new pulumi.RunError(formatIssues(`GatewayApi "${this.apiName}" is not valid`, issues));
      }
      return known;
    });
  }

  private createPolicy(): void {
    const name = `${this.apiName}-policy`;
    const policy = new apimanagement.ApiPolicy(
      name,
      {
        ...this.place(),
        apiId: this.apiName,
        policyId: "policy",
        format: "xml",
        value: policyText(name, this.args.policy, {
          scope: "api",
          known: { namedValue: this.args.gateway.namedValues },
        }),
      },
      this.childOptions(),
    );
    this.previousWrite = [policy];
  }

  private createOperationPolicies(source: ResolvedSource, backends: readonly apimanagement.Backend[]): void {
    for (const [operationId, document] of Object.entries(
      operationPolicies(this.apiName, this.args, source),
    )) {
      const name = `${this.apiName}-policy-${operationId}`;
      const policy = new apimanagement.ApiOperationPolicy(
        name,
        {
          ...this.place(),
          apiId: this.apiName,
          operationId: operationId.toLowerCase(),
          policyId: "policy",
          format: "xml",
          value: policyText(name, document, {
            scope: "operation",
            known: { namedValue: this.args.gateway.namedValues },
          }),
        },
        this.childOptions(backends),
      );
      this.previousWrite = [policy];
    }
  }

  private createProduct(): void {
    const { product } = this.args;
    if (!product) return;
    const { name: productId } = new apimanagement.Product(
      `${this.apiName}-product`,
      {
        ...this.place(),
        productId: product.id,
        displayName: product.displayName,
        description: product.description,
        terms: product.terms,
        subscriptionRequired: true,
        approvalRequired: product.approvalRequired ?? GATEWAY_API_DEFAULTS.approvalRequired,
        state: "published",
      },
      { parent: this, hooks: retryRefusedWrites() },
    );
    for (const groupId of product.groups ?? GATEWAY_API_DEFAULTS.groups) {
      new apimanagement.ProductGroup(
        `${this.apiName}-product-group-${groupId}`,
        { ...this.place(), productId, groupId },
        { parent: this, hooks: retryRefusedWrites() },
      );
    }
    new apimanagement.ProductApi(
      `${this.apiName}-product-api`,
      { ...this.place(), productId, apiId: this.apiName },
      this.childOptions(),
    );
  }

  /** Where the children of the service are. */
  private place(): { resourceGroupName: pulumi.Input<string>; serviceName: pulumi.Input<string> } {
    const { resourceGroupName, serviceName } = this.args.gateway;
    return { resourceGroupName, serviceName };
  }

  private childOptions(dependsOn: readonly pulumi.Resource[] = []): pulumi.CustomResourceOptions {
    return {
      parent: this,
      dependsOn: [...this.previousWrite, ...dependsOn, ...(this.args.gateway.policyDependencies ?? [])],
      hooks: retryRefusedWrites(),
    };
  }
}

interface ResolvedSource {
  readonly contract: ApiContract;
  readonly backend: ServiceBackend | WorkflowBackend;
}

function resolveSource(source: ApiSource): ResolvedSource {
  if ("contract" in source) return source;
  const contract = contractOfWorkflow(source.title, source.workflow.triggers);
  const operations = Object.fromEntries(
    source.workflow.triggers.map(({ name }) => [
      operationIdOf(name),
      { workflow: source.workflow, trigger: name },
    ]),
  );
  return { contract, backend: { kind: "workflows", operations } };
}

function backendId(apiName: string, operationId: string): string {
  return `${apiName}-${operationId}`;
}

/** The given operation policies, followed by what brings an operation to its workflow. */
function operationPolicies(
  apiName: string,
  { gateway, operationPolicies = {} }: GatewayApiArgs,
  { backend }: ResolvedSource,
): Readonly<Record<string, PolicyDocument>> {
  if (backend.kind === "service") return operationPolicies;
  return {
    ...operationPolicies,
    ...Object.fromEntries(
      Object.entries(backend.operations).map(([operationId, operation]) => [
        operationId,
        toWorkflow(backendId(apiName, operationId), operation, gateway, operationPolicies[operationId]),
      ]),
    ),
  };
}

/**
 * Sends a request to a workflow's trigger in the gateway's own name: the client's token and key stay here.
 * The trigger's method may differ from the operation's; its relative path takes the operation's parameters.
 */
function toWorkflow(
  backendId: string,
  { workflow, trigger }: WorkflowOperation,
  { caller }: GatewayReference,
  own: PolicyDocument | undefined,
): PolicyDocument {
  const target = findTrigger(workflow, trigger);
  const path = target?.relativePath ? `/${withoutSlash(target.relativePath)}` : "";
  return policyDocument({
    ...own,
    scope: "operation",
    inbound: [
      ...(own?.inbound ?? []),
      setBackendService({ backendId }),
      rewriteUri({
        template: `/${target?.name ?? ""}/paths/invoke${path}?api-version=${TRIGGER_API_VERSION}`,
        copyUnmatchedParams: false,
      }),
      setMethod(target?.method ?? "POST"),
      setHeader({ name: "Ocp-Apim-Subscription-Key", existsAction: "delete" }),
      authenticationManagedIdentity({
        resource: pulumi.interpolate`api://${caller.audience}`,
        clientId: caller.clientId,
      }),
    ],
    backend: withoutBase("the section holds one policy, and a workflow has its own timeout", [
      forwardRequest({ timeout: WORKFLOW_TIMEOUT_SECONDS }),
    ]),
  });
}

function withoutSlash(path: string): string {
  return path.replace(/^\//, "");
}

function findTrigger(workflow: LogicAppWorkflow, name: string | undefined) {
  return name === undefined && workflow.triggers.length === 1
    ? workflow.triggers[0]
    : workflow.triggers.find((trigger) => trigger.name === name);
}

/** Every problem of the arguments of a {@link GatewayApi}. */
export function validateGatewayApi(args: GatewayApiArgs): Issue[] {
  const { gateway } = args;
  const source = resolveSource(args);
  const operations = source.contract.operations;
  const issues: Issue[] = [
    // https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update
    ...checkText("path", args.path, {
      what: "a path",
      pattern: /^(?!\/)[^*#&+:<>?]{0,399}[^*#&+:<>?/]$/,
      words: "1 to 400 characters without slash at either end and without any of * # & + : < > ?",
    }),
    ...validatePolicy("policy", args.policy, { scope: "api", known: { namedValue: gateway.namedValues } }),
  ];
  for (const [operationId, document] of Object.entries(args.operationPolicies ?? {})) {
    issues.push(
      ...unknownOperation(`operationPolicies.${operationId}`, operationId, operations),
      ...validatePolicy(`operationPolicies.${operationId}`, document, {
        scope: "operation",
        known: { namedValue: gateway.namedValues },
      }),
    );
  }
  const { backend } = source;
  if (backend.kind === "workflows") issues.push(...validateWorkflows(backend, operations));
  else if (typeof backend.url === "string") issues.push(...validateServiceUrl(backend.url));
  return issues;
}

function validateServiceUrl(url: string): Issue[] {
  if (/^https:\/\/[^/?#@]+(?:\/[^?#]*)?(?<!\/)$/.test(url)) return [];
  return [
    {
      path: "backend.url",
      rule: "a service is reached by https, and its address ends without slash, query and fragment",
      received: received(url),
      fix: "give an address such as https://orders.contoso.com/v1",
    },
  ];
}

function validateWorkflows(backend: WorkflowBackend, operations: readonly ApiOperation[]): Issue[] {
  const issues: Issue[] = [];
  for (const [operationId, { workflow, trigger }] of Object.entries(backend.operations)) {
    const path = `backend.operations.${operationId}`;
    issues.push(...unknownOperation(path, operationId, operations));
    const target = findTrigger(workflow, trigger);
    const names = workflow.triggers.map(({ name }) => name).join(", ");
    if (!target) {
      issues.push({
        path: `${path}.trigger`,
        rule: `a request trigger of the workflow answers an operation; it has ${names || "none"}`,
        received: received(trigger ?? "nothing"),
        fix: "name one of its request triggers",
      });
      continue;
    }
    const given = operations.find(({ id }) => id === operationId);
    const missing = parameters(target.relativePath ?? "").filter(
      (name) => !parameters(given?.path ?? "").includes(name),
    );
    if (given && missing.length > 0) {
      issues.push({
        path: `${path}.trigger`,
        rule: `the trigger's relative path takes its parameters from the operation's path ${given.path}`,
        received: received(target.relativePath),
        fix: `add {${missing.join("}, {")}} to the operation's path`,
      });
    }
  }
  for (const { id, method, path } of operations) {
    if (!(id in backend.operations)) {
      issues.push({
        path: "backend.operations",
        rule: `every operation is answered; ${method} ${path} is not`,
        fix: `name the workflow that answers ${id}`,
      });
    }
  }
  return issues;
}

function parameters(template: string): string[] {
  return [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}

function unknownOperation(path: string, operationId: string, operations: readonly ApiOperation[]): Issue[] {
  if (operations.some(({ id }) => id === operationId)) return [];
  return [
    {
      path,
      rule: `the contract has the operations ${operations.map(({ id }) => id).join(", ")}`,
      received: received(operationId),
      fix: "use an operationId of the contract",
    },
  ];
}
