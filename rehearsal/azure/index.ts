import type { runtime } from "@pulumi/pulumi";
import type { Fault } from "./faults";
import { azuread, azureNative } from "./flavours";
import { simulatedMocks } from "./mocks";
import { SimulatedAzure, type SimulatedAzureOptions } from "./model";
import { type ServedProvider, serveProvider } from "./provider";
import type { Properties } from "./resource-type";
import { checkShape, shapes } from "./shapes";
import { invokeTypes, lockRefusal, resourceTypes } from "./types";

export { AbortedError, AlreadyExistsError, AzureError, NotSimulatedError } from "./errors";
export { type Fault, FAULT_STATUS, parseFault } from "./faults";
export { DEFAULT_IDS, type LoggedRequest, SimulatedAzure, type SoftDeletedResource } from "./model";

/** Options of {@link serveAzure}. */
export interface ServeAzureOptions {
  /** The file that it keeps its resources in; what stands there is loaded. It may hold secrets: its mode is 600. */
  readonly stateFile: string;
  /** What goes wrong. @default nothing */
  readonly faults?: readonly Fault[];
  /** How many real milliseconds stand for a minute of the real Azure. @default 0 */
  readonly millisecondsPerMinute?: number;
  /** @default `DEFAULT_IDS.subscriptionId` */
  readonly subscriptionId?: string;
  /** @default `DEFAULT_IDS.tenantId` */
  readonly tenantId?: string;
}

/** A simulated Azure that an engine can use. */
export interface ServedAzure {
  /** What the Pulumi CLI must find in its environment to use it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly azure: SimulatedAzure;
  /** Stops serving. What was acknowledged stands in the state file. */
  readonly close: () => Promise<void>;
}

/**
 * A simulated Azure of every type in `types/index.ts`, in memory or with the state file of its options.
 *
 * @throws Error where the state file is not one
 */
export function simulateAzure(
  options: Omit<SimulatedAzureOptions, "invokes" | "checkShape" | "refusal"> = {},
): SimulatedAzure {
  return new SimulatedAzure(resourceTypes, {
    ...options,
    invokes: invokeTypes,
    checkShape,
    refusal: lockRefusal,
  });
}

/** Puts there what stood before, each in its subscription: by default the one that is deployed to. */
export function seedPrerequisites(
  azure: SimulatedAzure,
  prerequisites: readonly {
    readonly token: string;
    readonly inputs: Properties;
    readonly subscriptionId?: string;
  }[],
): void {
  for (const { token, inputs, subscriptionId } of prerequisites) {
    (subscriptionId === undefined ? azure : azure.seenFrom(subscriptionId)).seed(token, inputs);
  }
}

/** Mocks over a simulated Azure for unit tests: `runtime.setMocks(azureMocks(simulateAzure()))`. */
export function azureMocks(azure: SimulatedAzure): runtime.Mocks {
  return simulatedMocks(azure, shapes());
}

/**
 * Serves a simulated Azure to the Pulumi engine, as the providers azure-native and azuread on 127.0.0.1.
 *
 * @throws Error where the state file is not one, or no port is free
 */
export async function serveAzure(options: ServeAzureOptions): Promise<ServedAzure> {
  const azure = simulateAzure(options);
  const serve = (flavour: typeof azureNative): Promise<ServedProvider> =>
    serveProvider({ flavour, azure, shapes: shapes(), checkShape });
  const [native, entra] = await Promise.all([serve(azureNative), serve(azuread)]);
  return {
    environment: {
      PULUMI_DEBUG_PROVIDERS: `azure-native:${native.port},azuread:${entra.port}`,
      // The engine would download the very plugins that are being stood in for.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
    azure,
    close: () => {
      native.close();
      entra.close();
      return Promise.resolve();
    },
  };
}
