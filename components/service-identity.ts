/** The part of a service's identity that is looked at here. */
interface ServiceIdentity {
  readonly userAssignedIdentities?: Readonly<
    Record<string, { readonly clientId: string; readonly principalId: string }>
  >;
}

/** A user-assigned identity of a service by its resource id, whose case Azure does not keep. */
export function userAssigned(identity: ServiceIdentity | undefined, id: string) {
  return Object.entries(identity?.userAssignedIdentities ?? {}).find(
    ([key]) => key.toLowerCase() === id.toLowerCase(),
  )?.[1];
}
