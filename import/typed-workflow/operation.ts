import { isObject, objectOrEmpty, type JsonObject } from "../../workflow/json";

/**
 * The parts of a trigger or action without its type, and without what means nothing: a recurrence that Azure works out by
 * itself, a correlation without an id, the case of a method.
 */
export function partsOf({ inputs, correlation, ...operation }: JsonObject): JsonObject {
  const kept = Object.entries(operation).filter(([name]) => !["type", "evaluatedRecurrence"].includes(name));
  return {
    ...Object.fromEntries(kept),
    ...(inputs !== undefined && { inputs: withUpperMethods(inputs) }),
    ...(Object.keys(objectOrEmpty(correlation)).length > 0 && { correlation }),
  };
}

function withUpperMethods(inputs: unknown): unknown {
  if (!isObject(inputs)) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (name === "subscribe" || name === "unsubscribe") return [name, withUpperMethods(value)];
      const method = name === "method" && typeof value === "string" && !value.includes("@");
      return [name, method ? value.toUpperCase() : value];
    }),
  );
}
