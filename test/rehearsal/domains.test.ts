import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as dns from "@pulumi/azure-native/dns";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import program from "../../index";
import type { LoggedRequest } from "../../rehearsal/azure";
import type { Json, Properties } from "../../rehearsal/azure/resource-type";
import { type GuardrailOptions, serveGuardrails } from "../../rehearsal/guardrails";
import { PLACE, seedGroups } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { PROJECT } from "../settings/fixtures";
import { OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench, writes } from "./workbench";

const SERVICE = "azure-native:apimanagement:ApiManagementService";
const ROLE = "azure-native:authorization:RoleAssignment";
const RECORD_SET = "azure-native:dns:RecordSet";

const vaultCertificate = (vaultName: string) => ({
  vaultId: `/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/${vaultName}`,
  secretName: "contoso-com",
});

const DOMAIN = {
  zone: "contoso.com",
  hostnames: {
    furtherGateways: { partners: { name: "partners" } },
    portal: "developer",
    management: "management",
  },
  certificate: vaultCertificate("kv-certificates"),
};

/** The settings of a stack with a domain, in a tier. */
const withDomain = (domain: object, tier: object = { name: "Developer" }) => ({
  ...OWN_GATEWAY,
  gateway: { ...OWN_GATEWAY.gateway, tier },
  domain: { ...DOMAIN, ...domain },
});

const line = ({ operation, token, code }: LoggedRequest) =>
  `${operation} ${token.split(":")[2] ?? ""} ${code}`;

/** What a run said; `undefined` where it went to its end. */
function refusalOf(run: Promise<unknown>): Promise<string | undefined> {
  return run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

interface Exported {
  readonly resources: readonly {
    readonly urn: string;
    readonly type: string;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
  }[];
}

/** Types of all that resources of a type waited for, by themselves or with their component, however indirectly. */
async function waitedFor(stack: Stack, type: string): Promise<Set<string>> {
  const { resources } = (await stack.exportStack()).deployment as unknown as Exported;
  const seen = new Set<string>();
  const visit = (urn: string): void => {
    const { dependencies = [], parent } = resources.find((resource) => resource.urn === urn) ?? {};
    for (const one of [...dependencies, ...(parent === undefined ? [] : [parent])]) {
      if (!seen.has(one)) visit(one);
      seen.add(one);
    }
  };
  for (const resource of resources.filter((one) => one.type === type)) visit(resource.urn);
  return new Set(resources.filter(({ urn }) => seen.has(urn)).map((resource) => resource.type));
}

describeWithEngine("a domain, with the latencies of Azure", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    // A gateway takes two seconds: more than a busy machine takes from one request to the next.
    workbench = await openWorkbench(await engine(), 50);
  });
  afterEach(() => workbench.close());

  const created = (token: string): LoggedRequest[] =>
    workbench.azure.log.filter(
      (request) => request.token === token && request.operation === "create" && request.code === "OK",
    );

  test("lets the gateway wait for its role and not for DNS, and DNS for neither", async () => {
    const settings = withDomain({});
    seedAssumed(workbench.azure, settings);
    const stack = await workbench.stack("order", settings, program as PulumiFn);
    await stack.up();

    const [service] = created(SERVICE);
    const records = created(RECORD_SET);
    const role = created(ROLE).find(({ id }) => id?.includes("kv-certificates"));
    expect(records).toHaveLength(4);
    for (const { start, end } of records) {
      expect(start).toBeLessThan(service?.end ?? 0);
      expect(end).toBeLessThan(service?.end ?? 0);
    }
    expect(role?.end).toBeLessThan(service?.start ?? 0);
    const [ofService, ofRecords] = [await waitedFor(stack, SERVICE), await waitedFor(stack, RECORD_SET)];
    expect(ofService).toContain(ROLE);
    expect([...ofService].filter((type) => type.includes(":dns:"))).toEqual([]);
    expect(ofRecords).toContain("azure-native:dns:Zone");
    expect(
      [...ofRecords].filter((type) => /:apimanagement:|:authorization:|:ApimGateway$/.test(type)),
    ).toEqual([]);

    // The role goes last: as long as the gateway stands, it reads its certificate.
    const destroyed = workbench.azure.log.length;
    await stack.destroy();
    const order = writes(workbench.azure, destroyed).map(({ id }) => id);
    expect(order.indexOf(service?.id)).toBeGreaterThanOrEqual(0);
    expect(order.indexOf(role?.id)).toBeGreaterThan(order.indexOf(service?.id));
  });

  test("of a v2 gateway has its records first: Azure takes no name that DNS does not answer", async () => {
    const settings = withDomain({ hostnames: { portal: "developer" } }, { name: "BasicV2", units: 1 });
    seedAssumed(workbench.azure, settings);
    const stack = await workbench.stack("v2", settings, program as PulumiFn);
    const code = "CustomHostnameOwnershipCheckFailed";
    workbench.azure.inject({ token: SERVICE, operation: "create", code, status: 400 });
    expect(await refusalOf(stack.up())).toContain(code);

    // By now the domain is delegated.
    const delegated = workbench.azure.log.length;
    await stack.up();
    expect(writes(workbench.azure, delegated).map(line)[0]).toBe("create ApiManagementService OK");
    const [service] = created(SERVICE);
    expect(created(RECORD_SET)).toHaveLength(2);
    for (const { end } of created(RECORD_SET)) expect(end).toBeLessThan(service?.start ?? 0);
    expect(await waitedFor(stack, SERVICE)).toContain(RECORD_SET);
  });
});

describeWithEngine("the certificate of a domain", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  const stackWith = (name: string, settings: Readonly<Record<string, unknown>>): Promise<Stack> => {
    seedAssumed(workbench.azure, settings);
    return workbench.stack(name, settings, program as PulumiFn);
  };
  /** What one update wrote, in order. */
  const written = async (stack: Stack, settings?: Readonly<Record<string, unknown>>): Promise<string[]> => {
    if (settings) {
      seedAssumed(workbench.azure, settings);
      await workbench.configure(stack.name, settings);
    }
    const before = workbench.azure.log.length;
    await stack.up();
    return writes(workbench.azure, before).map(line);
  };
  const service = () => workbench.azure.all(SERVICE)[0];

  test("that a new role does not reach yet is refused, and the next update creates the gateway", async () => {
    const stack = await stackWith("refused", withDomain({}));
    const message =
      "Failed to access KeyVault Secret using Managed Service Identity of Api Management service.";
    workbench.azure.inject({
      token: SERVICE,
      operation: "create",
      code: "InvalidOperation",
      status: 400,
      message,
    });
    expect(await refusalOf(stack.up())).toContain(message);
    expect(service()).toBeUndefined();
    expect(await written(stack)).toContain("create ApiManagementService OK");
  });

  test("in a vault behind its firewall is refused, as only an identity may read it that no new gateway has", async () => {
    const stack = await stackWith("closed", withDomain({}));
    const [vault] = workbench.azure.all("azure-native:keyvault:Vault");
    const close = (defaultAction: string) =>
      workbench.azure.edit(vault?.id ?? "", {
        properties: { ...(vault?.inputs.properties as Properties), networkAcls: { defaultAction } },
      });
    close("Deny");
    expect(await refusalOf(stack.up())).toMatch(
      /Failed to access KeyVault Secret https:\/\/kv-certificates\.vault\.azure\.net.*Type: UserAssigned/,
    );
    close("Allow");
    expect(await written(stack)).toContain("create ApiManagementService OK");
  });

  test("that fails after the gateway was accepted is read again by the next update", async () => {
    const stack = await stackWith("accepted", withDomain({}));
    workbench.azure.inject({
      token: SERVICE,
      operation: "create",
      code: "InvalidOperation",
      status: 400,
      accepted: true,
    });
    expect(await refusalOf(stack.up())).toContain("InvalidOperation");
    expect(service()?.outputs.provisioningState).toBe("Failed");
    expect(await written(stack)).toContain("update ApiManagementService OK");
    expect(service()?.outputs.provisioningState).toBe("Succeeded");
  });

  test("moves to another vault with the new role first and the old one last; a name that goes takes its record", async () => {
    const stack = await stackWith("moved", withDomain({}));
    await stack.up();
    const hostnames = { portal: "developer" };
    expect(
      await written(stack, withDomain({ hostnames, certificate: vaultCertificate("kv-renewed") })),
    ).toEqual([
      "create RoleAssignment OK",
      "update ApiManagementService OK",
      expect.stringMatching(/^delete (RecordSet|RoleAssignment) OK$/),
      expect.stringMatching(/^delete (RecordSet|RoleAssignment) OK$/),
      expect.stringMatching(/^delete (RecordSet|RoleAssignment) OK$/),
    ]);
    await stack.preview({ expectNoChanges: true });
  });

  test("stays with names that change places or keys: the gateway is updated, and DNS hears nothing of it", async () => {
    const further = (key: string, name: string) => ({ furtherGateways: { [key]: { name } } });
    const stack = await stackWith("exchanged", withDomain({ hostnames: further("partners", "partners") }));
    await stack.up();
    // Another name becomes the first.
    const exchanged = { gateway: "partners", ...further("partners", "api") };
    expect(await written(stack, withDomain({ hostnames: exchanged }))).toEqual([
      "update ApiManagementService OK",
    ]);
    expect(
      await written(stack, withDomain({ hostnames: { ...exchanged, ...further("orders", "api") } })),
    ).toEqual([]);
    // A name that is given up goes from the gateway first, though another one comes in its place.
    const renamed = { ...exchanged, ...further("orders", "orders") };
    expect(await written(stack, withDomain({ hostnames: renamed }))).toEqual([
      expect.stringMatching(/^(create RecordSet|update ApiManagementService) OK$/),
      expect.stringMatching(/^(create RecordSet|update ApiManagementService) OK$/),
      "delete RecordSet OK",
    ]);
    await stack.preview({ expectNoChanges: true });
  });

  test("has its record whatever its key, beside the one that says who issues certificates", async () => {
    const hostnames = { furtherGateways: { issuers: { name: "partners" } } };
    const stack = await stackWith("issuers", withDomain({ hostnames, caa: { issuers: ["digicert.com"] } }));
    await stack.up();
    const records = workbench.azure.all(RECORD_SET).map(({ id }) => id.split("/").slice(-2).join("/"));
    expect(records).toEqual(expect.arrayContaining(["CAA/@", "CNAME/api", "CNAME/partners"]));
  });

  test("as PFX is nowhere in clear; another one is one update of the gateway, and a refresh does not see it", async () => {
    const { zone, hostnames } = DOMAIN;
    const settings = { ...OWN_GATEWAY, domain: { zone, hostnames } };
    const stack = await workbench.stack("pfx", settings, program as PulumiFn);
    const [first, second, password] = ["first", "second", "password"].map(
      (what) => `${what}${randomBytes(24).toString("hex")}`,
    ) as [string, string, string];
    const set = (key: string, value: string) =>
      stack.setConfig(`${PROJECT}:domain.certificate.${key}`, { value, secret: true }, true);
    await set("pfx", first);
    await set("password", password);
    const { stdout } = await stack.up();
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });

    await set("pfx", second);
    const preview = await stack.preview();
    expect(await written(stack)).toEqual(["update ApiManagementService OK"]);
    await stack.refresh({ expectNoChanges: true });
    const told = [stdout, preview.stdout, await workbench.state("pfx")].join("\n");
    expect(told).toContain("api.contoso.com");
    for (const secret of [first, second, password]) expect(told).not.toContain(secret);
    expect(service()?.inputs).toMatchObject({
      hostnameConfigurations: Array<object>(4).fill({
        encodedCertificate: second,
        certificatePassword: password,
      }),
    });
  });

  test("that was renewed in its vault costs an update of the gateway once a refresh saw it, and none before", async () => {
    const stack = await stackWith("renewed", withDomain({}));
    const { outputs } = await stack.up();
    const shown = outputs.certificateExpiry?.value as Readonly<Record<string, string>>;
    expect(Object.keys(shown).sort()).toEqual([
      "api.contoso.com",
      "developer.contoso.com",
      "management.contoso.com",
      "partners.contoso.com",
    ]);
    const { id = "", outputs: answered = {} } = service() ?? {};
    workbench.azure.edit(id, { hostnameConfigurations: renewed(answered) });
    expect(await written(stack)).toEqual([]);
    await stack.refresh();
    expect(await workbench.state("renewed")).toContain("2029-01-01T00:00:00.000Z");
    // azure-native takes the difference for one of the inputs: the next update writes what stands already.
    expect(await written(stack)).toEqual(["update ApiManagementService OK"]);
  });

  test("that API Management manages needs a gateway that stands, and the TXT record before the name", async () => {
    seedGroups(workbench.azure, "rg-gateway");
    let [isManaged, isProven] = [true, false];
    const stack = await workbench.stack("managed", {}, () => {
      const identifier = apimanagement.getApiManagementServiceDomainOwnershipIdentifierOutput();
      const { resourceGroupName } = PLACE;
      const zone = new dns.Zone("zone", { resourceGroupName, zoneName: "contoso.com", location: "global" });
      const proof =
        isProven &&
        new dns.RecordSet("proof", {
          resourceGroupName,
          zoneName: zone.name,
          relativeRecordSetName: "apimuid.api",
          recordType: "TXT",
          ttl: 300,
          txtRecords: [{ value: [identifier.domainOwnershipIdentifier] }],
        });
      new apimanagement.ApiManagementService(
        "service",
        {
          ...PLACE,
          location: "westeurope",
          sku: { name: "Developer", capacity: 1 },
          publisherName: "Contoso",
          publisherEmail: "apis@contoso.com",
          hostnameConfigurations: isManaged
            ? [{ type: "Proxy", hostName: "api.contoso.com", certificateSource: "Managed" }]
            : [],
        },
        { dependsOn: proof ? [proof] : [] },
      );
      return Promise.resolve();
    });
    expect(await refusalOf(stack.up())).toContain("when a service is updated, not when it is created");
    isManaged = false;
    await stack.up();
    isManaged = true;
    expect(await refusalOf(stack.up())).toContain("no TXT record apimuid.api.contoso.com");
    isProven = true;
    expect(await written(stack)).toEqual(["create RecordSet OK", "update ApiManagementService OK"]);
  });
});

describeWithEngine("a passive gateway", (engine) => {
  const ELSEWHERE = "00000000-0000-4000-8000-0000000000d5";
  const PASSIVE = { name: "apim-passive", resourceGroup: "rg-passive", hostname: "api-passive" };

  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  const withPassive = (passiveGateway: object, hostnames: object = { portal: "developer" }) =>
    withDomain({ ttl: 60, hostnames, passiveGateway: { ...PASSIVE, ...passiveGateway } });
  const stackWith = (name: string, settings: Readonly<Record<string, unknown>>): Promise<Stack> => {
    seedAssumed(workbench.azure, settings);
    return workbench.stack(name, settings, program as PulumiFn);
  };
  /** What an update wrote. */
  const written = async (stack: Stack, options?: GuardrailOptions): Promise<readonly LoggedRequest[]> => {
    const before = workbench.azure.log.length;
    await stack.up(options);
    return writes(workbench.azure, before);
  };
  /** Where names lead, by their records. */
  const targets = (): Record<string, string> =>
    Object.fromEntries(
      workbench.azure
        .all(RECORD_SET)
        .filter(({ inputs }) => inputs.recordType === "CNAME")
        .map(({ inputs }) => {
          const { relativeRecordSetName, cnameRecord, ttl } = inputs as {
            readonly relativeRecordSetName: string;
            readonly cnameRecord: { readonly cname: string };
            readonly ttl: number;
          };
          return [relativeRecordSetName, `${cnameRecord.cname}, ${ttl} s`];
        }),
    );

  test("takes the name over and gives it back by one update of one record each, under the guardrails", async () => {
    const folder = await mkdtemp(join(tmpdir(), "passive-"));
    const { options, close } = await serveGuardrails(join(__dirname, "..", ".."), "unconfigured", folder);
    try {
      const stack = await stackWith("active", withPassive({}));
      const { outputs } = await stack.up(options);
      const own = (outputs.gateway?.value as { readonly serviceName: string }).serviceName;
      const active = {
        api: `${own}.azure-api.net, 60 s`,
        developer: `${own}.developer.azure-api.net, 60 s`,
        "api-passive": "apim-passive.azure-api.net, 60 s",
      };
      expect(targets()).toEqual(active);
      await stack.preview({ expectNoChanges: true });
      await stack.refresh({ expectNoChanges: true });

      const setting = `${PROJECT}:domain.passiveGateway.takesOver`;
      await stack.setConfig(setting, { value: "true" }, true);
      const before = workbench.azure.log.length;
      const taken = await written(stack, options);
      expect(taken.map(line)).toEqual(["update RecordSet OK"]);
      // The gateway that may not answer is not even looked at.
      const asked = workbench.azure.log
        .slice(before)
        .filter(({ token }) => token.includes(":apimanagement:"));
      expect(asked.map(({ operation, token }) => `${operation} ${token}`)).toEqual([
        "invoke azure-native:apimanagement:getApiManagementService",
      ]);
      expect(taken[0]?.id).toMatch(/\/dnsZones\/contoso\.com\/CNAME\/api$/);
      expect(targets()).toEqual({ ...active, api: active["api-passive"] });
      await stack.preview({ expectNoChanges: true });
      await stack.refresh({ expectNoChanges: true });

      await stack.setConfig(setting, { value: "false" }, true);
      const given = await written(stack, options);
      expect(given.map((request) => [line(request), request.id])).toEqual([
        ["update RecordSet OK", taken[0]?.id],
      ]);
      expect(targets()).toEqual(active);
    } finally {
      close();
      await rm(folder, { recursive: true });
    }
  });

  test("takes over every name of the gateway; without it they lead back, and its own record goes", async () => {
    const hostnames = { furtherGateways: { partners: { name: "partners" } } };
    const stack = await stackWith("several", withPassive({ takesOver: true }, hostnames));
    await stack.up();
    expect(new Set(Object.values(targets()))).toEqual(new Set(["apim-passive.azure-api.net, 60 s"]));
    expect(Object.keys(targets()).sort()).toEqual(["api", "api-passive", "partners"]);

    await workbench.configure(stack.name, withDomain({ ttl: 60, hostnames }));
    const gone = await written(stack);
    expect(gone.map(line)).toEqual(["update RecordSet OK", "update RecordSet OK", "delete RecordSet OK"]);
    expect(Object.keys(targets()).sort()).toEqual(["api", "partners"]);
    expect(Object.values(targets())).not.toContain("apim-passive.azure-api.net, 60 s");
  });

  test("of another subscription is found there", async () => {
    const stack = await stackWith("elsewhere", withPassive({ subscriptionId: ELSEWHERE }));
    await stack.up();
    expect(targets()).toMatchObject({ "api-passive": "apim-passive.azure-api.net, 60 s" });
  });

  test("is a stack of this program that has the names, and no record", async () => {
    const passive = await stackWith(
      "passive",
      withDomain({
        hostnames: { furtherGateways: { probed: { name: "api-passive" } } },
        records: false,
      }),
    );
    const { outputs } = await passive.up();
    expect(workbench.azure.all(RECORD_SET)).toEqual([]);
    expect(workbench.azure.all("azure-native:dns:Zone")).toEqual([]);
    expect(outputs.nameServers).toBeUndefined();
    expect(Object.keys(outputs.certificateExpiry?.value as object).sort()).toEqual([
      "api-passive.contoso.com",
      "api.contoso.com",
    ]);

    const { resourceGroupName, serviceName } = outputs.gateway?.value as Readonly<Record<string, string>>;
    const stands = { name: serviceName, resourceGroup: resourceGroupName };
    const settings = withDomain({
      hostnames: {},
      passiveGateway: { ...PASSIVE, ...stands, takesOver: true },
    });
    const active = await workbench.stack("active", settings, program as PulumiFn);
    await active.up();
    expect(targets()).toEqual({
      api: `${serviceName ?? ""}.azure-api.net, 300 s`,
      "api-passive": `${serviceName ?? ""}.azure-api.net, 300 s`,
    });
    await passive.preview({ expectNoChanges: true });
  });
});

/** What a read answers of the names, after their certificates were renewed. */
function renewed({ hostnameConfigurations }: Properties): Json {
  return (hostnameConfigurations as Properties[]).map((name) =>
    name.certificate
      ? { ...name, certificate: { ...(name.certificate as Properties), expiry: "2029-01-01T00:00:00.000Z" } }
      : name,
  );
}
