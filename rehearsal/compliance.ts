import { createHash } from "node:crypto";
import type { Log, Result } from "sarif";
import { levelOf, optionsOf, type Configuration, type Level } from "../policies/guardrails/configuration";
import type { Guardrail, Resource } from "../policies/guardrails/guardrail";
import { complaint, judge, looksAt, type Judged } from "../policies/guardrails/judge";
import { GUARDRAILS } from "../policies/guardrails/table";
import { unknownCheckingProxy } from "../policies/guardrails/unknown";
import type { Report } from "./life-cycle";
import { nameOf, UNKNOWN, type Step } from "./steps";

/** What became of a guardrail in a stack. */
export interface Assessment {
  readonly guardrail: Guardrail;
  readonly level: Level;
  /** Of each resource that it looks at. */
  readonly judged: readonly (Judged & { readonly resource: Pick<Resource, "name" | "urn"> })[];
}

/**
 * Judges a stack, guardrail by guardrail, also those that hold: by what was deployed, or, where a deployment was refused, by
 * what was announced.
 *
 * @param steps what the deployment made, or the preview announced
 * @param violations what the engine was told: it also knows what is secret, and what was refused before it was written
 * @param config the pack's configuration for the stack
 * @param today the day on which what expires is looked at
 */
export function assess(
  { resources: steps, violations }: Pick<Report, "resources" | "violations">,
  config: Configuration,
  today: Date,
): readonly Assessment[] {
  const resources = steps.map((step) => resourceOf(step, steps));
  return GUARDRAILS.map((guardrail) => {
    const own = config[guardrail.id];
    const options = optionsOf(typeof own === "object" ? own : {}, today);
    const level = levelOf(guardrail, config);
    const subjects = level === "disabled" ? [] : resources.filter((resource) => looksAt(guardrail, resource));
    const judged = subjects.map((resource) => ({
      resource,
      ...judge(guardrail, resource, resources, options),
    }));
    const told = violations.flatMap(({ guardrail: id, urn, message }) => {
      // The engine puts the rule before what is wrong, and the reason is after it.
      const [, problem = ""] = message.split("\n");
      const isKnown = judged.some(
        ({ resource, problems }) => resource.urn === urn && problems.includes(problem),
      );
      return id !== guardrail.id || isKnown
        ? []
        : [{ resource: { name: nameOf(urn), urn }, problems: [problem] }];
    });
    return { guardrail, level, judged: [...judged, ...told] };
  });
}

function resourceOf({ urn, type, inputs, outputs, protect }: Step, steps: readonly Step[]): Resource {
  // An input that is the id of a resource depends on it; the engine's events do not say so.
  const dependencies = Object.entries(inputs).map(([key, value]): [string, string[]] => [
    key,
    steps.filter(({ id }) => id !== "" && id !== UNKNOWN && id === value).map((step) => step.urn),
  ]);
  return {
    type,
    name: nameOf(urn),
    urn,
    inputs: unknownCheckingProxy(inputs),
    outputs: unknownCheckingProxy(outputs),
    dependencies: Object.fromEntries(dependencies),
    protect,
  };
}

type Outcome = "holds" | "broken" | "not yet known" | "excepted" | "not applicable" | "off";

function outcomeOf({ level, judged }: Assessment): Outcome {
  if (level === "disabled") return "off";
  if (judged.some(({ problems }) => problems.length > 0)) return "broken";
  if (judged.some(({ notYetKnown }) => notYetKnown !== undefined)) return "not yet known";
  if (judged.length === 0) return "not applicable";
  return judged.every(({ excepted }) => excepted !== undefined) ? "excepted" : "holds";
}

/** The assessment of a stack for people, as Markdown. */
export function complianceReport(stack: string, assessments: readonly Assessment[]): string {
  const rows = assessments.map((assessment) => {
    const { guardrail, level, judged } = assessment;
    const notes = judged.flatMap(({ resource, problems, excepted, notYetKnown }) => [
      ...problems.map((problem) => `${resource.name} ${problem}`),
      ...(notYetKnown === undefined
        ? []
        : [`${resource.name} is not yet known: ${notYetKnown.props.map(String).join(".")}`]),
      ...(excepted === undefined ? [] : [`${resource.name} is excepted: ${excepted}`]),
    ]);
    const cells = [
      `\`${guardrail.id}\``,
      level === "disabled" ? "" : level,
      outcomeOf(assessment),
      folded([...new Set(judged.map(({ resource }) => resource.name))]),
      notes.join("<br>"),
      guardrail.mirrors.join("<br>"),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    `# Guardrails of ${stack}`,
    `${verdict(assessments)}. What each demands, and why: docs/guardrails.md.`,
    [
      "| Guardrail | Level | Result | Resources | What of them | Also demanded by |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join("\n");
}

/** How many there are, and, unfolded, which. */
function folded(names: readonly string[]): string {
  if (names.length === 0) return "0";
  return `<details><summary>${names.length}</summary>${[...names].sort().join("<br>")}</details>`;
}

const OUTCOMES: readonly Outcome[] = [
  "broken",
  "not yet known",
  "holds",
  "excepted",
  "not applicable",
  "off",
];

/** How many guardrails came to which end. */
function verdict(assessments: readonly Assessment[]): string {
  const counts = OUTCOMES.map((outcome) => ({
    outcome,
    count: assessments.filter((assessment) => outcomeOf(assessment) === outcome).length,
  }));
  return counts
    .filter(({ outcome, count }) => count > 0 || outcome === "broken")
    .map(({ outcome, count }) => `${outcome}: ${count === 0 ? "none" : count}`)
    .join(", ");
}

/** Where a violation is shown in the repository: GitHub demands a file, and the settings are where most are mended. */
function results(stack: string, { guardrail, level, judged }: Assessment): Result[] {
  return judged.flatMap(({ resource, problems }) =>
    problems.map((problem) => ({
      ruleId: guardrail.id,
      level: level === "mandatory" ? "error" : "warning",
      message: { text: `${resource.name}: ${complaint(guardrail, problem)}` },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: `Pulumi.${stack}.yaml` }, region: { startLine: 1 } },
          logicalLocations: [{ name: resource.name, fullyQualifiedName: resource.urn, kind: "resource" }],
        },
      ],
      partialFingerprints: { primaryLocationLineHash: fingerprint(guardrail.id, resource.urn, problem) },
    })),
  );
}

/**
 * By which GitHub knows a result again. It looks at this key alone, and would fill it by the line: all that breaks one guardrail
 * would be one alert (https://github.com/github/codeql-action, src/fingerprints.ts).
 */
function fingerprint(...of: readonly string[]): string {
  return createHash("sha256").update(of.join("\n")).digest("hex").slice(0, 16);
}

/** The assessment for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function complianceSarif(stack: string, assessments: readonly Assessment[]): Log {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "guardrails",
            rules: assessments.map(({ guardrail, level }) => ({
              id: guardrail.id,
              shortDescription: { text: guardrail.rule },
              fullDescription: { text: guardrail.reason },
              help: { text: `Fix: ${guardrail.fix}` },
              properties: { tags: [...guardrail.mirrors] },
              defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
            })),
          },
        },
        automationDetails: { id: `guardrails/${stack}/` },
        results: assessments.flatMap((assessment) => results(stack, assessment)),
      },
    ],
  };
}
