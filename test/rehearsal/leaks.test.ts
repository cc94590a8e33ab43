import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeaks, readFolder } from "../../rehearsal/leaks";
import { transcribe } from "../../rehearsal/transcript";

test("a secret is found as it is, in a URL and in a JSON text, and never repeated", () => {
  const secrets = [
    { label: "the key", value: 'p@ss "word"' },
    { label: "the other key", value: "hidden-well" },
  ];
  const leaks = findLeaks(secrets, [
    { where: "the output", text: 'it is p@ss "word".' },
    { where: "a URL", text: "https://x/?sig=p%40ss%20%22word%22" },
    { where: "the state", text: JSON.stringify({ password: 'p@ss "word"' }) },
    { where: "the log", text: "nothing here" },
  ]);
  expect(leaks).toEqual([
    "the key stands in clear in the output",
    "the key stands in clear in a URL",
    "the key stands in clear in the state",
  ]);
});

test("values that occur by chance are not searched for", () => {
  expect(findLeaks([{ label: "a flag", value: "true" }], [{ where: "the state", text: "true" }])).toEqual([]);
});

test("every file of a folder is read, at any depth", async () => {
  const folder = await mkdtemp(join(tmpdir(), "leaks-"));
  try {
    await mkdir(join(folder, ".pulumi", "history"), { recursive: true });
    await writeFile(join(folder, ".pulumi", "history", "a.json"), "one");
    await writeFile(join(folder, "b.json"), "two");
    const files = await readFolder(folder, "the state");
    expect(files.sort((a, b) => a.where.localeCompare(b.where))).toEqual([
      { where: `the state (${join(".pulumi", "history", "a.json")})`, text: "one" },
      { where: "the state (b.json)", text: "two" },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a transcript passes on and keeps every word", () => {
  const passedOn: string[] = [];
  const transcript = transcribe((text) => passedOn.push(text));
  transcript.write("ab");
  transcript.line("c");
  transcript.line();
  expect(transcript.text()).toBe("abc\n\n");
  expect(passedOn.join("")).toBe("abc\n\n");
});

test("a transcript hears what is printed past it, until it is closed", () => {
  const shown: string[] = [];
  const stdout = jest
    .spyOn(process.stdout, "write")
    .mockImplementation((chunk) => shown.push(String(chunk)) > 0);
  try {
    const transcript = transcribe(() => undefined, [process.stdout]);
    process.stdout.write("by the program\n");
    process.stdout.write(Buffer.from("as bytes\n"));
    transcript.close();
    process.stdout.write("afterwards\n");
    expect(transcript.text()).toBe("by the program\nas bytes\n");
    expect(shown).toEqual(["by the program\n", "as bytes\n", "afterwards\n"]);
  } finally {
    stdout.mockRestore();
  }
});
