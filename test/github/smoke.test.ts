import { readdirSync } from "node:fs";
import { join } from "node:path";
import { probesOf, REQUESTS, smokeTest } from "../../.github/scripts/smoke";
import { readOpenApiContract } from "../../components/contracts";
import { serveLocally, type LocalServer } from "./http-server";

let server: LocalServer;
afterEach(() => server.close());

/** What a healthy stack answers, but for some paths. */
async function serveStack(otherwise: Readonly<Record<string, number>> = {}): Promise<void> {
  server = await serveLocally(({ path }) => {
    const healthy = path === "/status-0123456789abcdef" || path === "/portal" ? 200 : 401;
    return [otherwise[path] ?? healthy, ""];
  });
}

const outputs = () => ({
  gateway: { url: server.url },
  portalUrl: `${server.url}/portal`,
  integrations: {
    orders: { url: `${server.url}/orders`, audience: "x" },
    catalog: { v1: `${server.url}/catalog/v1`, v2: `${server.url}/catalog/v2`, audience: "y" },
    billing: { url: `${server.url}/billing` },
  },
});

const IMPATIENT = { milliseconds: 0, everyMilliseconds: 10 };

test("a stack that answers as it must passes, and each answer is told", async () => {
  await serveStack();
  expect(await smokeTest(probesOf(outputs()), IMPATIENT)).toEqual([
    `the gateway (${server.url}/status-0123456789abcdef): 200`,
    `orders.url without a token (${server.url}/orders/smoke-test): 401`,
    `catalog.v1 without a token (${server.url}/catalog/v1/products): 401`,
    `catalog.v2 without a token (${server.url}/catalog/v2/products): 401`,
    `the developer portal (${server.url}/portal): 200`,
  ]);
  expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
});

test("every wrong answer is told at once", async () => {
  await serveStack({ "/status-0123456789abcdef": 503, "/catalog/v1/products": 200, "/portal": 500 });
  await expect(smokeTest(probesOf(outputs()), IMPATIENT)).rejects.toThrow(
    [
      "The stack does not answer as it must:",
      `  the gateway (${server.url}/status-0123456789abcdef): 503, not 200`,
      `  catalog.v1 without a token (${server.url}/catalog/v1/products): 200, not 401`,
      `  the developer portal (${server.url}/portal): 500, not a page, or that it was not published yet (404)`,
    ].join("\n"),
  );
});

test("a stack may take a while", async () => {
  let asked = 0;
  server = await serveLocally(() => [asked++ < 2 ? 404 : 200, ""]);
  const probes = probesOf({ gateway: { url: server.url } });
  expect(await smokeTest(probes, { milliseconds: 10_000, everyMilliseconds: 10 })).toHaveLength(1);
  expect(asked).toBe(3);
});

test("nobody at the address is a wrong answer with its reason", async () => {
  await serveStack();
  const probes = probesOf({ gateway: { url: "http://127.0.0.1:1" } });
  await expect(smokeTest(probes, IMPATIENT)).rejects.toThrow(
    /the gateway \(.+\): .*(ECONNREFUSED|bad port).*, not 200/,
  );
});

test("what is asked of an API is one of its operations", async () => {
  await serveStack();
  const folder = join(__dirname, "..", "..", "integrations");
  const files = { "orders.url": "openapi", "catalog.v1": "openapi-v1", "catalog.v2": "openapi-v2" };
  const asked = Object.entries(REQUESTS).flatMap(([integration, paths]) =>
    Object.entries(paths).map(([output, path]) => ({ key: `${integration}.${output}`, integration, path })),
  );
  expect(asked.map(({ key }) => key)).toEqual(Object.keys(files));
  for (const { key, integration, path } of asked) {
    const file = `${files[key as keyof typeof files]}.yaml`;
    expect(readdirSync(join(folder, integration))).toContain(file);
    const { operations } = await readOpenApiContract(join(folder, integration, file));
    const patterns = operations
      .filter(({ method }) => method === "GET")
      .map((operation) => new RegExp(`^${operation.path.replace(/\{[^}]+\}/g, "[^/]+")}$`));
    expect(patterns.some((pattern) => pattern.test(path))).toBe(true);
  }
});
