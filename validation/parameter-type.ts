/**
 * Whether a JSON value is of a type of parameters in the Workflow Definition Language, which is written in any case
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language#parameters).
 */
export function isOfParameterType(value: unknown, type: string): boolean {
  switch (type.toLowerCase()) {
    case "string":
    case "securestring":
      return typeof value === "string";
    case "int":
      return Number.isInteger(value);
    case "float":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value);
    case "object":
    case "secureobject":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return true;
  }
}
