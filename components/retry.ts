import { AsyncResource } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { perRun } from "./per-run";

/** A refusal that Azure gives before it accepts a write, and that passes by itself. */
interface PassingRefusal {
  /** Azure's code, or where that says too little the words of its message, as they are found in an error. */
  readonly pattern: RegExp;
  /** What a person reads of it. */
  readonly name: string;
  /** What to do where it does not pass. */
  readonly fix: string;
}

const GIVE_ROLE =
  "give the identity that the message names the role Key Vault Secrets User on the vault, whose firewall lets it in, " +
  "then run pulumi up again";

/** Only these may be retried: to repeat a create that was accepted would lose what it left behind. */
const PASSING_REFUSALS: readonly PassingRefusal[] = [
  // Another write to the same API is under way: https://github.com/Azure/apiops/issues/141
  {
    pattern: /\bPessimisticConcurrencyConflict\b/,
    name: "PessimisticConcurrencyConflict",
    fix: "stop what else writes to this API (another deployment, the portal), then run pulumi up again",
  },
  // The service is in transition, which may take an hour (https://github.com/Azure/apiops/issues/379), or a network keeps
  // Azure from it for good (https://github.com/Azure/azure-rest-api-specs/issues/10289).
  {
    pattern: /\bManagementApiRequestFailed\b/,
    name: "ManagementApiRequestFailed",
    fix:
      "wait until `az apim show --query provisioningState` says Succeeded, then run pulumi up again; for a gateway in a " +
      "virtual network, let ApiManagement reach its subnet on port 3443",
  },
  // A role that exists has not replicated to the vault yet, or there is none: API Management's words
  // (https://learn.microsoft.com/answers/questions/1688796; the code, InvalidOperation, has many other meanings), and
  // the vault's own code (https://github.com/Azure/terraform-azurerm-avm-res-keyvault-vault/issues/78).
  {
    pattern: /\bFailed to access KeyVault Secret \S+ using Managed Service Identity\b/,
    name: "Failed to access KeyVault Secret",
    fix: GIVE_ROLE,
  },
  { pattern: /\bForbiddenByRbac\b/, name: "ForbiddenByRbac", fix: GIVE_ROLE },
];

/**
 * What Entra ID answers about what was just created, as long as the server that is asked has not heard of it
 * (https://github.com/hashicorp/terraform-provider-azuread/issues/156, .../issues/1802). azuread repeats the write itself for
 * some types, but never the read before it. Where it waits for what it wrote already, the write was accepted, and another
 * would leave a second credential behind.
 */
const NOT_REPLICATED: readonly PassingRefusal[] = [
  {
    pattern:
      /^(?![^]*\bWaiting for\b)[^]*(\bRequest_ResourceNotFound\b|\bApplication \([^)]*\) was not found\b)/,
    name: "Request_ResourceNotFound",
    fix: "see with `az ad app show --id <client id>` whether the registration stands, then run pulumi up again",
  },
];

/** Ten minutes in all: longer than a role assignment takes to replicate. */
const WAITS_IN_SECONDS = [1, 2, 4, 8, 15, 30, 60, 120, 180, 180];

/**
 * Hooks of a child resource of the gateway: repeat a write that Azure refused for a passing reason.
 * Not for the gateway, a vault or storage: their creates fail after they were accepted.
 */
export function retryRefusedWrites(): pulumi.ResourceHookBinding {
  return { onError: [refusedWrites()] };
}

/**
 * Hooks of what hangs on an application registration: repeat a create for which the registration has not reached every
 * server of Entra ID yet. Not for registrations and service principals themselves, which azuread writes to again after
 * their creates were accepted.
 */
export function retryUntilReplicated(): pulumi.ResourceHookBinding {
  return { onError: [untilReplicated()] };
}

const refusedWrites = hookFor("retry-refused-writes", (args) => retry(args, PASSING_REFUSALS));

const untilReplicated = hookFor("retry-until-replicated", async (args) =>
  // What an update or a delete does not find is gone.
  args.failedOperation === "create" ? retry(args, NOT_REPLICATED) : false,
);

/** The engine calls back from outside the run, where an inline program's messages would reach nobody. */
function hookFor(name: string, callback: pulumi.ErrorHookFunction): () => pulumi.ErrorHook {
  return perRun(() => new pulumi.ErrorHook(name, AsyncResource.bind(callback)));
}

async function retry(
  { errors, failedOperation, name }: pulumi.ErrorHookArgs,
  refusals: readonly PassingRefusal[],
): Promise<boolean> {
  const [latest = ""] = errors;
  const passing = refusals.find(({ pattern }) => pattern.test(latest));
  if (!passing) return false;
  const seconds = WAITS_IN_SECONDS[errors.length - 1];
  if (seconds === undefined) {
    await pulumi.log.warn(
      `${failedOperation} of ${name} was refused ${errors.length} times in ten minutes (${passing.name}), and is given up\n` +
        `  fix: ${passing.fix}`,
    );
    return false;
  }
  await pulumi.log.info(
    `${failedOperation} of ${name} was refused (${passing.name}); trying again in ${seconds} s (${errors.length} of ${WAITS_IN_SECONDS.length})`,
  );
  await wait(seconds * 1000);
  return true;
}
