import { isObject, type JsonObject } from "../../workflow/json";

/** What is known of a value when the program is compiled: a JSON Schema, or nothing. */
export type Shape = JsonObject | undefined;

/** The shape of a property or an item, or `"refused"` where the compiler would not let it be asked for. */
export function partOf(shape: Shape, key: string | number | undefined): Shape | "refused" {
  if (shape === undefined || !("type" in shape || "properties" in shape)) return undefined;
  const { type = "object", properties, items } = shape;
  if (type === "array" && typeof key !== "string") return isObject(items) ? items : undefined;
  if (type !== "object" || typeof key === "number") return "refused";
  if (!isObject(properties) || key === undefined) return undefined;
  const part = properties[key];
  return isObject(part) ? part : "refused";
}

/** The shape of the items of an array. */
export function itemsOf(shape: Shape): Shape {
  const part = partOf(shape, 0);
  return part === "refused" ? undefined : part;
}

/** What a call over HTTP answers. */
export const HTTP_ANSWER: JsonObject = {
  properties: { statusCode: { type: "number" }, headers: { type: "object" }, body: {} },
};

/** What is known of an action that has ended. */
export const DETAILS: JsonObject = {
  properties: {
    ...{ name: { type: "string" }, status: { type: "string" }, startTime: { type: "string" } },
    ...{ endTime: { type: "string" }, code: { type: "string" }, inputs: {}, outputs: {} },
    error: { properties: { code: { type: "string" }, message: { type: "string" } } },
  },
};

/** The run, as `workflow()` gives it. */
export const RUN: JsonObject = {
  properties: {
    ...{ id: { type: "string" }, name: { type: "string" }, location: { type: "string" } },
    run: { properties: { id: { type: "string" }, name: { type: "string" } } },
  },
};

/** What a request that starts a run gives. */
export const REQUEST: JsonObject = {
  properties: {
    headers: { type: "object" },
    queries: { type: "object" },
    relativePathParameters: { type: "object" },
    body: {},
  },
};
