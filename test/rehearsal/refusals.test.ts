import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWithEngine } from "../engine";

/** What a program prints that runs in a process of its own. */
async function printedBy(program: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", join(__dirname, program)],
    { maxBuffer: 2 ** 24 },
  );
  return JSON.parse(stdout);
}

describeWithEngine("what is wrong stops on the real engine, with what to do about it", () => {
  let said: Readonly<Record<string, string>>;
  beforeAll(async () => {
    said = (await printedBy("refused-programs.ts")) as typeof said;
    // Every program is deployed, one after the other.
  }, 300_000);

  test("wrong settings: all at once, nothing is registered", () => {
    expect(said["wrong settings"]).toContain("The settings of stack case-0 are not valid: 4 problems");
    for (const problem of [
      'location: must be a region\'s programmatic name: lower-case letters and digits (received "West Europe")',
      "gateway.publisher.email: is required",
      "gateway.tier.zones: a Basic gateway has no availability zones to choose\n        fix: remove it, or choose Premium",
      "integratons: is not a setting\n        fix: write integrations",
    ]) {
      expect(said["wrong settings"]).toContain(problem);
    }
    expect(said["wrong settings"]).not.toContain("azure-native");
  });

  test("a DS record in a parent that is not signed: how to do without", () => {
    const told = said["a DS record in a parent that is not signed"];
    expect(told).toContain(
      'zone.parent: a DS record stands in a zone that is signed with DNSSEC, and this parent is not (received "contoso.com")',
    );
    expect(told).toContain("fix: sign the parent, or set delegationSigner to false");
  });

  test("a gateway that is not what it is said to be: in what", () => {
    expect(said["another gateway than was said"]).toContain(
      'ApimGateway "gateway" cannot adopt apim-existing',
    );
    expect(said["another gateway than was said"]).toContain(
      'service.tier: the service is of the BasicV2 tier (received "StandardV2")',
    );
  });

  test("a passive gateway without the name, or that is gone: no record leads there", () => {
    const refused = said["a passive gateway without the name"];
    expect(refused).toContain('PassiveGateway "passive-gateway" cannot take over from apim-entint-case-');
    expect(refused).toContain(
      "hostNames: the service has the name api.contoso.com, with its certificate, before anything may lead there (received apim-passive.azure-api.net or api-passive.contoso.com)",
    );
    const gone = said["a passive gateway that is gone"];
    expect(gone).toContain("The Resource 'Microsoft.ApiManagement/service/apim-gone'");
    for (const told of [refused, gone]) {
      expect(told).toContain("PassiveGateway passive-gateway creating");
      expect(told).not.toMatch(/azure-native:[\w:]+ \S+ (?:creat|updat|delet)/);
    }
  });

  test("a region that would answer before workflows admit it: which, and the two updates", () => {
    const refused = said["a new region that answers at once"];
    expect(refused).toContain('ApimGateway "gateway" cannot be updated so: 1 problem');
    expect(refused).toContain(
      "- service.tier.regions.northeurope.gateway: a new region does not answer before",
    );
    expect(refused).toContain("fix: write `gateway: disabled` and update");
  });

  test("a broken contract: the line", () => {
    expect(said["a broken contract"]).toContain("The API contract openapi.yaml is not valid");
    expect(said["a broken contract"]).toContain("line 3, column 10");
  });

  test("a policy element in a wrong section, as raw XML: element, section and line", () => {
    expect(said["a policy element in a wrong section"]).toMatch(
      /Code="ValidationError".*outbound\[0\]\.rate-limit-by-key \(line 2\).*inbound/,
    );
  });

  test("a certificate that the gateway has no role to read: which role, on what", () => {
    expect(said["a certificate without a role"]).toMatch(/kv-certificates/);
    expect(said["a certificate without a role"]).toMatch(/Key Vault Secrets User/);
  });

  test("a registration that is not what it is said to be: in what, and nobody gets a role on it", () => {
    const refused = said["another registration than was said"];
    expect(refused).toContain('EntraAppRegistration "billing" cannot adopt Billing: 2 problems');
    expect(refused).toContain('roles: the API declares no roles (received "Invoices.Read.All")');
    expect(refused).toContain("tokenVersion: the registration asks for tokens of version 1 (received 2)");
    expect(refused).not.toContain("deployer-reads-invoices created");
  });

  test("a vault that is none: what an id looks like, and no secret is written", () => {
    const refused = said["a vault that is none, as is known late"];
    expect(refused).toContain(
      "client.credentials.secrets.vault: a vault's id has the form /subscriptions/<id>",
    );
    expect(refused).not.toContain("job-vault-secret created");
  });

  test("a password that was accepted is not asked for twice", () => {
    const refused = said["a password that is accepted and not found afterwards"];
    expect(refused).toContain("Request_ResourceNotFound: Waiting for password credential");
    expect(refused).not.toContain("trying again");
    expect(refused).not.toContain("job-vault-secret created");
  });

  test("a gateway's stack that does not show its gateway: each missing output by name", () => {
    for (const output of ["resourceGroupName", "serviceName", "location", "addresses", "caller"]) {
      expect(said["a gateway's stack without the output"]).toContain(
        `gateway.${output}: the stack has this output`,
      );
    }
  });
});

describeWithEngine("a program that is refused ends its rehearsal", () => {
  /** What went wrong in each phase, and what to do. */
  type Phases = readonly (readonly [name: string, failures: readonly (readonly string[])[]])[];

  type Told = Readonly<Record<string, { readonly phases: Phases; readonly deployed: readonly string[] }>>;

  let told: Told;
  let unguarded: string;
  beforeAll(async () => {
    ({ told, unguarded } = (await printedBy("refused-rehearsals.ts")) as {
      readonly told: Told;
      readonly unguarded: string;
    });
  });

  const previewIsRefused = (problem: string) => [
    ["preview", [[problem, "mend what the message names: a setting, or the program"]]],
    ["secrets", []],
  ];
  const upIsRefused = (...problems: readonly string[]) => [
    ["preview", []],
    ["up", [[...problems, "mend what the message names, then rehearse again"]]],
    ["secrets", []],
  ];

  test("where its guardrails do not start: with their reason", () => {
    expect(unguarded).toBe("Error: the configuration is none");
  });

  test("where it throws: at the preview, with its message once", () => {
    expect(told["it throws"]?.phases).toEqual(
      previewIsRefused("The settings of stack dev are not valid: 1 problem"),
    );
  });

  test("where a secret would stand in clear: at the preview", () => {
    expect(told["a secret in a parameter that Azure shows"]?.phases).toEqual(
      previewIsRefused(
        [
          'error serializing property "parameters": LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - parameters.backend: whoever may read a workflow reads its parameters, and this one of type String is given" +
            " a secret (received (secret))",
          "    fix: declare it as SecureString or SecureObject",
        ].join("\n"),
      ),
    );
  });

  test("where a value is wrong that is known late: at the up, which deploys what does not depend on it", () => {
    const { phases, deployed } = told["no addresses, as is known late"] ?? {};
    expect(phases).toEqual(
      upIsRefused(
        [
          'error serializing property "accessControl": LogicAppWorkflow "orders" is not valid: 1 problem',
          "  - callers.addresses: a workflow admits at least one address, as an empty list would admit every other logic" +
            " app (received [])",
          "    fix: give the gateway's addresses, or undefined for one of a v2 tier, which has no fixed ones",
        ].join("\n"),
      ),
    );
    expect(deployed).toContain("gateway-service");
    expect(deployed).not.toContain("orders-workflow");
  });

  test("where two policies are wrong: with both, once", () => {
    const problem = (policy: string, path: string, received: string) =>
      [
        `error serializing property "value": The policy "${policy}" is not valid: 1 problem`,
        `  - ${path}.set-header.value[0]: {{...}} names a named value of the gateway (received ${received})`,
        "    fix: add the named value to the gateway",
      ].join("\n");
    expect(told["two policies that name what is not there, as is known late"]?.phases).toEqual(
      upIsRefused(
        problem("mark", "fragment[0]", "{{partner}}"),
        problem("all-policy", "inbound[1]", "{{region}}"),
      ),
    );
  });
});
