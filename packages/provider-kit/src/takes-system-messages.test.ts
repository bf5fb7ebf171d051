import { describe, expect, it } from "@jest/globals";

import { takesSystemMessages } from "./takes-system-messages.ts";

describe("takesSystemMessages", () => {
  it.each([
    ["claude-opus-4-8", true],
    ["claude-opus-5", true],
    ["claude-opus-5-5", true],
    ["claude-sonnet-5", true],
    ["claude-opus-4-7", false],
    ["claude-sonnet-4-6", false],
    ["claude-haiku-4-5", false],
    ["claude-opus-4-20250514", false],
    ["claude-sonnet-4", false],
    ["claude-next", true],
  ])("of %s is %s", (canonical, expected) => {
    expect(takesSystemMessages(canonical)).toBe(expected);
  });
});
