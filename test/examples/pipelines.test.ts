import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { pipelines } from "../../examples/pipelines";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";

const SUBSCRIPTION = "00000000-0000-4000-8000-000000000001";
const IDS = { owner: 123456, repository: 456789 };
const CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
const WORKFLOWS = join(__dirname, "..", "..", ".github", "workflows");

test("the program of their own names its file: Pulumi would run the one that package.json above it names", () => {
  const root = join(__dirname, "..", "..");
  const { main } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { main: string };
  expect(main).toBe("main.js");
  const page = readFileSync(join(root, "docs", "pipelines.md"), "utf8");
  expect(parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "")).toMatchObject({
    main: "index.ts",
    runtime: { name: "nodejs", options: { tsconfig: "../tsconfig.json" } },
  });
});

describeWithEngine("the identities of the workflows", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterAll(() => workbench.close());

  test("are deployed without a secret, one for each environment that workflows name, and go", async () => {
    const { azure } = workbench;
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: "rg-state",
      location: "westeurope",
    });
    const account = azure.seed("azure-native:storage:StorageAccount", {
      resourceGroupName: "rg-state",
      accountName: "pulumistate",
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
    });
    const vault = azure.seed("azure-native:keyvault:Vault", {
      resourceGroupName: "rg-state",
      vaultName: "kv-pulumi-state",
      location: "westeurope",
      properties: {
        tenantId: "00000000-0000-4000-8000-000000000002",
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
      },
    });
    const standing = azure.remaining();
    const stack = await workbench.stack("pipelines", {}, () =>
      Promise.resolve(
        pipelines({
          repository: "contoso/integration",
          ids: IDS,
          stacks: { dev: SUBSCRIPTION, prod: SUBSCRIPTION },
          state: { storageAccountId: account.id, vaultId: vault.id },
        }),
      ),
    );
    const { outputs } = await stack.up();

    const environments = ["dev", "dev-preview", "prod", "prod-preview"];
    expect(Object.keys(outputs).sort()).toEqual(environments);
    const named = ["deploy.yml", "drift.yml", "pull-request.yml"].flatMap((name) =>
      [...readFileSync(join(WORKFLOWS, name), "utf8").matchAll(/^ +environment: (.+)$/gm)].flatMap(
        ([, text = ""]) =>
          text.includes("${{")
            ? ["dev", "prod"].map((one) => text.replace("${{ matrix.stack }}", one))
            : text,
      ),
    );
    expect([...new Set(named)].sort()).toEqual(environments);
    expect(azure.all(CREDENTIAL).map(({ inputs }) => inputs.subject)).toEqual(
      expect.arrayContaining(
        environments.map((name) => `repo:contoso@123456/integration@456789:environment:${name}`),
      ),
    );
    expect(azure.all("azuread:index/applicationPassword:ApplicationPassword")).toEqual([]);

    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.destroy();
    expect(azure.remaining()).toEqual(standing);
  });

  test("of deployments have no roles in Azure but those that the stack gives them, and those of previews may read only", async () => {
    const stack = await workbench.stack("readers", {}, () =>
      Promise.resolve(
        pipelines({ repository: "contoso/integration", ids: IDS, stacks: { dev: SUBSCRIPTION } }),
      ),
    );
    await stack.up();
    const { azure } = workbench;
    const outputs = await stack.outputs();
    const held = (environment: string): unknown[] => {
      const { principalId } = outputs[environment]?.value as { readonly principalId: string };
      return [
        ...azure.all("azure-native:authorization:RoleAssignment"),
        ...azure.all("azuread:index/appRoleAssignment:AppRoleAssignment"),
      ]
        .filter(({ inputs }) => [inputs.principalId, inputs.principalObjectId].includes(principalId))
        .map(({ inputs }) => inputs.roleDefinitionId ?? inputs.appRoleId);
    };
    expect(held("dev").sort()).toEqual([
      "06b708a9-e830-4db3-a914-8e69da51d44f", // AppRoleAssignment.ReadWrite.All
      "18a4783c-866b-4cc7-a460-3d5e5662c884", // Application.ReadWrite.OwnedBy
      "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", // Application.Read.All
    ]);
    expect(held("dev-preview")).toEqual([
      // Reader
      expect.stringMatching(/acdd72a7-3385-48ef-bd42-f606fba81ae7$/),
      // Application.Read.All
      "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    ]);
    await stack.destroy();
  });
});
