/**
 * Looks for secrets with secretlint, a process of its own as it comes as ES modules: texts on the standard input, findings
 * on the standard output, both JSON. No secret is repeated.
 */
import { createEngine } from "@secretlint/node";
import type { Written } from "../../rehearsal/leaks";
import type { Found } from "./scan";

interface Result {
  readonly messages: readonly {
    readonly messageId: string;
    readonly loc: { readonly start: { readonly line: number } };
  }[];
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const texts = JSON.parse(Buffer.concat(chunks).toString()) as readonly Written[];
  const { executeOnContent } = await createEngine({
    formatter: "json",
    configFileJSON: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend" }] },
  });
  const found: Found[] = [];
  for (const { where, text } of texts) {
    const { output } = await executeOnContent({ content: text, filePath: where });
    for (const { messages } of JSON.parse(output) as readonly Result[]) {
      found.push(...messages.map(({ messageId, loc }) => ({ where, what: messageId, line: loc.start.line })));
    }
  }
  process.stdout.write(JSON.stringify(found));
}

void main();
