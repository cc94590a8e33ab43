import type { OutputMap } from "@pulumi/pulumi/automation";
import Table from "cli-table3";
import { isPutOff, postponedIn } from "../policies/guardrails/judge";
import type { Failure, Phase, Report } from "./life-cycle";
import { type Cost, estimate, PRICES_AS_OF } from "./prices";
import { nameOf, type Step, title, type Violation } from "./steps";

/** How a {@link summarise}d report is laid out. */
export interface SummaryOptions {
  /** Whether headings and failures are coloured. @default false */
  readonly colour?: boolean;
  /** Most memory that the Node process held, in bytes. @default not shown */
  readonly peakMemory?: number;
}

/** Renders a report for a person at a terminal. */
export function summarise(report: Report, options: SummaryOptions = {}): string {
  const proven = report.phases.flatMap((phase) => phase.proven);
  const failed = report.phases.filter(({ failures }) => failures.length > 0);
  const sections: [heading: string, lines: readonly string[]][] = [
    ["Resources per component", resources(report.resources)],
    ["Endpoints", outputs(report.outputs)],
    ["Time per phase", times(report.phases, options.peakMemory)],
    [`Rough monthly cost (US dollars, prices of ${PRICES_AS_OF})`, costs(estimate(report.resources))],
    ["Assumed to exist", report.assumed],
    ["Guardrails warn", warnings(report.violations)],
    ["Proven", proven.map((line) => `✔ ${line}`)],
    ["Left in Azure, soft-deleted", report.remains.flatMap(({ id, remedy }) => [id, `  ${remedy}`])],
    [
      "Did not hold",
      failed.flatMap(({ name, failures }) => failures.flatMap((failure) => complaint(name, failure))),
    ],
  ];
  return sections
    .filter(([, lines]) => lines.length > 0)
    .map(
      ([heading, lines]) => `\n${bold(heading, options)}\n${lines.map((line) => `  ${line}`).join("\n")}\n`,
    )
    .concat(`\n${verdict(report, options)}\n`)
    .join("");
}

/** What guardrails warn of, and how often they had to put it off: a preview does not know everything. */
function warnings(violations: readonly Violation[]): string[] {
  const told = violations.filter((violation) => !violation.mandatory && !isPutOff(violation));
  const later = postponedIn(violations).length;
  return [
    ...told.flatMap(({ guardrail, urn, message }) => [
      `${guardrail}: ${title(urn)}`,
      ...message.split("\n").map((line) => `  ${line}`),
    ]),
    ...(later > 0 ? [`what is not known yet puts ${later} guardrails off to the update`] : []),
  ];
}

function verdict({ stack, held, phases }: Report, { colour }: SummaryOptions): string {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0).toFixed(1);
  const failed = phases.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
  const text = held
    ? `The rehearsal of ${stack} held: ${phases.length} phases in ${seconds} s.`
    : `The rehearsal of ${stack} did not hold: ${failed.join(", ")}.`;
  return colour === true ? `\u001b[${held ? 32 : 31}m${text}\u001b[0m` : text;
}

function complaint(name: string, { expected, happened, fix }: Failure): string[] {
  const told = happened.flatMap((text) =>
    `happened: ${text}`.split("\n").map((line, index) => (index === 0 ? line : `  ${line}`)),
  );
  return [`✘ ${name}`, ...[`expected: ${expected}`, ...told, `fix: ${fix}`].map((line) => `  ${line}`)];
}

/** A resource counts for the component around it that is nearest. */
function resources(steps: readonly Step[]): string[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const component = (step: Step): string => {
    const parent = byUrn.get(step.parent);
    if (parent === undefined || parent.type === "pulumi:pulumi:Stack") return "the stack itself";
    return parent.custom ? component(parent) : `${parent.type.split(":").at(-1) ?? ""} ${nameOf(parent.urn)}`;
  };
  const counts = new Map<string, number>();
  const custom = steps.filter((step) => step.custom && !step.type.startsWith("pulumi:"));
  for (const step of custom) counts.set(component(step), (counts.get(component(step)) ?? 0) + 1);
  if (counts.size === 0) return [];
  return rows(["component", "resources"], [...counts, ["all", custom.length]]);
}

function outputs(map: OutputMap): string[] {
  return Object.entries(map).flatMap(([name, { value, secret }]) => {
    if (secret) return [`${name}: [secret]`];
    const text =
      typeof value === "string" ? value : JSON.stringify(value, undefined, 2).replaceAll("\n", "\n  ");
    return [`${name}: ${text}`];
  });
}

function times(phases: readonly Phase[], peakMemory: number | undefined): string[] {
  const memory =
    peakMemory === undefined ? [] : [`peak memory of this process: ${Math.round(peakMemory / 2 ** 20)} MB`];
  return [
    ...rows(
      ["phase", "seconds"],
      phases.map(({ name, seconds }) => [name, seconds.toFixed(1)]),
    ),
    ...memory,
  ];
}

function costs(lines: readonly Cost[]): string[] {
  if (lines.length === 0) return [];
  const total = lines.reduce((sum, { monthly = 0 }) => sum + monthly, 0);
  const sources = new Set(lines.map(({ source, quality }) => `${source} (${quality})`));
  return [
    ...rows(
      ["item", "a month"],
      [
        ...lines.map(({ item, monthly, use = "" }): Row => [item, monthly?.toFixed(2) ?? use]),
        ["without what depends on use", total.toFixed(2)],
      ],
    ),
    ...[...sources].map((source) => `source: ${source}`),
    "authority: https://prices.azure.com/api/retail/prices",
  ];
}

type Row = [string, string | number];

function rows(head: [string, string], body: Row[]): string[] {
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const table = new Table({ head, chars, style: { head: [], border: [] } });
  table.push(...body);
  return table.toString().split("\n");
}

function bold(text: string, { colour }: SummaryOptions): string {
  return colour === true ? `\u001b[1m${text}\u001b[0m` : text;
}
