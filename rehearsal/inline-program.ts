import type { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { isGrpcError } from "@pulumi/pulumi/errors";

/** What the SDK keeps for a run of an inline program, as far as it matters here (`LocalStore` in its runtime/state.ts). */
interface RunState {
  readonly settings: {
    /** Settles once every registration that was begun is through: the SDK waits for it before it answers the engine. */
    rpcDone: Promise<unknown>;
    monitor?: object;
    engine?: object;
  };
}

/**
 * A program, as the Automation API can run it: one that is refused ends, as under `pulumi up`.
 *
 * Where an `apply` throws, the resource that it was for is not registered, and its outputs never come. The SDK tells the
 * error, and then waits for all that depends on them, such as another resource or a component's `registerOutputs`: for ever,
 * in the Automation API (https://github.com/pulumi/pulumi/issues/14980, open). `pulumi up` runs the program in a process of its
 * own, which ends when nothing is left to do. This does the same: what does not depend on the refused is deployed, what
 * else is refused is told, and then the engine is answered that the program failed.
 */
export function inlineProgram(program: PulumiFn): PulumiFn {
  return async () => {
    const { settings } = runState();
    let ignore: () => void = () => undefined;
    const refused = new Promise<never>((_resolve, refuse) => {
      // The SDK listens too, and tells the error.
      process.on("unhandledRejection", refuse);
      ignore = () => process.off("unhandledRejection", refuse);
    });
    const calls = new Set<Promise<void>>();
    const end = new AbortController();
    const answered = (error: unknown) => {
      if (!(error instanceof Error && isGrpcError(error))) return;
      end.abort();
      ignore();
    };
    for (const client of ["monitor", "engine"] as const) {
      if (settings[client] !== undefined) settings[client] = recording(settings[client], calls, answered);
    }
    try {
      return await Promise.race([refused, whole(program, settings)]);
    } catch (error) {
      do {
        await Promise.all(calls);
        await nextTurn();
      } while (calls.size > 0);
      settings.rpcDone = Promise.resolve();
      throw error;
    } finally {
      ignore();
      // An engine that breaks off a call ends by itself, and has told why: nobody is there to be answered, and what the SDK
      // would still register for the stack is a rejection that ends the process.
      if (end.signal.aborted) await new Promise(() => undefined);
    }
  };
}

/** What a program returns, once all is through that it began. */
async function whole(program: PulumiFn, settings: RunState["settings"]): ReturnType<PulumiFn> {
  const outputs = await program();
  for (let done: unknown; done !== settings.rpcDone;) {
    done = settings.rpcDone;
    await done;
  }
  // A rejection is told after the turn in which it happened.
  await nextTurn();
  return outputs;
}

function runState(): RunState {
  const { asyncLocalStorage } = globalThis as { asyncLocalStorage?: AsyncLocalStorage<RunState> };
  const state = asyncLocalStorage?.getStore();
  if (state === undefined) throw new Error("an inline program is run by the Automation API alone");
  return state;
}

/** A gRPC client whose calls are in `calls` until they are answered. */
function recording(client: object, calls: Set<Promise<void>>, answered: (error: unknown) => void): object {
  return new Proxy(client, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): unknown => {
        const callback = args.at(-1);
        if (typeof callback === "function") {
          const call = new Promise<void>((resolve) => {
            args[args.length - 1] = (...answer: unknown[]) => {
              answered(answer[0]);
              Reflect.apply(callback, undefined, answer);
              calls.delete(call);
              resolve();
            };
          });
          calls.add(call);
        }
        return Reflect.apply(method, target, args);
      };
    },
  });
}
