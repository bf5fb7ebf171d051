import { describe, expect, it } from "@jest/globals";

import { cleanHeaderValue } from "./clean-header-value.ts";

describe("cleanHeaderValue", () => {
  it.each([
    ["sk-key\n", "sk-key"],
    ["\tsk-key \r\n", "sk-key"],
    ["one\r\nx-two: 2", "onex-two: 2"],
    ["a\u0000b\u007f", "ab"],
    [" \n ", ""],
  ])("leaves out of %j what a header may not hold", (value, clean) => {
    expect(cleanHeaderValue(value)).toBe(clean);
  });

  it.each(["", "text/event-stream; charset=utf-8", "tab\tin it", "\u00e9\u00ff"])("keeps %j", (value) => {
    expect(cleanHeaderValue(value)).toBe(value);
  });
});
