import { withoutEmpty } from "../../../rehearsal/azure/projection";

test("what is imported has no nulls, and no lists and objects in which nothing is", () => {
  expect(
    withoutEmpty({
      description: "",
      scope: null,
      tags: [],
      required: false,
      settings: { oAuth2: null, openid: {}, lists: [[], {}] },
      items: [{ name: "one", values: [] }, null, 0],
    }),
  ).toEqual({ description: "", required: false, items: [{ name: "one" }, 0] });
});
