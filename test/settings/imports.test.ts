// Whoever only reads or completes settings, such as the generator of their schema, does not wait for Pulumi.
jest.mock("@pulumi/pulumi", () => {
  throw new Error("Pulumi is loaded");
});

test("the schema of the settings is read without Pulumi", async () => {
  const { settingsSchema } = await import("../../settings/schema");
  expect(settingsSchema({}).safeParse({}).success).toBe(false);
});
