import { AzureError } from "../errors";
import type { AzureView, Rule, Write } from "../resource-type";
import { EXAMPLE, text, within } from "./common";

/** Token of locks, which {@link scopeLocked} looks for. */
export const LOCK = "azure-native:authorization:ManagementLockByScope";

const group = { resourceGroupName: "rg-locked", location: "westeurope" };
const groupId = `/subscriptions/${EXAMPLE.subscriptionId}/resourceGroups/rg-locked`;

/**
 * A lock forbids to delete what it stands on, everything below, and everything around that would take it along;
 * a lock of level `ReadOnly` forbids updates too.
 *
 * @returns the refusal; `undefined` where no lock is in the way
 */
export function lockRefusal(write: Write, azure: AzureView): AzureError | undefined {
  if (write.operation === "create" || /\/providers\/Microsoft\.Authorization\/locks\//i.test(write.id))
    return undefined;
  const scopes = azure.all(LOCK).flatMap(({ inputs }) => {
    const scope = text(inputs, "scope") ?? "";
    const covers = within(write.id, scope) || (write.operation === "delete" && within(scope, write.id));
    const forbids = write.operation === "delete" || text(inputs, "level") === "ReadOnly";
    return covers && forbids ? [scope] : [];
  });
  if (scopes.length === 0) return undefined;
  const operation = write.operation === "delete" ? "delete" : "write";
  const message = `The scope '${write.id}' cannot perform ${operation} operation because following scope(s) are locked: '${scopes.join("', '")}'. Please remove the lock and try again.`;
  return new AzureError(409, "ScopeLocked", message);
}

/** {@link lockRefusal} as a rule. It holds for every type; its fixtures are about resource groups. */
export const scopeLocked: Rule = {
  id: "scope-locked",
  source: "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
  check: lockRefusal,
  accepted: { operation: "delete", inputs: group, previous: group },
  refused: {
    operation: "delete",
    given: [{ token: LOCK, inputs: { scope: groupId, lockName: "keep", level: "CanNotDelete" } }],
    inputs: group,
    previous: group,
  },
};
