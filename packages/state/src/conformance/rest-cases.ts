import { expect, it } from "@jest/globals";

import type { RestOrder, State, TakeCandidate } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { bucketStatus, candidate, LONG, refused, requests, taken, targetStatus } from "./state-bench.ts";

async function rest(state: State, order: Partial<RestOrder>, from: TakeCandidate = candidate()): Promise<void> {
  const reservation = await taken(state, from, { dice: 0 });
  const complete: RestOrder = { scope: "bucket", failure: "throttled", message: "slow down", ...order };
  await state.settle(reservation, { outcome: "neutral", rest: complete });
}

export function registerRestCases(bench: StateBench): void {
  it("a bucket rests until its moment, with all its targets", async () => {
    const state = await bench.open();
    const until = bench.now + LONG;
    await rest(state, { until });
    const skip = await refused(state, candidate({ target: "north/large-2" }));
    expect(skip).toEqual({ index: 0, reason: "resting", availableAt: until });
    expect((await bucketStatus(state)).rest).toEqual({ failure: "throttled", message: "slow down", until });
    await taken(state, candidate({ bucket: "north/small", target: "north/small-1" }));
  });

  it("a target rests alone", async () => {
    const state = await bench.open();
    await rest(state, { scope: "target", failure: "model-not-found", until: bench.now + LONG });
    expect(await refused(state, candidate())).toMatchObject({ reason: "resting" });
    await taken(state, candidate({ target: "north/large-2" }));
    expect((await targetStatus(state)).rest).toMatchObject({ failure: "model-not-found" });
  });

  it("a provider rests with all its buckets, others do not", async () => {
    const state = await bench.open();
    await rest(state, { scope: "provider", failure: "overloaded", until: bench.now + LONG });
    const elsewhere = candidate({ bucket: "south/large", target: "south/large-1" });
    const result = await state.take([candidate({ bucket: "north/small", target: "north/small-1" }), elsewhere]);
    expect(result.reservation?.index).toBe(1);
    await state.refresh();
    expect(state.snapshot().providers.get("north")).toMatchObject({ failure: "overloaded" });
    expect(state.snapshot().providers.has("south")).toBe(false);
  });

  it("is over when its moment has come", async () => {
    const state = await bench.open();
    await rest(state, { scope: "target", until: bench.now + 200 });
    await bench.wait(260);
    await taken(state, candidate());
    expect((await targetStatus(state)).rest).toBeUndefined();
  });

  it("of two moments the later holds", async () => {
    const state = await bench.open();
    const late = bench.now + LONG;
    const [first, second] = [await taken(state, candidate()), await taken(state, candidate())];
    const order = { scope: "bucket", failure: "throttled", message: "slow down" } as const;
    await state.settle(first, { outcome: "neutral", rest: { ...order, until: late } });
    await state.settle(second, { outcome: "neutral", rest: { ...order, until: bench.now + 100 } });
    expect(await refused(state, candidate())).toMatchObject({ reason: "resting", availableAt: late });
  });

  it("without a moment it backs off, a second or two at first", async () => {
    const state = await bench.open();
    await rest(state, {});
    const skip = await refused(state, candidate());
    expect(skip?.reason).toBe("resting");
    expect((skip?.availableAt ?? 0) - bench.now).toBeGreaterThan(500);
    expect((skip?.availableAt ?? 0) - bench.now).toBeLessThanOrEqual(2500);
  });

  it("failures of one burst lengthen the back-off once", async () => {
    const state = await bench.open();
    const reservations = [];
    for (let count = 0; count < 6; count += 1) reservations.push(await taken(state, candidate()));
    for (const reservation of reservations) {
      await state.settle(reservation, {
        outcome: "neutral",
        rest: { scope: "bucket", failure: "throttled", message: "slow down" },
      });
    }
    const skip = await refused(state, candidate());
    expect((skip?.availableAt ?? 0) - bench.now).toBeLessThanOrEqual(2500);
  });

  it("one that lasts until something changes ends when woken, for its provider only", async () => {
    const state = await bench.open();
    const south = candidate({ bucket: "south/large", target: "south/large-1" });
    await rest(state, { scope: "provider", failure: "auth", until: "change" });
    await rest(state, { scope: "provider", failure: "billing", until: "change" }, south);
    const skip = await refused(state, candidate());
    expect(skip).toMatchObject({ reason: "resting", availableAt: Number.POSITIVE_INFINITY });
    await state.refresh();
    expect(state.snapshot().providers.get("north")).toEqual({ failure: "auth", message: "slow down" });
    await state.wake("north");
    await taken(state, candidate());
    expect(await refused(state, south)).toMatchObject({ reason: "resting" });
    await state.wake();
    await taken(state, south);
  });

  it("waking ends such rests of buckets and targets too, and leaves those with a moment", async () => {
    const state = await bench.open();
    const timed = candidate({ bucket: "north/small", target: "north/small-1" });
    await rest(state, { scope: "target", failure: "retired", until: "change" });
    const provider = candidate({ bucket: "south/large", target: "south/large-1" });
    await rest(state, { until: bench.now + LONG }, timed);
    await rest(state, { scope: "provider", until: bench.now + LONG }, provider);
    await state.wake();
    await taken(state, candidate());
    expect(await refused(state, timed)).toMatchObject({ reason: "resting" });
    expect(await refused(state, provider)).toMatchObject({ reason: "resting" });
  });

  it("a moment does not shorten a rest that lasts until something changes", async () => {
    const state = await bench.open();
    const [first, second] = [await taken(state, candidate()), await taken(state, candidate())];
    const order = { scope: "bucket", failure: "billing", message: "no credit" } as const;
    await state.settle(first, { outcome: "neutral", rest: { ...order, until: "change" } });
    await state.settle(second, { outcome: "neutral", rest: { ...order, until: bench.now + 50 } });
    await bench.wait(100);
    expect(await refused(state, candidate())).toMatchObject({ reason: "resting" });
  });

  it("a bucket comes back with a tenth of its traffic: the dice decide where others have room", async () => {
    const state = await bench.open();
    await rest(state, { until: bench.now + 4000 });
    await bench.wait(4050);
    expect((await bucketStatus(state)).share).toBeCloseTo(0.1, 5);
    const elsewhere = candidate({ bucket: "south/large", target: "south/large-1" });
    const passed = await state.take([candidate(), elsewhere], { dice: 0.05 });
    expect(passed.reservation?.index).toBe(0);
    const turned = await state.take([candidate(), elsewhere], { dice: 0.5 });
    expect(turned.reservation?.index).toBe(1);
    expect(turned.skipped).toHaveLength(1);
    expect(turned.skipped[0]).toMatchObject({ index: 0, reason: "returning" });
  }, 30_000);

  it("a bucket that is coming back takes all that nobody else has room for", async () => {
    const state = await bench.open();
    await rest(state, { until: bench.now + 1500 });
    await bench.wait(1550);
    const full = candidate({ bucket: "south/large", target: "south/large-1", limits: [requests(1)] });
    await taken(state, full);
    const result = await state.take([candidate(), full], { dice: 0.99 });
    expect(result.reservation?.index).toBe(0);
    expect(result.skipped.map(({ index, reason }) => [index, reason])).toEqual([[1, "limit"]]);
  });

  it("a bucket that never rested has its whole share", async () => {
    const state = await bench.open();
    await taken(state, candidate(), { dice: 0.999 });
    expect((await bucketStatus(state)).share).toBe(1);
  });
}
