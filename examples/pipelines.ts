import type * as pulumi from "@pulumi/pulumi";
import { MICROSOFT_GRAPH } from "../components/entra/microsoft-graph";
import { EntraAppRegistration } from "../components/entra-app-registration";
import { grant } from "../components/grants";

/** Which repository deploys what. */
export interface PipelinesArgs {
  /** `<owner>/<repository>`, as GitHub spells it. */
  readonly repository: string;
  /** Subscription id of each stack, by the stack's name. */
  readonly stacks: Readonly<Record<string, string>>;
  /** Where Pulumi keeps the state. @default in Pulumi Cloud, which has rights of its own */
  readonly state?: {
    /** ARM id of the storage account. */
    readonly storageAccountId: string;
    /** ARM id of the vault whose key encrypts the secrets in it. */
    readonly vaultId: string;
  };
}

/** What a workflow of an environment may do. */
interface Rights {
  readonly graph: readonly string[];
  readonly azure: readonly (keyof typeof grant)[];
  readonly state: keyof typeof grant;
}

/** What the environment `<stack>` may do: deploy. */
const DEPLOYS: Rights = {
  graph: ["Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "Application.Read.All"],
  azure: ["deployResources", "assignRoles"],
  state: "writeBlobs",
};

/** What the environment `<stack>-preview` may do: look. A pull request runs the code that it brings. */
const PREVIEWS: Rights = { graph: ["Application.Read.All"], azure: ["readResources"], state: "readBlobs" };

/**
 * The identities that the workflows in `.github/workflows` log in with, two for each stack, without a secret: GitHub says
 * for which environment a job runs, and Entra ID believes it. An administrator deploys this once, as a program of its own;
 * docs/pipelines.md says how. Its life is rehearsed by `test/examples/pipelines.test.ts`.
 *
 * @returns the variable `AZURE_CLIENT_ID` of each environment
 */
export function pipelines(args: PipelinesArgs): Readonly<Record<string, pulumi.Output<string>>> {
  return Object.fromEntries(
    Object.entries(args.stacks).flatMap(([stack, subscriptionId]) => [
      identityOf(stack, DEPLOYS, subscriptionId, args),
      identityOf(`${stack}-preview`, PREVIEWS, subscriptionId, args),
    ]),
  );
}

function identityOf(
  environment: string,
  rights: Rights,
  subscriptionId: string,
  { repository, state }: PipelinesArgs,
): [environment: string, clientId: pulumi.Output<string>] {
  const identity = new EntraAppRegistration(environment, {
    displayName: `GitHub ${repository} ${environment}`,
    client: {
      kind: "daemon",
      calls: { graph: { api: MICROSOFT_GRAPH, roles: rights.graph, consent: "admin" } },
      credentials: { federated: { github: { kind: "gitHubActions", repository, runsFor: { environment } } } },
    },
  });
  const to = identity.principalId;
  for (const verb of rights.azure) {
    grant[verb](`${environment}-${verb}`, { on: `/subscriptions/${subscriptionId}`, to });
  }
  if (state) {
    grant[rights.state](`${environment}-${rights.state}`, { on: state.storageAccountId, to });
    grant.useKeys(`${environment}-useKeys`, { on: state.vaultId, to });
  }
  return [environment, identity.clientId];
}
