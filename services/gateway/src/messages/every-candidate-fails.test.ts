import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import { type FailureName } from "@switchyard/wire";

import { type Answerer, answerError, breakOff, PREAMBLE } from "../testing/fake-service.ts";
import { post, STREAMED, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("when every candidate fails", () => {
  it.each<[string, FailureName, Answerer, number, string]>([
    ["auth", "auth", answerError(401, "authentication_error", "auth"), 503, "api_error"],
    ["billing", "billing", answerError(402, "billing_error", "billing"), 503, "api_error"],
    ["forbidden", "auth", answerError(403, "permission_error", "auth"), 503, "api_error"],
    ["overload", "overloaded", answerError(529, "overloaded_error", "overloaded"), 529, "overloaded_error"],
    ["server errors", "overloaded", answerError(500, "api_error", "overloaded"), 500, "api_error"],
    ["truncation", "truncated", breakOff(PREAMBLE), 502, "api_error"],
    ["timeouts", "timeout", () => {}, 504, "timeout_error"],
    [
      "model not found",
      "model-not-found",
      answerError(404, "not_found_error", "model-not-found"),
      404,
      "not_found_error",
    ],
  ])("%s ends with its true status", async (_name, ...row) => {
    const [failure, answerer, status, type] = row;
    const timeouts = { connectMs: 5000, firstOutputMs: 100, idleMs: 100, totalMs: 300 };
    const provider = failure === "timeout" ? { timeouts } : {};
    for (const count of [1, 2]) {
      const started = await mesh(count, { providers: [provider, provider] });
      for (const service of started.services) service.answers(answerer);
      const received = await post(started, STREAMED);
      expect(received).toMatchObject({ status, json: { type: "error", error: { type } } });
      expect(received.headers.get("x-switchyard-attempts")).toBe(String(count));
      if (count === 2)
        expect(received.text).toMatch(new RegExp(`claude-test on one: ${failure}.*claude-test on two: ${failure}`));
    }
  });

  it("names provider and remedy when our credential fails", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(401, "authentication_error", "auth"));
    const { text } = await post(started);
    expect(text).toContain("one");
    expect(text).toContain("credential");
  });

  it("says the earliest recovery when all are throttled, also of those that were not asked because they rest", async () => {
    const started = await mesh(2);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "40" }));
    started.services[1]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "20" }));
    const first = await post(started);
    expect(first).toMatchObject({ status: 429, json: { error: { type: "rate_limit_error" } } });
    expect(first.headers.get("retry-after")).toBe("20");
    const second = await post(started);
    expect(second.status).toBe(429);
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(15);
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });

  it("never says retry-after below one second", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(429, "rate_limit_error", "throttled", { "retry-after": "0.2" }));
    expect((await post(started)).headers.get("retry-after")).toBe("1");
  });

  it("passes the words of the only candidate on", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(529, "overloaded_error", "overloaded"));
    expect((await post(started)).json).toEqual({
      type: "error",
      error: { type: "overloaded_error", message: "overloaded_error of the upstream" },
    });
  });

  it("asks at most as many fallbacks as allowed", async () => {
    const started = await mesh(4, { gateway: { maxFallbackAttempts: 2 } });
    for (const service of started.services) service.answers(answerError(529, "overloaded_error", "overloaded"));
    expect((await post(started)).headers.get("x-switchyard-attempts")).toBe("3");
    expect(started.services.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 0]);
  });

  it("keeps to the deadline of the whole request", () =>
    whenQuiet(async () => {
      const started = await mesh(3, {
        gateway: { timeouts: { connectMs: 500, firstOutputMs: 5000, idleMs: 5000, totalMs: 250 } },
      });
      for (const service of started.services) service.answers(() => {});
      const at = performance.now();
      expect((await post(started, STREAMED)).status).toBe(504);
      expect(performance.now() - at).toBeLessThan(1000);
    }));
});
