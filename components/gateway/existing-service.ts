import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { ClientCertificates } from "../../policies/gateway";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { isSameRegion } from "../../validation/region";
import { publicAddresses } from "./addresses";
import { clientUrl } from "./hostnames";
import { TIERS, type GatewayTier } from "./tier";

/**
 * A service that stands already, in this subscription. It is read, and nothing of it is changed: what it is said to be
 * here is compared with what it is.
 */
export interface ExistingService {
  readonly kind: "adopt";
  readonly resourceGroupName: string;
  readonly serviceName: string;
  /** Its primary region, e.g. `westeurope`. */
  readonly location: string;
  /** Its tier: what it has decides, before Azure is asked, what can be put on it. */
  readonly tier: GatewayTier["name"];
  /** Whether it asks clients for a certificate, so that policies may look at one. @default "ignore" */
  readonly clientCertificates?: ClientCertificates;
}

/** What is assumed of an {@link ExistingService} that says nothing. */
export const EXISTING_SERVICE_DEFAULTS = { clientCertificates: "ignore" } as const;

type Found = apimanagement.GetApiManagementServiceResult;

/**
 * Reads a service. Every output is that of a service which is as it was said to be.
 *
 * @param identityId the user-assigned identity that it must have
 * @throws pulumi.RunError (through the outputs) with everything in which it is not
 */
export function readExistingService(
  parent: pulumi.Resource,
  gatewayName: string,
  service: ExistingService,
  identityId: pulumi.Input<string>,
) {
  const { resourceGroupName, serviceName } = service;
  const read = apimanagement.getApiManagementServiceOutput({ resourceGroupName, serviceName }, { parent });
  const found = pulumi.all([read, identityId]).apply(([known, id]) => {
    const issues = validateExistingService(service, known, id);
    if (issues.length === 0) return known;
    throw new pulumi.RunError(
      formatIssues(`ApimGateway "${gatewayName}" cannot adopt ${serviceName}`, issues),
    );
  });
  return {
    resource: undefined,
    id: found.id,
    name: found.name,
    url: found.apply((known) => clientUrl(foundNames(known), known.gatewayUrl)),
    addresses: TIERS[service.tier].staticAddresses ? found.apply(publicAddresses) : undefined,
    systemPrincipalId: found.apply(({ identity }) => identity?.principalId ?? ""),
    hostnames: found.apply(({ hostnameConfigurations }) => hostnameConfigurations),
  };
}

/** The names of the gateway itself, Azure's included. */
function foundNames({ hostnameConfigurations = [] }: Pick<Found, "hostnameConfigurations">) {
  return hostnameConfigurations.filter(({ type }) => type === "Proxy");
}

/** Everything in which a service is not what it is said to be. */
export function validateExistingService(
  { tier, location, clientCertificates }: ExistingService,
  found: Pick<Found, "sku" | "location" | "identity" | "hostnameConfigurations">,
  identityId: string,
): Issue[] {
  const issues: Issue[] = [];
  if (found.sku.name !== tier) {
    issues.push({
      path: "service.tier",
      rule: `the service is of the ${found.sku.name} tier`,
      received: received(tier),
      fix: "write its tier, or choose another service",
    });
  }
  if (!isSameRegion(found.location, location)) {
    issues.push({
      path: "service.location",
      rule: `the service is in ${found.location}`,
      received: received(location),
      fix: "write its region, which is that of the workflows too",
    });
  }
  if (
    clientCertificates === "negotiate" &&
    !foundNames(found).some((name) => name.negotiateClientCertificate)
  ) {
    issues.push({
      path: "service.clientCertificates",
      rule: "the service asks clients for a certificate under one of its names",
      received: received(clientCertificates),
      fix: 'let the service\'s owner switch it on, or write "ignore"',
    });
  }
  const identities = Object.keys(found.identity?.userAssignedIdentities ?? {});
  // Azure does not keep the case of ids.
  if (!identities.some((id) => id.toLowerCase() === identityId.toLowerCase())) {
    issues.push({
      path: "identity.id",
      rule: "the identity that calls workflows is one of the service's user-assigned identities",
      received: received(identityId),
      fix:
        identities.length === 0
          ? "let the service's owner assign it"
          : `let the service's owner assign it, or choose ${identities.join(" or ")}`,
    });
  }
  return issues;
}
