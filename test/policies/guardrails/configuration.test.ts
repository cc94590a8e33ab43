import {
  defaultLevel,
  levelOf,
  optionsOf,
  readConfiguration,
} from "../../../policies/guardrails/configuration";
import { GUARDRAILS } from "../../../policies/guardrails/table";

test("a configuration is a level, or options with or without one", () => {
  const configuration = readConfiguration(
    '{ "apim-tier": "advisory", "kv-logs": { "enforcementLevel": "mandatory" }, "kv-rbac": { "except": { "old": "goes in May" } } }',
  );
  const levels = GUARDRAILS.map((guardrail) => [guardrail.id, levelOf(guardrail, configuration)]);
  expect(Object.fromEntries(levels)).toMatchObject({
    "apim-tier": "advisory",
    "kv-logs": "mandatory",
    "kv-rbac": "mandatory",
    "apim-terms": "advisory",
  });
});

test("what is for production is off where no configuration names it", () => {
  for (const guardrail of GUARDRAILS) {
    const expected = guardrail.environments === "production" ? "disabled" : guardrail.level;
    expect(levelOf(guardrail, {})).toBe(expected);
    expect(defaultLevel(guardrail)).toBe(expected);
  }
});

test.each([
  ["a level that is none", '{ "apim-tier": "strict" }', /apim-tier/],
  ["a guardrail that there is not", '{ "apim-teir": "mandatory" }', /apim-teir/],
  ["an option that there is not", '{ "kv-rbac": { "exempt": { "old": "goes in May" } } }', /kv-rbac/],
  [
    "an exception with an empty reason",
    '{ "kv-rbac": { "except": { "old": " " } } }',
    /an exception has its reason/,
  ],
  ["an exception without a reason", '{ "kv-rbac": { "except": ["old"] } }', /kv-rbac/],
  ["no JSON", "{", /JSON/],
])("%s is refused", (_what, text, message) => {
  expect(() => readConfiguration(text)).toThrow(message);
});

test("what the configuration leaves out is nothing", () => {
  const today = new Date("2026-12-31");
  expect(optionsOf({}, today)).toEqual({ except: {}, regions: [], tags: [], today });
});
