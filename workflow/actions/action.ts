import {
  Action,
  type NonEmpty,
  type Predecessor,
  type RunAfterStatus,
  type SecureProperty,
  type Value,
} from "../definition";

/** What every action may say. */
export interface ActionOptions<After extends string> {
  /**
   * The actions of the same list that must have ended before: all of them, in the ways that {@link ended} names, else with
   * success.
   *
   * @default none: the action starts at once, in parallel with every other one that waits for none. The order in
   * which actions are listed means nothing to Azure.
   */
  readonly after?: readonly Predecessor<After>[];
  /** At most 256 characters. @default none */
  readonly description?: string;
  /** Values that the diagnostics show of each run; not of an action with secure inputs or outputs. @default none */
  readonly trackedProperties?: Readonly<Record<string, Value>>;
  readonly metadata?: Value;
}

/** What the run history does not show. */
export interface Secure {
  /** @default none; both where a secure parameter flows into the action */
  readonly secure?: NonEmpty<SecureProperty>;
}

/** What only a type of action has. */
export interface ActionParts {
  readonly operationOptions?: string | undefined;
  readonly runtimeConfiguration?: Readonly<Record<string, Value | undefined>>;
  readonly [part: string]: unknown;
}

/**
 * Makes an action: `parts` is what only its type has. A further type of action is one more function like those beside
 * this file, and one more entry in `check/action-types.ts`.
 *
 * @typeParam Outputs what it gives
 */
export function action<Outputs = unknown>(type: string) {
  return <const Name extends string, After extends string = never>(
    name: Name,
    { after = [], description, trackedProperties, metadata, secure }: ActionOptions<After> & Secure,
    { runtimeConfiguration, ...parts }: ActionParts,
  ): Action<Name, Outputs, After> => {
    const configuration = { ...runtimeConfiguration, ...(secure && { secureData: { properties: secure } }) };
    const definition = {
      type,
      ...parts,
      description,
      trackedProperties,
      metadata,
      runAfter: Object.fromEntries(
        after.map((each): [string, readonly RunAfterStatus[]] => [each.name, each.statuses ?? ["Succeeded"]]),
      ),
      ...(Object.keys(configuration).length > 0 && { runtimeConfiguration: configuration }),
    };
    return new Action(name, definition);
  };
}
