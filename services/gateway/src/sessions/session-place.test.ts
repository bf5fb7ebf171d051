import { describe, expect, it } from "@jest/globals";
import { NO_USAGE } from "@switchyard/wire";

import { modelInfo } from "../testing/fake-service.ts";
import { placeAfter, sessionKeyOf } from "./session-place.ts";

const candidate = { provider: "one", model: modelInfo("m"), group: "requested" } as const;

describe("sessionKeyOf", () => {
  it.each([
    [{ sessionId: "s" }, {}, "s"],
    [{ sessionId: "s" }, { "x-claude-code-session-id": "header" }, "header"],
    [{}, { "x-claude-code-session-id": "s", "x-claude-code-agent-id": "a" }, "s/a"],
    [{}, { "x-claude-code-agent-id": "a" }, undefined],
    [{}, {}, undefined],
  ])("%j %j", (facts, headers, key) => {
    expect(sessionKeyOf(facts, headers)).toBe(key);
  });
});

describe("placeAfter", () => {
  const at = { now: 1000, bytes: 70, previous: [] };

  it("is warm as long as the cache that was written lasts", () => {
    const short = { ...NO_USAGE, uncachedInput: 5, cacheRead: 10, cacheWrite5m: 20, output: 7 };
    expect(placeAfter(candidate, short, at)).toEqual({
      provider: "one",
      model: "m",
      usedAt: 1000,
      warmUntil: 301_000,
      promptTokens: 35,
      promptBytes: 70,
      cachedTokens: 30,
      outputs: [7],
    });
    expect(placeAfter(candidate, { ...short, cacheWrite1h: 1 }, at)?.warmUntil).toBe(3_601_000);
  });

  it("remembers the last answers' lengths there, eight at most, and of that place alone", () => {
    const usage = { ...NO_USAGE, uncachedInput: 1, output: 9 };
    const before = placeAfter(candidate, usage, at);
    const elsewhere = { ...before, provider: "two", outputs: [1] };
    const previous = before === undefined ? [] : [elsewhere, { ...before, outputs: [1, 2, 3, 4, 5, 6, 7, 8] }];
    expect(placeAfter(candidate, usage, { ...at, previous } as never)?.outputs).toEqual([9, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("is nowhere when nothing was counted", () => {
    expect(placeAfter(candidate, NO_USAGE, at)).toBeUndefined();
  });
});
