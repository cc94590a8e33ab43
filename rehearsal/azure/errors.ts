import type { StoredResource } from "./resource-type";

/**
 * A refusal of the simulated Azure, in the form in which Azure Resource Manager or Microsoft Graph answers.
 */
export class AzureError extends Error {
  /**
   * @param status HTTP status, e.g. 409
   * @param code Azure's own error code, e.g. `ParentResourceNotFound`
   * @param message what a person reads; never a secret's value
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AzureError";
  }
}

/**
 * azure-native's own refusal to create what exists already: it looks before it writes, so that no code of Azure's is
 * told with it.
 */
export class AlreadyExistsError extends AzureError {
  constructor(id: string, kind: "resource" | "subresource" = "resource") {
    super(409, "AlreadyExists", `cannot create already existing ${kind} '${id}'`);
    this.name = "AlreadyExistsError";
  }
}

/** Azure accepted a write, began with it, and failed: what was written exists, and an update goes on from there. */
export class FailedAfterAcceptanceError extends AzureError {
  constructor(
    status: number,
    code: string,
    message: string,
    /** What exists now; `undefined` where a delete failed before it removed anything. */
    readonly resource?: StoredResource,
  ) {
    super(status, code, message);
    this.name = "FailedAfterAcceptanceError";
  }
}

/** Whoever asked stopped waiting for a write that Azure had accepted. Azure goes on by itself. */
export class AbortedError extends Error {
  constructor(
    /** What Azure goes on with; `undefined` where it is being deleted. */
    readonly resource?: StoredResource,
  ) {
    super("context canceled");
    this.name = "AbortedError";
  }
}

/** Something that the simulated Azure does not model, and therefore refuses: it says nothing about the real Azure. */
export class NotSimulatedError extends Error {
  constructor(kind: "resource type" | "function", token: string) {
    super(
      `${kind} not simulated: ${token}. The simulated Azure refuses what it does not model; ` +
        `to model it, write its type in rehearsal/azure/types and list it in rehearsal/azure/types/index.ts`,
    );
    this.name = "NotSimulatedError";
  }
}
