import * as pulumi from "@pulumi/pulumi";

/** One of something for each run of the program: a process may run it several times (a rehearsal does). */
export function perRun<T extends object>(make: () => T): () => T {
  const made = new WeakMap<object, T>();
  return () => {
    const run = pulumi.runtime.getMonitor() ?? made;
    const one = made.get(run) ?? make();
    made.set(run, one);
    return one;
  };
}
