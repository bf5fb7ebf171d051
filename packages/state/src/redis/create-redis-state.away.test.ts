import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import type { Limit, Reservation, State, TakeCandidate } from "../state.ts";
import { startRedis, type TestRedis, waitUntil, whyNoRedis } from "../testing/index.ts";
import { createRedisState } from "./create-redis-state.ts";

const LONG = 3_600_000;
/** ms; a Redis that a busy machine holds up for a moment is not away. */
const PATIENT = 1000;
const why = whyNoRedis();
const title = why === undefined ? "a Redis that is away" : `a Redis that is away [skipped: ${why}]`;

function candidate(limits: readonly Limit[], changes: Partial<TakeCandidate> = {}): TakeCandidate {
  return {
    bucket: "north/large",
    limits,
    inputTokens: 100,
    outputTokens: 20,
    target: "north/large-1",
    breaker: { failureThreshold: 3, recoveryTimeoutMs: LONG },
    ...changes,
  };
}

function requests(limit: number): Limit[] {
  return [{ resource: "requests", algorithm: "sliding_window", limit, windowMs: LONG }];
}

async function used(state: State): Promise<number> {
  await state.refresh();
  return state.snapshot().buckets.get("north/large")?.limits[0]?.used ?? Number.NaN;
}

function isShared(state: State): () => boolean {
  return () => state.snapshot().store === "shared";
}

async function takeMany(state: State, from: TakeCandidate, count: number): Promise<Reservation[]> {
  const results = await Promise.all(Array.from({ length: count }, () => state.take([from])));
  return results.flatMap(({ reservation }) => (reservation === undefined ? [] : [reservation]));
}

(why === undefined ? describe : describe.skip)(title, () => {
  let redis: TestRedis;
  let states: State[] = [];
  const open = async (options: { url?: string; shared?: boolean; pollMs?: number } = {}): Promise<State> => {
    const { url = redis.url, pollMs } = options;
    const state = createRedisState({
      url,
      commandTimeoutMs: PATIENT,
      ...(pollMs === undefined ? {} : { pollMs }),
    });
    states.push(state);
    if (options.shared !== false) await waitUntil(() => state.snapshot().store === "shared", "Redis is reached");
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

  it("that was never there leaves the gateway alone from the start, and is joined when it comes", async () => {
    await redis.kill();
    const state = await open({ shared: false });
    const from = candidate(requests(5));
    expect(await takeMany(state, from, 10)).toHaveLength(5);
    expect(state.snapshot()).toMatchObject({ store: "alone", replicas: 1 });
    expect((await state.take([from])).skipped[0]).toMatchObject({ reason: "limit" });
    await redis.restart();
    await waitUntil(isShared(state), "Redis is joined");
    expect(await used(state)).toBeCloseTo(5, 3);
    expect(await takeMany(state, from, 3)).toHaveLength(0);
  });

  it("that was never there leaves each of several gateways its share, and that is told", async () => {
    await redis.kill();
    const told: unknown[] = [];
    const state = createRedisState({
      url: redis.url,
      commandTimeoutMs: PATIENT,
      expectedReplicas: 4,
      onChange: (store, _cause, replicas) => told.push([store, replicas]),
    });
    states.push(state);
    expect(await takeMany(state, candidate(requests(20)), 30)).toHaveLength(5);
    expect(state.snapshot()).toMatchObject({ store: "alone", replicas: 4 });
    await waitUntil(() => told.length > 0, "its being alone is told");
    expect(told).toEqual([["alone", 4]]);
    await redis.restart();
    await waitUntil(isShared(state), "Redis is joined");
    expect(told).toHaveLength(2);
    expect(await takeMany(state, candidate(requests(20)), 30)).toHaveLength(15);
  });

  it("lets one gateway try an open breaker out in a recovery time, although none can ask the others", async () => {
    const recoveryTimeoutMs = 400;
    const from = candidate([], { breaker: { failureThreshold: 1, recoveryTimeoutMs } });
    const gateways = [await open(), await open(), await open()];
    const [first] = await takeMany(gateways[0] as State, from, 1);
    await gateways[0]?.settle(first as Reservation, { outcome: "failure" });
    await Promise.all(gateways.map((gateway) => gateway.refresh()));
    redis.freeze();
    await waitUntil(() => gateways.every((gateway) => gateway.snapshot().store === "alone"), "each is alone");
    // It was somewhen between the two that each was let through: on a busy machine that may be long.
    const probes: { asked: number; told: number }[] = [];
    const until = Date.now() + 12 * recoveryTimeoutMs;
    await waitUntil(
      async () => {
        for (const gateway of gateways) {
          const asked = Date.now();
          const { reservation } = await gateway.take([from]);
          if (reservation === undefined) continue;
          expect(reservation.probe).toBe(true);
          probes.push({ asked, told: Date.now() });
          await gateway.settle(reservation, { outcome: "failure" });
        }
        return Date.now() > until && probes.length >= 2;
      },
      "there were probes for long enough",
      25_000,
    );
    redis.thaw();
    const gaps = probes.slice(1).map(({ told }, index) => told - (probes[index]?.asked ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(recoveryTimeoutMs);
  });

  it("that is emptied is seeded with what was used, what is in flight, who rests and what was learnt", async () => {
    const state = await open();
    const places: Limit = { resource: "concurrency", algorithm: "fixed_window", limit: 10, windowMs: 0 };
    const from = candidate([...requests(10), places]);
    const [reservation] = await takeMany(state, from, 6);
    const south = candidate([], { bucket: "south/large", target: "south/large-1" });
    const [tired] = await takeMany(state, south, 1);
    if (reservation === undefined || tired === undefined) throw new Error("nothing was taken");
    const rest = { scope: "bucket", failure: "throttled", message: "slow down", until: Date.now() + LONG } as const;
    await state.settle(tired, { outcome: "neutral", rest });
    await state.learn("north/large-1", { kind: "beta", name: "odd" }, Date.now() + LONG);
    await state.writeSwitch("strategy", "cost");
    await state.setBreaker("west/large-1", "open", "maintenance");
    await state.refresh();

    const client = new Redis(redis.url);
    await client.flushall();
    expect((await takeMany(state, from, 10)).length).toBeLessThanOrEqual(4);
    await waitUntil(async () => (await client.get("switchyard:{shared}:generation")) !== null, "it is seeded");
    await waitUntil(isShared(state), "the fleet is together again");
    client.disconnect();
    expect((await takeMany(state, from, 10)).length).toBeLessThanOrEqual(4);
    expect(await used(state)).toBeCloseTo(10, 3);
    expect((await state.take([south])).skipped[0]).toMatchObject({ reason: "resting", availableAt: rest.until });
    const snapshot = state.snapshot();
    expect(snapshot.buckets.get("north/large")?.limits[1]).toMatchObject({ resource: "concurrency", used: 10 });
    expect(snapshot.targets.get("north/large-1")?.rejections).toHaveLength(1);
    expect(snapshot.targets.get("west/large-1")?.breaker).toBe("open");
    expect(snapshot.switches).toEqual({ strategy: "cost" });
    await state.settle(reservation, { outcome: "success", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    expect(await used(state)).toBeCloseTo(9, 3);
  });

  it("that comes back empty is seeded by every replica before it reserves there", async () => {
    const [one, two] = [await open(), await open()];
    const from = candidate(requests(20));
    await takeMany(one, from, 8);
    await takeMany(two, from, 8);
    await Promise.all([one.refresh(), two.refresh()]);
    await redis.restart();
    await waitUntil(() => isShared(one)() && isShared(two)(), "both are back");
    const more = await Promise.all([takeMany(one, from, 20), takeMany(two, from, 20)]);
    expect(more.flat().length).toBeLessThanOrEqual(4);
    expect(await used(one)).toBeCloseTo(20, 3);
  });

  it.each(["sliding_window", "fixed_window", "token_bucket"] as const)(
    "that is emptied between two looks is told by each what it took there, which nobody has seen: %s",
    async (algorithm) => {
      // It has looked when it began, and looks again when it is told to.
      const [one, two] = [await open({ pollMs: LONG }), await open({ pollMs: LONG })];
      const sub = algorithm === "fixed_window" ? { subWindowMs: LONG / 2 } : {};
      const from = candidate([{ resource: "requests", algorithm, limit: 20, windowMs: LONG, ...sub }]);
      const [first] = await takeMany(one, from, algorithm === "fixed_window" ? 4 : 9);
      await takeMany(two, from, algorithm === "fixed_window" ? 4 : 8);
      if (first === undefined) throw new Error("nothing was taken");
      await one.settle(first, { outcome: "neutral", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
      const client = new Redis(redis.url);
      await client.flushall();
      client.disconnect();
      await Promise.all([one.refresh(), two.refresh()]);
      const left = algorithm === "fixed_window" ? 3 : 4;
      expect((await Promise.all([takeMany(one, from, 20), takeMany(two, from, 20)])).flat()).toHaveLength(left);
    },
  );

  it("leaves each of two gateways its half of what is left, and counts what they used alone", async () => {
    const [one, two] = [await open(), await open()];
    const from = candidate(requests(40));
    await takeMany(one, from, 10);
    await Promise.all([one.refresh(), two.refresh()]);
    expect(one.snapshot().replicas).toBe(2);
    redis.freeze();
    const alone = await Promise.all([takeMany(one, from, 40), takeMany(two, from, 40)]);
    expect(one.snapshot().store).toBe("alone");
    expect(alone.map(({ length }) => length)).toEqual([15, 15]);
    expect(alone.flat().every(({ local }) => local)).toBe(true);
    redis.thaw();
    await waitUntil(() => isShared(one)() && isShared(two)(), "both are back");
    expect(await used(one)).toBeCloseTo(40, 3);
    const [first] = alone[0] ?? [];
    if (first === undefined) throw new Error("nothing was taken");
    await one.settle(first, { outcome: "success", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    expect(await used(two)).toBeCloseTo(39, 3);
  });

  it("is told later what was settled, ordered and switched while it was away", async () => {
    const state = await open();
    const from = candidate([{ resource: "tokens", algorithm: "sliding_window", limit: 1e6, windowMs: LONG }]);
    const [reservation] = await takeMany(state, from, 1);
    if (reservation === undefined) throw new Error("nothing was taken");
    redis.freeze();
    const rest = { scope: "target", failure: "auth", message: "no", until: "change" } as const;
    await state.settle(reservation, {
      outcome: "failure",
      used: { requests: 1, inputTokens: 7, outputTokens: 3 },
      rest,
    });
    expect((await state.take([from])).skipped[0]).toMatchObject({ reason: "resting" });
    await state.writeSwitch("strategy", "speed");
    await state.setBreaker("south/large-1", "open", "maintenance");
    expect(state.snapshot().targets.get("south/large-1")?.breaker).toBe("open");
    expect(state.snapshot().switches).toEqual({ strategy: "speed" });
    redis.thaw();
    await waitUntil(isShared(state), "Redis is back");
    const other = await open();
    expect(await used(other)).toBeCloseTo(10, 3);
    expect((await other.take([from])).skipped[0]).toMatchObject({ reason: "resting" });
    expect(other.snapshot().switches).toEqual({ strategy: "speed" });
    expect(other.snapshot().targets.get("south/large-1")?.breaker).toBe("open");
    expect(other.snapshot().targets.get("north/large-1")?.failuresInRow).toBe(1);
  });

  it("answers sessions, turns, switches and records from this gateway's own memory", async () => {
    const state = await open();
    const place = {
      provider: "north",
      model: "large-1",
      usedAt: Date.now(),
      warmUntil: Date.now() + 1000,
      promptTokens: 1,
      promptBytes: 1,
      cachedTokens: 1,
      outputs: [],
    };
    await state.writeSession("one", place);
    const turn = await state.nextTurn("round");
    await redis.kill();
    await waitUntil(() => state.snapshot().store === "alone", "the loss is seen");
    expect(await state.readSession("one")).toEqual([place]);
    expect(await state.nextTurn("round")).toBe(turn + 1);
    expect(await state.readSwitches()).toEqual({});
    state.keepRecord("req_1", "{}");
    await waitUntil(async () => (await state.readRecord("req_1")) === "{}", "the record is kept");
  });
});
