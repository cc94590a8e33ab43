/**
 * The circles that a walk along references closes, e.g. `["A", "B", "A"]`; none where there is none.
 *
 * @param next what a node refers to
 */
export function findCycles(
  starts: Iterable<string>,
  next: (node: string) => Iterable<string>,
): readonly (readonly string[])[] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string, trail: readonly string[]): void => {
    if (trail.includes(node)) {
      cycles.push([...trail.slice(trail.indexOf(node)), node]);
      return;
    }
    if (done.has(node)) return;
    for (const other of new Set(next(node))) visit(other, [...trail, node]);
    done.add(node);
  };
  for (const start of starts) visit(start, []);
  return cycles;
}
