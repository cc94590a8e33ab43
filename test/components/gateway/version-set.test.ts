import { GatewayVersionSet, type VersioningScheme } from "../../../components/gateway/version-set";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";

const setBy = (scheme: VersioningScheme) =>
  deploy(
    (azure) =>
      new GatewayVersionSet("catalog", {
        gateway: seedGateway(azure),
        displayName: "Catalog",
        description: "All versions",
        scheme,
      }),
  );

describe("GatewayVersionSet", () => {
  it("holds versions that stand in the path", async () => {
    const deployment = await setBy({ kind: "segment" });
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:ApiVersionSet catalog-version-set catalog",
      "enterprise-integration:index:GatewayVersionSet catalog -",
    ]);
    expect(registrationOf(deployment, "catalog-version-set").inputs).toEqual({
      ...PLACE,
      versionSetId: "catalog",
      displayName: "Catalog",
      description: "All versions",
      versioningScheme: "Segment",
    });
    expect(deployment.result).toMatchObject({ versionSetId: "catalog", scheme: { kind: "segment" } });
    expect(deployment.registeredOutputs.catalog).toEqual({ versionSetId: "catalog" });
  });

  it.each([
    [
      { kind: "query", name: "api-version" },
      { versioningScheme: "Query", versionQueryName: "api-version" },
    ],
    [
      { kind: "header", name: "X-Api-Version" },
      { versioningScheme: "Header", versionHeaderName: "X-Api-Version" },
    ],
  ] as const)("holds versions that clients name by %j", async (scheme, inputs) => {
    const deployment = await setBy(scheme);
    expect(registrationOf(deployment, "catalog-version-set").inputs).toMatchObject(inputs);
  });

  it("is what the first write to one of its versions waits for", async () => {
    const { result } = await setBy({ kind: "segment" });
    result.order.next((after) => {
      expect(after).toEqual([result.resource]);
      return result;
    });
  });

  describe("refuses", () => {
    const refuse = (scheme: VersioningScheme, displayName = "Catalog") =>
      refusal(
        "catalog",
        () => new GatewayVersionSet("catalog", { gateway: gatewayReference(), displayName, scheme }),
      );

    it("everything that is wrong, at once", async () => {
      expect(await refuse({ kind: "query", name: "api version" }, tooLong(100))).toBe(
        [
          'GatewayVersionSet "catalog" is not valid: 2 problems',
          "  - displayName: a version set's display name has 1 to 100 characters (received 101)",
          "    fix: write 1 to 100 characters",
          "  - scheme.name: the name of the query parameter that holds the version has 1 to 100 letters, digits, hyphens" +
            ' and underscores, beginning with a letter or digit (received "api version")',
          "    fix: write 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit",
        ].join("\n"),
      );
    });

    it.each(["", "-version", "a".repeat(101)])("the header %j", async (name) => {
      expect(await refuse({ kind: "header", name })).toContain(
        "scheme.name: the name of the header that holds the version has 1 to 100 letters",
      );
    });
  });
});
