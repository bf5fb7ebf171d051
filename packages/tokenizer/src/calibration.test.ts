import { describe, expect, it } from "@jest/globals";
import { calibrationOf } from "./calibration.ts";

describe("calibrationOf", () => {
  it.each([
    ["claude-opus-5-5", 1.4],
    ["claude-opus-5", 1.4],
    ["claude-opus-5-5[1m]", 1.4],
    ["claude-opus-4-8", 1.4],
    ["claude-opus-4.7", 1.4],
    ["anthropic/claude-sonnet-5.5", 1.4],
    ["claude-haiku-5-5", 1.4],
    ["claude-fable-5", 1.4],
    ["opus", 1.4],
    ["claude-opus-4-6", 1.05],
    ["claude-opus-4-1-20250805", 1.05],
    ["claude-opus-4-20250514", 1.05],
    ["claude-sonnet-4@20250514", 1.05],
    ["claude-sonnet-4-5@20250929", 1.05],
    ["anthropic/claude-sonnet-4.6", 1.05],
    ["claude-haiku-4-5-20251001", 1.05],
    ["claude-3-5-sonnet-20241022", 1.05],
    ["claude-3-opus-20240229", 1.05],
    ["claude-4-sonnet", 1.05],
    ["gpt-6.1-sol", 1],
    ["gemini-4-argon", 1],
    ["my-opus-like-model", 1],
    ["", 1],
  ])("multiplies the tokens of %s by %d", (model, factor) => {
    expect(calibrationOf(model).textFactor).toBe(factor);
  });
});
