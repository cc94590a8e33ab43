import { join } from "node:path";
import { pipelineOwners } from "../../components/access";
import { readWsdlContract } from "../../components/contracts";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { GatewayBackend } from "../../components/gateway/backend";
import { GatewayCertificate } from "../../components/gateway/certificate";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { certificateSecretId } from "../../components/gateway/key-vault";
import { GatewayProduct } from "../../components/gateway/product";
import { grantGatewayReadsVault } from "../../components/grants";
import { integration, tryInConsole } from "../integration";
import { billingPolicy } from "./policy";
import { billingSettings } from "./settings";

/** A SOAP service, offered as REST: the gateway translates, and shows the service a certificate of its own. */
export const billing = integration({
  settings: billingSettings,
  certificates: ({ service }) => [service.certificate],
  async deploy({ gateway, tenantId, names, access, console, productGroups, protect, settings }) {
    const { url, certificate } = settings.service;
    const contract = await readWsdlContract(join(__dirname, "billing.wsdl"), { mode: "rest" });
    const trial = tryInConsole(console, ["Invoices.Manage"]);
    const registration = new EntraAppRegistration("billing-registration", {
      displayName: names.registration("api"),
      owners: pipelineOwners(access),
      api: {
        scopes: {
          "Invoices.Manage": {
            displayName: "Manage invoices",
            description: "Create, read and cancel invoices in your name",
            consentBy: "Admin",
          },
        },
        roles: {
          "Invoices.Manage.All": {
            displayName: "Manage all invoices",
            description: "Create, read and cancel invoices of every customer",
          },
        },
        assignmentRequired: true,
        preAuthorizedClients: trial.preAuthorizedClients,
      },
    });

    const role = grantGatewayReadsVault(certificate.vaultId, gateway.principalId);
    const client = new GatewayCertificate(
      "billing-client",
      { gateway, secretId: certificateSecretId(certificate) },
      { dependsOn: role },
    );
    const service = new GatewayBackend("billing", {
      gateway,
      url,
      protocol: "soap",
      description: "The SOAP service that keeps the books",
      credentials: { kind: "certificate", certificate: client },
    });
    const api = new GatewayApi("billing", {
      gateway,
      path: "billing",
      contract,
      backend: { kind: "backend", target: service },
      policy: billingPolicy({
        tokens: registration.tokens(tenantId),
        rateLimit: settings.rateLimit,
        clientIssuer: settings.clients?.issuer,
      }),
      signIn: trial.signInTo(registration),
    });
    new GatewayProduct("billing", {
      gateway,
      displayName: "Billing",
      description: "Create, follow and cancel invoices.",
      terms: "For accounting systems that the finance department has approved.",
      apis: { billing: api },
      groups: productGroups,
      protect,
    });

    return { url: api.url, audience: registration.clientId };
  },
});
