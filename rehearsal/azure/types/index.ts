import type { InvokeType, ResourceType, TypeModule } from "../resource-type";
import { apiManagement } from "./api-management";
import { authorization } from "./authorization";
import { connectionGateways } from "./connections";
import { dns } from "./dns";
import { entra } from "./entra";
import { eventGrid } from "./event-grid";
import { keyVault } from "./key-vault";
import { logicApps } from "./logic-apps";
import { managedIdentity } from "./managed-identity";
import { monitor } from "./monitor";
import { resources } from "./resources";
import { serviceBus } from "./service-bus";
import { storage } from "./storage";

export { lockRefusal } from "./locks";

/** What the simulated Azure knows; everything else it refuses by name. */
const modules: readonly TypeModule[] = [
  apiManagement,
  authorization,
  connectionGateways,
  dns,
  entra,
  eventGrid,
  keyVault,
  logicApps,
  managedIdentity,
  monitor,
  resources,
  serviceBus,
  storage,
];

/** Every simulated kind of resource. */
export const resourceTypes: readonly ResourceType[] = modules.flatMap(({ resources }) => resources ?? []);

/** Every simulated function. */
export const invokeTypes: readonly InvokeType[] = modules.flatMap(({ invokes }) => invokes ?? []);
