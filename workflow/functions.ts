/**
 * Every function that an expression may call, in its documented spelling, by what it gives.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference.
 * `appsetting` is not here: it exists in Logic Apps Standard only.
 */
const FUNCTIONS = {
  string: [
    "base64 base64ToString concat convertFromUtc convertTimeZone convertToUtc dataUri dataUriToString decodeBase64",
    "decodeUriComponent encodeUriComponent formatDateTime formatNumber guid join listCallbackUrl replace slice string substring",
    "addDays addHours addMinutes addSeconds addToTime dateDifference getFutureTime getPastTime parseDateTime startOfDay startOfHour",
    "startOfMonth subtractFromTime utcNow toLower toUpper trim uriComponent uriComponentToString uriHost uriPath",
    "uriPathAndQuery uriQuery uriScheme",
  ],
  number: [
    "add dayOfMonth dayOfWeek dayOfYear decimal div float indexOf int iterationIndexes lastIndexOf length max min mod mul",
    "nthIndexOf rand sub ticks uriPort",
  ],
  boolean: [
    "and bool contains empty endsWith equals greater greaterOrEquals isFloat isInt less lessOrEquals not or startsWith",
  ],
  array: [
    "array chunk createArray formDataMultiValues range result reverse skip sort split take triggerFormDataMultiValues",
  ],
  unknown: [
    // binary values and XML
    "base64ToBinary binary dataUriToBinary decodeDataUri uriComponentToBinary xml xpath",
    // what depends on the arguments
    "addProperty coalesce first if intersection item items json last removeProperty setProperty union",
    // the run
    "action actionBody actionOutputs actions body formDataValue multipartBody outputs parameters trigger triggerBody",
    "triggerFormDataValue triggerMultipartBody triggerOutputs triggers variables workflow",
  ],
} as const;

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;

type Names<Result extends keyof typeof FUNCTIONS> = Words<(typeof FUNCTIONS)[Result][number]>;

/** The name of a function that an expression may call. */
export type FunctionName = Names<keyof typeof FUNCTIONS>;

/** What a function gives. */
export type FunctionResult<Name extends FunctionName> =
  Name extends Names<"string">
    ? string
    : Name extends Names<"number">
      ? number
      : Name extends Names<"boolean">
        ? boolean
        : Name extends Names<"array">
          ? readonly unknown[]
          : unknown;

const spelling = new Map(
  Object.values(FUNCTIONS)
    .flat()
    .flatMap((names) => names.split(" "))
    .map((name) => [name.toLowerCase(), name as FunctionName]),
);

/** The documented spelling of a function's name, or `undefined` if there is none: Azure compares without regard to case. */
export function functionName(name: string): FunctionName | undefined {
  return spelling.get(name.toLowerCase());
}
