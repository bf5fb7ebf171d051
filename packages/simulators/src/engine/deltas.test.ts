import { describe, expect, it } from "@jest/globals";
import { interleave, repeatDeltas, splitIntoDeltas } from "./deltas.ts";

describe("deltas", () => {
  it("hold so many characters each, the last one what is left", () => {
    expect(splitIntoDeltas("abcdefg", 3)).toEqual(["abc", "def", "g"]);
    expect(splitIntoDeltas("", 3)).toEqual([]);
  });

  it("never cut a character in two", () => {
    expect(splitIntoDeltas("a🚂b🚃", 1)).toEqual(["a", "🚂", "b", "🚃"]);
  });

  it("repeat in their order until there are enough", () => {
    expect(repeatDeltas(["a", "b"], 3)).toEqual(["a", "b", "a", "b", "a"]);
    expect(repeatDeltas([], 2)).toEqual(["x", "x"]);
  });

  it("of several lists take turns", () => {
    expect(interleave([["a", "b", "c"], ["1"], ["x", "y"]])).toEqual(["a", "1", "x", "b", "y", "c"]);
  });
});
