import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { LONGEST_PIECE, LONGEST_RUN, splitRuns } from "./split-runs.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc
    .tuple(fc.constantFrom("a", "Z", " ", "\n", "-", "7", "é", "漢", "😀", "\u0301"), fc.nat(3000))
    .map(([unit, times]) => unit.repeat(times)),
);
const texts = fc.array(text, { maxLength: 5 }).map((parts) => parts.join(""));

describe("splitRuns", () => {
  it("gives pieces that together are the text", () => {
    fc.assert(fc.property(texts, (whole) => [...splitRuns(whole)].join("") === whole));
  });

  it("leaves no piece empty, too long, or with a long run", () => {
    fc.assert(
      fc.property(texts, (whole) => {
        for (const piece of splitRuns(whole)) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(LONGEST_PIECE + 1);
          expect(longestRun(piece)).toBeLessThanOrEqual(LONGEST_RUN + 1);
        }
      }),
    );
  });

  it("never cuts a character in two", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(200), (times, before) => {
        for (const piece of splitRuns("x".repeat(before) + "😀".repeat(times))) expect(piece.isWellFormed()).toBe(true);
      }),
    );
  });

  it("does not cut ordinary prose at all", () => {
    const prose = "The quick brown fox, 42 of them, jumps over the lazy dog.\n".repeat(100);
    expect([...splitRuns(prose)]).toEqual([prose]);
  });

  it("cuts nothing off the empty text", () => {
    expect([...splitRuns("")]).toEqual([]);
  });
});

/** Runs of one repeated UTF-16 unit, which are the worst that there is. */
function longestRun(piece: string): number {
  return Math.max(...[...piece.matchAll(/([\s\S])\1*/g)].map(([run]) => run.length));
}
