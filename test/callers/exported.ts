import type { Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";

const resource = z.object({
  type: z.string(),
  urn: z.string(),
  /** Azure's, which what is only a group of others has not. */
  id: z.string().default(""),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});

const exported = z.object({ resources: z.array(resource) });

/** A resource of an exported state. */
export type ExportedResource = z.output<typeof resource>;

/** What a stack has deployed, as `pulumi stack export` tells it. */
export interface Exported {
  readonly resources: readonly ExportedResource[];
  /** The outputs of the resource with a logical name. */
  readonly outputs: (name: string) => Readonly<Record<string, unknown>>;
  /** A text among them. */
  readonly text: (name: string, output: string) => string;
}

export async function exportState(stack: Stack): Promise<Exported> {
  const { resources } = exported.parse((await stack.exportStack()).deployment);
  const outputs: Exported["outputs"] = (name) => {
    const found = resources.find(({ type, urn }) => type.startsWith("azure") && urn.endsWith(`::${name}`));
    if (found === undefined) throw new Error(`the state has no ${name}`);
    return found.outputs;
  };
  return { resources, outputs, text: (name, output) => z.string().parse(outputs(name)[output]) };
}

/** What a gateway sends to the workflow behind an operation. */
export interface SentOn {
  readonly method: string;
  readonly url: string;
  /** For what it asks a token of its managed identity; nothing where it shows none. */
  readonly identity: { readonly resource: string; readonly clientId: string } | undefined;
  /** Headers of the client that are not passed on. */
  readonly withheld: readonly string[];
}

/**
 * Reads from the deployed policy of an operation what the gateway makes of a request.
 *
 * @param parameters of the operation's path, and named values, by name
 */
export function sentOn(
  { text }: Exported,
  api: string,
  operation: string,
  parameters: Readonly<Record<string, string>> = {},
): SentOn {
  const policy = text(`${api}-policy-1-${operation}`, "value").replaceAll("&amp;", "&");
  const all = (pattern: RegExp) => [...policy.matchAll(pattern)].map(([, ...groups]) => groups);
  const [method = "POST"] = all(/<set-method>(\w+)</g)[0] ?? [];
  const [template = ""] = all(/<rewrite-uri template="([^"]+)"/g)[0] ?? [];
  const [backend = ""] = all(/<set-backend-service backend-id="([^"]+)"/g)[0] ?? [];
  const identity = all(/<authentication-managed-identity resource="([^"]+)" client-id="([^"]+)"/g)[0];
  const path = template.replace(/\{?\{([\w.-]+)\}\}?/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`nothing stands for ${name}`);
    return value;
  });
  return {
    method,
    url: `${text(`${backend}-backend`, "url")}${path}`,
    identity: identity && { resource: identity[0] ?? "", clientId: identity[1] ?? "" },
    withheld: all(/<set-header name="([^"]+)" exists-action="delete"/g).map(([name = ""]) => name),
  };
}
