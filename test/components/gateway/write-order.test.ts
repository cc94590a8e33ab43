import * as pulumi from "@pulumi/pulumi";
import { WriteOrder } from "../../../components/gateway/write-order";
import { deploy } from "../harness";

class Written extends pulumi.ComponentResource {
  constructor(
    name: string,
    readonly after: readonly pulumi.Resource[],
  ) {
    super("test:index:Written", name);
  }
}

/** What each of two writes waited for. */
const twoWrites = (order: (first: pulumi.Resource) => WriteOrder) =>
  deploy(() => {
    const before = new Written("before", []);
    const writes = order(before);
    const one = writes.next((after) => new Written("one", after));
    const two = writes.next((after) => new Written("two", after));
    return { before, one, two };
  });

describe("WriteOrder", () => {
  it("lets each write wait for the one before", async () => {
    const { one, two } = (await twoWrites(() => new WriteOrder())).result;
    expect(one.after).toEqual([]);
    expect(two.after).toEqual([one]);
  });

  it("lets the first write wait for what it is given", async () => {
    const { before, one, two } = (await twoWrites((first) => new WriteOrder([first]))).result;
    expect(one.after).toEqual([before]);
    expect(two.after).toEqual([one]);
  });
});
