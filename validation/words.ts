/** `Developer, Basic or Premium`. */
export function either(words: readonly string[], none = "none"): string {
  const last = words.at(-1) ?? none;
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${last}` : last;
}
