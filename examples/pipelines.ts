import type * as pulumi from "@pulumi/pulumi";
import { MICROSOFT_GRAPH } from "../components/entra/microsoft-graph";
import { EntraAppRegistration } from "../components/entra-app-registration";
import type { GitHubActions } from "../components/entra/federated-credential";
import { grant, type Verb } from "../components/grants";

/** Which repository deploys what. */
export interface PipelinesArgs {
  /** `<owner>/<repository>`, as GitHub spells it. */
  readonly repository: string;
  /** The numbers of both: `gh api repos/<owner>/<repository> --jq '.owner.id, .id'`. */
  readonly ids: GitHubActions["ids"];
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

/** What the workflows of an environment are, for those who name them. */
export interface PipelineIdentity {
  /** The environment's variable `AZURE_CLIENT_ID`. */
  readonly clientId: pulumi.Output<string>;
  /** Object id, which the stack names under `access.pipelines`. */
  readonly principalId: pulumi.Output<string>;
}

/** What a workflow of an environment may do. */
interface Rights {
  readonly graph: readonly string[];
  /** On the stack's subscription. */
  readonly azure: readonly Verb[];
  readonly state: Verb;
}

/** What the environment `<stack>` may do: deploy. In Azure the stack gives it its roles itself, by `access.pipelines`. */
const DEPLOYS: Rights = {
  graph: ["Application.ReadWrite.OwnedBy", "AppRoleAssignment.ReadWrite.All", "Application.Read.All"],
  azure: [],
  state: "writeBlobs",
};

/** What the environment `<stack>-preview` may do: look. A pull request runs the code that it brings. */
const PREVIEWS: Rights = { graph: ["Application.Read.All"], azure: ["readResources"], state: "readBlobs" };

/**
 * The identities that the workflows in `.github/workflows` log in with, two for each stack, without a secret: GitHub says
 * for which environment a job runs, and Entra ID believes it. An administrator deploys this once, as a program of its own;
 * docs/pipelines.md says how. Its life is rehearsed by `test/examples/pipelines.test.ts`.
 *
 * @returns the identity of each environment
 */
export function pipelines(args: PipelinesArgs): Readonly<Record<string, PipelineIdentity>> {
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
  { repository, ids, state }: PipelinesArgs,
): [environment: string, identity: PipelineIdentity] {
  const identity = new EntraAppRegistration(environment, {
    displayName: `GitHub ${repository} ${environment}`,
    client: {
      kind: "daemon",
      calls: { graph: { api: MICROSOFT_GRAPH, roles: rights.graph, consent: "admin" } },
      credentials: {
        federated: { github: { kind: "gitHubActions", repository, ids, runsFor: { environment } } },
      },
    },
  });
  const { clientId, principalId } = identity;
  for (const verb of rights.azure) {
    grant[verb](`${environment}-${verb}`, { on: `/subscriptions/${subscriptionId}`, to: principalId });
  }
  if (state) {
    grant[rights.state](`${environment}-${rights.state}`, { on: state.storageAccountId, to: principalId });
    grant.useKeys(`${environment}-useKeys`, { on: state.vaultId, to: principalId });
  }
  return [environment, { clientId, principalId }];
}
