import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { withoutVersionAliases } from "./components/version-aliases";
import { deployIntegrations, integrationSchemas } from "./integrations";
import { deployGateway } from "./integrations/gateway";
import { adoptGateway } from "./integrations/gateway/existing";
import { gatewayFromStack } from "./integrations/gateway/from-stack";
import { placeWorkflows } from "./integrations/workflow-place";
import { names, readSettings, tags } from "./settings";

// A function, never `export default`: of a default export the engine deploys nothing, and deletes what stands.
export = async () => {
  pulumi.runtime.registerStackTransformation(withoutVersionAliases);
  const settings = readSettings(integrationSchemas);
  const { subscriptionId, tenantId } = await authorization.getClientConfig();
  const name = names(settings.workload, pulumi.getStack(), subscriptionId);
  const common = { tenantId, tags: tags(settings, pulumi.getStack()) };

  const args = { ...settings, ...common, names: name };
  const platform = settings.gateway
    ? deployGateway({ ...args, ...settings.gateway })
    : settings.existingGateway
      ? adoptGateway({ ...args, ...settings.existingGateway })
      : await gatewayFromStack(settings.gatewayStack);

  const { productGroups = {}, ...given } = platform;
  const workflows = placeWorkflows(platform.gateway, settings);
  const integrations = await deployIntegrations(settings.integrations, (key) => ({
    ...common,
    ...given,
    productGroups: productGroups[key],
    workflows,
    access: settings.access,
    protect: settings.protect,
    names: {
      resourceGroup: name.resourceGroup(key),
      workflow: (role) => name.workflow(`${key}-${role}`),
      registration: (role) => name.registration(`${key}-${role}`),
      serviceBus: name.serviceBus(key),
      eventTopic: name.eventTopic(key),
      connection: (role) => name.connection(`${key}-${role}`),
    },
  }));

  return { ...platform.outputs, integrations };
};
