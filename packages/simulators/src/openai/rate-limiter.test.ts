import { describe, expect, it } from "@jest/globals";
import type { Exchange } from "../engine/dialect.ts";
import { createRateLimiter } from "./rate-limiter.ts";

const exchange = (): Exchange => ({}) as Exchange;

describe("a rate limiter", () => {
  it("counts a request once, however often it is asked", () => {
    const limiter = createRateLimiter({ requests: 10, inputTokens: 1000, outputTokens: 0 }, () => 0);
    const request = exchange();
    expect(limiter.count(request, 100)).toMatchObject({ remainingRequests: 9, remainingTokens: 900 });
    expect(limiter.count(request, 100)).toMatchObject({ remainingRequests: 9, remainingTokens: 900 });
    expect(limiter.count(exchange(), 100)).toMatchObject({ remainingRequests: 8, remainingTokens: 800 });
  });

  it("says what was too much, and when there is enough again", () => {
    const limiter = createRateLimiter({ requests: 10, inputTokens: 600, outputTokens: 0 }, () => 0);
    limiter.count(exchange(), 500);
    const refused = limiter.count(exchange(), 300);
    expect(refused.exceeded).toEqual({ what: "tokens", requested: 300, used: 500, retryAfterMs: 20_000 });
    expect(refused).toMatchObject({ remainingRequests: 9, remainingTokens: 100, resetTokensMs: 50_000 });
  });

  it("fills up continuously, and never beyond the limit", () => {
    let now = 0;
    const limiter = createRateLimiter({ requests: 60, inputTokens: 600, outputTokens: 0 }, () => now);
    limiter.count(exchange(), 600);
    now = 15_000;
    expect(limiter.count(exchange(), 0)).toMatchObject({ remainingTokens: 150 });
    now = 600_000;
    expect(limiter.count(exchange(), 0)).toMatchObject({ remainingTokens: 600, remainingRequests: 59 });
  });

  it("refuses what is more than the whole limit", () => {
    const limiter = createRateLimiter({ requests: 1, inputTokens: 10, outputTokens: 0 }, () => 0);
    expect(limiter.count(exchange(), 20).exceeded).toMatchObject({ what: "tokens", requested: 20, used: 0 });
  });
});
