import { describe, expect, it } from "@jest/globals";

import { ranked } from "../testing/ranked.ts";
import { buildRecord, type Decision, type DecisionRecord } from "./build-record.ts";

function decision(count: number): Decision {
  const candidates = Array.from({ length: count }, (_, index) => ({
    ...ranked(`provider-${index}`),
    reasons: ["the session's cache is warm here: ".padEnd(80, "é")],
    estimatedCostNanoDollars: 1_500_000,
  }));
  return {
    requestId: "req_1",
    at: Date.parse("2026-11-20T12:00:00Z"),
    facts: { model: "claude-test", estimatedInputTokens: 10, stream: true },
    strategy: "intelligent",
    plan: { candidates, exclusions: [{ provider: "none", reason: "off" }], reasons: ["moved"] },
    tried: [],
    passed: candidates.slice(0, 1).map((candidate) => ({
      candidate,
      skip: { reason: "limit", resource: "requests", availableAt: 0 } as const,
    })),
    ...(candidates[1] === undefined ? {} : { won: candidates[1] }),
    outcome: "success",
    durationMs: 12.3,
    cost: {},
  };
}

describe("the record of a decision", () => {
  it("tells scores, prices and what came of each attempt", () => {
    const record = JSON.parse(buildRecord(decision(2))) as DecisionRecord;
    expect(record).toMatchObject({
      request_id: "req_1",
      at: "2026-11-20T12:00:00.000Z",
      candidates: [{ provider: "provider-0", score: 0.5, estimated_cost_dollars: 0.0015 }, {}],
      excluded: [{ provider: "none", reason: "off" }],
      attempts: [
        { provider: "provider-0", result: "passed over: limit (requests)" },
        { provider: "provider-1", result: "answered" },
      ],
    });
    expect(record.candidates_omitted).toBeUndefined();
    expect(record).not.toHaveProperty("cost_nano_dollars");
  });

  it("keeps what the request cost, however much is left out", () => {
    const record = JSON.parse(
      buildRecord({ ...decision(100), cost: { nanoDollars: 12_345, bySubscription: 345 } }),
    ) as DecisionRecord;
    expect(record).toMatchObject({ cost_nano_dollars: 12_345, subscription_cost_nano_dollars: 345 });
  });

  it("stays below 4 KB however many candidates there were, and says how many it leaves out", () => {
    const text = buildRecord(decision(100));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    const record = JSON.parse(text) as DecisionRecord;
    expect(record.candidates.length + (record.candidates_omitted ?? 0)).toBe(100);
    expect(record.candidates.length).toBeGreaterThan(2);
  });
});
