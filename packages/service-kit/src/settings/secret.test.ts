import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { createSecret, isSecret } from "./secret.ts";

describe("a secret", () => {
  const secret = createSecret("hunter2");

  it("is told by reveal alone", () => {
    expect(secret.reveal()).toBe("hunter2");
  });

  it.each([
    ["JSON", JSON.stringify({ secret })],
    ["String()", String(secret)],
    ["toString", secret.toString()],
    ["inspect", inspect({ deep: { secret } }, { showHidden: true, depth: 9 })],
    ["its own keys", JSON.stringify(Object.keys(secret))],
    ["a spread", JSON.stringify({ ...secret })],
    ["Object.entries", JSON.stringify(Object.entries(secret))],
    ["concatenation", `x${String(secret)}`],
  ])("is not shown by %s", (_, shown) => {
    expect(shown).not.toContain("hunter2");
  });

  it("cannot be changed", () => {
    expect(Object.isFrozen(secret)).toBe(true);
  });

  it("is known among other things", () => {
    expect([secret, {}, null, "x", undefined].map(isSecret)).toEqual([true, false, false, false, false]);
  });
});
