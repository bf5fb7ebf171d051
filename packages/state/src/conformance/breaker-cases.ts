import { expect, it } from "@jest/globals";

import type { Reservation, State } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { candidate, fail, LONG, refused, taken, targetStatus } from "./state-bench.ts";

const SLOW = { failureThreshold: 3, recoveryTimeoutMs: LONG };
const QUICK = { failureThreshold: 3, recoveryTimeoutMs: 300 };
/** Long enough that a probe's lease does not end while a case looks at it. */
const STEADY = { failureThreshold: 3, recoveryTimeoutMs: 1000 };

export function registerBreakerCases(bench: StateBench): void {
  /** Opens the breaker and waits until it may be tried. */
  async function halfOpen(state: State, breaker = STEADY): Promise<Reservation> {
    await fail(state, candidate({ breaker }), 3);
    await bench.wait(breaker.recoveryTimeoutMs + 60);
    const probe = await taken(state, candidate({ breaker }));
    expect(probe.probe).toBe(true);
    return probe;
  }

  it("one failure removes nobody", async () => {
    const state = await bench.open();
    await fail(state, candidate({ breaker: SLOW }), 2);
    await taken(state, candidate({ breaker: SLOW }));
    expect(await targetStatus(state)).toMatchObject({ breaker: "closed", failuresInRow: 2 });
  });

  it("opens at the threshold, for its target only", async () => {
    const state = await bench.open();
    await fail(state, candidate({ breaker: SLOW }), 3);
    const skip = await refused(state, candidate({ breaker: SLOW }));
    expect(skip?.reason).toBe("breaker");
    expect(Math.abs((skip?.availableAt ?? 0) - bench.now - LONG)).toBeLessThan(5000);
    expect(await targetStatus(state)).toMatchObject({ breaker: "open", openUntil: skip?.availableAt });
    await taken(state, candidate({ breaker: SLOW, target: "north/large-2" }));
  });

  it("first outputs do not end the count: answers that break off one after the other open it", async () => {
    const state = await bench.open();
    for (let count = 0; count < 3; count += 1) {
      const reservation = await taken(state, candidate({ breaker: SLOW }));
      await state.commit(reservation);
      await state.settle(reservation, { outcome: "failure" });
    }
    expect(await refused(state, candidate({ breaker: SLOW }))).toMatchObject({ reason: "breaker" });
  });

  it("a success ends the count, however many there were before", async () => {
    const state = await bench.open();
    const from = candidate({ breaker: SLOW });
    await fail(state, from, 2);
    await state.settle(await taken(state, from), { outcome: "success" });
    await fail(state, from, 2);
    expect(await refused(state, from)).toBeUndefined();
    await fail(state, from, 1);
    expect(await refused(state, from)).toMatchObject({ reason: "breaker" });
  });

  it("a neutral end counts nowhere", async () => {
    const state = await bench.open();
    const from = candidate({ breaker: SLOW });
    await fail(state, from, 2);
    await state.settle(await taken(state, from), { outcome: "neutral" });
    expect(await targetStatus(state)).toMatchObject({ failuresInRow: 2, attempts: 2, successRate: 0 });
    await fail(state, from, 1);
    expect(await refused(state, from)).toMatchObject({ reason: "breaker" });
  });

  it("after its time exactly one at once tries it", async () => {
    const state = await bench.open();
    const from = candidate({ breaker: STEADY });
    await fail(state, from, 3);
    await bench.wait(1060);
    expect((await targetStatus(state)).breaker).toBe("half_open");
    const results = await Promise.all(Array.from({ length: 20 }, () => state.take([from])));
    const probes = results.filter(({ reservation }) => reservation !== undefined);
    expect(probes).toHaveLength(1);
    expect(probes[0]?.reservation?.probe).toBe(true);
    const skip = results.find(({ reservation }) => reservation === undefined)?.skipped[0];
    expect(skip?.reason).toBe("breaker");
    expect(skip?.availableAt).toBeGreaterThan(bench.now);
  });

  it("the probe's first output lets the others in", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state);
    await state.commit(probe);
    expect(await targetStatus(state)).toMatchObject({ breaker: "closed", failuresInRow: 0 });
    expect((await taken(state, candidate({ breaker: STEADY }))).probe).toBe(false);
    await taken(state, candidate({ breaker: STEADY }));
  });

  it("a probe that breaks off after its first output is one failure in a new count", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state);
    await state.commit(probe);
    await state.settle(probe, { outcome: "failure" });
    expect(await targetStatus(state)).toMatchObject({ breaker: "closed", failuresInRow: 1 });
  });

  it("a probe that succeeds without a commit closes it", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state);
    await state.settle(probe, { outcome: "success" });
    expect(await targetStatus(state)).toMatchObject({ breaker: "closed", failuresInRow: 0 });
  });

  it("a probe that fails opens it for another round", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state);
    await state.settle(probe, { outcome: "failure" });
    const skip = await refused(state, candidate({ breaker: STEADY }));
    expect(skip?.reason).toBe("breaker");
    expect(skip?.availableAt).toBeGreaterThan(bench.now + 300);
    expect((await targetStatus(state)).breaker).toBe("open");
  });

  it("a neutral probe closes nothing and hands its turn on", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state);
    await state.settle(probe, { outcome: "neutral" });
    expect((await targetStatus(state)).breaker).toBe("half_open");
    const next = await taken(state, candidate({ breaker: STEADY }));
    expect(next.probe).toBe(true);
    expect(await refused(state, candidate({ breaker: STEADY }))).toMatchObject({ reason: "breaker" });
  });

  it("the turn of a probe whose owner died passes on", async () => {
    const state = await bench.open();
    await fail(state, candidate({ breaker: STEADY }), 3);
    await bench.wait(1060);
    await taken(state, candidate({ breaker: STEADY }), { leaseMs: 100 });
    await bench.wait(200);
    expect((await taken(state, candidate({ breaker: STEADY }))).probe).toBe(true);
  });

  it("a probe that hangs holds its turn for one recovery time, renewed or not", async () => {
    const state = await bench.open();
    const probe = await halfOpen(state, QUICK);
    await bench.wait(200);
    await state.renew([probe]);
    await bench.wait(200);
    expect((await taken(state, candidate({ breaker: QUICK }))).probe).toBe(true);
  });

  it("answers that began before it opened neither lengthen nor close it", async () => {
    const state = await bench.open();
    const from = candidate({ breaker: SLOW });
    const [early, late] = [await taken(state, from), await taken(state, from)];
    await fail(state, from, 3);
    const { openUntil } = await targetStatus(state);
    await bench.wait(20);
    await state.settle(early, { outcome: "failure" });
    await state.commit(late);
    await state.settle(late, { outcome: "success" });
    expect(await targetStatus(state)).toMatchObject({ breaker: "open", openUntil });
  });

  it("an operator opens and closes it at once", async () => {
    const state = await bench.open();
    const from = candidate({ breaker: SLOW });
    await state.settle(await taken(state, from), { outcome: "success" });
    await state.setBreaker(from.target, "open", "maintenance");
    expect(await refused(state, from)).toMatchObject({ reason: "breaker" });
    expect((await targetStatus(state)).breaker).toBe("open");
    await state.setBreaker(from.target, "closed", "back again");
    expect((await taken(state, from)).probe).toBe(false);
    expect(await targetStatus(state)).toMatchObject({ breaker: "closed", failuresInRow: 0 });
  });

  it("a target that nobody has asked yet can be opened", async () => {
    const state = await bench.open();
    await state.setBreaker("north/large-1", "open", "its check failed");
    expect(await refused(state, candidate({ breaker: SLOW }))).toMatchObject({ reason: "breaker" });
  });

  it("an open one is passed over for the next in rank", async () => {
    const state = await bench.open();
    await fail(state, candidate({ breaker: SLOW }), 3);
    const other = candidate({ breaker: SLOW, bucket: "south/large", target: "south/large-1" });
    const result = await state.take([candidate({ breaker: SLOW }), other]);
    expect(result.reservation?.index).toBe(1);
    expect(result.skipped[0]?.reason).toBe("breaker");
  });
}
