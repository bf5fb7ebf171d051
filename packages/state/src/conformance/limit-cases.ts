import { expect, it } from "@jest/globals";

import type { Limit, LimitAlgorithm } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { bucketStatus, candidate, LONG, refused, requests, taken, usedOf } from "./state-bench.ts";

const ALGORITHMS: readonly LimitAlgorithm[] = ["token_bucket", "fixed_window", "sliding_window"];

export function registerLimitCases(bench: StateBench): void {
  const limitOf = (algorithm: LimitAlgorithm, changes: Partial<Limit>): Limit =>
    requests(changes.limit ?? 1, { algorithm, offsetMs: bench.now % (changes.windowMs ?? LONG), ...changes });

  it.each(ALGORITHMS)("%s: takes up to the limit and no further", async (algorithm) => {
    const state = await bench.open();
    const from = candidate({ limits: [limitOf(algorithm, { limit: 3 })] });
    for (let count = 0; count < 3; count += 1) await taken(state, from);
    const skip = await refused(state, from);
    expect(skip).toMatchObject({ index: 0, reason: "limit", resource: "requests" });
    expect(skip?.availableAt).toBeGreaterThan(bench.now);
    expect(skip?.availableAt).toBeLessThanOrEqual(bench.now + LONG + LONG / 60);
  });

  it.each(ALGORITHMS)("%s: has room again when its window has passed", async (algorithm) => {
    const state = await bench.open();
    const from = candidate({ limits: [limitOf(algorithm, { limit: 2, windowMs: 300 })] });
    await taken(state, from);
    await taken(state, from);
    await bench.wait(360);
    await taken(state, from);
    await taken(state, from);
  });

  it.each(ALGORITHMS)("%s: says truly when it can be asked again", async (algorithm) => {
    const state = await bench.open();
    const from = candidate({ limits: [limitOf(algorithm, { limit: 1, windowMs: 400 })] });
    await taken(state, from);
    const skip = await refused(state, from);
    if (skip !== undefined) await bench.wait(Math.max(0, skip.availableAt - bench.now) + 5);
    expect(await refused(state, from)).toBeUndefined();
  });

  it.each(ALGORITHMS)(
    "%s: something larger than the limit passes only while nothing else is used",
    async (algorithm) => {
      const state = await bench.open();
      const limit = limitOf(algorithm, { resource: "input_tokens", limit: 1000 });
      await taken(state, candidate({ limits: [limit], inputTokens: 5000 }));
      expect(await refused(state, candidate({ limits: [limit], inputTokens: 1 }))).toMatchObject({ reason: "limit" });
      expect(await usedOf(state, "input_tokens")).toBeGreaterThan(4900);
      const other = { bucket: "north/small", limits: [limit] };
      await taken(state, candidate({ ...other, inputTokens: 100 }));
      expect(await refused(state, candidate({ ...other, inputTokens: 5000 }))).toMatchObject({ reason: "limit" });
    },
  );

  it("a token bucket holds its burst and refills at its rate", async () => {
    const state = await bench.open();
    const limit = requests(60, { algorithm: "token_bucket", windowMs: LONG, burst: 2 });
    const from = candidate({ limits: [limit] });
    await taken(state, from);
    await taken(state, from);
    const skip = await refused(state, from);
    expect(skip?.reason).toBe("limit");
    // one unit of sixty per hour: a minute
    expect(Math.abs((skip?.availableAt ?? 0) - bench.now - 60_000)).toBeLessThan(10_000);
  });

  it("a fixed window begins where the provider's does", async () => {
    const state = await bench.open();
    const windowMs = LONG;
    const offsetMs = (bench.now + 400) % windowMs;
    const from = candidate({ limits: [requests(1, { algorithm: "fixed_window", windowMs, offsetMs })] });
    const end = bench.now + 400;
    await taken(state, from);
    const skip = await refused(state, from);
    if (skip !== undefined) expect(Math.abs(skip.availableAt - end)).toBeLessThan(350);
    await bench.wait(450);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit" });
  });

  it("sub-windows allow no more than their share at once", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(40, { windowMs: LONG, subWindowMs: LONG / 10 })] });
    for (let count = 0; count < 4; count += 1) await taken(state, from);
    const skip = await refused(state, from);
    expect(skip?.reason).toBe("limit");
    expect(skip?.availableAt).toBeLessThanOrEqual(bench.now + LONG / 10 + LONG / 300);
  });

  it("sub-windows whose share is under one request let one pass", async () => {
    const state = await bench.open();
    await taken(state, candidate({ limits: [requests(5, { windowMs: LONG, subWindowMs: LONG / 60 })] }));
  });

  it("counts input, output and their sum each against its own limit", async () => {
    const state = await bench.open();
    const limits: Limit[] = (["input_tokens", "output_tokens", "tokens"] as const).map((resource) =>
      requests(10_000, { resource }),
    );
    await taken(state, candidate({ limits, inputTokens: 700, outputTokens: 30 }));
    expect(await usedOf(state, "input_tokens")).toBeCloseTo(700, 0);
    expect(await usedOf(state, "output_tokens")).toBeCloseTo(30, 0);
    expect(await usedOf(state, "tokens")).toBeCloseTo(730, 0);
  });

  it("the tightest of several limits decides, and names itself", async () => {
    const state = await bench.open();
    const limits = [requests(100), requests(500, { resource: "tokens" })];
    await taken(state, candidate({ limits, inputTokens: 300, outputTokens: 100 }));
    const skip = await refused(state, candidate({ limits, inputTokens: 300, outputTokens: 100 }));
    expect(skip).toMatchObject({ reason: "limit", resource: "tokens" });
  });

  it("nothing is taken of any limit when one of them has no room", async () => {
    const state = await bench.open();
    const limits = [requests(100), requests(500, { resource: "tokens" })];
    await taken(state, candidate({ limits, inputTokens: 300, outputTokens: 100 }));
    await refused(state, candidate({ limits, inputTokens: 300, outputTokens: 100 }));
    expect(await usedOf(state, "requests")).toBeCloseTo(1, 3);
  });

  it("two windows of one resource hold together", async () => {
    const state = await bench.open();
    const limits = [requests(5, { windowMs: 300 }), requests(6, { windowMs: LONG })];
    const from = candidate({ limits });
    for (let count = 0; count < 5; count += 1) await taken(state, from);
    await bench.wait(360);
    await taken(state, from);
    const skip = await refused(state, from);
    expect(skip?.availableAt).toBeGreaterThan(bench.now + LONG / 2);
  });

  it("candidates of one bucket draw on the same limits, others on their own", async () => {
    const state = await bench.open();
    const limits = [requests(1)];
    await taken(state, candidate({ limits }));
    const result = await state.take([
      candidate({ limits, target: "north/large-2" }),
      candidate({ limits, bucket: "north/small", target: "north/small-1" }),
    ]);
    expect(result.reservation).toMatchObject({ index: 1, bucket: "north/small", target: "north/small-1" });
    expect(result.skipped).toHaveLength(1);
    expect(result.skipped[0]).toMatchObject({ index: 0, reason: "limit" });
  });

  it("tells load as the fullest limit's used part", async () => {
    const state = await bench.open();
    await taken(state, candidate({ limits: [requests(10), requests(200, { resource: "tokens" })] }));
    const status = await bucketStatus(state);
    expect(status.load).toBeCloseTo(0.6, 2);
    const limit = status.limits.find(({ resource }) => resource === "requests");
    expect(limit).toMatchObject({ limit: 10, windowMs: LONG });
    expect(limit?.resetAt).toBeGreaterThan(bench.now);
  });

  it("a bucket without limits has room for all and an unknown load", async () => {
    const state = await bench.open();
    for (let count = 0; count < 20; count += 1) await taken(state, candidate());
    await state.refresh();
    expect(state.snapshot().buckets.get("north/large")?.load).toBeUndefined();
  });

  it("a limit that is raised at run time applies to what comes next", async () => {
    const state = await bench.open();
    await taken(state, candidate({ limits: [requests(1)] }));
    expect(await refused(state, candidate({ limits: [requests(1)] }))).toBeDefined();
    await taken(state, candidate({ limits: [requests(2)] }));
    expect(await refused(state, candidate({ limits: [requests(2)] }))).toBeDefined();
  });
}
