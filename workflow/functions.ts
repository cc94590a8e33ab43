/**
 * Every function that an expression may call, in its documented spelling.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference.
 * `appsetting` is not here: it exists in Logic Apps Standard only.
 */
const FUNCTIONS = [
  // strings
  "chunk concat endsWith formatNumber guid indexOf isFloat isInt lastIndexOf length nthIndexOf replace slice",
  "split startsWith substring toLower toUpper trim",
  // collections
  "contains empty first intersection item join last reverse skip sort take union",
  // comparison
  "and equals greater greaterOrEquals if less lessOrEquals not or",
  // conversion
  "array base64 base64ToBinary base64ToString binary bool createArray dataUri dataUriToBinary dataUriToString",
  "decimal decodeBase64 decodeDataUri decodeUriComponent encodeUriComponent float int json string",
  "uriComponent uriComponentToBinary uriComponentToString xml",
  // mathematics
  "add div max min mod mul rand range sub",
  // date and time
  "addDays addHours addMinutes addSeconds addToTime convertFromUtc convertTimeZone convertToUtc",
  "dateDifference dayOfMonth dayOfWeek dayOfYear formatDateTime getFutureTime getPastTime parseDateTime",
  "startOfDay startOfHour startOfMonth subtractFromTime ticks utcNow",
  // the run: trigger, actions, parameters, variables, loops
  "action actionBody actionOutputs actions body formDataMultiValues formDataValue items iterationIndexes",
  "listCallbackUrl multipartBody outputs parameters result trigger triggerBody triggerFormDataMultiValues",
  "triggerFormDataValue triggerMultipartBody triggerOutputs triggers variables workflow",
  // addresses
  "uriHost uriPath uriPathAndQuery uriPort uriQuery uriScheme",
  // JSON and XML
  "addProperty coalesce removeProperty setProperty xpath",
] as const;

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;

/** The name of a function that an expression may call. */
export type FunctionName = Words<(typeof FUNCTIONS)[number]>;

const known = new Set(FUNCTIONS.flatMap((names) => names.toLowerCase().split(" ")));

/** Whether a function of this name exists. Azure compares the names without regard to case. */
export function isFunction(name: string): boolean {
  return known.has(name.toLowerCase());
}
