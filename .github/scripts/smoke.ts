import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { run } from "./run";

/** What is asked of a stack that was just deployed, and what it must answer. */
interface Probe {
  readonly what: string;
  readonly url: string;
  readonly expected: string;
  readonly accepts: (status: number) => boolean;
}

/**
 * What is asked of each integration's APIs, by the output that shows the API's URL: the path of a GET operation, because a
 * gateway looks for a token only where it found an operation. Azure does not document what paths it gives the operations
 * of a WSDL, so billing has none.
 */
export const REQUESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: { url: "/smoke-test" },
  catalog: { v1: "/products", v2: "/products" },
};

const outputs = z.object({
  gateway: z.object({ url: z.url() }),
  portalUrl: z.url().optional(),
  integrations: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/**
 * What is asked of a stack, by its outputs: the gateway's own state, each API without a token, the portal.
 *
 * @throws Error where the outputs are not those of a stack that owns its gateway
 */
export function probesOf(written: unknown): readonly Probe[] {
  const { gateway, portalUrl, integrations } = outputs.parse(written);
  const apis = Object.entries(integrations).flatMap(([integration, shown]) =>
    Object.entries(REQUESTS[integration] ?? {}).map(([output, path]): Probe => ({
      what: `${integration}.${output} without a token`,
      url: `${String(shown[output])}${path}`,
      expected: "401",
      accepts: (status) => status === 401,
    })),
  );
  return [
    {
      // https://learn.microsoft.com/azure/api-management/api-management-howto-integrate-internal-vnet-appgateway
      what: "the gateway",
      url: `${gateway.url}/status-0123456789abcdef`,
      expected: "200",
      accepts: (status) => status === 200,
    },
    ...apis,
    ...(portalUrl === undefined
      ? []
      : [
          {
            what: "the developer portal",
            url: portalUrl,
            expected: "a page, or that it was not published yet (404)",
            accepts: (status: number) => status < 400 || status === 404,
          },
        ]),
  ];
}

/** How long a stack may take until it answers as it must: names and policies reach all parts of a gateway with delay. */
export interface Patience {
  /** @default five minutes */
  readonly milliseconds?: number;
  /** @default ten seconds */
  readonly everyMilliseconds?: number;
}

/**
 * Asks until all answers are right.
 *
 * @returns a line for each probe
 * @throws Error with every answer that was still wrong when the patience ended
 */
export async function smokeTest(
  probes: readonly Probe[],
  { milliseconds = 300_000, everyMilliseconds = 10_000 }: Patience = {},
): Promise<readonly string[]> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answers = await Promise.all(probes.map(ask));
    const wrong = answers.filter(({ right }) => !right);
    if (wrong.length === 0) return answers.map(({ line }) => line);
    if (Date.now() + everyMilliseconds > end) {
      throw new Error(
        `The stack does not answer as it must:\n${wrong.map(({ line }) => `  ${line}`).join("\n")}`,
      );
    }
    await setTimeout(everyMilliseconds);
  }
}

async function ask({ what, url, expected, accepts }: Probe): Promise<{ right: boolean; line: string }> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(15_000) });
    const right = accepts(status);
    return { right, line: `${what} (${url}): ${status}${right ? "" : `, not ${expected}`}` };
  } catch (error) {
    // `fetch` merely says that it failed, and why in the cause.
    const reason = typeof error === "object" && error !== null && "cause" in error ? error.cause : error;
    return { right: false, line: `${what} (${url}): ${String(reason)}, not ${expected}` };
  }
}

if (require.main === module) {
  run("smoke.ts <outputs-<stack>.json>", async ([file]) =>
    file === undefined
      ? undefined
      : (await smokeTest(probesOf(JSON.parse(await readFile(file, "utf8"))))).join("\n"),
  );
}
