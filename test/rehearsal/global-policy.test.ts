import * as pulumi from "@pulumi/pulumi";
import { GatewayInventory } from "../../components/gateway/inventory";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { forwardRequest, policyDocument } from "../../policies/gateway";
import { seedGateway } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench } from "./workbench";

describeWithEngine("the policy of all APIs", (engine) => {
  let workbench: Workbench;
  let imported: { readonly id: string; readonly value: unknown } | undefined;
  beforeEach(async () => {
    imported = undefined;
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  async function deployment() {
    const { azure } = workbench;
    const reference = seedGateway(azure);
    const id = `${reference.serviceId as string}/policies/policy`;
    const stack = await workbench.stack("policy", {}, () => {
      // What `pulumi import` does without the program, which needs a language host that not every machine has.
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        imported && type === "azure-native:apimanagement:Policy"
          ? { props: { ...props, value: imported.value }, opts: { ...opts, import: imported.id } }
          : undefined,
      );
      // What one run puts on the gateway, the next does not know.
      const gateway = { ...reference, inventory: new GatewayInventory(true) };
      new GatewayPolicy("all-apis", {
        gateway,
        policy: policyDocument({ scope: "global", backend: [forwardRequest({ timeout: 20 })] }),
      });
      return Promise.resolve();
    });
    return { stack, id, value: () => azure.get(id)?.outputs.value };
  }

  test("is taken over from a new service, which has it again once the stack is gone", async () => {
    const { stack, value } = await deployment();
    const ofAzure = value();
    expect(ofAzure).toMatch(/^<!--\r\n {4}IMPORTANT:/);
    await stack.up();
    expect(value()).toContain('<forward-request timeout="20" />');
    await stack.destroy();
    expect(value()).toBe(ofAzure);
  });

  test("is refused where a new service has another than azure-native knows, until it is imported", async () => {
    const { stack, id, value } = await deployment();
    const [, , , , resourceGroupName = "", , , , serviceName = ""] = id.split("/");
    workbench.azure.seed("azure-native:apimanagement:Policy", {
      resourceGroupName,
      serviceName,
      policyId: "policy",
      format: "xml",
      value: "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
    });
    await expect(stack.up()).rejects.toThrow(`cannot create already existing subresource '${id}'`);
    expect(value()).not.toContain("timeout");

    imported = { id, value: value() };
    await stack.up();
    imported = undefined;
    await stack.up();
    expect(value()).toContain('<forward-request timeout="20" />');
  });
});
