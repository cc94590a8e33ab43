import type { InvokeType, ResourceType, TypeModule } from "../resource-type";
import { apiManagement } from "./api-management";
import { authorization } from "./authorization";
import { dns } from "./dns";
import { entra } from "./entra";
import { keyVault } from "./key-vault";
import { logicApps } from "./logic-apps";
import { managedIdentity } from "./managed-identity";
import { monitor } from "./monitor";
import { resources } from "./resources";
import { storage } from "./storage";

export { lockRefusal } from "./locks";

/** What the simulated Azure knows; everything else it refuses by name. */
const modules: readonly TypeModule[] = [
  apiManagement,
  authorization,
  dns,
  entra,
  keyVault,
  logicApps,
  managedIdentity,
  monitor,
  resources,
  storage,
];

/** Every simulated kind of resource. */
export const resourceTypes: readonly ResourceType[] = modules.flatMap(({ resources }) => resources ?? []);

/** Every simulated function. */
export const invokeTypes: readonly InvokeType[] = modules.flatMap(({ invokes }) => invokes ?? []);
