import { describe, expect, it } from "@jest/globals";

import type { Limit } from "../state.ts";
import { readAloneUse } from "./alone-use.ts";
import { createLocalShare } from "./local-share.ts";
import { emptyView, type KnownLimit, type SnapshotView } from "./snapshot-view.ts";

const MINUTE = 60_000;
const START = 1_800_000_000_000;

/** One of two gateways that is left alone at START, of a fleet that had used so much of a limit. */
function leave(limit: Limit, used: number) {
  let time = START;
  const known: KnownLimit = { ...limit, used, resetAt: START + MINUTE / 2 };
  const view: SnapshotView = { ...emptyView(START), replicas: 2 };
  view.buckets.set("north/large", { limits: [known], load: 0, share: 1 });
  const local = createLocalShare({ now: () => time, random: () => 0.5, first: { sharers: 1, rank: 0 } });
  local.begin({ view, definitions: new Map([["north/large", [limit]]]) }, [], { sharers: 2, rank: 0 });
  let number = 0;
  return {
    take(inputTokens: number): boolean {
      const breaker = { failureThreshold: 5, recoveryTimeoutMs: MINUTE };
      const candidate = {
        bucket: "north/large",
        target: "north/1",
        limits: [limit],
        inputTokens,
        outputTokens: 0,
        breaker,
      };
      const wish = { id: String((number += 1)), dice: 0, leaseMs: MINUTE };
      return local.take([candidate], wish).reservation !== undefined;
    },
    wait(ms: number) {
      time += ms;
    },
    use: () => local.readUse().get("north/large")?.[0],
  };
}

const tokens = (algorithm: Limit["algorithm"]): Limit => ({
  resource: "input_tokens",
  algorithm,
  limit: 6000,
  windowMs: MINUTE,
});

describe("what was used alone", () => {
  it("is nothing where nothing was taken, whatever the others had used", () => {
    for (const algorithm of ["token_bucket", "fixed_window", "sliding_window"] as const) {
      const gateway = leave(tokens(algorithm), 2000);
      gateway.wait(1000);
      expect(gateway.use()?.slots ?? []).toEqual([]);
      expect(gateway.use()?.amount ?? 0).toBeCloseTo(0, 0);
    }
  });

  it("of a fixed window is what was taken, and nothing of a window that has ended", () => {
    const gateway = leave(tokens("fixed_window"), 2000);
    expect(gateway.take(500)).toBe(true);
    expect(gateway.use()).toMatchObject({ amount: 500 });
    gateway.wait(2 * MINUTE);
    expect(gateway.use()).toBeUndefined();
    expect(gateway.take(700)).toBe(true);
    expect(gateway.use()).toMatchObject({ amount: 700 });
  });

  it("of a token bucket is what has not flowed back, however long it was away", () => {
    const gateway = leave(tokens("token_bucket"), 0);
    for (let second = 0; second < 300; second += 1) {
      gateway.take(50);
      gateway.wait(1000);
    }
    // as much was taken in five minutes as five shares hold: never more than one of them is missing
    expect(gateway.use()?.amount ?? 0).toBeLessThanOrEqual(3000);
  });

  it("of a sliding window stands where it was taken, without the share that it began with", () => {
    const gateway = leave(tokens("sliding_window"), 2000);
    gateway.take(300);
    gateway.wait(10_000);
    gateway.take(400);
    const slots = gateway.use()?.slots ?? [];
    expect(slots.map(([, amount]) => amount)).toEqual([300, 400]);
    expect((slots[1]?.[0] ?? 0) - (slots[0]?.[0] ?? 0)).toBe(10);
    gateway.wait(MINUTE - 8000);
    expect(gateway.use()?.slots?.map(([, amount]) => amount)).toEqual([400]);
  });

  it("is read from the world of a gateway that has never seen Redis", () => {
    expect(readAloneUse(emptyWorld(), { at: START, scale: 1, view: emptyView(START) }, START).size).toBe(0);
  });
});

function emptyWorld(): Parameters<typeof readAloneUse>[0] {
  return { buckets: new Map(), targets: new Map(), providers: new Map(), open: new Map() };
}
