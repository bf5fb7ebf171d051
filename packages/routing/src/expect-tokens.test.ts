import { describe, expect, it } from "@jest/globals";

import { expectTokens, readMemory } from "./expect-tokens.ts";
import { facts, modelInfo, warmPlace } from "./testing/inputs.ts";

const MODEL = modelInfo("m");
const NEXT = facts({ bytes: 353_500, estimatedInputTokens: 101_000 });

function expected(place: ReturnType<typeof warmPlace> | undefined, warm: boolean, asked = NEXT) {
  const memory = readMemory(place === undefined ? [] : [place]);
  return expectTokens(asked, MODEL, { memory, place, warm });
}

describe("the tokens of a request", () => {
  it("are the rough estimate and 1,000 of output where nothing was learnt", () => {
    expect(expected(undefined, false)).toEqual({ cached: 0, fresh: 101_000, output: 1000 });
  });

  it("are everything, by the learnt ratio, where the cache is cold", () => {
    const place = warmPlace("one", "m", { promptTokens: 70_000, promptBytes: 350_000 });
    expect(expected(place, false)).toEqual({ cached: 0, fresh: 70_700, output: 800 });
  });

  it("are at another place everything by what the session's own has taught", () => {
    const memory = readMemory([warmPlace("one", "m", { promptTokens: 70_000, outputs: [10, 20] })]);
    expect(expectTokens(NEXT, MODEL, { memory, place: undefined, warm: false })).toEqual({
      cached: 0,
      fresh: 70_700,
      output: 20,
    });
  });

  it("are what was uncached and what was added where it is warm", () => {
    expect(expected(warmPlace("one", "m"), true)).toEqual({ cached: 99_000, fresh: 2000, output: 800 });
  });

  it("are all new where the prompt was rewritten", () => {
    const asked = facts({ bytes: 175_000, estimatedInputTokens: 50_000 });
    expect(expected(warmPlace("one", "m"), true, asked)).toEqual({ cached: 0, fresh: 50_000, output: 800 });
  });

  it("are not counted by the bytes of an image", () => {
    const asked = facts({ bytes: 3_350_000, estimatedInputTokens: 103_000, images: true });
    expect(expected(warmPlace("one", "m"), true, asked).fresh).toBe(1000 + 2 * 103_000);
  });

  it("are at most max_tokens of output, and none where tokens are counted", () => {
    expect(expected(warmPlace("one", "m"), true, { ...NEXT, maxTokens: 32 }).output).toBe(32);
    const { maxTokens: _none, ...counting } = NEXT;
    expect(expected(warmPlace("one", "m"), true, counting).output).toBe(0);
  });
});
