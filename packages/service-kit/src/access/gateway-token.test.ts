import { describe, expect, it } from "@jest/globals";

import { keyOfToken, toGatewayToken } from "./gateway-token.ts";

describe("a gateway token", () => {
  const token = toGatewayToken("sk-switchyard-abc_DEF-1");

  it("is an unsigned JWT for a gateway of Claude Code, with the key in place of a signature", () => {
    const [head = "", body = "", key, ...more] = token.split(".");
    expect([head, body].map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as unknown)).toEqual([
      { alg: "none", typ: "JWT" },
      { aud: "claude-gateway" },
    ]);
    expect(key).toBe("sk-switchyard-abc_DEF-1");
    expect(more).toEqual([]);
  });

  it("gives back its key", () => {
    expect(keyOfToken(token)).toBe("sk-switchyard-abc_DEF-1");
  });

  it.each(["sk-switchyard-abc", "", "a.b.c", "eyJhbGciOiJub25lIn0.eyJhdWQiOiJjbGF1ZGUtZ2F0ZXdheSJ9.key"])(
    "%j is none",
    (key) => {
      expect(keyOfToken(key)).toBe(key);
    },
  );

  it("is not made of a key with a dot, which would be no JWT any more", () => {
    expect(toGatewayToken("key.of.mine")).toBe("key.of.mine");
  });
});
