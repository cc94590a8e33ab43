import type * as pulumi from "@pulumi/pulumi";
import { GUID_FORM } from "../../validation/guid";
import { received, type Issue } from "../../validation/issue";
import { gated } from "../gateway/checks";
import { checkText } from "../validation";

/** Workflows of one GitHub repository that run for one environment, branch or tag, or for its pull requests. */
export interface GitHubActions {
  readonly kind: "gitHubActions";
  /** `<owner>/<repository>`, as GitHub spells it. */
  readonly repository: string;
  /**
   * The numbers by which GitHub knows both, which its tokens name where the repository was made or renamed since 15 July
   * 2026, or opted in: `gh api repos/<owner>/<repository> --jq '.owner.id, .id'`
   * (https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects).
   *
   * @default none: its tokens name owner and repository only
   */
  readonly ids?: { readonly owner: number; readonly repository: number };
  /** What the job runs for. Wildcards are not supported. An environment wins over the rest where a job names one. */
  readonly runsFor:
    | { readonly environment: string }
    | { readonly branch: string }
    | { readonly tag: string }
    | { readonly pullRequests: true };
}

/** Pipelines that use one service connection of Azure DevOps, which shows both values. */
export interface AzurePipelines {
  readonly kind: "azurePipelines";
  /** `https://login.microsoftonline.com/<tenant id>/v2.0`; an older one's `https://vstoken.dev.azure.com/<organization id>`. */
  readonly issuer: string;
  /** `/eid1/c/pub/t/…/sc/<organization id>/<connection id>`, or `sc://<organization>/<project>/<connection>`. */
  readonly subject: string;
}

/** Pods that run under one service account of a Kubernetes cluster with workload identity. */
export interface KubernetesWorkload {
  readonly kind: "kubernetes";
  /** OIDC issuer of the cluster. */
  readonly issuer: pulumi.Input<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Whoever holds a token of another issuer, e.g. a managed identity. */
export interface OtherWorkload {
  readonly kind: "other";
  /** The token's `iss`: an https address. */
  readonly issuer: pulumi.Input<string>;
  /** The token's `sub`. */
  readonly subject: pulumi.Input<string>;
}

/**
 * Whose tokens Entra ID exchanges for one of this client, so that it needs no secret.
 *
 * Issuer and subject have at most 600 characters each
 * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations).
 */
export type FederatedCredential = GitHubActions | AzurePipelines | KubernetesWorkload | OtherWorkload;

/** The audience that every token to be exchanged has. */
export const EXCHANGE_AUDIENCE = "api://AzureADTokenExchange";

/** Whom a credential trusts. */
interface Trust {
  readonly issuer: pulumi.Input<string>;
  readonly subject: pulumi.Input<string>;
}

/**
 * Whom a credential trusts, checked again once it is known.
 *
 * @param owner what errors call the component
 * @throws pulumi.RunError (through the outputs) with every problem of a value that was not known before
 */
export function trustedBy(owner: string, path: string, credential: FederatedCredential): Trust {
  const { issuer, subject } = trustOf(credential);
  const headline = `${owner} is not valid`;
  return {
    issuer: gated(headline, issuer, (known) => checkIssuer(path, known)),
    subject: gated(headline, subject, (known) => checkSubject(path, known)),
  };
}

function trustOf(credential: FederatedCredential): Trust {
  switch (credential.kind) {
    case "gitHubActions":
      return { issuer: "https://token.actions.githubusercontent.com", subject: gitHubSubject(credential) };
    case "kubernetes": {
      const { issuer, namespace, serviceAccount } = credential;
      return { issuer, subject: `system:serviceaccount:${namespace}:${serviceAccount}` };
    }
    case "azurePipelines":
    case "other":
      return { issuer: credential.issuer, subject: credential.subject };
  }
}

/** https://docs.github.com/actions/reference/security/oidc#example-subject-claims, where a colon of a name is written %3A */
function gitHubSubject({ repository, ids, runsFor }: GitHubActions): string {
  const [owner = "", name = ""] = repository.split("/");
  const repo = ids ? `repo:${owner}@${ids.owner}/${name}@${ids.repository}` : `repo:${repository}`;
  if ("environment" in runsFor) return `${repo}:environment:${runsFor.environment.replaceAll(":", "%3A")}`;
  if ("branch" in runsFor) return `${repo}:ref:refs/heads/${runsFor.branch}`;
  if ("tag" in runsFor) return `${repo}:ref:refs/tags/${runsFor.tag}`;
  return `${repo}:pull_request`;
}

// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
const MOST_CREDENTIALS = 20;
const LONGEST = 600;
const NAME = {
  what: "a federated credential's key, which is its name,",
  pattern: /^[A-Za-z\d][A-Za-z\d_-]{2,119}$/,
  words: "3 to 120 letters, digits, hyphens and underscores, beginning with a letter or digit",
};

/** Every problem of a client's federated credentials, as far as they are known. */
export function validateFederatedCredentials(
  path: string,
  credentials: Readonly<Record<string, FederatedCredential>>,
): Issue[] {
  const entries = Object.entries(credentials);
  const issues = entries.flatMap(([key, credential]) => [
    ...checkText(`${path}.${key}`, key, NAME),
    ...checkParts(`${path}.${key}`, credential),
    ...checkKnown(`${path}.${key}`, trustOf(credential)),
  ]);
  if (entries.length > MOST_CREDENTIALS) {
    issues.push({
      path,
      rule: `an application has at most ${MOST_CREDENTIALS} federated credentials`,
      received: received(entries.length),
      fix: "use one environment for several branches, or a registration for each team",
    });
  }
  const pairs = entries.map(([key, credential]) => ({ key, ...trustOf(credential) }));
  pairs.forEach(({ key, issuer, subject }, index) => {
    const twin = pairs.slice(0, index).find((other) => other.issuer === issuer && other.subject === subject);
    if (!twin) return;
    issues.push({
      path: `${path}.${key}`,
      rule: "an application trusts an issuer's subject once",
      received: received(twin.key),
      fix: "leave one of the two out",
    });
  });
  return issues;
}

const RUNS_FOR = {
  what: "what a workflow runs for",
  pattern: /^(?!refs\/).*\S/s,
  words: "a name, without refs/heads/ or refs/tags/",
};

function checkParts(path: string, credential: FederatedCredential): Issue[] {
  switch (credential.kind) {
    case "gitHubActions":
      return [
        ...checkText(`${path}.repository`, credential.repository, {
          what: "a GitHub repository",
          pattern: /^[A-Za-z\d-]+\/[\w.-]+$/,
          words: "the form owner/repository",
        }),
        ...Object.entries(credential.runsFor).flatMap(([kind, name]) =>
          typeof name === "string" ? checkText(`${path}.runsFor.${kind}`, name, RUNS_FOR) : [],
        ),
        ...Object.entries(credential.ids ?? {}).flatMap(([key, id]): Issue[] =>
          Number.isSafeInteger(id) && id > 0
            ? []
            : [
                {
                  path: `${path}.ids.${key}`,
                  rule: "an id of GitHub's is a positive whole number",
                  received: received(id),
                  fix: "take it from gh api repos/<owner>/<repository>",
                },
              ],
        ),
      ];
    case "azurePipelines":
      return checkAzurePipelines(path, credential);
    case "kubernetes":
      // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
      return [
        ...checkText(`${path}.namespace`, credential.namespace, {
          what: "a namespace",
          pattern: /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/,
          words: "1 to 63 lower-case letters, digits and hyphens",
        }),
        ...checkText(`${path}.serviceAccount`, credential.serviceAccount, {
          what: "a service account's name",
          pattern: /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/,
          words: "1 to 253 lower-case letters, digits, hyphens and dots",
        }),
      ];
    case "other":
      return [];
  }
}

/**
 * The two forms that a service connection has; the second ends on 1 July 2027
 * (https://learn.microsoft.com/azure/devops/pipelines/release/convert-service-connections).
 */
const SERVICE_CONNECTIONS = [
  {
    issuer: new RegExp(`^https://login\\.microsoftonline\\.com/${GUID_FORM}/v2\\.0$`, "i"),
    subject: /^\/eid1\/c\/pub\/t\/[\w-]+\/a\/[\w-]+\/sc\/[^/]+\/[^/]+$/,
  },
  {
    issuer: new RegExp(`^https://vstoken\\.dev\\.azure\\.com/${GUID_FORM}$`, "i"),
    subject: /^sc:\/\/[^/]+\/[^/]+\/[^/]+$/,
  },
];

function checkAzurePipelines(path: string, { issuer, subject }: AzurePipelines): Issue[] {
  if (SERVICE_CONNECTIONS.some((form) => form.issuer.test(issuer) && form.subject.test(subject))) return [];
  return [
    {
      path,
      rule: "issuer and subject are those that a service connection of Azure DevOps shows",
      received: received({ issuer, subject }),
      fix: "copy both from the service connection's workload identity federation details",
    },
  ];
}

function checkKnown(path: string, { issuer, subject }: Trust): Issue[] {
  return [
    ...(typeof issuer === "string" ? checkIssuer(path, issuer) : []),
    ...(typeof subject === "string" ? checkSubject(path, subject) : []),
  ];
}

function checkIssuer(path: string, issuer: string): Issue[] {
  return checkText(`${path}.issuer`, issuer, {
    what: "an issuer",
    pattern: new RegExp(`^(?=.{1,${LONGEST}}$)https://[^\\s*]+$`),
    words: `the form https://<host>..., at most ${LONGEST} characters and no wildcard`,
  });
}

function checkSubject(path: string, subject: string): Issue[] {
  return checkText(`${path}.subject`, subject, {
    what: "a subject",
    pattern: new RegExp(`^(?!\\s)[^*]{1,${LONGEST}}(?<!\\s)$`),
    words: `1 to ${LONGEST} characters without wildcard and without spaces around`,
  });
}
