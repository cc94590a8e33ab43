/** Names that Azure gives to a kind of service, below a domain that all its tenants share. */
interface SharedDomain {
  readonly domain: string;
  readonly service: string;
  /** Whether Azure keeps a deleted service's name from others long enough for its records to go. */
  readonly reserved: boolean;
}

/**
 * Names below these are anybody's as soon as nobody has them: a record that leads to one of them hands the domain to
 * whoever takes it (https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover). The name of an API
 * Management service is reserved for 48 hours (https://learn.microsoft.com/azure/api-management/soft-delete).
 */
const SHARED_DOMAINS: readonly SharedDomain[] = [
  { domain: "azure-api.net", service: "API Management", reserved: true },
  { domain: "azurecontainer.io", service: "Container Instances", reserved: false },
  { domain: "azureedge.net", service: "CDN", reserved: false },
  { domain: "azurefd.net", service: "Front Door", reserved: false },
  { domain: "azurewebsites.net", service: "App Service", reserved: false },
  { domain: "blob.core.windows.net", service: "Blob Storage", reserved: false },
  { domain: "cloudapp.azure.com", service: "Public IP addresses", reserved: false },
  { domain: "cloudapp.net", service: "Cloud Services", reserved: false },
  { domain: "trafficmanager.net", service: "Traffic Manager", reserved: false },
];

/**
 * Whose service a host name is that anybody could claim once nobody has it; `undefined` for any other name.
 *
 * Told by the name alone, so that it holds for what a program declares and for what a state says.
 */
export function claimableName(hostName: string): SharedDomain | undefined {
  const name = hostName.toLowerCase().replace(/\.$/, "");
  return SHARED_DOMAINS.find(({ domain }) => name.endsWith(`.${domain}`));
}
