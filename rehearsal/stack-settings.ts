import { z } from "zod";
import { certificatesOf, integrationSchemas } from "../integrations";
import { parseSettings, schemasAt, settingsSchema } from "../settings";
import type { Step } from "../settings/walk";
import type { Assumptions } from "./life-cycle";
import { prerequisites } from "./prerequisites";
import type { Configuration } from "./project";

/** Whether this program's schema lets a setting have a value. */
export function acceptsSetting(path: readonly Step[], value: string | number | boolean): boolean {
  return schemasAt(settingsSchema(integrationSchemas), path).some(
    (schema) => z.core.safeParse(schema, value).success,
  );
}

/**
 * What a stack's configuration says stands in Azure already. Of settings that are not valid nothing is assumed: the
 * program itself reports every problem when it is previewed.
 */
export function assumedBy(configuration: Configuration, project: string): Assumptions {
  const texts = Object.entries(configuration).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { settings } = parseSettings(
    Object.fromEntries(texts) as Record<string, string>,
    new Set(),
    project,
    integrationSchemas,
  );
  return settings === undefined
    ? { resources: [] }
    : prerequisites(settings, certificatesOf(settings.integrations));
}
