import { BlockList } from "node:net";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { holds } from "./condition";

const SECURING = "https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app";
const ENDPOINT = "https://learn.microsoft.com/azure/logic-apps/logic-apps-http-endpoint";

/** What may refuse a call, and where that is documented. */
export const CHECKS = {
  /** A disabled workflow starts no run. */
  state: "https://learn.microsoft.com/azure/logic-apps/manage-logic-apps-with-azure-portal",
  /** The address it comes from is in none of the ranges. */
  address: `${SECURING}#restrict-inbound-ip-addresses`,
  /**
   * It shows neither a signature nor a token: 401 DirectApiAuthorizationRequired
   * (https://github.com/MicrosoftDocs/azure-docs/issues/60706). Or it has a signature and any header Authorization:
   * DirectApiRequestHasMoreThanOneAuthorization (https://github.com/fjogeleit/http-request-action/issues/2).
   */
  scheme: SECURING,
  /** Its signature is one of another trigger. */
  signature: SECURING,
  /** Its token is not signed by Entra ID, not valid yet or not any more. */
  token: "https://learn.microsoft.com/entra/identity-platform/access-tokens",
  /** There is no open-authentication policy of which the token has all claims. */
  policy: SECURING,
  /** It goes to no trigger of the workflow, or not to its relative path. */
  endpoint: ENDPOINT,
  /** The trigger admits another method. */
  method: ENDPOINT,
  /** Its body does not fit the trigger's schema: 400. */
  schema: "https://learn.microsoft.com/azure/connectors/connectors-native-reqres",
  /** A condition of the trigger does not hold, of which all must (https://notetoself.tech/?p=2760): it is skipped. */
  condition: SECURING,
} as const;

/** What may refuse a call. */
export type Check = keyof typeof CHECKS;

const trigger = z.object({
  type: z.string(),
  inputs: z
    .object({
      method: z.string().optional(),
      relativePath: z.string().optional(),
      schema: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  conditions: z.array(z.object({ expression: z.string() })).optional(),
  operationOptions: z.string().optional(),
});

const policy = z.object({
  type: z.string(),
  claims: z.array(z.object({ name: z.string(), value: z.string() })),
});

const access = z.object({
  allowedCallerIpAddresses: z.array(z.object({ addressRange: z.string() })).optional(),
  openAuthenticationPolicies: z.object({ policies: z.record(z.string(), policy) }).optional(),
});

const workflow = z.object({
  accessEndpoint: z.string(),
  state: z.string(),
  accessControl: z.object({ triggers: access.optional() }).optional(),
  definition: z.object({ triggers: z.record(z.string(), trigger) }),
});

type Trigger = z.output<typeof trigger>;

/** What an exported state says of a workflow, as far as calls of its triggers are decided by that. */
export type DeployedWorkflow = z.output<typeof workflow>;

/**
 * Reads the outputs of a workflow.
 *
 * @throws ZodError where they are none
 */
export function deployedWorkflow(outputs: unknown): DeployedWorkflow {
  return workflow.parse(outputs);
}

/** An HTTP request to a trigger. */
export interface TriggerCall {
  /** The IPv4 address that it comes from. */
  readonly from: string;
  readonly method: string;
  readonly url: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Entra ID, as whoever verifies a token sees it. */
export interface Directory {
  /** With what it signs. */
  readonly keys: JWTVerifyGetKey;
  readonly now: Date;
}

/**
 * Every check by which Azure refuses a call of a Consumption workflow: with none, a run starts. All of them are asked, as
 * their order is not documented.
 *
 * A signature for the right trigger is taken for genuine: its key is in no state, and one that leaked is genuine.
 */
export async function refusals(
  deployed: DeployedWorkflow,
  call: TriggerCall,
  directory: Directory,
): Promise<readonly Check[]> {
  const url = new URL(call.url);
  const target = targetOf(deployed, url);
  return [
    ...refuse("state", deployed.state === "Enabled"),
    ...refuse("address", admitsAddress(deployed, call.from)),
    ...(target === undefined
      ? (["endpoint"] as const)
      : [...(await refusedProof(deployed, call, target, directory)), ...refusedByTrigger(target, call)]),
  ];
}

function refuse(check: Check, admitted: boolean): Check[] {
  return admitted ? [] : [check];
}

/** Ranges are `a.b.c.d`, `a.b.c.d/nn` or `a.b.c.d-e.f.g.h`. An empty list admits other logic apps only, none the internet. */
function admitsAddress({ accessControl }: DeployedWorkflow, from: string): boolean {
  const ranges = accessControl?.triggers?.allowedCallerIpAddresses;
  if (ranges === undefined) return true;
  const allowed = new BlockList();
  for (const { addressRange } of ranges) {
    const [network = "", bits] = addressRange.split("/");
    const [first = "", last] = addressRange.split("-");
    if (bits !== undefined) allowed.addSubnet(network, Number(bits));
    else if (last !== undefined) allowed.addRange(first, last);
    else allowed.addAddress(first);
  }
  return allowed.check(from);
}

async function refusedProof(
  deployed: DeployedWorkflow,
  { url, headers }: TriggerCall,
  { name }: Target,
  directory: Directory,
): Promise<Check[]> {
  const query = new URL(url).searchParams;
  const { authorization } = headers;
  if (query.has("sig") === (authorization !== undefined)) return ["scheme"];
  if (authorization === undefined) {
    const signed = query.get("sp") === `/triggers/${name}/run` && query.get("sv") === "1.0";
    return refuse("signature", signed && query.get("sig") !== "");
  }
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (token === undefined) return ["scheme"];
  const claims = await claimsOf(token, directory);
  return claims === undefined ? ["token"] : refuse("policy", fitsPolicy(deployed, claims));
}

/** What a token says, where it is Entra ID's and valid now. */
async function claimsOf(token: string, { keys, now }: Directory): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256"],
      requiredClaims: ["exp", "nbf"],
      currentDate: now,
      // What Microsoft's own libraries grant; that of Logic Apps is not documented:
      // https://learn.microsoft.com/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters.defaultclockskew
      clockTolerance: 300,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** At least one policy has only claims that are in the token, which may have more. */
function fitsPolicy({ accessControl }: DeployedWorkflow, token: JWTPayload): boolean {
  const policies = accessControl?.triggers?.openAuthenticationPolicies?.policies ?? {};
  return Object.values(policies).some(
    ({ type, claims }) => type === "AAD" && claims.every(({ name, value }) => token[name] === value),
  );
}

interface Target {
  readonly name: string;
  readonly trigger: Trigger;
  /** What stands for the names in its relative path. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** `<endpoint>/triggers/<name>/paths/invoke/<relative path>` */
function targetOf({ accessEndpoint, definition }: DeployedWorkflow, url: URL): Target | undefined {
  const endpoint = new URL(accessEndpoint);
  const [, name = "", path = ""] =
    /^\/triggers\/([^/]+)\/paths\/invoke(\/.*)?$/.exec(url.pathname.replace(endpoint.pathname, "")) ?? [];
  const called = definition.triggers[name];
  if (url.origin !== endpoint.origin || called?.type !== "Request") return undefined;
  const template = segments(called.inputs?.relativePath ?? "");
  const given = segments(path);
  const fits = template.every((part, index) => part.startsWith("{") || part === given[index]);
  if (template.length !== given.length || !fits) return undefined;
  const parameters = template.flatMap((part, index): [string, string][] =>
    part.startsWith("{") ? [[part.slice(1, -1), decodeURIComponent(given[index] ?? "")]] : [],
  );
  return { name, trigger: called, parameters: Object.fromEntries(parameters) };
}

function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

function refusedByTrigger({ trigger, parameters }: Target, call: TriggerCall): Check[] {
  const { inputs = {}, conditions = [], operationOptions = "" } = trigger;
  const options = operationOptions.split(",").map((option) => option.trim());
  const { authorization, ...headers } = call.headers;
  const outputs = {
    headers: options.includes("IncludeAuthorizationHeadersInOutputs")
      ? { ...headers, Authorization: authorization }
      : headers,
    relativePathParameters: parameters,
    body: call.body,
  };
  const validates = options.includes("EnableSchemaValidation") && inputs.schema !== undefined;
  return [
    ...refuse("method", inputs.method === undefined || inputs.method === call.method),
    ...refuse("schema", !validates || fitsSchema(inputs.schema, call.body)),
    ...refuse(
      "condition",
      conditions.every(({ expression }) => holds(expression, outputs)),
    ),
  ];
}

function fitsSchema(schema: Readonly<Record<string, unknown>> = {}, body: unknown): boolean {
  return addFormats(new Ajv({ strict: false })).validate(schema, body);
}
