import { z } from "zod";
import type { Guardrail, GuardrailOptions } from "./guardrail";
import { GUARDRAILS } from "./table";

const LEVELS = ["advisory", "mandatory", "disabled"] as const;

/** How strictly a guardrail is meant. */
export type Level = (typeof LEVELS)[number];

/** The options of one guardrail in the pack's configuration, all of them optional; docs/guardrails.md. */
const guardrailConfig = z.strictObject({
  enforcementLevel: z.enum(LEVELS).optional(),
  except: z.record(z.string(), z.string().regex(/\S/, "an exception has its reason")).optional(),
  regions: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
});

/** A file of `--policy-pack-config`. The engine passes over what no guardrail is called: a slip would switch one off. */
const configuration = z.partialRecord(
  z.enum(GUARDRAILS.map(({ id }) => id)),
  z.union([z.enum(LEVELS), guardrailConfig]),
);

export type Configuration = z.output<typeof configuration>;

/**
 * Reads a file of `--policy-pack-config`.
 *
 * @throws Error where it is none, with everything that is wrong
 */
export function readConfiguration(text: string): Configuration {
  const { data, error } = configuration.safeParse(JSON.parse(text));
  if (error) throw new Error(`${z.prettifyError(error)}\n  fix: docs/guardrails.md#configuration`);
  return data;
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
