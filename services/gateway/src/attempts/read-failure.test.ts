import { describe, expect, it } from "@jest/globals";

import { readRetryAfter } from "./read-failure.ts";

describe("readRetryAfter", () => {
  it.each([
    ["30", 30],
    ["0.5", 0.5],
    ["-3", 0],
    ["Fri, 20 Nov 2026 12:01:30 GMT", 90],
    ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s", (text, seconds) => {
    expect(readRetryAfter(text, Date.parse("2026-11-20T12:00:00Z"))).toBe(seconds);
  });
});
