import { describe, expect, it } from "@jest/globals";
import { isCredentialHeader, parseHeader } from "./parse-headers.ts";

describe("parseHeader", () => {
  it("takes an ordinary header", () => {
    expect(parseHeader("X-Title", " my mesh ")).toEqual({ value: ["X-Title", "my mesh"] });
  });

  it.each([
    ["x y", "1"],
    ["", "1"],
    ["x:", "1"],
    ["ключ", "1"],
  ])("refuses the name %j", (name, value) => {
    expect(parseHeader(name, value)).toHaveProperty("problem");
  });

  it.each(["a\r\nx-evil: 1", "a\0b", "grüße", "emoji 😀", { a: 1 }, null])("refuses the value %j", (value) => {
    expect(parseHeader("x-a", value)).toHaveProperty("problem");
  });

  it.each(["Host", "content-length", "Transfer-Encoding", "connection", "accept-encoding", "x-switchyard-inner-token"])(
    "refuses %s, which is set for each request",
    (name) => {
      expect(parseHeader(name, "1")).toHaveProperty("problem");
    },
  );

  it("never repeats a value that it refuses", () => {
    expect(JSON.stringify(parseHeader("authorization", "Bearer sécret"))).not.toContain('cret"');
  });

  it.each(["Authorization", "x-api-key", "API-KEY", "cookie"])("knows %s for a credential", (name) => {
    expect(isCredentialHeader(name)).toBe(true);
  });
});
