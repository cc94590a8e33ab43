import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { StoredResource } from "./resource-type";

/**
 * Where the simulated Azure keeps its resources: in memory, and in a file that survives a crash of the process.
 *
 * The file is written whole, under another name, and then renamed, so that it is never half written. It holds whatever
 * Azure would hold, secrets included (the provider gets them in clear, as azure-native does, and a rule may have to
 * look at them again after a restart): its mode is 600, and it is as throw-away as the backend it stands beside.
 */
export class Store {
  private readonly resources = new Map<string, StoredResource>();
  private readonly deleted = new Map<string, StoredResource>();
  /** Each resource is turned into JSON once, not once for each write of the file. */
  private readonly lines = new WeakMap<StoredResource, string>();
  private writing: Promise<void> | undefined;

  /**
   * @param file `undefined` to keep nothing
   * @throws Error where the file is there, but is not one that a store wrote
   */
  constructor(private readonly file?: string) {
    if (file === undefined) return;
    const content = read(file);
    for (const resource of content.resources) this.resources.set(resource.id.toLowerCase(), resource);
    for (const resource of content.softDeleted) this.deleted.set(resource.id.toLowerCase(), resource);
  }

  get(id: string): StoredResource | undefined {
    return this.resources.get(id.toLowerCase());
  }

  all(): readonly StoredResource[] {
    return [...this.resources.values()];
  }

  getDeleted(id: string): StoredResource | undefined {
    return this.deleted.get(id.toLowerCase());
  }

  allDeleted(): readonly StoredResource[] {
    return [...this.deleted.values()];
  }

  put(resource: StoredResource): void {
    this.resources.set(resource.id.toLowerCase(), resource);
  }

  remove(id: string): void {
    this.resources.delete(id.toLowerCase());
  }

  putDeleted(resource: StoredResource): void {
    this.deleted.set(resource.id.toLowerCase(), resource);
  }

  removeDeleted(id: string): void {
    this.deleted.delete(id.toLowerCase());
  }

  /** Resolves when everything so far is in the file. Writes that come together share one writing of the file. */
  saved(): Promise<void> {
    this.writing ??= setImmediate().then(() => {
      this.writing = undefined;
      this.save();
    });
    return this.writing;
  }

  /** Writes the file now. */
  save(): void {
    if (this.file === undefined) return;
    const list = (resources: Iterable<StoredResource>) =>
      Array.from(resources, (resource) => this.line(resource)).join(",\n");
    const text = `{"version":1,"resources":[\n${list(this.resources.values())}\n],"softDeleted":[\n${list(this.deleted.values())}\n]}\n`;
    const unfinished = `${this.file}.${process.pid}.tmp`;
    writeFileSync(unfinished, text, { mode: 0o600 });
    renameSync(unfinished, this.file);
  }

  private line(resource: StoredResource): string {
    const known = this.lines.get(resource);
    if (known !== undefined) return known;
    const line = JSON.stringify(resource);
    this.lines.set(resource, line);
    return line;
  }
}

interface Content {
  readonly version: 1;
  readonly resources: readonly StoredResource[];
  readonly softDeleted: readonly StoredResource[];
}

function read(file: string): Content {
  if (!existsSync(file)) return { version: 1, resources: [], softDeleted: [] };
  const content = parse(readFileSync(file, "utf8"));
  if (content?.version !== 1) {
    throw new Error(
      `${file} is not a state file of the simulated Azure.\n  fix: name another file, or delete this one to begin with an empty Azure`,
    );
  }
  return { version: 1, resources: content.resources ?? [], softDeleted: content.softDeleted ?? [] };
}

/** A text that is no JSON is not repeated in an error, as the parser would: it may hold secrets. */
function parse(text: string): Partial<Content> | undefined {
  try {
    return JSON.parse(text) as Partial<Content>;
  } catch {
    return undefined;
  }
}
