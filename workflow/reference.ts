import { call, Expression } from "./expression";
import type { FunctionName } from "./functions";

/** What a function gives for the name of an action, a parameter, a variable or a loop, whatever is in the name. */
export function reference<T>(name: FunctionName, target: string): Expression<T> {
  return new Expression(call(name, target).expression);
}
