import { STATUS_CODES } from "node:http";
import { version as azureadVersion } from "@pulumi/azuread/package.json";
import { version as azureNativeVersion } from "@pulumi/azure-native/package.json";
import { CREATE_BEFORE_DELETE } from "./defaults";
import { AlreadyExistsError, type AzureError } from "./errors";
import { previewedOutputs, shapeOf } from "./projection";
import type { Json, Properties } from "./resource-type";
import type { Shapes } from "./shapes";
import { UNKNOWN } from "./wire";

/** In what the two providers differ towards the engine. */
export interface Flavour {
  readonly name: "azure-native" | "azuread";
  readonly version: string;
  /** The outputs that the preview of an update tells. */
  previewUpdate(update: {
    readonly shapes: Shapes;
    readonly token: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
  }): Properties;
  /** Whether a replacement deletes the old resource first. */
  deletesFirst(oldInputs: Properties): boolean;
  /** How the provider words a refusal. */
  word(error: AzureError): string;
  /** Whether the provider sends a refused request again by itself. */
  retries(error: AzureError): boolean;
  /** Whether the provider itself marks sensitive outputs as secrets. */
  readonly marksSecrets: boolean;
}

/** Outputs that azure-native holds for immutable, so that they stay known while everything else may change. */
const STABLE = ["name", "location"];

/** Source: pulumi-azure-native, provider/pkg/provider/provider.go and provider/pkg/azure/client_azcore.go. */
export const azureNative: Flavour = {
  name: "azure-native",
  version: azureNativeVersion,
  previewUpdate({ shapes, token, inputs, outputs }) {
    const stable = STABLE.flatMap((name): [string, Json][] => {
      const value = outputs[name];
      return value === undefined ? [] : [[name, value]];
    });
    return { ...previewedOutputs(shapes, token, inputs), ...Object.fromEntries(stable) };
  },
  deletesFirst: (oldInputs) => oldInputs[CREATE_BEFORE_DELETE] !== true,
  word: (error) =>
    error instanceof AlreadyExistsError
      ? error.message
      : `Status=${error.status} Code="${error.code}" Message="${error.message}"`,
  retries: ({ status, code }) =>
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    (status === 409 && code === "AnotherOperationInProgress"),
  marksSecrets: false,
};

/** Source: pulumi-terraform-bridge, pkg/tfbridge/provider.go, and hashicorp/go-azure-sdk's client for the wording. */
export const azuread: Flavour = {
  name: "azuread",
  version: azureadVersion,
  previewUpdate({ shapes, token, inputs, outputs }) {
    // What Graph computed stays as it was: a bridged provider announces only what it knows will change.
    const names = shapeOf(shapes, token).outputs;
    return Object.fromEntries(names.map((name) => [name, inputs[name] ?? outputs[name] ?? UNKNOWN]));
  },
  deletesFirst: () => false,
  word: (error) =>
    error instanceof AlreadyExistsError
      ? error.message
      : `unexpected status ${error.status} (${error.status} ${STATUS_CODES[error.status] ?? ""}) with error: ${error.code}: ${error.message}`,
  retries: () => false,
  marksSecrets: true,
};
