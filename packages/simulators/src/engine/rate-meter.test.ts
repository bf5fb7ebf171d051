import { describe, expect, it } from "@jest/globals";
import { createRateMeter } from "./rate-meter.ts";

const LIMITS = { requests: 60, inputTokens: 6_000, outputTokens: 600 };

describe("the rate meter", () => {
  it("refills continuously, and never beyond the limit", () => {
    let now = 0;
    const meter = createRateMeter(LIMITS, () => now);
    meter.spend("a", { requests: 10, inputTokens: 3_000 });
    expect(meter.read("a").inputTokens).toEqual({ limit: 6_000, remaining: 3_000, resetAt: 30_000 });
    now = 15_000;
    expect(meter.read("a").inputTokens.remaining).toBe(4_500);
    now = 600_000;
    expect(meter.read("a").inputTokens.remaining).toBe(6_000);
  });

  it("keeps credentials apart", () => {
    const meter = createRateMeter(LIMITS, () => 0);
    meter.spend("a", { requests: 60 });
    expect(meter.exhausted("a")).toMatchObject({ name: "requests", limit: 60 });
    expect(meter.exhausted("b")).toBeUndefined();
  });

  it("tells how long an overdrawn bucket takes to hold one again", () => {
    let now = 0;
    const meter = createRateMeter(LIMITS, () => now);
    meter.spend("a", { outputTokens: 609 });
    expect(meter.exhausted("a")).toEqual({ name: "outputTokens", limit: 600, retryAfterMs: 1_000 });
    expect(meter.read("a").outputTokens.remaining).toBe(0);
    now = 1_000;
    expect(meter.exhausted("a")).toBeUndefined();
  });
});
