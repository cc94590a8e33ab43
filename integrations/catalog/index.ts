import { join } from "node:path";
import { pipelineOwners } from "../../components/access";
import { readOpenApiContract } from "../../components/contracts";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { GatewayBackend, type BackendTarget } from "../../components/gateway/backend";
import { GatewayBackendPool } from "../../components/gateway/backend-pool";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { GatewayProduct } from "../../components/gateway/product";
import type { GatewayReference } from "../../components/gateway/reference";
import { GatewayVersionSet } from "../../components/gateway/version-set";
import { integration, tryInConsole } from "../integration";
import { cachedReading, catalogPolicy, reading, writingReviews } from "./policy";
import { catalogSettings, type CatalogSettings } from "./settings";

/** A web service that stands already, in two versions: reads are cached, and a new release is tried on a share of them. */
export const catalog = integration({
  settings: catalogSettings,
  async deploy({ gateway, tenantId, names, access, console, productGroups, protect, settings }) {
    const firstContract = await readOpenApiContract(join(__dirname, "openapi-v1.yaml"));
    const secondContract = await readOpenApiContract(join(__dirname, "openapi-v2.yaml"));
    const trial = tryInConsole(console, ["Catalog.Read", "Reviews.Write"]);
    const registration = new EntraAppRegistration("catalog-registration", {
      displayName: names.registration("api"),
      owners: pipelineOwners(access),
      api: {
        scopes: {
          "Catalog.Read": {
            displayName: "Read the catalogue",
            description: "Look up products in your name",
            consentBy: "User",
          },
          "Reviews.Write": {
            displayName: "Write reviews",
            description: "Review products in your name",
            consentBy: "User",
          },
        },
        roles: {
          "Catalog.Read.All": { displayName: "Read the catalogue", description: "Look up products" },
          "Reviews.Write.All": { displayName: "Write reviews", description: "Hand in reviews of others" },
        },
        // Every user of the tenant may sign in; what they may do, the scopes say.
        assignmentRequired: false,
        preAuthorizedClients: trial.preAuthorizedClients,
      },
    });

    const { v1, v2 } = services(gateway, settings.service);
    const tokens = registration.tokens(tenantId);
    const policy = catalogPolicy({ tokens, rateLimit: settings.rateLimit });
    const signIn = trial.signInTo(registration);
    const reads = (seconds: number) => ({
      searchProducts: cachedReading(tokens, seconds),
      getProduct: cachedReading(tokens, seconds),
      listCategories: cachedReading(tokens, seconds),
      getAvailability: reading(tokens),
    });
    const writes = { listReviews: reading(tokens), writeReview: writingReviews(tokens) };

    const set = new GatewayVersionSet("catalog", {
      gateway,
      displayName: "Catalogue",
      scheme: { kind: "segment" },
    });
    const first = new GatewayApi("catalog-v1", {
      gateway,
      path: "catalog",
      version: { set, name: "v1" },
      contract: firstContract,
      backend: { kind: "backend", target: v1 },
      policy,
      operationPolicies: reads(60),
      signIn,
    });
    const answered = { contract: secondContract, backend: { kind: "backend", target: v2 }, policy } as const;
    const second = new GatewayApi("catalog-v2", {
      gateway,
      path: "catalog",
      version: { set, name: "v2" },
      revisions: {
        1: {
          ...answered,
          operationPolicies: { ...reads(60), ...writes },
          change: "Reviews, and pages by cursor",
        },
        2: {
          ...answered,
          operationPolicies: { ...reads(300), ...writes },
          change: "Answers are kept for five minutes",
        },
      },
      currentRevision: settings.revision,
      signIn,
    });
    new GatewayProduct("catalog", {
      gateway,
      displayName: "Catalogue",
      description: "Look up products, categories and availability.",
      terms: "Show availability as an indication, never as a promise.",
      access: { kind: "subscription", approvalRequired: false },
      apis: { v1: first, v2: second },
      groups: productGroups,
      protect,
    });

    return { v1: first.url, v2: second.url, audience: registration.clientId };
  },
});

/** Who answers each version: of the second there may be two releases, which share the requests. */
function services(
  gateway: GatewayReference,
  { url, audience, canary }: CatalogSettings["service"],
): Readonly<Record<"v1" | "v2", BackendTarget>> {
  // One object: a policy shows it before a member of the pool is chosen.
  const credentials = { kind: "managedIdentity", resource: audience } as const;
  const release = (role: string, address: string) =>
    new GatewayBackend(`catalog-${role}`, {
      gateway,
      url: address,
      credentials,
      // Five failures in a minute: the other release answers until this one has had time to recover.
      circuitBreaker: { failures: 5, interval: "PT1M", tripDuration: "PT30S" },
    });
  const v1 = release("v1", `${url}/v1`);
  const stable = release("v2-stable", `${url}/v2`);
  if (!canary) return { v1, v2: stable };
  const v2 = new GatewayBackendPool("catalog-v2", {
    gateway,
    members: {
      stable: { backend: stable, weight: 100 - canary.percent },
      canary: { backend: release("v2-canary", `${canary.url}/v2`), weight: canary.percent },
    },
  });
  return { v1, v2 };
}
