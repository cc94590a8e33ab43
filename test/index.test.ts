describe("the program", () => {
  it("is a function, as of anything else the engine deploys nothing and deletes what stands", () => {
    // The engine loads it by require, so that is how it is looked at here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    expect(typeof require("../index")).toBe("function");
  });
});
