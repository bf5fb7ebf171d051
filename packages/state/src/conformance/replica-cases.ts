import { expect, it } from "@jest/globals";

import type { StateBench } from "./state-bench.ts";
import { bucketStatus, candidate, fail, LONG, refused, requests, taken, targetStatus } from "./state-bench.ts";

export function registerReplicaCases(bench: StateBench): void {
  it("share a limit exactly when both take at once", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const from = candidate({ limits: [requests(10)] });
    const takes = Array.from({ length: 40 }, (_, count) => (count % 2 === 0 ? one : two).take([from]));
    const results = await Promise.all(takes);
    expect(results.filter(({ reservation }) => reservation !== undefined)).toHaveLength(10);
  });

  it("settle each other's reservations", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const limits = [requests(10_000, { resource: "tokens" })];
    const reservation = await taken(one, candidate({ limits, inputTokens: 900, outputTokens: 100 }));
    const used = { requests: 1, inputTokens: 90, outputTokens: 10 };
    await two.settle(reservation, { outcome: "success", used });
    await one.settle(reservation, { outcome: "success", used });
    expect((await bucketStatus(one)).limits[0]?.used).toBeCloseTo(100, 0);
    expect((await bucketStatus(two)).limits[0]?.used).toBeCloseTo(100, 0);
  });

  it("count failures together and see the breaker open within a second", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const from = candidate({ breaker: { failureThreshold: 4, recoveryTimeoutMs: LONG } });
    await fail(one, from, 2);
    await fail(two, from, 2);
    expect(await refused(one, from)).toMatchObject({ reason: "breaker" });
    expect((await targetStatus(one)).breaker).toBe("open");
    await bench.wait(1100);
    expect(two.snapshot().targets.get(from.target)?.breaker).toBe("open");
  });

  it("send one probe between them", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const from = candidate({ breaker: { failureThreshold: 2, recoveryTimeoutMs: 1500 } });
    await fail(one, from, 2);
    await bench.wait(1550);
    const results = await Promise.all([one, two, one, two, one, two].map((state) => state.take([from])));
    expect(results.filter(({ reservation }) => reservation?.probe === true)).toHaveLength(1);
    expect(results.filter(({ reservation }) => reservation !== undefined)).toHaveLength(1);
  });

  it("see each other's rests, refusals, switches, sessions and records", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const reservation = await taken(one, candidate());
    const rest = { scope: "bucket", failure: "throttled", message: "slow down", until: bench.now + LONG } as const;
    await one.settle(reservation, { outcome: "neutral", rest });
    await one.learn("north/large-1", { kind: "field", name: "thinking" }, bench.now + LONG);
    await one.writeSwitch("strategy", "cost");
    one.keepRecord("req_1", "{}");
    await bench.wait(1100);
    expect(await refused(two, candidate())).toMatchObject({ reason: "resting" });
    expect((await targetStatus(two)).rejections).toHaveLength(1);
    expect(two.snapshot().switches).toEqual({ strategy: "cost" });
    expect(await two.readRecord("req_1")).toBe("{}");
    expect(await two.recentRecords(5)).toEqual(["{}"]);
  });

  it("take turns from one counter", async () => {
    const [one, two] = [await bench.open(), await bench.join()];
    const turns = await Promise.all(
      Array.from({ length: 40 }, (_, count) => (count % 2 === 0 ? one : two).nextTurn("round")),
    );
    expect(new Set(turns).size).toBe(40);
  });

  it("count each other", async () => {
    const [one] = [await bench.open(), await bench.join()];
    await bench.wait(1100);
    await one.refresh();
    expect(one.snapshot().replicas).toBe(2);
  });
}
