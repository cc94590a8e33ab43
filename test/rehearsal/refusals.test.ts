import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWithEngine } from "../engine";

describeWithEngine("what is wrong stops on the real engine, with what to do about it", () => {
  let said: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", join(__dirname, "refused-programs.ts")],
      { maxBuffer: 2 ** 24 },
    );
    said = JSON.parse(stdout) as typeof said;
  });

  test("wrong settings: all at once, nothing is registered", () => {
    expect(said["wrong settings"]).toContain("The settings of stack case-0 are not valid: 4 problems");
    for (const problem of [
      'location: must be a region\'s programmatic name: lower-case letters and digits (received "West Europe")',
      "gateway.publisher.email: is required",
      "gateway.tier.zones: a Basic gateway has no availability zones to choose\n        fix: remove it, or choose Premium",
      "integratons: is not a setting\n        fix: write integrations",
    ]) {
      expect(said["wrong settings"]).toContain(problem);
    }
    expect(said["wrong settings"]).not.toContain("azure-native");
  });

  test("a gateway that is not what it is said to be: in what", () => {
    expect(said["another gateway than was said"]).toContain(
      'ApimGateway "gateway" cannot adopt apim-existing',
    );
    expect(said["another gateway than was said"]).toContain(
      'service.tier: the service is of the BasicV2 tier (received "StandardV2")',
    );
  });

  test("a region that would answer before workflows admit it: which, and the two updates", () => {
    const refused = said["a new region that answers at once"];
    expect(refused).toContain('ApimGateway "gateway" cannot be updated so: 1 problem');
    expect(refused).toContain(
      "- service.tier.regions.northeurope.gateway: a new region does not answer before",
    );
    expect(refused).toContain("fix: write `gateway: disabled` and update");
  });

  test("a broken contract: the line", () => {
    expect(said["a broken contract"]).toContain("The API contract openapi.yaml is not valid");
    expect(said["a broken contract"]).toContain("line 3, column 10");
  });

  test("a policy element in a wrong section, as raw XML: element, section and line", () => {
    expect(said["a policy element in a wrong section"]).toMatch(
      /Code="ValidationError".*outbound\[0\]\.rate-limit-by-key \(line 2\).*inbound/,
    );
  });

  test("a certificate that the gateway has no role to read: which role, on what", () => {
    expect(said["a certificate without a role"]).toMatch(/kv-certificates/);
    expect(said["a certificate without a role"]).toMatch(/Key Vault Secrets User/);
  });

  test("a gateway's stack that does not show its gateway: each missing output by name", () => {
    for (const output of ["resourceGroupName", "serviceName", "location", "addresses", "caller"]) {
      expect(said["a gateway's stack without the output"]).toContain(
        `gateway.${output}: the stack has this output`,
      );
    }
  });
});
