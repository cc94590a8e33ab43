import type { ResourceType } from "../../resource-type";
import { guidOf, text } from "../common";
import { GROUP, USER } from "../principals";

/** The object id that the directory gives to a user or group. */
export function directoryObjectId(token: string, name: string): string {
  return guidOf(`${token}:${name}`);
}

/** Users and groups that stand in the directory, for whoever assigns something to them. */
export const people: readonly ResourceType[] = [
  {
    token: USER,
    id: (inputs) => `/users/${directoryObjectId(USER, text(inputs, "userPrincipalName") ?? "")}`,
    outputs: ({ inputs }) => ({
      objectId: directoryObjectId(USER, text(inputs, "userPrincipalName") ?? ""),
    }),
  },
  {
    token: GROUP,
    id: (inputs) => `/groups/${directoryObjectId(GROUP, text(inputs, "displayName") ?? "")}`,
    outputs: ({ inputs }) => ({ objectId: directoryObjectId(GROUP, text(inputs, "displayName") ?? "") }),
  },
];
