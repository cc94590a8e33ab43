import { countEdits, EDITS } from "../../bench/edits";
import { describeWithEngine, LIFE_MILLISECONDS } from "../engine";

jest.setTimeout(LIFE_MILLISECONDS);

describeWithEngine("an edit of what stands on a gateway", (engine) => {
  test("touches what was edited and nothing else", async () => {
    const counted = await countEdits(await engine());
    expect(Object.fromEntries(counted)).toEqual(
      Object.fromEntries(Object.entries(EDITS).map(([name, { operations }]) => [name, operations])),
    );
  });
});
