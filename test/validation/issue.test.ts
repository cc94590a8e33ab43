import { receivedUrl } from "../../validation/issue";

describe("receivedUrl", () => {
  it.each([
    ["https://orders.contoso.com/v1/", "https://orders.contoso.com/v1/"],
    ["orders", "orders"],
    ["https://fn.contoso.com/api?code=S3CRET", "https://fn.contoso.com/api?..."],
    ["https://fn.contoso.com/api#access_token=S3CRET", "https://fn.contoso.com/api#..."],
    ["https://user:S3CRET@orders.contoso.com", "https://..."],
    ["https://user:S3/C?RET@orders.contoso.com", "https://..."],
    ["https://orders.contoso.com/?mail=a@b.c&code=S3CRET", "https://..."],
    ["user:S3CRET@orders.contoso.com", "..."],
  ])("shows of %s what is no secret", (url, shown) => {
    expect(receivedUrl(url)).toBe(JSON.stringify(shown));
  });
});
