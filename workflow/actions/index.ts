export { action, type ActionOptions, type ActionParts, type Secure } from "./action";
export * from "./connector";
export * from "./data";
export * from "./http";
export * from "./request";
export * from "./run";
export * from "./variables";
