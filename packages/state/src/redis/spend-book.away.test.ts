import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";

import { dollars, reserved, spend, statusOf } from "../conformance/spend-cases.ts";
import type { Allowance, SpendReservation, State } from "../state.ts";
import { startRedis, type TestRedis, waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

/** ms; a Redis that a busy machine holds up for a moment is not away. */
const PATIENT = 1000;
const why = whyNoRedis();
const title = why === undefined ? "spend while Redis is away" : `spend while Redis is away [skipped: ${why}]`;

function hour(limit: number): Allowance {
  return dollars({ now: Date.now() }, limit);
}

function isShared(...states: State[]): () => boolean {
  return () => states.every((state) => state.snapshot().store === "shared");
}

async function reserveMany(
  state: State,
  allowance: Allowance,
  wish: { count: number; each: number; strict?: boolean },
): Promise<SpendReservation[]> {
  const { count, each, strict = true } = wish;
  const all = await Promise.all(
    Array.from({ length: count }, () => reserved(state, [allowance], { amount: spend(each), strict })),
  );
  return all.filter((one) => one !== undefined);
}

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedis;
  let states: State[] = [];
  const open = async (shared = true): Promise<State> => {
    const state = createRedisState({ url: redis.url, commandTimeoutMs: PATIENT });
    states.push(state);
    if (shared) await waitUntil(isShared(state), "Redis is reached");
    return state;
  };
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(states.map((state) => state.close()));
    states = [];
    await redis.close();
  });

  it("one that was never there: counted alone, and told when it comes", async () => {
    await redis.kill();
    const state = await open(false);
    const allowance = hour(100);
    const taken = await reserveMany(state, allowance, { count: 10, each: 20 });
    expect(taken).toHaveLength(5);
    expect(taken.every(({ local }) => local)).toBe(true);
    const [first] = taken;
    if (first !== undefined) await state.settleSpend(first, spend(5));
    await redis.restart();
    await waitUntil(isShared(state), "Redis is joined");
    const other = await open();
    expect(await statusOf(other, allowance)).toMatchObject({ used: 5, reserved: 80 });
    for (const one of taken) await state.settleSpend(one, spend(5));
    expect(await statusOf(other, allowance)).toMatchObject({ used: 25, reserved: 0 });
  });

  it("each of two gateways goes on with its half of what was left, in time", async () => {
    const [one, two] = [await open(), await open()];
    const allowance = hour(1000);
    await reserveMany(one, allowance, { count: 20, each: 10 });
    expect(await statusOf(two, allowance)).toMatchObject({ reserved: 200 });
    await Promise.all([one.refresh(), two.refresh()]);
    redis.freeze();
    const asked = Promise.all([one, two].map((state) => reserveMany(state, allowance, { count: 100, each: 10 })));
    // until Redis is given up, and then 1.5 s once for all of them: it might come back
    const tooLate = delay(PATIENT + 2500, []);
    const alone = await Promise.race([asked, tooLate]);
    expect(alone.map(({ length }) => length)).toEqual([40, 40]);
    await Promise.all([one, two].map((state, index) => settleAll(state, alone[index] ?? [], 7)));
    redis.thaw();
    await waitUntil(isShared(one, two), "both are back");
    expect(await statusOf(one, allowance)).toMatchObject({ used: 560, reserved: 200 });
  });

  it("a moment's loss is waited for: what is strict is not given without the others", async () => {
    const [one, two] = [await open(), await open()];
    const allowance = hour(1000);
    await Promise.all([one.refresh(), two.refresh()]);
    redis.freeze();
    const asked = Promise.all([one, two].map((state) => reserveMany(state, allowance, { count: 100, each: 30 })));
    await waitUntil(() => one.snapshot().store === "alone" && two.snapshot().store === "alone", "the loss is seen");
    redis.thaw();
    const given = (await asked).flat();
    expect(given).toHaveLength(33);
    expect(given.every(({ local }) => !local)).toBe(true);
  });

  it("what the others spend is known here within a second, for when Redis is lost", async () => {
    const [one, two] = [await open(), await open()];
    const allowance = hour(1000);
    await reserveMany(two, allowance, { count: 1, each: 10 });
    await reserveMany(one, allowance, { count: 79, each: 10 });
    await two.refresh();
    await redis.kill();
    await waitUntil(() => two.snapshot().store === "alone", "the loss is seen");
    expect(await statusOf(two, allowance)).toMatchObject({ reserved: 800 });
    expect(await reserveMany(two, allowance, { count: 100, each: 10 })).toHaveLength(10);
  });

  it("what was reserved there and settled alone is told later, once", async () => {
    const state = await open();
    const allowance = hour(1000);
    const [reservation] = await reserveMany(state, allowance, { count: 2, each: 100 });
    if (reservation === undefined) throw new Error("refused");
    redis.freeze();
    await state.settleSpend(reservation, spend(30));
    await state.settleSpend(reservation, spend(30));
    expect(await statusOf(state, allowance)).toMatchObject({ used: 30, reserved: 100 });
    redis.thaw();
    await waitUntil(isShared(state), "Redis is back");
    await state.settleSpend(reservation, spend(30));
    expect(await statusOf(await open(), allowance)).toMatchObject({ used: 30, reserved: 100 });
  });

  it("one that was emptied is seeded with sums and what is in flight, and a settling into the gap is not lost", async () => {
    const [one, two] = [await open(), await open()];
    const allowance = hour(1000);
    const [first, second] = await reserveMany(one, allowance, { count: 3, each: 200 });
    if (first === undefined || second === undefined) throw new Error("refused");
    await one.settleSpend(first, spend(150));
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
    await one.settleSpend(second, spend(120));
    await Promise.all([one.refresh(), two.refresh()]);
    await waitUntil(isShared(one, two), "both are back");
    expect(await statusOf(two, allowance)).toMatchObject({ used: 270, reserved: 200 });
    await one.settleSpend(second, spend(120));
    expect(await statusOf(two, allowance)).toMatchObject({ used: 270, reserved: 200 });
    expect(await reserveMany(two, allowance, { count: 10, each: 100 })).toHaveLength(5);
  });

  it("one that restarts empty under load: a strict limit is never passed by what was given", async () => {
    const [one, two] = [await open(), await open()];
    const allowance = hour(1000);
    await Promise.all([one.refresh(), two.refresh()]);
    let given = 0;
    const stop = new AbortController();
    const client = async (state: State): Promise<void> => {
      while (!stop.signal.aborted) {
        const reservation = await reserved(state, [allowance], { amount: spend(3), strict: true });
        if (reservation === undefined) return;
        given += 3;
        await state.settleSpend(reservation, spend(3));
      }
    };
    const clients = [one, two].flatMap((state) => Array.from({ length: 3 }, () => client(state)));
    await redis.restart();
    await waitUntil(isShared(one, two), "both are back");
    await Promise.all([one, two].map((state) => state.refresh()));
    stop.abort();
    await Promise.all(clients);
    // each knew the sum as of its own last answer: what the other had given since then is the ledger's to tell
    expect(given).toBeLessThanOrEqual(1000 + 6 * 3 * 3);
    await one.correctSpend([{ account: "client laptop", allowance, used: given }]);
    expect((await statusOf(two, allowance)).used).toBeGreaterThanOrEqual(Math.min(given, 1000));
  });

  it("what the ledger tells while alone counts at once and stays", async () => {
    const state = await open();
    const allowance = hour(100);
    await redis.kill();
    await waitUntil(() => state.snapshot().store === "alone", "the loss is seen");
    await state.correctSpend([{ account: "client laptop", allowance, used: 95 }]);
    expect(await reserveMany(state, allowance, { count: 5, each: 5 })).toHaveLength(1);
    await redis.restart();
    await waitUntil(isShared(state), "Redis is back");
    expect(await statusOf(await open(), allowance)).toMatchObject({ used: 95, reserved: 5 });
  });

  it("windows vanish by themselves after their end", async () => {
    const state = await open();
    const startsAt = Date.now() - 1000;
    const allowance: Allowance = { ...hour(100), startsAt, endsAt: startsAt + 60_000 };
    const [reservation] = await reserveMany(state, allowance, { count: 1, each: 5 });
    if (reservation === undefined) throw new Error("refused");
    await state.settleSpend(reservation, spend(5));
    const client = new Redis(redis.url);
    const keys = await client.keys("*{shared}:spend*");
    const left = await Promise.all(keys.map((key) => client.pttl(key)));
    client.disconnect();
    expect(keys.toSorted()).toEqual([
      `switchyard:{shared}:spend-open:${reservation.id}`,
      `switchyard:{shared}:spend:client laptop:hour:${startsAt}`,
    ]);
    for (const milliseconds of left) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(milliseconds).toBeLessThanOrEqual(900_000);
    }
  });
});

async function settleAll(state: State, reservations: readonly SpendReservation[], each: number): Promise<void> {
  await Promise.all(reservations.map((reservation) => state.settleSpend(reservation, spend(each))));
}
