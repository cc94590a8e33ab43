import { LIMITS } from "../../limits";
import { objectOrEmpty } from "../../json";
import {
  all,
  anyObject,
  anything,
  array,
  duration,
  integer,
  object,
  oneKeyOf,
  oneOf,
  orExpression,
  record,
  rule,
  text,
  words,
} from "../rules";
import { scalar, secureData, type OperationTypes } from "./operation-type";

/** The actions that decide what runs, and when. Sources: see triggers.ts. */
export const CONTROL: OperationTypes = {
  Scope: { purpose: "holds actions that have one status together", required: { actions: anyObject } },
  If: {
    purpose: "runs one of two branches",
    required: {
      expression: rule(
        "must be an expression or a comparison",
        'write "@..." or an object such as { "equals": [...] }',
        (value) => typeof value === "string" || (typeof value === "object" && value !== null),
      ),
      actions: anyObject,
    },
    optional: { else: object({ required: { actions: anyObject } }) },
  },
  Switch: {
    purpose: "runs the branch whose value is the one looked for",
    required: {
      expression: anything,
      cases: all(
        record(object({ required: { case: scalar, actions: anyObject } })),
        rule(
          `must hold at most ${LIMITS.switchCases} cases`,
          "move some to a second Switch in the default branch",
          (value) => Object.keys(objectOrEmpty(value)).length <= LIMITS.switchCases,
        ),
      ),
    },
    optional: { default: object({ required: { actions: anyObject } }) },
  },
  Foreach: {
    purpose: "runs actions for every item of a list",
    required: { foreach: array, actions: anyObject },
    operationOptions: ["Sequential"],
    runtimeConfiguration: {
      concurrency: object({ required: { repetitions: integer(1, LIMITS.foreachConcurrency) } }),
    },
    whole: rule(
      "must not have both the operation option Sequential and runtimeConfiguration.concurrency",
      "remove one of them",
      (value) => {
        const { operationOptions, runtimeConfiguration } = objectOrEmpty(value);
        return (
          !/^Sequential$/i.test(String(operationOptions)) ||
          objectOrEmpty(runtimeConfiguration).concurrency === undefined
        );
      },
    ),
  },
  Until: {
    purpose: "runs actions again and again until something holds",
    required: {
      expression: text,
      actions: anyObject,
      limit: all(
        object({
          optional: {
            count: orExpression(integer(1, LIMITS.untilCount)),
            timeout: orExpression(duration("PT1S", LIMITS.untilTimeout)),
          },
        }),
        oneKeyOf("at least", "count", "timeout"),
      ),
    },
  },
  Wait: {
    purpose: "waits for a time, or until one",
    required: {
      inputs: all(
        object({
          optional: {
            interval: orExpression(
              object({
                required: {
                  count: orExpression(integer(1, Number.MAX_SAFE_INTEGER)),
                  unit: orExpression(oneOf("Second", "Minute", "Hour", "Day", "Week", "Month")),
                },
              }),
            ),
            until: orExpression(object({ required: { timestamp: text } })),
          },
        }),
        oneKeyOf("exactly", "interval", "until"),
      ),
    },
    runtimeConfiguration: secureData,
  },
  Terminate: {
    purpose: "ends the run",
    required: {
      inputs: all(
        object({
          required: { runStatus: orExpression(oneOf("Failed", "Cancelled", "Succeeded")) },
          optional: {
            runError: orExpression(object({ optional: { code: scalar, message: words } })),
          },
        }),
        rule("must not have a runError unless its runStatus is Failed", "remove runError", (value) => {
          const { runStatus, runError } = objectOrEmpty(value);
          return runError === undefined || !/^(?:Cancelled|Succeeded)$/i.test(String(runStatus));
        }),
      ),
    },
  },
};
