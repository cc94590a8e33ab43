import type * as timers from "node:timers/promises";

const real = jest.requireActual<typeof timers>("node:timers/promises");

/** What stands for `node:timers/promises`: whoever waits a second or longer, as retries do, waits a thousandth of it. */
module.exports = {
  ...real,
  setTimeout: (milliseconds: number, ...rest: [unknown?, object?]) =>
    real.setTimeout(milliseconds < 1000 ? milliseconds : milliseconds / 1000, ...rest),
};
