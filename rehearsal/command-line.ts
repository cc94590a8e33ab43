import { parseArgs } from "node:util";
import { type Fault, parseFault } from "./azure";

/** What `--help` shows. */
export const HELP = `Rehearses the whole life of a stack on the real Pulumi engine against a simulated Azure: preview, up, a second
up and a refresh that must change nothing, destroy. Needs no Azure account; the stack's files stay as they are.

usage: npm run rehearse -- <stack> [options]

  <stack>                      e.g. dev: the stack of Pulumi.dev.yaml
  --plan                       stop after the preview
  --keep                       stop before the destroy, keep everything, and say how to go on
  --export FILE                write the deployed state, secrets encrypted, as \`pulumi stack export\` does
  --report FOLDER              write what the guardrails say of the deployed stack: Markdown, and SARIF for code scanning
  --fault TYPE:OPERATION:CODE[:accepted][:TIMES]
                               let Azure refuse an operation, once or TIMES times, at once or after it was accepted, e.g.
                               azure-native:apimanagement:Api:create:PessimisticConcurrencyConflict; repeatable
  --help                       this text

Exit code: 0 if every phase held, 1 if not, 2 for a wrong command line, 130 if interrupted.`;

/** What the command line asks for. */
export interface Command {
  readonly stack: string;
  readonly plan: boolean;
  readonly keep: boolean;
  readonly exportFile?: string;
  readonly reportFolder?: string;
  readonly faults: readonly Fault[];
}

/**
 * Reads the command line of `npm run rehearse`.
 *
 * @returns `undefined` for `--help`
 * @throws Error with what is wrong
 */
export function readCommand(args: readonly string[]): Command | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      plan: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      export: { type: "string" },
      report: { type: "string" },
      fault: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const [stack, ...more] = positionals;
  if (stack === undefined || more.length > 0) throw new Error("name one stack, e.g. dev");
  if (values.plan && values.export !== undefined)
    throw new Error("--plan deploys nothing that --export could write");
  if (values.plan && values.report !== undefined)
    throw new Error("--plan deploys nothing that --report could tell of");
  return {
    stack,
    plan: values.plan,
    keep: values.keep,
    faults: values.fault.map(parseFault),
    ...(values.export === undefined ? {} : { exportFile: values.export }),
    ...(values.report === undefined ? {} : { reportFolder: values.report }),
  };
}
