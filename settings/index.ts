export { stackFileSchema } from "./json-schema";
export { names, type Names } from "./names";
export {
  settingsSchema,
  type ExistingGatewaySettings,
  type GatewaySettings,
  type IntegrationSchemas,
  type Settings,
} from "./schema";
export { parseSettings, readSettings, type ParsedSettings } from "./settings";
export { tags } from "./tags";
export { holdsSecret, isSecret, schemasAt } from "./walk";
