import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import type { Written } from "../../rehearsal/leaks";
import { findSecretForms } from "../../validation/secret-forms";

/** Something that looks like a secret, and where. */
export interface Found {
  readonly where: string;
  readonly what: string;
  readonly line: number;
}

/** What looks like a secret in some texts, as `<where>:<line>: <what>`: by secretlint's rules, and by those for Azure. */
export async function scan(texts: readonly Written[]): Promise<string[]> {
  const ours = texts.flatMap(({ where, text: content }) =>
    findSecretForms(content).map((found) => ({ where, ...found })),
  );
  return [...(await secretlint(texts)), ...ours].map(({ where, what, line }) => `${where}:${line}: ${what}`);
}

async function secretlint(texts: readonly Written[]): Promise<readonly Found[]> {
  const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "secretlint.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(texts));
  return JSON.parse(await text(child.stdout)) as readonly Found[];
}

/** How the engine marks what it keeps encrypted (pulumi/pulumi, sdk/go/common/resource/sig/sig.go). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Properties that are secrets whatever they hold: what the list operations of Azure answer, and what people give. */
const SECRET_NAMES =
  /^(?:.*(?:password|connectionString|instrumentationKey)|(?:primary|secondary)(?:Key|MasterKey)|accessKey|sharedAccessKey|clientSecret|secretText|encodedCertificate|validationKey|sasToken|sig)$/i;

/** Where an exported state holds in clear what its name says is a secret, as paths. */
export function secretsInClear(state: unknown): string[] {
  const visit = (value: unknown, path: string, isSecret: boolean): string[] => {
    if (typeof value === "string") return isSecret && value !== "" ? [path] : [];
    if (Array.isArray(value))
      return value.flatMap((item, index) => visit(item, `${path}[${index}]`, isSecret));
    if (typeof value !== "object" || value === null) return [];
    if ((value as Record<string, unknown>)[SIGNATURE] === SECRET) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      visit(item, `${path}.${key}`, isSecret || SECRET_NAMES.test(key)),
    );
  };
  const { deployment } = state as {
    deployment: { resources: readonly { urn: string; inputs?: unknown; outputs?: unknown }[] };
  };
  return deployment.resources.flatMap(({ urn, inputs, outputs }) => visit({ inputs, outputs }, urn, false));
}
