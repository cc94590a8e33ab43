import type { Log, Result } from "sarif";
import { levelOf, optionsOf, type Configuration, type Level } from "../policies/guardrails/configuration";
import type { Guardrail, Resource } from "../policies/guardrails/guardrail";
import { complaint, judge, looksAt, type Judged } from "../policies/guardrails/judge";
import { GUARDRAILS } from "../policies/guardrails/table";
import { nameOf, type Step } from "./steps";

/** What became of a guardrail in a stack. */
export interface Assessment {
  readonly guardrail: Guardrail;
  readonly level: Level;
  /** Of each resource that it looks at. */
  readonly judged: readonly (Judged & { readonly resource: Resource })[];
}

/**
 * Judges a stack by its deployed state, guardrail by guardrail, also those that hold.
 *
 * @param steps what the deployment made
 * @param config the pack's configuration for the stack
 * @param today the day on which what expires is looked at
 */
export function assess(steps: readonly Step[], config: Configuration, today: Date): readonly Assessment[] {
  const resources = steps.map((step) => resourceOf(step, steps));
  return GUARDRAILS.map((guardrail) => {
    const own = config[guardrail.id];
    const options = optionsOf(typeof own === "object" ? own : {}, today);
    const level = levelOf(guardrail, config);
    const subjects = level === "disabled" ? [] : resources.filter((resource) => looksAt(guardrail, resource));
    return {
      guardrail,
      level,
      judged: subjects.map((resource) => ({
        resource,
        ...judge(guardrail, resource, resources, options),
      })),
    };
  });
}

function resourceOf({ urn, type, inputs, outputs, protect }: Step, steps: readonly Step[]): Resource {
  // An input that is the id of a resource depends on it; the engine's events do not say so.
  const dependencies = Object.entries(inputs).map(([key, value]): [string, string[]] => [
    key,
    steps.filter(({ id }) => id !== "" && id === value).map((step) => step.urn),
  ]);
  return {
    type,
    name: nameOf(urn),
    urn,
    inputs,
    outputs,
    dependencies: Object.fromEntries(dependencies),
    protect,
  };
}

type Outcome = "holds" | "broken" | "excepted" | "not applicable" | "off";

function outcomeOf({ level, judged }: Assessment): Outcome {
  if (level === "disabled") return "off";
  if (judged.some(({ problems }) => problems.length > 0)) return "broken";
  if (judged.length === 0) return "not applicable";
  return judged.every(({ excepted }) => excepted !== undefined) ? "excepted" : "holds";
}

/** The assessment of a stack for people, as Markdown. */
export function complianceReport(stack: string, assessments: readonly Assessment[]): string {
  const rows = assessments.map((assessment) => {
    const { guardrail, level, judged } = assessment;
    const notes = judged.flatMap(({ resource, problems, excepted }) => [
      ...problems.map((problem) => `${resource.name} ${problem}`),
      ...(excepted === undefined ? [] : [`${resource.name} is excepted: ${excepted}`]),
    ]);
    const cells = [
      `\`${guardrail.id}\``,
      level === "disabled" ? "" : level,
      outcomeOf(assessment),
      String(judged.length),
      notes.join("<br>"),
      guardrail.mirrors.join("<br>"),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  const broken = assessments.filter((assessment) => outcomeOf(assessment) === "broken").length;
  const verdict = broken === 0 ? "All of them hold." : `${broken} of ${assessments.length} are broken.`;
  return [
    `# Guardrails of ${stack}`,
    `${verdict} What each demands, and why: docs/guardrails.md.`,
    [
      "| Guardrail | Level | Result | Resources | What of them | Also demanded by |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n"),
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join("\n");
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
      partialFingerprints: { resource: `${guardrail.id}/${resource.urn}` },
    })),
  );
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
