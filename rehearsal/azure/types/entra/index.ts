import type { TypeModule } from "../../resource-type";
import { lookUps } from "./answers";
import { applications } from "./applications";
import { credentials } from "./credentials";
import { servicePrincipals } from "./service-principals";

/** Microsoft Entra ID as azuread writes it through Microsoft Graph. */
export const entra: TypeModule = {
  resources: [...applications, ...credentials, ...servicePrincipals],
  invokes: lookUps,
};
