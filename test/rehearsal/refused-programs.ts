import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { ApimGateway } from "../../components/gateway/apim-gateway";
import { DnsZone } from "../../components/dns-zone";
import { openApiContract } from "../../components/contracts";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { findEngine } from "../../rehearsal/engine";
import { PROJECT } from "../settings/fixtures";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench } from "./workbench";
import program from "../../index";

const LOCATION = "westeurope";

function resourceGroup(resourceGroupName: string) {
  return new resources.ResourceGroup("group", { resourceGroupName, location: LOCATION });
}

/** A client with a secret, which is written to a vault. */
function registerJob(vault: string | Promise<string>): Promise<void> {
  const lifetimes = { first: { from: "2026-11-24", until: "2027-05-24" } } as const;
  const secrets = { lifetimes, current: "first", vault, secretName: "job" };
  new EntraAppRegistration("job", {
    displayName: `Job of ${pulumi.getStack()}`,
    client: { kind: "daemon", credentials: { secrets } },
  });
  return Promise.resolve();
}

type StackSettings = Record<string, unknown>;

/** A stack whose name a passive gateway is to take over. */
function withPassive(passiveGateway: object | undefined) {
  return {
    ...OWN_GATEWAY,
    domain: {
      zone: "contoso.com",
      certificate: LEAST.billing.service.certificate,
      ...(passiveGateway && {
        passiveGateway: { name: "apim-passive", resourceGroup: "rg-passive", ...passiveGateway },
      }),
    },
  };
}

/** Programs that must stop, by what is wrong with them; `before`, if given, are the settings that stand already. */
const CASES: Readonly<
  Record<
    string,
    (
      workbench: Workbench,
    ) => Promise<readonly [settings: StackSettings, program: PulumiFn, before?: StackSettings]>
  >
> = {
  "wrong settings": () =>
    Promise.resolve([
      {
        location: "West Europe",
        gateway: { publisher: { name: "Contoso" }, tier: { name: "Basic", units: 1, zones: ["1"] } },
        integratons: {},
      },
      program as PulumiFn,
    ]),
  "a broken contract": () =>
    Promise.resolve([
      {},
      async () => {
        await openApiContract("openapi: 3.0.3\ninfo:\n  title: Orders\n   version: 1\n", "openapi.yaml");
      },
    ]),
  "a policy element in a wrong section": () =>
    Promise.resolve([
      {},
      () => {
        const service = new apimanagement.ApiManagementService("service", {
          serviceName: "apim-test",
          resourceGroupName: resourceGroup("rg-policy").name,
          location: LOCATION,
          sku: { name: "Developer", capacity: 1 },
          publisherName: "Contoso",
          publisherEmail: "apis@contoso.com",
        });
        new apimanagement.Policy("policy", {
          resourceGroupName: "rg-policy",
          serviceName: service.name,
          policyId: "policy",
          format: "xml",
          value:
            "<policies><inbound/><backend><forward-request/></backend>\n" +
            '<outbound><rate-limit-by-key calls="10" renewal-period="60" counter-key="all"/></outbound><on-error/></policies>',
        });
        return Promise.resolve();
      },
    ]),
  "a certificate without a role": ({ azure }) => {
    const vaultPlace = { resourceGroupName: "rg-certificates", vaultName: "kv-certificates" };
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: "rg-certificates",
      location: LOCATION,
    });
    azure.seed("azure-native:keyvault:Vault", {
      ...vaultPlace,
      location: LOCATION,
      properties: {
        tenantId: DEFAULT_IDS.tenantId,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
      },
    });
    azure.seed("azure-native:keyvault:Secret", {
      ...vaultPlace,
      secretName: "api",
      properties: { value: "a certificate", contentType: "application/x-pkcs12" },
    });
    return Promise.resolve([
      {},
      () => {
        const group = resourceGroup("rg-certificate");
        const identity = new managedidentity.UserAssignedIdentity("identity", {
          resourceGroupName: group.name,
          resourceName: "id-test",
          location: LOCATION,
        });
        new ApimGateway("gateway", {
          service: {
            kind: "create",
            resourceGroupName: group.name,
            serviceName: "apim-certificate",
            location: LOCATION,
            tier: { name: "Developer" },
            publisher: { name: "Contoso", email: "apis@contoso.com" },
            hostnames: {
              api: {
                endpoint: "gateway",
                hostName: "api.contoso.com",
                certificate: { secretId: "https://kv-certificates.vault.azure.net/secrets/api" },
              },
            },
            protect: false,
          },
          identity,
          caller: { tenantId: DEFAULT_IDS.tenantId, audience: "00000000-0000-4000-8000-00000000000a" },
        });
        return Promise.resolve();
      },
    ]);
  },
  "another gateway than was said": ({ azure }) => {
    const existingGateway = {
      name: "apim-existing",
      resourceGroup: "rg-existing",
      tier: "StandardV2",
      identity: { name: "id-existing", resourceGroup: "rg-existing" },
    };
    seedAssumed(azure, { location: LOCATION, existingGateway: { ...existingGateway, tier: "BasicV2" } });
    return Promise.resolve([{ location: LOCATION, existingGateway }, program as PulumiFn]);
  },
  "a new region that answers at once": () => {
    const withRegions = (regions: object) => ({
      ...OWN_GATEWAY,
      gateway: { ...OWN_GATEWAY.gateway, tier: { name: "Premium", units: 1, regions } },
      integrations: { orders: LEAST.orders },
    });
    return Promise.resolve([
      withRegions({ northeurope: { units: 1 } }),
      program as PulumiFn,
      withRegions({}),
    ]);
  },
  "a passive gateway without the name": ({ azure }) => {
    const own = withPassive({ hostname: "api-passive", takesOver: true });
    seedAssumed(azure, own);
    const [passive] = azure
      .all("azure-native:apimanagement:ApiManagementService")
      .filter(({ id }) => id.endsWith("/apim-passive"));
    const names = passive?.outputs.hostnameConfigurations as { readonly hostName: string }[];
    azure.edit(passive?.id ?? "", {
      hostnameConfigurations: names.map((one) =>
        one.hostName === "api.contoso.com" ? { ...one, type: "Management" } : { ...one },
      ),
    });
    return Promise.resolve([own, program as PulumiFn, withPassive(undefined)]);
  },
  "a passive gateway that is gone": ({ azure }) => {
    seedAssumed(azure, withPassive(undefined));
    return Promise.resolve([
      withPassive({ name: "apim-gone", takesOver: true }),
      program as PulumiFn,
      withPassive(undefined),
    ]);
  },
  "a DS record in a parent that is not signed": ({ azure }) => {
    const place = { resourceGroupName: "rg-dns", zoneName: "contoso.com" };
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: place.resourceGroupName,
      location: LOCATION,
    });
    azure.seed("azure-native:dns:Zone", { ...place, location: "global" });
    return Promise.resolve([
      {},
      () => {
        const parent = { domain: place.zoneName, resourceGroupName: place.resourceGroupName };
        new DnsZone("domain", {
          zone: { kind: "create", domain: "int.contoso.com", resourceGroupName: "rg-dns", parent },
        });
        return Promise.resolve();
      },
    ]);
  },
  "another registration than was said": ({ azure }) => {
    const { outputs } = azure.seed("azuread:index/application:Application", {
      displayName: "Billing",
      identifierUris: ["https://billing.example.onmicrosoft.com"],
      api: { requestedAccessTokenVersion: 1 },
    });
    const clientId = outputs.clientId as string;
    azure.seed("azuread:index/servicePrincipal:ServicePrincipal", { clientId });
    return Promise.resolve([
      {},
      () => {
        const roles = ["Invoices.Read.All"];
        const billing = new EntraAppRegistration("billing", { kind: "adopt", clientId, roles });
        billing.grantRole("deployer-reads-invoices", "Invoices.Read.All", DEFAULT_IDS.deployerObjectId);
        return Promise.resolve();
      },
    ]);
  },
  "a vault that is none, as is known late": () =>
    Promise.resolve([{}, () => registerJob(Promise.resolve("kv-contoso"))]),
  "a password that is accepted and not found afterwards": ({ azure }) => {
    azure.inject({
      token: "azuread:index/applicationPassword:ApplicationPassword",
      operation: "create",
      code: "Request_ResourceNotFound",
      message: "Waiting for password credential for Application: it does not exist",
    });
    const place = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-job`;
    return Promise.resolve([{}, () => registerJob(`${place}/providers/Microsoft.KeyVault/vaults/kv-job`)]);
  },
  "a gateway's stack without the output": async (workbench) => {
    const empty = await workbench.stack("empty", {}, () =>
      Promise.resolve({ gateway: { url: "https://api" } }),
    );
    await empty.up();
    return [{ location: LOCATION, gatewayStack: `organization/${PROJECT}/empty` }, program as PulumiFn];
  },
};

/**
 * Deploys each program that must stop, and prints what the engine said. A process of its own: the SDK learns of a
 * program's error by an unhandled rejection, which jest would take for a failed test.
 */
async function main(): Promise<void> {
  const { command } = await findEngine({ print: () => undefined });
  const workbench = await openWorkbench(command);
  try {
    const said: Record<string, string> = {};
    for (const [index, [title, prepare]] of Object.entries(CASES).entries()) {
      const name = `case-${index}`;
      const [settings, refused, before] = await prepare(workbench);
      const stack = await workbench.stack(name, before ?? settings, refused);
      if (before) {
        await stack.up();
        await workbench.configure(name, settings);
      }
      said[title] = await stack.up().then(
        () => "it was deployed",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    }
    process.stdout.write(JSON.stringify(said));
  } finally {
    await workbench.close();
  }
}

void main();
