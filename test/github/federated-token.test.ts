import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { keepFederatedToken } from "../../.github/scripts/federated-token";
import { serveLocally, type LocalServer } from "./http-server";

let server: LocalServer;
afterEach(() => server.close());

const environment = () => ({
  ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "bearer-of-the-job",
});

const ignore = (): void => undefined;

test("the file holds a token for Entra ID, which only its owner reads, and is gone in the end", async () => {
  server = await serveLocally(() => [200, { value: "first" }]);
  const token = await keepFederatedToken(environment(), { warn: ignore });
  const file = token?.environment.AZURE_FEDERATED_TOKEN_FILE ?? "";
  expect(await readFile(file, "utf8")).toBe("first");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(server.requests).toEqual([
    expect.objectContaining({
      path: "/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange",
      authorization: "Bearer bearer-of-the-job",
    }),
  ]);
  await token?.close();
  expect(existsSync(file)).toBe(false);
});

test("it is renewed; a renewal that fails is told, and the file keeps what it had", async () => {
  const answers = [
    [200, { value: "first" }],
    [503, "later"],
    [200, { value: "third" }],
  ] as const;
  let asked = 0;
  server = await serveLocally(() => answers[Math.min(asked++, 2)] ?? [500, ""]);
  const told = new EventTarget();
  const warned = once(told, "warning");
  let file = "";
  let kept = "";
  const token = await keepFederatedToken(environment(), {
    everyMilliseconds: 20,
    warn: (line) => {
      void readFile(file, "utf8").then((text) => {
        kept = text;
        told.dispatchEvent(Object.assign(new Event("warning"), { line }));
      });
    },
  });
  file = token?.environment.AZURE_FEDERATED_TOKEN_FILE ?? "";
  const [event] = (await warned) as [{ line: string }];
  expect(event.line).toMatch(/^the federated token was not renewed: GitHub gives no token: 503/);
  expect(kept).toMatch(/first|third/);
  while ((await readFile(file, "utf8")) !== "third") await new Promise(setImmediate);
  await token?.close();
});

test("a job without the permission has none", async () => {
  server = await serveLocally(() => [200, {}]);
  expect(await keepFederatedToken({}, { warn: ignore })).toBeUndefined();
  expect(server.requests).toEqual([]);
});

test("a refusal stops the job, with the fix and without the bearer", async () => {
  server = await serveLocally(() => [403, "no"]);
  const refused = keepFederatedToken(environment(), { warn: ignore });
  await expect(refused).rejects.toThrow(/403\.\n {2}fix: give the job the permission id-token: write$/);
});
