import { nearest } from "../../validation/nearest";

describe("nearest", () => {
  test.each([
    ["zoneNam", "zoneName"],
    ["ZONENAME", "zoneName"],
    ["locaton", "location"],
  ])("%s means %s", (word, meant) => {
    expect(nearest(word, ["location", "zoneName", "tags"])).toBe(meant);
  });

  test("does not guess where nothing is like the word", () => {
    expect(nearest("unrelated", ["location", "zoneName"])).toBeUndefined();
  });
});
