import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** The audience of what Entra ID exchanges for a token of its own. */
const AUDIENCE = "api://AzureADTokenExchange";

/**
 * GitHub's tokens end after 5 to 10 minutes, and the Azure SDK reads the file anew when one of its own, which lives an hour,
 * has ended (https://github.com/Azure/azure-cli/issues/28708).
 */
const EVERY_MILLISECONDS = 120_000;

/** A token in a file, as long as it is kept. */
export interface FederatedToken {
  /** By which the Azure SDK finds it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the renewal, and removes the file. */
  readonly close: () => Promise<void>;
}

/** Options of {@link keepFederatedToken}. */
export interface FederatedTokenOptions {
  /** @default two minutes */
  readonly everyMilliseconds?: number;
  /** Receives why a renewal failed: the next one may succeed, and what the file holds may still do. */
  readonly warn: (line: string) => void;
}

/**
 * Keeps the workflow's identity in a file for Pulumi's own calls to Azure, i.e. for the state in a storage account and the
 * key of its secrets. Their SDK knows no other way to federated credentials
 * (https://pkg.go.dev/github.com/Azure/azure-sdk-for-go/sdk/azidentity#WorkloadIdentityCredential). An `az login` would end
 * before a gateway is created. The providers ask GitHub themselves (https://github.com/pulumi/registry/pull/3602).
 *
 * @returns nothing where the job has no `id-token: write`
 * @throws Error where GitHub gives no token
 */
export async function keepFederatedToken(
  environment: NodeJS.ProcessEnv,
  { everyMilliseconds = EVERY_MILLISECONDS, warn }: FederatedTokenOptions,
): Promise<FederatedToken | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  if (!url || !bearer) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "federated-token-"));
  const file = join(folder, "token");
  const renew = async (): Promise<void> => {
    // Written aside and renamed: whoever reads meanwhile reads a whole token.
    const next = join(folder, "next");
    await writeFile(next, await requestToken(url, bearer), { mode: 0o600 });
    await rename(next, file);
  };
  try {
    await renew();
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    // One after the other, as all write the same file aside; and what is under way is waited for in the end.
    renewal = renewal.then(renew).catch((error: unknown) => {
      warn(`the federated token was not renewed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }, everyMilliseconds);
  return {
    environment: { AZURE_FEDERATED_TOKEN_FILE: file },
    close: async () => {
      clearInterval(timer);
      await renewal;
      await rm(folder, { recursive: true });
    },
  };
}

// https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
async function requestToken(url: string, bearer: string): Promise<string> {
  const address = new URL(url);
  address.searchParams.set("audience", AUDIENCE);
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) {
    throw new Error(
      `GitHub gives no token: ${response.status}.\n  fix: give the job the permission id-token: write`,
    );
  }
  return z.object({ value: z.string().min(1) }).parse(await response.json()).value;
}
