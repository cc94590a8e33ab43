import type { Guardrail } from "./guardrail";
import { GUARDRAILS } from "./table";

/** Where the demands of others stand, by how they are named in the table. */
const ELSEWHERE = [
  "[PSRule for Azure](https://azure.github.io/PSRule.Rules.Azure/en/rules/)",
  "[Azure Policy](https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies), by the beginning of the id",
  "the [Microsoft cloud security benchmark](https://learn.microsoft.com/security/benchmark/azure/overview) (MCSB)",
  "[Checkov](https://www.checkov.io/5.Policy%20Index/arm.html)",
];

const INTRODUCTION = `# Guardrails

What every deployment must satisfy, whoever wrote the program: a [policy pack](https://www.pulumi.com/docs/iac/crossguard/) for
\`pulumi preview\` and \`pulumi up\`, which the rehearsal uses in every run.

\`\`\`console
pulumi preview --policy-pack policies/guardrails --policy-pack-config policies/guardrails/prod.json
\`\`\`

A _mandatory_ guardrail stops the deployment, before what breaks it is written; an _advisory_ one warns. Those for production
are off until the configuration names them, as [prod.json](../policies/guardrails/prod.json) does. What a preview does not know
yet is said to be not yet known, and is judged by the update: by itself a resource is judged before it is written, together with
others once all of them are. On a stack that stands almost everything is known.

\`npm run rehearse -- <stack> --report <folder>\` writes what became of each guardrail, resource by resource: Markdown, and SARIF
for code scanning; where a deployment is refused, of what was announced. Messages and reports show no
values.

## Configuration

A file for each stack, \`policies/guardrails/<stack>.json\`: by the guardrail's id its level (\`mandatory\`, \`advisory\`,
\`disabled\`), or an object with any of

| Option | |
| --- | --- |
| \`enforcementLevel\` | the level |
| \`except\` | resources that it does not hold for, by their logical names, each with the reason |
| \`regions\` | of \`allowed-regions\`: where resources may stand; none named, anywhere |
| \`tags\` | of \`common-tags\`: what a resource must have |

An exception is a line of that file, so that a reviewer sees it:

\`\`\`json
{
  "apim-product-approval": { "except": { "catalog-product": "The catalogue is for everybody who signs in." } }
}
\`\`\`

To add a guardrail: a row in [policies/guardrails/rules](../policies/guardrails/rules), a case in
[test/policies/guardrails/cases.ts](../test/policies/guardrails/cases.ts), and \`npm run generate\`.

## All of them
`;

/** The page about guardrails, docs/guardrails.md. */
export function guardrailsPage(): string {
  return [
    INTRODUCTION,
    `Others demand the same: ${ELSEWHERE.join("; ")}.`,
    "",
    "| Guardrail | Level | What must hold, why, and what to do | Also demanded by |",
    "| --- | --- | --- | --- |",
    ...GUARDRAILS.map(row),
    "",
  ].join("\n");
}

function row({ id, level, environments, rule, reason, fix, mirrors }: Guardrail): string {
  const text = `${rule} ${reason} _Fix:_ ${fix}.`;
  const cells = [
    `\`${id}\``,
    environments === "all" ? level : `${level}, in production`,
    text.replaceAll("<", "&lt;"),
    mirrors.map((mirror) => (mirror.startsWith("https:") ? `<${mirror}>` : mirror)).join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}
