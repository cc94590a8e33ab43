import { clientUrl, validateHostnames } from "../../../components/gateway/hostnames";

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

describe("a host name", () => {
  const problems = (hostName: string) => {
    const certificate = { secretId: "https://kv-contoso.vault.azure.net/secrets/api" };
    return validateHostnames({ api: { endpoint: "gateway", hostName, certificate } }, "Developer");
  };

  it.each(["api.contoso.com", "*.contoso.com", "api.xn--e1afmkfd.xn--p1ai"])("may be %s", (hostName) => {
    expect(problems(hostName)).toEqual([]);
  });

  it.each([
    ["https://api.contoso.com", "give a name such as api.contoso.com"],
    ["api", "give a name such as api.contoso.com"],
    ["api.contoso.com.", "give a name such as api.contoso.com"],
    [`${"a.".repeat(125)}contoso.com`, "give a name such as api.contoso.com"],
    ["api.пример.рф", "write it in ASCII, as api.xn--e1afmkfd.xn--p1ai"],
  ])("is not %s", (hostName, fix) => {
    expect(problems(hostName)).toMatchObject([{ path: "hostnames.api.hostName", fix }]);
  });
});
