import { clientUrl } from "../../../components/gateway/hostnames";

const AZURES = "https://apim-contoso-test.azure-api.net";

describe("clientUrl", () => {
  it.each([
    ["Azure's own address without a name", [], AZURES],
    [
      "the name with the default certificate",
      [{ hostName: "partners.contoso.com" }, { hostName: "api.contoso.com", defaultSslBinding: true }],
      "https://api.contoso.com",
    ],
    [
      "the first name, where the default certificate is a wildcard's",
      [
        { hostName: "*.contoso.com", defaultSslBinding: true },
        { hostName: "api.contoso.com", defaultSslBinding: false },
        { hostName: "partners.contoso.com", defaultSslBinding: false },
      ],
      "https://api.contoso.com",
    ],
    ["Azure's own address beside wildcards", [{ hostName: "*.contoso.com" }], AZURES],
  ])("is %s", (_, names, url) => {
    expect(clientUrl(names, AZURES)).toBe(url);
  });
});
