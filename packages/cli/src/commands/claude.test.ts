import { describe, expect, it } from "@jest/globals";
import { toGatewayToken } from "@switchyard/service-kit";
import { chooseToken } from "./claude.ts";

describe("the token that claude is started with", () => {
  it("is the one that keys create told people to export, in either form", () => {
    // It was replaced by a key that nobody had made, and the mesh answered 401.
    const token = toGatewayToken("sk-switchyard-abc");
    expect(chooseToken(token, undefined)).toBe(token);
    expect(chooseToken("sk-switchyard-abc", "configured")).toBe(token);
  });

  it("is the configured key otherwise, or a word where none is asked for", () => {
    expect(chooseToken(undefined, "configured")).toBe(toGatewayToken("configured"));
    expect(chooseToken(undefined, undefined)).toBe(toGatewayToken("switchyard"));
  });

  it("is never a token that is meant for somebody else", () => {
    expect(chooseToken("sk-ant-oat01-secret", undefined)).toBe(toGatewayToken("switchyard"));
  });
});
