import { expect, it } from "@jest/globals";
import type { LimitObservation } from "@switchyard/wire";

import type { StateBench } from "./state-bench.ts";
import { bucketStatus, candidate, LONG, refused, requests, taken, usedOf } from "./state-bench.ts";

function observed(changes: Partial<LimitObservation>): LimitObservation {
  return { resource: "requests", windowMs: LONG, resetMs: LONG, ...changes };
}

export function registerObservationCases(bench: StateBench): void {
  it("what others have used of a limit counts too", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(10)] });
    const reservation = await taken(state, from);
    await state.commit(reservation, [observed({ limit: 10, remaining: 2 })]);
    expect(await usedOf(state, "requests")).toBeCloseTo(8, 2);
    await taken(state, from);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit", resource: "requests" });
  });

  it("an observation at the end counts as one made at commit: what was taken since comes on top", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(10)] });
    const reservation = await taken(state, from);
    await state.commit(reservation);
    await bench.wait(20);
    await taken(state, from);
    await taken(state, from);
    await state.settle(reservation, { outcome: "success", observations: [observed({ limit: 10, remaining: 4 })] });
    expect(await usedOf(state, "requests")).toBeCloseTo(8, 2);
  });

  it("an observation never takes back what was counted", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(10)] });
    const reservations = [await taken(state, from), await taken(state, from), await taken(state, from)];
    for (const reservation of reservations) {
      await state.commit(reservation, [observed({ limit: 10, remaining: 10 })]);
      await state.settle(reservation, { outcome: "success" });
    }
    expect(await usedOf(state, "requests")).toBeCloseTo(3, 2);
  });

  it.each(["token_bucket", "fixed_window", "sliding_window"] as const)(
    "%s: a limit that is configured too high is capped by the one that answers tell",
    async (algorithm) => {
      const state = await bench.open();
      const from = candidate({ limits: [requests(11, { algorithm, offsetMs: bench.now % LONG })] });
      const first = await taken(state, from);
      await state.commit(first, [observed({ limit: 10, remaining: 9 })]);
      for (let count = 0; count < 9; count += 1) await taken(state, from);
      expect(await refused(state, from)).toMatchObject({ reason: "limit" });
      expect((await bucketStatus(state)).limits[0]?.limit).toBe(10);
    },
  );

  it("a told window that nobody has configured means the limit of its size, and no second one", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(11)] });
    const first = await taken(state, from);
    await state.commit(first, [observed({ limit: 10, remaining: 2, windowMs: 7 * LONG })]);
    const { limits } = await bucketStatus(state);
    expect(limits.map(({ limit, windowMs }) => [limit, windowMs])).toEqual([[10, LONG]]);
    expect(await usedOf(state, "requests")).toBeCloseTo(8, 2);
  });

  it("a limit that is configured lower than the provider's stays as configured", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(2)] });
    const first = await taken(state, from);
    await state.commit(first, [observed({ limit: 1000, remaining: 999 })]);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit" });
  });

  it("of a limit that is configured as a part of the provider's, others may use the rest", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(5)] });
    const first = await taken(state, from);
    await state.commit(first, [observed({ limit: 100, remaining: 60 })]);
    expect(await usedOf(state, "requests")).toBeCloseTo(1, 2);
    const second = await taken(state, from);
    await state.commit(second, [observed({ limit: 100, remaining: 1 })]);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit" });
  });

  it("a limit that only answers tell is kept to as well", async () => {
    const state = await bench.open();
    const first = await taken(state, candidate());
    await state.commit(first, [observed({ limit: 4, remaining: 3 })]);
    expect((await bucketStatus(state)).load).toBeCloseTo(0.25, 2);
    for (let count = 0; count < 3; count += 1) await taken(state, candidate());
    expect(await refused(state, candidate())).toMatchObject({ reason: "limit", resource: "requests" });
  });

  it.each([undefined, 1000])("what has nothing remaining is skipped until its reset; limit told: %p", async (limit) => {
    const state = await bench.open();
    const told: LimitObservation = { resource: "input_tokens", remaining: 0, resetMs: LONG };
    const first = await taken(state, candidate());
    const observations = [limit === undefined ? told : { ...told, limit }];
    await state.settle(first, { outcome: "success", observations });
    const skip = await refused(state, candidate());
    expect(skip).toMatchObject({ reason: "limit", resource: "input_tokens" });
    expect(Math.abs((skip?.availableAt ?? 0) - bench.now - LONG)).toBeLessThan(5000);
    expect((await bucketStatus(state)).load).toBe(1);
  });

  it("what has nothing remaining has room again after its reset", async () => {
    const state = await bench.open();
    const first = await taken(state, candidate());
    const observations = [{ resource: "input_tokens", remaining: 0, resetMs: 300 } as const];
    await state.settle(first, { outcome: "success", observations });
    await bench.wait(350);
    await taken(state, candidate());
  });

  it("an observed limit without a window of its own is that of the bucket's minute", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(100, { windowMs: 60_000 }), requests(1000, { windowMs: 86_400_000 })] });
    const first = await taken(state, from);
    await state.commit(first, [{ resource: "requests", limit: 50, remaining: 20, resetMs: 50_000 }]);
    const { limits } = await bucketStatus(state);
    const minute = limits.find(({ windowMs }) => windowMs === 60_000);
    const day = limits.find(({ windowMs }) => windowMs === 86_400_000);
    expect(minute?.limit).toBe(50);
    expect(minute?.used).toBeGreaterThan(29);
    expect(day).toMatchObject({ limit: 1000 });
    expect(day?.used).toBeCloseTo(1, 1);
  });

  it("numbers that mean nothing change nothing", async () => {
    const state = await bench.open();
    const from = candidate({ limits: [requests(3)] });
    const first = await taken(state, from);
    await state.commit(first, [
      { resource: "requests", limit: 0 },
      { resource: "requests", limit: -1, remaining: -1 },
    ]);
    await taken(state, from);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit" });
    expect((await bucketStatus(state)).limits[0]?.limit).toBe(3);
  });

  it("the fullest window of a subscription is known, weighs as load, and passes with its reset", async () => {
    const state = await bench.open();
    const first = await taken(state, candidate());
    await state.commit(first, [
      { resource: "tokens", windowMs: 18_000_000, utilization: 0.7, resetMs: 500 },
      { resource: "tokens", windowMs: 604_800_000, utilization: 0.3, resetMs: LONG },
    ]);
    const status = await bucketStatus(state);
    expect(status.utilization?.used).toBeCloseTo(0.7, 5);
    expect(status.load).toBeCloseTo(0.7, 5);
    await bench.wait(550);
    const later = await bucketStatus(state);
    expect(later.utilization?.used).toBeCloseTo(0.3, 5);
    expect(later.load).toBeCloseTo(0.3, 5);
  });

  it("a subscription's window that is used up is skipped until its reset", async () => {
    const state = await bench.open();
    const first = await taken(state, candidate());
    await state.commit(first, [{ resource: "tokens", windowMs: 18_000_000, utilization: 1, resetMs: LONG }]);
    const skip = await refused(state, candidate());
    expect(skip).toMatchObject({ reason: "limit" });
    expect(Math.abs((skip?.availableAt ?? 0) - bench.now - LONG)).toBeLessThan(5000);
  });
}
