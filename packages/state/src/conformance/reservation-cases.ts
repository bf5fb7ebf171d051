import { expect, it } from "@jest/globals";

import type { Limit } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { candidate, LONG, refused, requests, taken, usedOf } from "./state-bench.ts";

const CONCURRENCY: Limit = { resource: "concurrency", algorithm: "fixed_window", limit: 2, windowMs: 0 };

export function registerReservationCases(bench: StateBench): void {
  it("tells everything that settling needs", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(5)] });
    const reservation = await taken(state, from);
    expect(reservation).toMatchObject({
      index: 0,
      bucket: from.bucket,
      target: from.target,
      probe: false,
      local: false,
    });
    expect(reservation.candidate).toEqual(from);
    expect(Math.abs(reservation.takenAt - bench.now)).toBeLessThan(5000);
    const other = await taken(state, from);
    expect(other.id).not.toBe(reservation.id);
  });

  it("nothing is taken of an empty list", async () => {
    const state = await bench.open();
    expect(await state.take([])).toEqual({ skipped: [] });
  });

  it("settling puts the truth in place of the estimate", async () => {
    const state = await bench.open();
    const limits = [requests(10_000, { resource: "input_tokens" }), requests(10_000, { resource: "output_tokens" })];
    const reservation = await taken(state, candidate({ limits, inputTokens: 1000, outputTokens: 500 }));
    await state.settle(reservation, { outcome: "success", used: { requests: 1, inputTokens: 300, outputTokens: 900 } });
    expect(await usedOf(state, "input_tokens")).toBeCloseTo(300, 0);
    expect(await usedOf(state, "output_tokens")).toBeCloseTo(900, 0);
  });

  it("without a truth the estimate stands", async () => {
    const state = await bench.open();
    const limits = [requests(10_000, { resource: "tokens" })];
    const reservation = await taken(state, candidate({ limits, inputTokens: 1000, outputTokens: 500 }));
    await state.settle(reservation, { outcome: "failure" });
    expect(await usedOf(state, "tokens")).toBeCloseTo(1500, 0);
  });

  it("what never reached the upstream is given back whole", async () => {
    const state = await bench.open();
    const limits = [requests(1), requests(120, { resource: "tokens" })];
    const reservation = await taken(state, candidate({ limits }));
    await state.settle(reservation, { outcome: "neutral", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    await taken(state, candidate({ limits }));
  });

  it("settling again changes nothing", async () => {
    const state = await bench.open();
    const limits = [requests(10_000, { resource: "tokens" })];
    await taken(state, candidate({ limits, inputTokens: 400, outputTokens: 100 }));
    const reservation = await taken(state, candidate({ limits, inputTokens: 400, outputTokens: 100 }));
    const settlement = { outcome: "failure", used: { requests: 1, inputTokens: 40, outputTokens: 10 } } as const;
    await state.settle(reservation, settlement);
    await state.settle(reservation, settlement);
    expect(await usedOf(state, "tokens")).toBeCloseTo(550, 0);
    await state.refresh();
    expect(state.snapshot().targets.get(reservation.target)?.failuresInRow).toBe(1);
  });

  it("concurrency of a provider counts over all its buckets, and is freed by settling", async () => {
    const state = await bench.open();
    const limits: Limit[] = [{ ...CONCURRENCY, scope: "provider" }];
    const [large, small] = ["north/large", "north/small"].map((bucket) => candidate({ bucket, limits }));
    if (large === undefined || small === undefined) throw new Error("both are there");
    const first = await taken(state, large);
    await taken(state, small);
    expect(await refused(state, small)).toMatchObject({ reason: "limit", resource: "concurrency" });
    expect(await refused(state, large)).toMatchObject({ reason: "limit", resource: "concurrency" });
    await taken(state, candidate({ bucket: "south/large", target: "south/model", limits }));
    await state.refresh();
    expect(state.snapshot().buckets.get("north/small")?.limits).toMatchObject([
      { resource: "concurrency", limit: 2, used: 2 },
    ]);
    await state.settle(first, { outcome: "neutral" });
    await taken(state, small);
    expect(await refused(state, large)).toMatchObject({ resource: "concurrency" });
  });

  it("concurrency is freed by settling, whatever the outcome", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [CONCURRENCY] });
    const first = await taken(state, from);
    const second = await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit", resource: "concurrency" });
    await state.settle(first, { outcome: "failure" });
    await taken(state, from);
    await state.settle(second, { outcome: "neutral" });
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ resource: "concurrency" });
  });

  it("settling twice frees one place only", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [CONCURRENCY] });
    const first = await taken(state, from);
    await taken(state, from);
    await state.settle(first, { outcome: "success" });
    await state.settle(first, { outcome: "success" });
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ resource: "concurrency" });
  });

  it("a reservation whose owner died frees its place; what it may have used stays counted", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [{ ...CONCURRENCY, limit: 1 }, requests(5)] });
    await taken(state, from, { leaseMs: 150 });
    await bench.wait(250);
    await taken(state, from);
    expect(await usedOf(state, "requests")).toBeCloseTo(2, 3);
  });

  it("renewing keeps a reservation past its lease", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [{ ...CONCURRENCY, limit: 1 }] });
    const reservation = await taken(state, from, { leaseMs: 1500 });
    for (let round = 0; round < 4; round += 1) {
      await bench.wait(500);
      await state.renew([reservation]);
    }
    expect(await refused(state, from)).toMatchObject({ resource: "concurrency" });
    await state.settle(reservation, { outcome: "success" });
    await taken(state, from);
  });

  it("who settles late, after its lease, still settles once", async () => {
    const state = await bench.open();
    const limits = [requests(10_000, { resource: "tokens" }), { ...CONCURRENCY, limit: 1 }];
    const reservation = await taken(state, candidate({ limits, inputTokens: 900, outputTokens: 100 }), {
      leaseMs: 100,
    });
    await bench.wait(200);
    const used = { requests: 1, inputTokens: 90, outputTokens: 10 };
    await state.settle(reservation, { outcome: "success", used });
    await state.settle(reservation, { outcome: "success", used });
    expect(await usedOf(state, "tokens")).toBeCloseTo(100, 0);
    await taken(state, candidate({ limits, inputTokens: 1, outputTokens: 1 }));
    expect(await refused(state, candidate({ limits }))).toMatchObject({ resource: "concurrency" });
  });

  it("what settles in a later window takes nothing back from that one", async () => {
    const state = await bench.open();
    const limit = bench.fixedWindow(10_000, 300);
    const from = candidate({ limits: [{ ...limit, resource: "tokens" }], inputTokens: 1000, outputTokens: 0 });
    const old = await taken(state, from);
    await bench.wait(330);
    const long: Limit = { ...bench.fixedWindow(10_000, LONG), resource: "tokens" };
    await taken(state, { ...from, limits: [long], bucket: "north/small" });
    await state.settle(old, { outcome: "success", used: { requests: 1, inputTokens: 0, outputTokens: 0 } });
    await state.refresh();
    for (const { used } of state.snapshot().buckets.get(from.bucket)?.limits ?? [])
      expect(used).toBeGreaterThanOrEqual(0);
    expect(await usedOf(state, "tokens", "north/small")).toBeCloseTo(1000, 0);
  });

  it("takes the first of the ranked list that has room, and says of each before it why not", async () => {
    const state = await bench.open();
    const full = candidate({ bucket: "a/one", target: "a/one-1", limits: [requests(1)] });
    await taken(state, full);
    const result = await state.take([
      full,
      candidate({ bucket: "b/one", target: "b/one-1" }),
      candidate({ bucket: "c/one", target: "c/one-1" }),
    ]);
    expect(result.reservation?.index).toBe(1);
    expect(result.skipped.map(({ index, reason }) => [index, reason])).toEqual([[0, "limit"]]);
  });

  it("when nobody has room each is told with the moment of its return", async () => {
    const state = await bench.open();
    const list = ["a", "b", "c"].map((name) =>
      candidate({ bucket: `${name}/one`, target: `${name}/one-1`, limits: [requests(1)] }),
    );
    for (const from of list) await taken(state, from);
    const result = await state.take(list);
    expect(result.reservation).toBeUndefined();
    expect(result.skipped.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const skip of result.skipped) expect(skip.availableAt).toBeGreaterThan(bench.now);
  });

  it("many takes at once share the room exactly", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(10)] });
    const results = await Promise.all(Array.from({ length: 40 }, () => state.take([from])));
    expect(results.filter(({ reservation }) => reservation !== undefined)).toHaveLength(10);
  });
}
