import { describe, expect, it } from "@jest/globals";
import { createSealedText } from "./sealed-text.ts";

const OPTIONS = { secret: "secret", purpose: "reasoning", prefix: "gA" };

describe("a sealed text", () => {
  const sealed = createSealedText(OPTIONS);

  it.each([[""], ["plain"], ["✓ 🙂 \u0000"], ["x".repeat(5000)]])("opens as it was: %j", (content) => {
    const token = sealed.seal(content);
    expect(token.startsWith("gA")).toBe(true);
    expect(sealed.open(token)).toBe(content);
  });

  it.each([
    ["another secret", { ...OPTIONS, secret: "other" }],
    ["another purpose", { ...OPTIONS, purpose: "other" }],
    ["another prefix", { ...OPTIONS, prefix: "xx" }],
  ])("does not open for %s", (_what, options) => {
    expect(createSealedText(options).open(sealed.seal("content"))).toBeUndefined();
  });

  it("does not open with any character changed, left out or added", () => {
    const token = sealed.seal("content that matters");
    for (let place = 0; place < token.length; place += 1) {
      const other = token[place] === "B" ? "C" : "B";
      const altered = `${token.slice(0, place)}${other}${token.slice(place + 1)}`;
      expect(sealed.open(altered)).toBeUndefined();
      expect(sealed.open(token.slice(0, place))).toBeUndefined();
    }
    expect(sealed.open(`${token}A`)).toBeUndefined();
  });
});
