import type { InvokeType, ResourceType, TypeModule } from "../resource-type";

/** What the simulated Azure knows; everything else it refuses by name. */
const modules: readonly TypeModule[] = [];

/** Every simulated kind of resource. */
export const resourceTypes: readonly ResourceType[] = modules.flatMap(({ resources }) => resources ?? []);

/** Every simulated function. */
export const invokeTypes: readonly InvokeType[] = modules.flatMap(({ invokes }) => invokes ?? []);
