import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Shapes } from "../shapes";
import { invokeTypes, resourceTypes } from "../types";
import { readDeclarations } from "./read-declarations";

/** Renders the shapes with one property per line: small, and a new SDK shows as a readable diff. */
function render({ types, objects }: Shapes): string {
  const properties = (inputs: object): string =>
    Object.entries(inputs)
      .map(([name, type]) => `\n${JSON.stringify(name)}:${JSON.stringify(type)}`)
      .join(",");
  const table = (rows: readonly string[]): string => `{\n${rows.join(",\n")}\n}`;
  const typeRows = Object.entries(types).map(([token, { apiVersion, inputs, outputs }]) => {
    const version = apiVersion === undefined ? "" : `"apiVersion":${JSON.stringify(apiVersion)},\n`;
    return `${JSON.stringify(token)}:{\n${version}"inputs":{${properties(inputs)}},\n"outputs":${JSON.stringify(outputs)}}`;
  });
  const objectRows = Object.entries(objects).map(
    ([name, inputs]) => `${JSON.stringify(name)}:{${properties(inputs)}}`,
  );
  return `{"types":${table(typeRows)},\n"objects":${table(objectRows)}}\n`;
}

const tokens = [...resourceTypes, ...invokeTypes].map(({ token }) => token);
writeFileSync(join(__dirname, "..", "shapes.json"), render(readDeclarations(tokens)));
