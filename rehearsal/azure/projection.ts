import type { Json, Properties } from "./resource-type";
import type { Shape, Shapes, ShapeType } from "./shapes";
import { UNKNOWN } from "./wire";

/**
 * The shape of a type.
 *
 * @throws Error where there is none
 */
export function shapeOf(shapes: Shapes, token: string): Shape {
  const shape = shapes.types[token];
  if (shape === undefined) throw new Error(`${token} has no shape; run \`npm run generate\``);
  return shape;
}

/** The type of an input property; `undefined` where none is declared under this name. */
export function inputType(shape: Pick<Shape, "inputs">, name: string): ShapeType | undefined {
  return shape.inputs[name] ?? shape.inputs[`${name}?`];
}

/** What of Azure's answer the SDK knows as outputs: not, for instance, the names that make the id. */
export function answeredOutputs(shapes: Shapes, token: string, answer: Properties): Properties {
  const { outputs, apiVersion } = shapeOf(shapes, token);
  const known = Object.fromEntries(
    outputs.flatMap((name): [string, Json][] => {
      const value = answer[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return apiVersion === undefined ? known : { ...known, azureApiVersion: apiVersion };
}

/**
 * What azure-native tells of a resource before it is written: the inputs, as far as they are outputs too; every other
 * output is unknown.
 *
 * An object of a declared type has read-only members as well (`identity.principalId`), so that the SDK does not run an
 * `apply` on it before they are known: here the whole object is unknown.
 */
export function previewedOutputs(shapes: Shapes, token: string, inputs: Properties): Properties {
  const shape = shapeOf(shapes, token);
  const previewed = Object.fromEntries(
    shape.outputs.map((name): [string, Json] => {
      const type = inputType(shape, name);
      const value = inputs[name];
      const known = type !== undefined && value !== undefined && isEchoed(type, value);
      return [name, known ? value : UNKNOWN];
    }),
  );
  return shape.apiVersion === undefined ? previewed : { ...previewed, azureApiVersion: shape.apiVersion };
}

function isEchoed(type: ShapeType, value: Json): boolean {
  if (typeof type === "string" || "enum" in type) return true;
  if ("object" in type) return false;
  if ("union" in type) {
    return typeof value !== "object" || type.union.every((choice) => isEchoed(choice, value));
  }
  const item = "array" in type ? type.array : type.map;
  return typeof value !== "object" || value === null
    ? true
    : Object.values(value).every((member) => isEchoed(item, member));
}

/** What of outputs could have been inputs: read-only members are left out, at any depth. */
export function asInputs(shapes: Shapes, token: string, outputs: Properties): Properties {
  return objectAsInputs(shapes, shapeOf(shapes, token).inputs, outputs);
}

/**
 * Inputs as azure-native imports them: without nulls, and without lists and objects in which nothing is.
 *
 * Source: https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/convert/responseToSdkInputs.go
 */
export function withoutEmpty(inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]): [string, Json][] => {
      const filled = filledPart(value);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );
}

function filledPart(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (typeof value !== "object") return value;
  if (!Array.isArray(value)) {
    const filled = withoutEmpty(value);
    return Object.keys(filled).length === 0 ? undefined : filled;
  }
  const filled = value.flatMap((item) => filledPart(item) ?? []);
  return filled.length === 0 ? undefined : filled;
}

function objectAsInputs(shapes: Shapes, inputs: Shape["inputs"], value: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]): [string, Json][] => {
      const type = inputType({ inputs }, name);
      return type === undefined ? [] : [[name, valueAsInput(shapes, type, member)]];
    }),
  );
}

function valueAsInput(shapes: Shapes, type: ShapeType, value: Json): Json {
  if (typeof type === "string" || "enum" in type || typeof value !== "object" || value === null) return value;
  if ("union" in type) {
    const choice = type.union.find((one) =>
      Array.isArray(value)
        ? typeof one === "object" && "array" in one
        : typeof one === "object" && !("array" in one),
    );
    return choice === undefined ? value : valueAsInput(shapes, choice, value);
  }
  if ("array" in type) {
    if (Array.isArray(value)) return value.map((item) => valueAsInput(shapes, type.array, item));
    // A set of strings travels as a map with empty members, e.g. the identities of a service.
    return Object.keys(value);
  }
  if (Array.isArray(value)) return value;
  if ("object" in type) return objectAsInputs(shapes, shapes.objects[type.object] ?? {}, value);
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, valueAsInput(shapes, type.map, member)]),
  );
}
