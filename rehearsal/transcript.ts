/** Where every word of a rehearsal goes: on to its reader, and into a record that is searched for secrets at the end. */
export interface Transcript {
  /** Passes text on as it is, e.g. a chunk of Pulumi's own output. */
  write(text: string): void;
  /** Passes one line on. */
  line(text?: string): void;
  /** All that was written so far. */
  text(): string;
  /** Stops listening to the streams. */
  close(): void;
}

/**
 * Begins a transcript.
 *
 * @param write receives each piece, e.g. `(text) => process.stdout.write(text)`
 * @param streams what else is recorded: a program that runs in this process prints past `write`
 */
export function transcribe(
  write: (text: string) => void,
  streams: readonly NodeJS.WriteStream[] = [],
): Transcript {
  const pieces: string[] = [];
  const restore = streams.map((stream) => tap(stream, (text) => pieces.push(text)));
  const both = (text: string): void => {
    pieces.push(text);
    write(text);
  };
  return {
    write: both,
    line: (text = "") => {
      both(`${text}\n`);
    },
    text: () => pieces.join(""),
    close: () => {
      for (const undo of restore) undo();
    },
  };
}

/** Listens to a stream, whose readers notice nothing; answers how to stop. */
function tap(stream: NodeJS.WriteStream, hear: (text: string) => void): () => void {
  const original = Reflect.get(stream, "write") as (this: NodeJS.WriteStream, ...args: unknown[]) => boolean;
  Object.assign(stream, {
    write: (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      hear(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      return original.call(stream, chunk, ...rest);
    },
  });
  return () => {
    Object.assign(stream, { write: original });
  };
}
