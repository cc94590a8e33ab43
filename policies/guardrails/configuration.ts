import { z } from "zod";
import type { Guardrail, GuardrailOptions } from "./guardrail";

const LEVELS = ["advisory", "mandatory", "disabled"] as const;

/** How strictly a guardrail is meant. */
export type Level = (typeof LEVELS)[number];

/** The options of one guardrail in the pack's configuration, all of them optional; docs/guardrails.md. */
export const guardrailConfig = z.object({
  enforcementLevel: z.enum(LEVELS).optional(),
  except: z.record(z.string(), z.string()).optional(),
  regions: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});

/** A file of `--policy-pack-config`. */
const configuration = z.record(z.string(), z.union([z.enum(LEVELS), guardrailConfig]));

export type Configuration = z.output<typeof configuration>;

/**
 * Reads a file of `--policy-pack-config`.
 *
 * @throws ZodError where it is none
 */
export function readConfiguration(text: string): Configuration {
  return configuration.parse(JSON.parse(text));
}

/** How strictly a guardrail is meant where the configuration says nothing. */
export function defaultLevel({ level, environments }: Guardrail): Level {
  return environments === "all" ? level : "disabled";
}

/** How strictly a guardrail is meant. */
export function levelOf(guardrail: Guardrail, config: Configuration): Level {
  const own = config[guardrail.id];
  return (typeof own === "string" ? own : own?.enforcementLevel) ?? defaultLevel(guardrail);
}

/** What a guardrail is told, by the day on which what expires is looked at. */
export function optionsOf(own: z.output<typeof guardrailConfig>, today: Date): GuardrailOptions {
  const { except = {}, regions = [], tags = [] } = own;
  return { except, regions, tags, today };
}
