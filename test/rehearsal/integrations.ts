import { DEFAULT_IDS } from "../../rehearsal/azure";

/** A stack that owns the cheapest gateway. */
export const OWN_GATEWAY = {
  location: "westeurope",
  protect: false,
  gateway: { publisher: { name: "Contoso", email: "apis@contoso.com" }, tier: { name: "Developer" } },
};

/** The least settings of each integration. */
export const LEAST = {
  orders: {
    backends: {
      orderManagement: { url: "https://orders.contoso.com", audience: "api://contoso-orders" },
      shipping: { url: "https://shipping.contoso.com", audience: "api://contoso-shipping" },
    },
  },
  catalog: { service: { url: "https://catalog.contoso.com", audience: "api://contoso-catalog" } },
  billing: {
    service: {
      url: "https://billing.contoso.com",
      certificate: {
        vaultId: `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-billing`,
        secretName: "gateway-client",
      },
    },
  },
};
