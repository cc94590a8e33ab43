import type { z } from "zod";
import type { Integration, IntegrationArgs, IntegrationOutputs } from "./integration";
import type { VaultCertificate } from "../components/gateway/key-vault";
import { billing } from "./billing";
import { catalog } from "./catalog";
import { orders } from "./orders";

/** Every integration that a stack can list, by the key under which its settings stand. Name a new one here. */
export const integrations = { orders, catalog, billing };

/** The integrations' schemas, by the same keys. */
export type IntegrationSchemas = {
  readonly [K in keyof typeof integrations]: (typeof integrations)[K]["settings"];
};

/** The schema of each integration's settings. */
export const integrationSchemas = Object.fromEntries(
  Object.entries(integrations).map(([key, { settings }]) => [key, settings]),
) as IntegrationSchemas;

/** The settings of the integrations that a stack lists. */
export type ListedIntegrations = {
  readonly [K in keyof IntegrationSchemas]?: z.output<IntegrationSchemas[K]>;
};

const byKey: { readonly [K in keyof IntegrationSchemas]: Integration<IntegrationSchemas[K]> } = integrations;
const keys = Object.keys(integrations) as (keyof IntegrationSchemas)[];

/** Certificates that the listed integrations read from vaults which stand already. */
export function certificatesOf(listed: ListedIntegrations): VaultCertificate[] {
  const certificates = <K extends keyof IntegrationSchemas>(key: K, settings: ListedIntegrations[K]) =>
    settings === undefined ? [] : (byKey[key].certificates?.(settings) ?? []);
  return keys.flatMap((key) => certificates(key, listed[key]));
}

/**
 * Deploys the integrations that a stack lists.
 *
 * @param argsFor what every integration is given but its settings, by its key
 * @returns their outputs by key
 */
export async function deployIntegrations(
  listed: ListedIntegrations,
  argsFor: (key: string) => Omit<IntegrationArgs<never>, "settings">,
): Promise<Record<string, IntegrationOutputs>> {
  const deploy = async <K extends keyof IntegrationSchemas>(
    key: K,
    settings: ListedIntegrations[K],
  ): Promise<[string, IntegrationOutputs][]> =>
    settings === undefined ? [] : [[key, await byKey[key].deploy({ ...argsFor(key), settings })]];
  const outputs = await Promise.all(keys.map((key) => deploy(key, listed[key])));
  return Object.fromEntries(outputs.flat());
}
