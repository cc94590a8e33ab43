import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { ApimGateway } from "../../components/gateway/apim-gateway";
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

type StackSettings = Record<string, unknown>;

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
