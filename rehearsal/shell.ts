import { engineEnvironment } from "./life-cycle";

/** Lines that point the ordinary `pulumi` of a POSIX shell at a throw-away backend, and at a simulated Azure. */
export function exportLines(backendUrl: string, azure: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...azure, ...engineEnvironment(backendUrl) }).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
}
