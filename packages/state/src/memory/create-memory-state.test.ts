import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { LimitObservation } from "@switchyard/wire";

import {
  bucketStatus,
  candidate,
  LONG,
  refused,
  requests,
  taken,
  targetStatus,
  usedOf,
} from "../conformance/state-bench.ts";
import type { SessionPlace, State } from "../state.ts";
import type { MemoryStateOptions } from "./create-memory-state.ts";
import { createMemoryState } from "./create-memory-state.ts";

let time = 0;
const open: State[] = [];

function start(options: MemoryStateOptions = {}): State {
  const state = createMemoryState({ now: () => time, ...options });
  open.push(state);
  return state;
}

function place(changes: Partial<SessionPlace> = {}): SessionPlace {
  const times = { usedAt: time, warmUntil: time + 300_000 };
  const size = { promptTokens: 10, promptBytes: 40, cachedTokens: 8, outputs: [] };
  return { provider: "north", model: "large-1", ...times, ...size, ...changes };
}

function utilization(part: number): LimitObservation[] {
  return [{ resource: "tokens", windowMs: LONG, utilization: part, resetMs: LONG }];
}

beforeEach(() => {
  time = 1_790_000_000_000;
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((state) => state.close()));
});

describe("memory is bounded", () => {
  it("the sessions that were used least recently go first", async () => {
    const state = start({ maxSessions: 3 });
    for (const key of ["a", "b", "c"]) await state.writeSession(key, place());
    await state.readSession("a");
    await state.writeSession("d", place());
    expect(await state.readSession("b")).toEqual([]);
    for (const key of ["a", "c", "d"]) expect(await state.readSession(key)).toHaveLength(1);
  });

  it("a session is forgotten when its cache is cold and an hour has passed", async () => {
    const state = start();
    await state.writeSession("short", place());
    await state.writeSession("long", place({ warmUntil: time + 2 * LONG }));
    time += LONG;
    expect(await state.readSession("short")).toEqual([]);
    expect(await state.readSession("long")).toHaveLength(1);
    time += LONG;
    expect(await state.readSession("long")).toEqual([]);
  });

  it("the oldest records go first, by their number and by their bytes, and after an hour", async () => {
    const few = start({ maxRecords: 2 });
    for (const id of ["a", "b", "c"]) few.keepRecord(id, "{}");
    expect(await few.readRecord("a")).toBeUndefined();
    expect(await few.readRecord("b")).toBe("{}");
    const small = start({ maxRecordBytes: 5000 });
    small.keepRecord("a", "é".repeat(1500));
    small.keepRecord("b", "é".repeat(1500));
    expect(await small.readRecord("a")).toBeUndefined();
    expect(await small.readRecord("b")).toBeDefined();
    time += LONG;
    expect(await small.readRecord("b")).toBeUndefined();
  });

  it("a record kept again under its id counts once", async () => {
    const state = start({ maxRecordBytes: 5000 });
    state.keepRecord("first", "x".repeat(1000));
    for (let count = 0; count < 10; count += 1) state.keepRecord("again", "y".repeat(3000));
    expect(await state.readRecord("first")).toHaveLength(1000);
  });

  it("a record beyond 4 KB is not kept", async () => {
    const state = start();
    state.keepRecord("large", "x".repeat(4097));
    state.keepRecord("just", "x".repeat(4096));
    expect(await state.readRecord("large")).toBeUndefined();
    expect(await state.readRecord("just")).toHaveLength(4096);
  });

  it("of one target's refusals the newest are known", async () => {
    const state = start();
    for (let count = 0; count < 200; count += 1) {
      await state.learn("north/large-1", { kind: "field", name: `f${count}` }, time + LONG);
    }
    const { rejections } = await targetStatus(state);
    expect(rejections).toHaveLength(64);
    expect(rejections.at(-1)?.name).toBe("f199");
  });
});

describe("a share of the limits", () => {
  it("is what may be taken; one request always may", async () => {
    let scale = 0.25;
    const state = start({ scale: () => scale });
    const from = candidate({ limits: [requests(8)] });
    await taken(state, from);
    await taken(state, from);
    expect(await refused(state, from)).toMatchObject({ reason: "limit" });
    expect((await bucketStatus(state)).load).toBe(1);
    scale = 1;
    await taken(state, from);
    scale = 0.01;
    await taken(state, candidate({ bucket: "south/large", target: "south/large-1", limits: [requests(8)] }));
  });

  it("of what all have used only our share counts", async () => {
    const state = start({ scale: () => 0.5 });
    const from = candidate({ limits: [requests(10)] });
    const first = await taken(state, from);
    const told = { resource: "requests", limit: 10, remaining: 6, windowMs: LONG } as const;
    await state.commit(first, [told]);
    expect(await usedOf(state, "requests")).toBeCloseTo(2, 5);
  });
});

describe("observations", () => {
  it("an older word about a subscription does not replace a newer one", async () => {
    const state = start();
    const early = await taken(state, candidate());
    await state.commit(early, utilization(0.2));
    time += 1000;
    const late = await taken(state, candidate());
    await state.commit(late, utilization(0.6));
    await state.settle(early, { outcome: "success", observations: utilization(0.2) });
    expect((await bucketStatus(state)).utilization?.used).toBe(0.6);
  });

  it("an attempt is settled on the limits that it was counted on, not on one that was told since", async () => {
    const state = start();
    const early = await taken(state, candidate());
    const late = await taken(state, candidate());
    await state.commit(late, [{ resource: "requests", limit: 100, remaining: 40, windowMs: 100 * LONG }]);
    await state.settle(early, { outcome: "neutral", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    expect(await usedOf(state, "requests")).toBe(60);
  });

  it("what the upstream has counted of an attempt already is not counted again at its end", async () => {
    const state = start();
    const from = candidate({ limits: [requests(10_000, { resource: "input_tokens" })], inputTokens: 100 });
    const reservation = await taken(state, from);
    await state.commit(reservation, [{ resource: "input_tokens", limit: 10_000, remaining: 9600, windowMs: LONG }]);
    await state.settle(reservation, { outcome: "success", used: { requests: 1, inputTokens: 400, outputTokens: 5 } });
    expect(await usedOf(state, "input_tokens")).toBe(400);
  });
});

describe("time", () => {
  it("a bucket comes back at a tenth, a quarter, a half and whole, each for a quarter of its window", async () => {
    const state = start();
    const from = candidate({ limits: [requests(100, { windowMs: 60_000 })] });
    const rest = { scope: "bucket", failure: "throttled", message: "429", until: time + 60_000 } as const;
    await state.settle(await taken(state, from), { outcome: "neutral", rest });
    const shares: number[] = [];
    time += 60_000;
    for (let step = 0; step < 5; step += 1) {
      shares.push((await bucketStatus(state)).share);
      time += 15_000;
    }
    expect(shares).toEqual([0.1, 0.25, 0.5, 1, 1]);
  });

  it("a provider's return slows all its buckets", async () => {
    const state = start();
    const rest = { scope: "provider", failure: "overloaded", message: "529", until: time + 60_000 } as const;
    await state.settle(await taken(state, candidate()), { outcome: "neutral", rest });
    time += 60_000;
    const elsewhere = candidate({ bucket: "south/large", target: "south/large-1" });
    const other = candidate({ bucket: "north/small", target: "north/small-1" });
    expect((await state.take([other, elsewhere], { dice: 0.5 })).reservation?.index).toBe(1);
  });

  it("back-off doubles from rest to rest, is capped at a minute, and begins anew after a success", async () => {
    const state = start({ random: () => 1 });
    const rest = { scope: "bucket", failure: "throttled", message: "429" } as const;
    const lengths: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      await state.settle(await taken(state, candidate(), { dice: 0 }), { outcome: "neutral", rest });
      const until = (await bucketStatus(state)).rest?.until ?? 0;
      lengths.push(until - time);
      time = until;
    }
    expect(lengths).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    await state.settle(await taken(state, candidate(), { dice: 0 }), { outcome: "success" });
    await state.settle(await taken(state, candidate(), { dice: 0 }), { outcome: "neutral", rest });
    expect((await bucketStatus(state)).rest?.until).toBe(time + 2000);
  });

  it("a success of an attempt from before the rest resets no back-off", async () => {
    const state = start({ random: () => 1 });
    const early = await taken(state, candidate());
    const rest = { scope: "bucket", failure: "throttled", message: "429" } as const;
    await state.settle(await taken(state, candidate()), { outcome: "neutral", rest });
    time += 2000;
    await state.settle(early, { outcome: "success" });
    await state.settle(await taken(state, candidate(), { dice: 0 }), { outcome: "neutral", rest });
    expect((await bucketStatus(state)).rest?.until).toBe(time + 4000);
  });

  it("what is known of a target fades within ten minutes", async () => {
    const state = start();
    await state.settle(await taken(state, candidate()), { outcome: "success", firstTokenMs: 500 });
    time += 5 * 60_000;
    expect(await targetStatus(state)).toMatchObject({ attempts: 1, successRate: 1, firstTokenMs: 500 });
    time += 5 * 60_000 + 10_000;
    const later = await targetStatus(state);
    expect(later.attempts).toBe(0);
    expect(later.successRate).toBeUndefined();
    expect(later.firstTokenMs).toBeUndefined();
  });

  it("a day's limit is full until the day of its provider ends", async () => {
    const state = start();
    const day = 86_400_000;
    const offsetMs = 7 * LONG;
    const from = candidate({ limits: [requests(1, { algorithm: "fixed_window", windowMs: day, offsetMs })] });
    await taken(state, from);
    const midnight = (Math.floor((time - offsetMs) / day) + 1) * day + offsetMs;
    expect((await refused(state, from))?.availableAt).toBe(midnight);
    time = midnight - 1;
    expect(await refused(state, from)).toBeDefined();
    time = midnight;
    await taken(state, from);
  });

  it("a snapshot is read anew after a tenth of a second, sooner when asked", async () => {
    const state = start();
    const first = state.snapshot();
    await taken(state, candidate());
    expect(state.snapshot()).toBe(first);
    time += 100;
    expect(state.snapshot().buckets.size).toBe(1);
  });

  it("a reservation that nobody settles is let go of in the end, its estimate stays", async () => {
    const state = start();
    const limits = [requests(10, { windowMs: 4 * LONG })];
    const lost = await taken(state, candidate({ limits }));
    time += LONG + 100_000;
    await taken(state, candidate({ limits }));
    await state.settle(lost, { outcome: "failure", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    expect(await usedOf(state, "requests")).toBe(2);
  });
});
