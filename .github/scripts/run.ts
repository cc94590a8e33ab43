/**
 * Runs a script of a workflow: prints what it did, or why it did not.
 *
 * @param usage what follows `npx tsx .github/scripts/`
 * @param script answers what it did; nothing where its arguments or variables are not those that it needs
 */
export function run(
  usage: string,
  script: (args: readonly string[], environment: NodeJS.ProcessEnv) => Promise<string | undefined>,
): void {
  script(process.argv.slice(2), process.env).then(
    (done) => {
      if (done === undefined) {
        console.error(`usage: npx tsx .github/scripts/${usage}`);
        process.exitCode = 2;
      } else {
        console.log(done);
      }
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
