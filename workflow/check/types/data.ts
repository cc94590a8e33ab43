import { LIMITS } from "../../limits";
import { objectOrEmpty } from "../../json";
import {
  all,
  anyObject,
  anything,
  array,
  integer,
  list,
  object,
  oneOf,
  orExpression,
  propertiesOf,
  rule,
  shaped,
  text,
  words,
  yesOrNo,
  type Rule,
} from "../rules";
import { secureData, staticResult, type OperationType, type OperationTypes } from "./operation-type";

const runtimeConfiguration = { ...secureData, ...staticResult };

const span = {
  interval: orExpression(integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  timeUnit: orExpression(oneOf("Second", "Minute", "Hour", "Day", "Week", "Month", "Year")),
};
const timeFromAnother = object({ required: { baseTime: text, ...span }, optional: { formatString: text } });
const timeFromNow = object({ required: span, optional: { formatString: text } });

/** The inputs of an Expression action, by its kind. */
const TIME_INPUTS: Readonly<Record<string, Rule>> = {
  CurrentTime: anyObject,
  AddToTime: timeFromAnother,
  SubtractFromTime: timeFromAnother,
  GetFutureTime: timeFromNow,
  GetPastTime: timeFromNow,
  ConvertTimeZone: object({
    required: { baseTime: text, sourceTimeZone: text, destinationTimeZone: text },
    optional: { formatString: text },
  }),
};
const timeInputs = shaped(
  { optional: propertiesOf(Object.values(TIME_INPUTS).map(({ shape }) => shape)) },
  anyObject,
);
const TIME_KINDS = new Map(Object.entries(TIME_INPUTS).map(([kind, inputs]) => [kind.toLowerCase(), inputs]));

const variableName = { name: text };

function changesVariable(purpose: string, value: Rule = anything): OperationType {
  return { purpose, required: { inputs: object({ required: { ...variableName, value } }) } };
}

function counts(purpose: string): OperationType {
  return { purpose, required: { inputs: object({ required: variableName, optional: { value: anything } }) } };
}

/** The actions that compute something, and those of variables. Sources: see triggers.ts. */
export const DATA: OperationTypes = {
  Compose: { purpose: "computes a value", required: { inputs: anything }, runtimeConfiguration },
  ParseJson: {
    purpose: "reads JSON, and checks it against a schema",
    required: { inputs: object({ required: { content: anything, schema: anyObject } }) },
    runtimeConfiguration,
  },
  Query: {
    purpose: "keeps the items of a list for which a condition holds",
    required: { inputs: object({ required: { from: array, where: text } }) },
    runtimeConfiguration,
  },
  Select: {
    purpose: "makes another item of each item of a list",
    required: { inputs: object({ required: { from: array, select: anything } }) },
    runtimeConfiguration,
  },
  Table: {
    purpose: "writes a list as CSV or as an HTML table",
    required: {
      inputs: object({
        required: { from: array, format: oneOf("CSV", "HTML") },
        optional: { columns: list(object({ required: { value: anything }, optional: { header: words } })) },
      }),
    },
    runtimeConfiguration,
  },
  Join: {
    purpose: "makes one text of a list",
    required: { inputs: object({ required: { from: array, joinWith: words } }) },
    runtimeConfiguration,
  },
  Expression: {
    purpose: "computes with times, each kind with inputs of its own",
    required: { kind: oneOf(...Object.keys(TIME_INPUTS)), inputs: timeInputs },
    runtimeConfiguration,
    whole: (value, path, report) => {
      const { kind, inputs } = objectOrEmpty(value);
      if (inputs !== undefined)
        TIME_KINDS.get(String(kind).toLowerCase())?.(inputs, `${path}.inputs`, report);
    },
  },
  JavaScriptCode: {
    purpose: "runs JavaScript; the workflow needs an integration account",
    required: {
      inputs: object({
        required: { code: text },
        optional: {
          explicitDependencies: object({ optional: { actions: list(text, 0), includeTrigger: yesOrNo } }),
        },
      }),
    },
    runtimeConfiguration,
  },
  InitializeVariable: {
    purpose: "declares variables, at the top level only",
    required: {
      inputs: object({
        required: {
          variables: all(
            list(
              object({
                required: {
                  name: text,
                  type: oneOf("String", "Integer", "Float", "Boolean", "Array", "Object"),
                },
                optional: { value: anything },
              }),
            ),
            // The portal writes several into one: https://github.com/Azure/logicapps/issues/1447.
            rule(
              `must hold at most ${LIMITS.initializedVariables} variables`,
              "write another InitializeVariable action for the rest",
              (value) => !Array.isArray(value) || value.length <= LIMITS.initializedVariables,
            ),
          ),
        },
      }),
    },
  },
  SetVariable: changesVariable("gives a variable another value"),
  IncrementVariable: counts("adds to a number"),
  DecrementVariable: counts("takes from a number"),
  AppendToArrayVariable: changesVariable("adds an item to a list"),
  AppendToStringVariable: changesVariable("adds to a text"),
};
