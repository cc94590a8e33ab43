import type { TypeModule } from "../../resource-type";
import { lookUp } from "../look-up";
import { apis } from "./apis";
import { authorizationServers } from "./authorization-servers";
import { backends } from "./backends";
import { diagnostics } from "./diagnostics";
import { ownershipIdentifier } from "./hostnames";
import { policies } from "./policies";
import { portal } from "./portal";
import { products } from "./products";
import { schemas } from "./schemas";
import { service } from "./service";
import { tags } from "./tags";

/** API Management: the service and everything below it. */
export const apiManagement: TypeModule = {
  resources: [
    service,
    ...apis,
    ...schemas,
    ...policies,
    ...products,
    ...portal,
    ...tags,
    ...backends,
    ...diagnostics,
    ...authorizationServers,
  ],
  invokes: [
    lookUp(
      "azure-native:apimanagement:getApiManagementService",
      "Microsoft.ApiManagement/service",
      "serviceName",
    ),
    {
      token: "azure-native:apimanagement:getApiManagementServiceDomainOwnershipIdentifier",
      answer: (_args, azure) => ({ domainOwnershipIdentifier: ownershipIdentifier(azure) }),
    },
  ],
};
