/** Whether two names mean one Azure region: `West Europe` is `westeurope`. */
export function isSameRegion(one: string, other: string): boolean {
  const programmatic = (region: string) => region.toLowerCase().replaceAll(" ", "");
  return programmatic(one) === programmatic(other);
}
