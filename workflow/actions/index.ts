export { action, type ActionOptions, type ActionParts, type Secure } from "./action";
export * from "./connector";
export * from "./data";
export * from "./http";
export { keyVaultSecret, type KeyVaultSecret, type KeyVaultSecretOptions } from "./key-vault";
export * from "./request";
export * from "./run";
export * from "./variables";
