import type { TypeModule } from "../../resource-type";
import { lookUp } from "../look-up";
import { apis } from "./apis";
import { backends } from "./backends";
import { diagnostics } from "./diagnostics";
import { policies } from "./policies";
import { products } from "./products";
import { service } from "./service";

/** API Management: the service and everything below it. */
export const apiManagement: TypeModule = {
  resources: [service, ...apis, ...policies, ...products, ...backends, ...diagnostics],
  invokes: [
    lookUp(
      "azure-native:apimanagement:getApiManagementService",
      "Microsoft.ApiManagement/service",
      "serviceName",
    ),
  ],
};
