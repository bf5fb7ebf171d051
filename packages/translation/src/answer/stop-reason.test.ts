import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { mapStopReason } from "./stop-reason.ts";

const LEGAL = [
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "tool_use",
  "pause_turn",
  "refusal",
  "model_context_window_exceeded",
];

describe("the reason to stop", () => {
  it("is mapped whatever the word, with the word kept", () => {
    fc.assert(
      fc.property(fc.string(), (raw) => {
        const mapped = mapStopReason(raw);
        expect(mapped.raw).toBe(raw);
        expect(LEGAL).toContain(mapped.unified);
      }),
    );
  });

  it.each([
    ["MALFORMED_FUNCTION_CALL"],
    ["function_call_filter: UNEXPECTED_TOOL_CALL"],
    ["error"],
    ["insufficient_system_resource"],
    ["abort"],
  ])("%s means that there is no answer", (raw) => {
    expect(mapStopReason(raw).isFailure).toBe(true);
  });

  it.each([["stop"], ["length"], ["content_filter: SAFETY"], [""], ["toString"], ["__proto__"]])(
    "%p does not",
    (raw) => {
      expect(mapStopReason(raw).isFailure).toBe(false);
    },
  );
});
