import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { retryRefusedWrites, retryUntilReplicated } from "../../components/retry";
import { deploy } from "./harness";

jest.mock("node:timers/promises", () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

/** What the hook answers after these failures, the latest first, and how long it waited. */
async function retryAfter(...errors: readonly string[]): Promise<{ again: boolean; seconds: number }> {
  return retryBy(retryRefusedWrites, "create", errors);
}

async function retryBy(
  hooks: () => pulumi.ResourceHookBinding,
  failedOperation: "create" | "update" | "delete",
  errors: readonly string[],
): Promise<{ again: boolean; seconds: number }> {
  const { result } = await deploy(async () => {
    const { onError = [] } = hooks();
    const [hook] = onError;
    if (!hook || !("callback" in hook)) throw new Error("there is no hook");
    return hook.callback({
      urn: "urn:pulumi:test::integration::azure-native:apimanagement:Api::orders",
      id: "",
      name: "orders",
      type: "azure-native:apimanagement:Api",
      failedOperation,
      errors: [...errors],
    });
  });
  const seconds = jest
    .mocked(wait)
    .mock.calls.reduce((sum, [milliseconds = 0]) => sum + milliseconds / 1000, 0);
  return { again: result, seconds };
}

const refusalOf = (code: string) => `Status=409 Code="${code}" Message="Try again."`;

beforeEach(() => {
  jest.mocked(wait).mockClear();
  jest.spyOn(pulumi.log, "info").mockResolvedValue(undefined);
  jest.spyOn(pulumi.log, "warn").mockReset().mockResolvedValue(undefined);
});

describe("a refused write", () => {
  it.each(["PessimisticConcurrencyConflict", "ManagementApiRequestFailed", "ForbiddenByRbac"])(
    "is repeated after %s",
    async (code) => {
      expect(await retryAfter(refusalOf(code))).toEqual({ again: true, seconds: 1 });
      expect(pulumi.log.info).toHaveBeenLastCalledWith(
        `create of orders was refused (${code}); trying again in 1 s (1 of 10)`,
      );
    },
  );

  // https://learn.microsoft.com/answers/questions/1688796
  const NO_ACCESS =
    'Status=400 Code="InvalidOperation" Message="Failed to access KeyVault Secret' +
    " https://kv-contoso.vault.azure.net/secrets/key using Managed Service Identity (http://aka.ms/apimmsi) of Api" +
    ' Management service."';

  it("is repeated after API Management could not read a vault, whatever its code", async () => {
    expect(await retryAfter(NO_ACCESS)).toEqual({ again: true, seconds: 1 });
    expect(pulumi.log.info).toHaveBeenLastCalledWith(
      "create of orders was refused (Failed to access KeyVault Secret); trying again in 1 s (1 of 10)",
    );
  });

  it.each([
    'Status=400 Code="InvalidOperation" Message="Failed to access KeyVault Secret."',
    refusalOf("InvalidOperation"),
    refusalOf("ValidationError"),
    refusalOf("PessimisticConcurrencyConflictX"),
    "cannot create already existing resource",
    "",
  ])("is not repeated after %j", async (error) => {
    expect(await retryAfter(error)).toEqual({ again: false, seconds: 0 });
  });

  it("is judged by its latest failure", async () => {
    const passing = refusalOf("PessimisticConcurrencyConflict");
    expect(await retryAfter(refusalOf("ValidationError"), passing)).toEqual({ again: false, seconds: 0 });
    expect(await retryAfter(passing, refusalOf("ValidationError"))).toEqual({ again: true, seconds: 2 });
  });

  it("waits longer each time, ten minutes in all, and then is given up", async () => {
    const waits: number[] = [];
    for (let failures = 1; failures <= 10; failures++) {
      jest.mocked(wait).mockClear();
      const errors = Array.from({ length: failures }, () => refusalOf("ForbiddenByRbac"));
      const { again, seconds } = await retryAfter(...errors);
      expect(again).toBe(true);
      waits.push(seconds);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBe(600);
    expect(pulumi.log.warn).not.toHaveBeenCalled();
    jest.mocked(wait).mockClear();
    const eleven = Array.from({ length: 11 }, () => refusalOf("ForbiddenByRbac"));
    expect(await retryAfter(...eleven)).toEqual({ again: false, seconds: 0 });
  });

  it.each([
    ["PessimisticConcurrencyConflict", "stop what else writes to this API"],
    ["ManagementApiRequestFailed", "wait until `az apim show --query provisioningState` says Succeeded"],
    ["ForbiddenByRbac", "the role Key Vault Secrets User on the vault"],
  ])("that is given up after %s is told with what to do", async (code, fix) => {
    await retryAfter(...Array.from({ length: 11 }, () => refusalOf(code)));
    expect(pulumi.log.warn).toHaveBeenLastCalledWith(
      expect.stringMatching(
        `^create of orders was refused 11 times in ten minutes \\(${code}\\), and is given up\n  fix: `,
      ),
    );
    expect(pulumi.log.warn).toHaveBeenLastCalledWith(expect.stringContaining(fix));
  });

  it("has one hook in a run of the program, and another in the next", async () => {
    const twice = async () =>
      (await deploy(() => [retryRefusedWrites(), retryRefusedWrites()].map(({ onError }) => onError?.[0])))
        .result;
    const [first, again] = await twice();
    const [next] = await twice();
    expect(again).toBe(first);
    expect(next).not.toBe(first);
  });
});

describe("a create for which the registration has not reached every server", () => {
  const NOT_FOUND =
    "unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound: Resource 'one' does not exist";
  const after = (error: string, operation: "create" | "update" | "delete" = "create") =>
    retryBy(retryUntilReplicated, operation, [error]);

  it.each([
    `Adding password for Application (Application: "one"): ${NOT_FOUND}`,
    `Could not retrieve service principal for resource (Object ID: "one"): ${NOT_FOUND}`,
    'Application (Application: "one") was not found',
  ])("is repeated after %j", async (error) => {
    expect(await after(error)).toEqual({ again: true, seconds: 1 });
    expect(pulumi.log.info).toHaveBeenLastCalledWith(
      "create of orders was refused (Request_ResourceNotFound); trying again in 1 s (1 of 10)",
    );
  });

  it.each([
    // The password was accepted, and another would be a second one.
    `Waiting for password credential for Application (Application: "one"): ${NOT_FOUND}`,
    "unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied: Insufficient privileges",
    refusalOf("PessimisticConcurrencyConflict"),
  ])("is not repeated after %j", async (error) => {
    expect(await after(error)).toEqual({ again: false, seconds: 0 });
  });

  it.each(["update", "delete"] as const)("is none where an %s does not find it", async (operation) => {
    expect(await after(NOT_FOUND, operation)).toEqual({ again: false, seconds: 0 });
  });

  it("is given up after ten minutes, and told with what to do", async () => {
    await retryBy(retryUntilReplicated, "create", Array<string>(11).fill(NOT_FOUND));
    expect(pulumi.log.warn).toHaveBeenLastCalledWith(
      expect.stringContaining("fix: see with `az ad app show"),
    );
  });

  it("does not pass on a gateway", async () => {
    expect(await retryAfter(NOT_FOUND)).toEqual({ again: false, seconds: 0 });
  });
});
