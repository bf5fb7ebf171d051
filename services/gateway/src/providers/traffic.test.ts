import { describe, expect, it } from "@jest/globals";
import { NO_USAGE } from "@switchyard/wire";

import { createTraffic } from "./traffic.ts";

describe("createTraffic", () => {
  it("counts requests by their end, once", () => {
    const traffic = createTraffic(() => 1000);
    const usage = { ...NO_USAGE, uncachedInput: 3, cacheRead: 2, output: 5 };
    const [first, second, third] = [traffic.begin(), traffic.begin(), traffic.begin()];
    expect(traffic.active).toBe(3);
    first({ outcome: "success", attempts: 2, model: "m", usage });
    first({ outcome: "failure", attempts: 1 });
    second({ outcome: "failure", attempts: 1, rateLimited: true });
    third({ outcome: "client gone", attempts: 1, model: "m", usage });
    expect(traffic.active).toBe(0);
    expect(traffic.totals).toEqual({
      requests: 3,
      successes: 1,
      failures: 1,
      fallbacks: 1,
      rateLimited: 1,
      clientGone: 1,
    });
    expect(traffic.usage).toMatchObject({ uncachedInput: 6, cacheRead: 4, output: 10 });
    expect([...traffic.models]).toEqual([["m", 2]]);
  });

  it("holds against a provider what says something of it, and nothing else", () => {
    let now = 1000;
    const traffic = createTraffic(() => now);
    for (const neutral of ["bad-request", "throttled", "context-too-long", "capability", "content-policy"] as const) {
      traffic.attemptFailed("one", neutral);
    }
    expect(traffic.provider("one")).toMatchObject({ failures: 0, successRate: undefined });
    traffic.attemptFailed("one", "timeout");
    traffic.attemptFailed("one", "auth");
    expect(traffic.provider("one")).toMatchObject({
      failures: 2,
      failureCount: 2,
      lastFailure: 1000,
      lastFailureName: "auth",
      successRate: 0,
    });
    now = 2000;
    traffic.attemptSucceeded("one", 50);
    expect(traffic.provider("one")).toMatchObject({
      failureCount: 0,
      lastSuccess: 2000,
      averageLatencyMs: 50,
      p95LatencyMs: 50,
    });
    expect(traffic.failuresInRow("one")).toBe(0);
    expect(traffic.failuresInRow("nobody")).toBe(0);
  });

  it("looks back over a bounded number of attempts", () => {
    const traffic = createTraffic();
    for (let latency = 1; latency <= 300; latency += 1) traffic.attemptSucceeded("one", latency);
    const { averageLatencyMs, p95LatencyMs, successes, successRate } = traffic.provider("one");
    expect({ averageLatencyMs, p95LatencyMs, successes, successRate }).toEqual({
      averageLatencyMs: 200.5,
      p95LatencyMs: 290,
      successes: 300,
      successRate: 1,
    });
  });
});
