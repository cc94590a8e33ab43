/** Workflows whose structure was seen in public: see documents/sources.ts. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkWorkflow, exposedSecrets } from "../../workflow";
import { ACTION_TYPES, TRIGGER_TYPES, typeOf } from "../../workflow/check/action-types";
import { isObject, type JsonObject } from "../../workflow/json";
import { branches } from "../../workflow/structure";
import { SOURCES } from "./documents/sources";

const folder = join(__dirname, "documents");
const texts = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.slice(0, -".json".length), readFileSync(join(folder, file), "utf8")]),
);
const documents = [...texts].map(([name, text]) => [name, JSON.parse(text) as JsonObject] as const);

/** Every action, at whatever depth. */
function actionsOf(holder: unknown): JsonObject[] {
  return Object.values(isObject(holder) ? holder : {})
    .filter(isObject)
    .flatMap((action) => [action, ...branches(action, "").flatMap(({ actions }) => actionsOf(actions))]);
}

const actions = documents.flatMap(([, { actions }]) => actionsOf(actions));
const kinds = actions.filter((action) => typeOf(action) === "Expression").map(({ kind }) => kind);

test("each document has a source, and each source a document", () => {
  expect([...texts.keys()]).toEqual(Object.keys(SOURCES));
});

test.each(documents)("Azure would take %s, and the check takes it", (_name, document) => {
  expect(checkWorkflow(document)).toEqual([]);
});

test.each(documents)("no secret shows in the run history of %s", (_name, document) => {
  expect(exposedSecrets(document)).toEqual([]);
});

test("together they have every trigger, every action, and every kind of time", () => {
  const triggers = documents.flatMap(([, { triggers }]) => Object.values(isObject(triggers) ? triggers : {}));

  expect(new Set(triggers.map(typeOf))).toEqual(new Set(Object.keys(TRIGGER_TYPES)));
  expect(new Set(actions.map(typeOf))).toEqual(new Set(Object.keys(ACTION_TYPES)));
  expect(new Set(kinds)).toEqual(
    new Set([
      "CurrentTime",
      "AddToTime",
      "SubtractFromTime",
      "GetFutureTime",
      "GetPastTime",
      "ConvertTimeZone",
    ]),
  );
});

test("nothing in them is of a real subscription, tenant or person", () => {
  const real = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}|[?&]sig=|onmicrosoft|\.azurewebsites\.net/i;
  expect([...texts].filter(([, text]) => real.test(text)).map(([name]) => name)).toEqual([]);
});
