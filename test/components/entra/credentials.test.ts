import { X509Certificate } from "node:crypto";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import type { ClientCredentials, ClientSecrets } from "../../../components/entra/credentials";
import type { FederatedCredential } from "../../../components/entra/federated-credential";
import { EntraAppRegistration } from "../../../components/entra-app-registration";
import { DEFAULT_IDS, type SimulatedAzure } from "../../../rehearsal/azure";
import { CA_CERTIFICATE, seedGroups } from "../fixtures";
import { deferred, deploy, identities, lateRefusal, refusal, registrationOf, valueOf } from "../harness";

const VAULT_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-secrets/providers/Microsoft.KeyVault/vaults/kv-contoso`;

const SECRETS: ClientSecrets = {
  lifetimes: {
    first: { from: "2026-11-24", until: "2027-05-24" },
    second: { from: "2027-04-24", until: "2027-10-24" },
  },
  current: "second",
  vault: VAULT_ID,
  secretName: "job-secret",
};

const ORGANIZATION = "5f1d4ad2-6a6f-4a0e-8d4b-0f4f1a1c9d11";

/** Each kind, with whom it trusts. */
const FEDERATED: Readonly<Record<string, readonly [FederatedCredential, issuer: string, subject: string]>> = {
  environment: [
    { kind: "gitHubActions", repository: "contoso/orders", runsFor: { environment: "prod" } },
    "https://token.actions.githubusercontent.com",
    "repo:contoso/orders:environment:prod",
  ],
  "environment-with-colon": [
    { kind: "gitHubActions", repository: "contoso/orders", runsFor: { environment: "Production:V1" } },
    "https://token.actions.githubusercontent.com",
    "repo:contoso/orders:environment:Production%3AV1",
  ],
  branch: [
    { kind: "gitHubActions", repository: "contoso/orders", runsFor: { branch: "releases/1" } },
    "https://token.actions.githubusercontent.com",
    "repo:contoso/orders:ref:refs/heads/releases/1",
  ],
  tag: [
    { kind: "gitHubActions", repository: "contoso/orders", runsFor: { tag: "v2" } },
    "https://token.actions.githubusercontent.com",
    "repo:contoso/orders:ref:refs/tags/v2",
  ],
  pulls: [
    { kind: "gitHubActions", repository: "contoso/orders", runsFor: { pullRequests: true } },
    "https://token.actions.githubusercontent.com",
    "repo:contoso/orders:pull_request",
  ],
  immutable: [
    {
      kind: "gitHubActions",
      repository: "contoso/orders",
      ids: { owner: 123456, repository: 456789 },
      runsFor: { environment: "prod" },
    },
    "https://token.actions.githubusercontent.com",
    "repo:contoso@123456/orders@456789:environment:prod",
  ],
  pipelines: [
    {
      kind: "azurePipelines",
      issuer: `https://login.microsoftonline.com/${DEFAULT_IDS.tenantId}/v2.0`,
      subject: `/eid1/c/pub/t/AbC_d-e/a/9ExAW52n_ky4ZiS_jhpJIQ/sc/${ORGANIZATION}/2f0c`,
    },
    `https://login.microsoftonline.com/${DEFAULT_IDS.tenantId}/v2.0`,
    `/eid1/c/pub/t/AbC_d-e/a/9ExAW52n_ky4ZiS_jhpJIQ/sc/${ORGANIZATION}/2f0c`,
  ],
  "older-pipelines": [
    {
      kind: "azurePipelines",
      issuer: `https://vstoken.dev.azure.com/${ORGANIZATION}`,
      subject: "sc://contoso/orders/deploy",
    },
    `https://vstoken.dev.azure.com/${ORGANIZATION}`,
    "sc://contoso/orders/deploy",
  ],
  cluster: [
    {
      kind: "kubernetes",
      issuer: "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/",
      namespace: "orders",
      serviceAccount: "job.runner",
    },
    "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/",
    "system:serviceaccount:orders:job.runner",
  ],
  google: [
    { kind: "other", issuer: "https://accounts.google.com", subject: "112633961854638529490" },
    "https://accounts.google.com",
    "112633961854638529490",
  ],
};

const job = (credentials: ClientCredentials) => () =>
  new EntraAppRegistration("job", { displayName: "Job", client: { kind: "daemon", credentials } });

function seedVault(azure: SimulatedAzure): void {
  seedGroups(azure, "rg-secrets");
  azure.seed("azure-native:keyvault:Vault", {
    resourceGroupName: "rg-secrets",
    vaultName: "kv-contoso",
    location: "westeurope",
    properties: { tenantId: DEFAULT_IDS.tenantId, sku: { family: "A", name: "standard" } },
  });
}

const withSecrets = (secrets: ClientSecrets) =>
  deploy((azure) => {
    seedVault(azure);
    return job({ secrets })();
  });

describe("federated credentials", () => {
  it("trust one workload of each kind", async () => {
    const federated = Object.fromEntries(
      Object.entries(FEDERATED).map(([key, [credential]]) => [key, credential]),
    );
    const deployment = await deploy(job({ federated }));
    const application = await valueOf(deployment.result.application?.id ?? "");
    for (const [key, [, issuer, subject]] of Object.entries(FEDERATED)) {
      expect(registrationOf(deployment, `job-federated-${key}`).inputs).toEqual({
        applicationId: application,
        displayName: key,
        issuer,
        subject,
        audiences: ["api://AzureADTokenExchange"],
      });
    }
  });

  it("wait for an issuer that is known later", async () => {
    const issuer = deferred<string>();
    issuer.resolve("https://oidc.contoso.com");
    const late = {
      kind: "kubernetes",
      issuer: issuer.promise,
      namespace: "orders",
      serviceAccount: "job",
    } as const;
    const deployment = await deploy(job({ federated: { late } }));
    expect(registrationOf(deployment, "job-federated-late").inputs.issuer).toBe("https://oidc.contoso.com");
  });

  it("refuse an issuer that turns out to be none", async () => {
    const message = await lateRefusal("job-federated-late", "issuer", "https://any", (_azure, opts) => {
      const issuer = Promise.resolve("http://oidc.contoso.com");
      const late = { kind: "other", issuer, subject: "one" } as const;
      new EntraAppRegistration(
        "job",
        { displayName: "Job", client: { kind: "daemon", credentials: { federated: { late } } } },
        opts,
      );
    });
    expect(message).toContain('EntraAppRegistration "job" is not valid: 1 problem');
    expect(message).toContain(
      "client.credentials.federated.late.issuer: an issuer has the form https://<host>",
    );
  });

  const github = (repository: string, environment: string): FederatedCredential => ({
    kind: "gitHubActions",
    repository,
    runsFor: { environment },
  });
  const other = (issuer: string, subject: string): FederatedCredential => ({
    kind: "other",
    issuer,
    subject,
  });

  it.each<[string, string, FederatedCredential]>([
    ["ab", "a federated credential's key, which is its name, has 3 to 120 letters", github("c/o", "prod")],
    ["one", "a GitHub repository has the form owner/repository", github("orders", "prod")],
    [
      "one",
      "an id of GitHub's is a positive whole number",
      {
        kind: "gitHubActions",
        repository: "contoso/orders",
        ids: { owner: 1, repository: 0.5 },
        runsFor: { pullRequests: true },
      },
    ],
    ["one", "runsFor.environment: what a workflow runs for has a name", github("contoso/orders", "")],
    [
      "one",
      "runsFor.branch: what a workflow runs for has a name, without refs/heads/ or refs/tags/",
      { kind: "gitHubActions", repository: "contoso/orders", runsFor: { branch: "refs/heads/main" } },
    ],
    ["one", "a subject has 1 to 600 characters without wildcard", github("contoso/orders", "*")],
    ["one", "a subject has 1 to 600 characters", github("contoso/orders", "a".repeat(600))],
    ["one", "a subject has 1 to 600 characters", other("https://idp.contoso.com", " padded")],
    ["one", "an issuer has the form https://<host>", other("http://idp.contoso.com", "one")],
    ["one", "an issuer has the form https://<host>", other(`https://${"a".repeat(600)}`, "one")],
    [
      "one",
      "issuer and subject are those that a service connection of Azure DevOps shows",
      {
        kind: "azurePipelines",
        issuer: `https://vstoken.dev.azure.com/${ORGANIZATION}`,
        subject: "/eid1/c/pub",
      },
    ],
    [
      "one",
      "a namespace has 1 to 63 lower-case letters",
      { kind: "kubernetes", issuer: "https://a", namespace: "Orders", serviceAccount: "job" },
    ],
    [
      "one",
      "a service account's name has 1 to 253 lower-case letters",
      { kind: "kubernetes", issuer: "https://a", namespace: "orders", serviceAccount: "job_runner" },
    ],
  ])("with the key %s are refused: %s", async (key, rule, credential) => {
    const message = await refusal("job", job({ federated: { [key]: credential } }));
    expect(message).toContain('EntraAppRegistration "job" is not valid: 1 problem\n');
    expect(message).toContain(rule);
  });

  it("are refused where two trust the same, or there are 21", async () => {
    const many = Array.from({ length: 20 }, (_, index) => [
      `env-${index}`,
      github("contoso/orders", `${index}`),
    ]);
    const federated = Object.fromEntries([...many, ["again", github("contoso/orders", "7")]]) as Record<
      string,
      FederatedCredential
    >;
    expect(await refusal("job", job({ federated }))).toBe(
      [
        'EntraAppRegistration "job" is not valid: 2 problems',
        "  - client.credentials.federated: an application has at most 20 federated credentials (received 21)",
        "    fix: use one environment for several branches, or a registration for each team",
        '  - client.credentials.federated.again: an application trusts an issuer\'s subject once (received "env-7")',
        "    fix: leave one of the two out",
      ].join("\n"),
    );
  });
});

describe("a certificate", () => {
  it("is kept without its key until it ends", async () => {
    const deployment = await deploy(job({ certificates: { first: CA_CERTIFICATE } }));
    const { inputs } = registrationOf(deployment, "job-certificate-first");
    expect(inputs).toMatchObject({ type: "AsymmetricX509Cert", encoding: "base64", value: CA_CERTIFICATE });
    const { validTo } = new X509Certificate(Buffer.from(CA_CERTIFICATE, "base64"));
    expect(inputs.endDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(inputs.endDate as string)).toBe(Date.parse(validTo));
  });

  it("that is none is refused, and never shown", async () => {
    const key = "-----BEGIN PRIVATE KEY-----";
    const message = await refusal("job", job({ certificates: { first: key } }));
    expect(message).toBe(
      [
        'EntraAppRegistration "job" is not valid: 1 problem',
        "  - client.credentials.certificates.first: a certificate is a public X.509 certificate (DER) in base64, on one" +
          " line, without its private key",
        "    fix: write what `openssl x509 -in client.pem -outform DER | base64 -w0` prints",
      ].join("\n"),
    );
  });
});

describe("secrets", () => {
  it("overlap, and the current one stands in the vault, where it expires when it ends", async () => {
    const deployment = await withSecrets(SECRETS);
    expect(identities(deployment).filter((identity) => identity.includes("secret"))).toEqual([
      "azure-native:keyvault:Secret job-vault-secret job",
      "azuread:index/applicationPassword:ApplicationPassword job-secret-first job",
      "azuread:index/applicationPassword:ApplicationPassword job-secret-second job",
    ]);
    expect(registrationOf(deployment, "job-secret-first").inputs).toMatchObject({
      displayName: "first",
      startDate: "2026-11-24T00:00:00Z",
      endDate: "2027-05-24T00:00:00Z",
    });
    const written = registrationOf(deployment, "job-vault-secret");
    const second = deployment.azure
      .all("azuread:index/applicationPassword:ApplicationPassword")
      .find(({ inputs }) => inputs.displayName === "second");
    expect(written.inputs).toEqual({
      resourceGroupName: "rg-secrets",
      vaultName: "kv-contoso",
      secretName: "job-secret",
      properties: { value: second?.outputs.value, attributes: { expires: Date.UTC(2027, 9, 24) / 1000 } },
    });
    expect(written.secretInputs).toEqual(["properties.value"]);
    expect(registrationOf(deployment, "job-secret-second").additionalSecretOutputs).toEqual(["value"]);
    expect(await valueOf(deployment.result.secretId ?? "")).toBe(
      "https://kv-contoso.vault.azure.net/secrets/job-secret",
    );
  });

  it("stand nowhere else: no output of the component holds a value", async () => {
    const { azure, registeredOutputs, registrations } = await withSecrets(SECRETS);
    const values = azure
      .all("azuread:index/applicationPassword:ApplicationPassword")
      .map(({ outputs }) => outputs.value as string);
    expect(values).toHaveLength(2);
    const elsewhere = JSON.stringify([
      registeredOutputs,
      registrations.filter(({ name }) => name !== "job-vault-secret"),
    ]);
    expect(values.filter((value) => elsewhere.includes(value))).toEqual([]);
  });

  it("are handed out, by the current one, to what takes no reference to a vault", async () => {
    const { azure, result } = await withSecrets(SECRETS);
    const value = result.secretValue();
    const written = azure.all("azure-native:keyvault:Secret").map(({ inputs }) => inputs.properties);
    expect(written).toEqual([expect.objectContaining({ value: await valueOf(value) })]);
    expect(await pulumi.isSecret(value)).toBe(true);
  });

  it("go with a vault of this program, and alone from one that stood already", async () => {
    const own = await deploy((azure) => {
      seedGroups(azure, "rg-secrets");
      const vault = new keyvault.Vault("own", {
        resourceGroupName: "rg-secrets",
        vaultName: "kv-own",
        location: "westeurope",
        properties: {
          tenantId: DEFAULT_IDS.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
        },
      });
      return job({ secrets: { ...SECRETS, vault } })();
    });
    const written = registrationOf(own, "job-vault-secret");
    expect(written.inputs).toMatchObject({ resourceGroupName: "rg-secrets", vaultName: "kv-own" });
    expect(written.deletedWith).toBe("own");
    expect(await valueOf(own.result.secretId ?? "")).toBe(
      "https://kv-own.vault.azure.net/secrets/job-secret",
    );
    expect(registrationOf(await withSecrets(SECRETS), "job-vault-secret").deletedWith).toBeUndefined();
  });

  it("are none of a client that has none", async () => {
    const { result } = await deploy(job({}));
    expect(result.secretId).toBeUndefined();
    expect(() => result.secretValue()).toThrow(
      'EntraAppRegistration "job" has no secret\n  fix: give its client credentials.secrets, or ask another registration',
    );
  });

  it.each<[string, Partial<ClientSecrets>]>([
    [
      'lifetimes.one.from: a day is a date of the calendar, as YYYY-MM-DD (received "2026-02-30")',
      { lifetimes: { one: { from: "2026-02-30", until: "2026-12-01" } }, current: "one" },
    ],
    [
      'lifetimes.one.until: a day is a date of the calendar, as YYYY-MM-DD (received "26-12-1")',
      { lifetimes: { one: { from: "2026-02-03", until: "26-12-1" } }, current: "one" },
    ],
    [
      'lifetimes.one.until: a secret ends after it begins, at most 24 months later (received "2028-11-25")',
      { lifetimes: { one: { from: "2026-11-24", until: "2028-11-25" } }, current: "one" },
    ],
    [
      "lifetimes.one.until: a secret ends after it begins",
      { lifetimes: { one: { from: "2026-11-24", until: "2026-11-24" } }, current: "one" },
    ],
    [
      'current: the current secret is one of those that have a lifetime (received "third")',
      { current: "third" },
    ],
    ["vault: a vault's id has the form /subscriptions/<id>", { vault: "kv-contoso" }],
    ["secretName: a secret's name has 1 to 127 letters, digits and hyphens", { secretName: "job_secret" }],
  ])("are refused: %s", async (rule, change) => {
    const message = await refusal("job", job({ secrets: { ...SECRETS, ...change } }));
    expect(message).toContain('EntraAppRegistration "job" is not valid: 1 problem\n');
    expect(message).toContain(`client.credentials.secrets.${rule}`);
  });

  it("may be valid for 24 months to the day", async () => {
    const lifetimes = { one: { from: "2026-11-24", until: "2028-11-24" } } as const;
    const deployment = await withSecrets({ ...SECRETS, lifetimes, current: "one" });
    expect(registrationOf(deployment, "job-secret-one").inputs.endDate).toBe("2028-11-24T00:00:00Z");
  });
});
