/** Where every word of a rehearsal goes: on to its reader, and into a record that is searched for secrets at the end. */
export interface Transcript {
  /** Passes text on as it is, e.g. a chunk of Pulumi's own output. */
  write(text: string): void;
  /** Passes one line on. */
  line(text?: string): void;
  /** All that was written so far. */
  text(): string;
}

/** @param write receives each piece, e.g. `(text) => process.stdout.write(text)` */
export function transcribe(write: (text: string) => void): Transcript {
  const pieces: string[] = [];
  const record = (text: string): void => {
    pieces.push(text);
    write(text);
  };
  return {
    write: record,
    line: (text = "") => {
      record(`${text}\n`);
    },
    text: () => pieces.join(""),
  };
}
