import { describe, expect, it } from "@jest/globals";
import { FAILURE_NAMES, type FailureName, NO_USAGE } from "@switchyard/wire";

import { ranked } from "../testing/ranked.ts";
import type { AttemptFailure } from "./attempt.ts";
import { settlementOfFailure, usedOf } from "./settlement.ts";

function failure(name: FailureName, more: Partial<AttemptFailure> = {}): AttemptFailure {
  return { name, status: 500, type: "api_error", message: "m", headers: {}, clientCredential: false, ...more };
}

const settle = (name: FailureName, more: Partial<AttemptFailure> = {}) =>
  settlementOfFailure(ranked("one"), failure(name, more), NO_USAGE);

describe("what an attempt has used", () => {
  const usage = { ...NO_USAGE, uncachedInput: 1, cacheWrite5m: 10, cacheWrite1h: 100, cacheRead: 1000, output: 7 };

  it("leaves out what the cache answered where the upstream's limits do, and counts it where they count it", () => {
    expect(usedOf(ranked("one", { dialect: "messages" }), usage)).toEqual({
      requests: 1,
      inputTokens: 111,
      outputTokens: 7,
    });
    expect(usedOf(ranked("one", { dialect: "chat" }), usage).inputTokens).toBe(1111);
  });

  it("is nothing where the upstream refused it for its limits", () => {
    for (const name of ["throttled", "throttled-without-window"] as const) {
      expect(settle(name).used).toEqual({ requests: 0, inputTokens: 0, outputTokens: 0 });
    }
    expect(settle("overloaded").used?.requests).toBe(1);
  });
});

describe("what a failed attempt means for the fleet", () => {
  it.each(FAILURE_NAMES.map((name) => [name]))("%s: limits and the request's own faults open no breaker", (name) => {
    const against = ["overloaded", "billing", "auth", "network", "timeout", "truncated"];
    expect(settle(name).outcome).toBe(against.includes(name) ? "failure" : "neutral");
  });

  it("rests the bucket until the moment the upstream names, a day at most, a second at least", () => {
    const now = Date.now();
    const until = (seconds: number) => Number(settle("throttled", { retryAfterSeconds: seconds }).rest?.until) - now;
    expect(until(30)).toBeGreaterThanOrEqual(30_000);
    expect(until(30)).toBeLessThan(31_000);
    expect(until(0)).toBeGreaterThanOrEqual(1000);
    expect(until(1e9)).toBeLessThan(86_401_000);
  });

  it("takes a limit that is empty without a reset for empty until then", () => {
    const empty = { resource: "requests", limit: 5, remaining: 0 } as const;
    const told = { resource: "tokens", limit: 5, remaining: 0, resetMs: 7 } as const;
    const settled = settle("throttled", { retryAfterSeconds: 3, observations: [empty, told] });
    expect(settled.observations).toEqual([{ ...empty, resetMs: 3000 }, told]);
    expect(settle("throttled", { observations: [empty] }).observations).toEqual([empty]);
  });

  it("rests it by backoff where the upstream names none", () => {
    expect(settle("throttled").rest).toEqual({ scope: "bucket", failure: "throttled", message: "m" });
    expect(settle("throttled-without-window").rest).toMatchObject({ scope: "bucket" });
    expect(settle("overloaded").rest).toBeUndefined();
  });

  it("rests the whole provider until something changes when its credential is ours, and nobody when it is the client's", () => {
    expect(settle("auth").rest).toMatchObject({ scope: "provider", until: "change" });
    const theirs = settle("auth", { clientCredential: true });
    expect(theirs).toMatchObject({ outcome: "neutral" });
    expect(theirs.rest).toBeUndefined();
    expect(settle("model-not-found").rest).toMatchObject({ scope: "target", until: "change" });
  });
});
