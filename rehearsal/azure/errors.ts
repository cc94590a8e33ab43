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
