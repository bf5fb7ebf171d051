import { expect, it } from "@jest/globals";

import type { LedgerBench } from "./ledger-bench.ts";
import { COST, facts, HOUR, intent, lostPrice, MINUTE, settlement, TEN, USAGE } from "./events.ts";

const ALWAYS = { from: 0, to: TEN + 1000 * HOUR };
const TOTAL = { ...ALWAYS, by: [], timeZone: "UTC" } as const;

export function registerWriteCases(bench: LedgerBench): void {
  it("gives back every field of a settlement", async () => {
    const ledger = await bench.create();
    const attempt = facts("a1", {
      attempt: 3,
      fallbackChain: ["vertex/claude: overloaded", "openrouter/claude: throttled"],
      client: "team-a",
      session: "session-1",
      agent: "agent-7",
      parentAgent: "agent-1",
      mode: "think",
      stream: false,
      subscription: true,
      simulated: true,
    });
    const usage = { ...USAGE, webSearches: 2, reportedCostNanoDollars: 77, estimated: true };
    const cost = { ...COST, reportedNanoDollars: 77, nanoDollars: 77, pricedAs: "claude-sonnet-4" };
    const end = { outcome: "failure", failure: "truncated", status: 529 } as const;
    const written = await ledger.write([settlement(attempt, { ...end, usage, cost })]);
    const row = { ...attempt, ...end, firstTokenMs: 400, durationMs: 3000, usage, cost };
    expect(written).toEqual({ settled: [row], replaced: [], intents: 0, duplicates: 0 });
    expect(await ledger.rows(ALWAYS)).toEqual([row]);
  });

  it("gives back a settlement that has only what it must have", async () => {
    const ledger = await bench.create();
    const event = {
      kind: "settlement",
      attempt: facts("a1"),
      outcome: "aborted",
      durationMs: 5,
      usage: USAGE,
    } as const;
    await ledger.write([event]);
    const [row] = await ledger.rows(ALWAYS);
    expect(row).toEqual({
      ...facts("a1"),
      outcome: "aborted",
      durationMs: 5,
      usage: USAGE,
      cost: { nanoDollars: 0, priceVersion: "none" },
    });
  });

  it("counts an attempt once, however often it is told, in one batch and in several", async () => {
    const ledger = await bench.create();
    const event = settlement(facts("a1"));
    expect(await ledger.write([event, event])).toMatchObject({ settled: [{ attemptId: "a1" }], duplicates: 1 });
    expect(await ledger.write([event])).toEqual({ settled: [], replaced: [], intents: 0, duplicates: 1 });
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: 1, cost: COST.nanoDollars }]);
  });

  it("keeps the first settlement of an attempt", async () => {
    const ledger = await bench.create();
    await ledger.write([settlement(facts("a1"))]);
    await ledger.write([settlement(facts("a1"), { outcome: "failure", cost: { ...COST, nanoDollars: 5 } })]);
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: 1, succeeded: 1, failed: 0, cost: 1_000_001 }]);
  });

  it("writes nothing for an empty batch", async () => {
    const ledger = await bench.create();
    expect(await ledger.write([])).toEqual({ settled: [], replaced: [], intents: 0, duplicates: 0 });
    expect(await ledger.report(TOTAL)).toEqual([]);
  });

  it("counts no attempt before it has an outcome", async () => {
    const ledger = await bench.create();
    expect(await ledger.write([intent(facts("a1"))])).toMatchObject({ intents: 1, settled: [] });
    expect(await ledger.write([intent(facts("a1"))])).toMatchObject({ intents: 0, duplicates: 1 });
    expect(await ledger.openIntents()).toBe(1);
    expect(await ledger.report(TOTAL)).toEqual([]);
    expect(await ledger.rows(ALWAYS)).toEqual([]);
  });

  it("closes an intent by its settlement, whichever of them comes first", async () => {
    const ledger = await bench.create();
    await ledger.write([intent(facts("before")), settlement(facts("after"))]);
    await ledger.write([settlement(facts("before")), intent(facts("after"))]);
    const together = await ledger.write([settlement(facts("beside")), intent(facts("beside"))]);
    expect(together).toMatchObject({ intents: 1, duplicates: 0, settled: [{ attemptId: "beside" }] });
    expect(await ledger.openIntents()).toBe(0);
    expect(await ledger.closeLostIntents(TEN + 24 * HOUR, lostPrice)).toEqual([]);
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: 3, succeeded: 3, unknown: 0 }]);
  });

  it("makes an unknown, estimated row of an intent whose lease is over, once", async () => {
    const ledger = await bench.create();
    await ledger.write([intent(facts("lost"), TEN + 10), intent(facts("running"), TEN + 11)]);
    const closed = await ledger.closeLostIntents(TEN + 10, lostPrice);
    expect(closed).toMatchObject([
      {
        attemptId: "lost",
        outcome: "unknown",
        usage: { uncachedInput: 1200, output: 0, estimated: true },
        cost: { nanoDollars: 3_600_000 },
      },
    ]);
    expect(await ledger.closeLostIntents(TEN + 10, lostPrice)).toEqual([]);
    expect(await ledger.openIntents()).toBe(1);
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: 1, unknown: 1, estimatedCost: 3_600_000 }]);
  });

  it("closes at most as many lost intents as it is told, oldest leases first", async () => {
    const ledger = await bench.create();
    await ledger.write([3, 1, 2].map((lease) => intent(facts(`lease-${lease}`), TEN + lease)));
    const first = await ledger.closeLostIntents(TEN + HOUR, lostPrice, 2);
    expect(first.map((row) => row.attemptId).toSorted()).toEqual(["lease-1", "lease-2"]);
    expect(await ledger.closeLostIntents(TEN + HOUR, lostPrice, 2)).toMatchObject([{ attemptId: "lease-3" }]);
  });

  it("puts a settlement that comes late in the place of the unknown row, and corrects the sums", async () => {
    const ledger = await bench.create();
    await ledger.write([intent(facts("late", { client: "c" }), TEN + 10)]);
    const [unknown] = await ledger.closeLostIntents(TEN + MINUTE, lostPrice);
    const written = await ledger.write([settlement(facts("late", { client: "c" }))]);
    expect(written).toMatchObject({ settled: [{ attemptId: "late", outcome: "success" }], duplicates: 0 });
    expect(written.replaced).toEqual([unknown]);
    expect(await ledger.write([settlement(facts("late"))])).toMatchObject({ settled: [], replaced: [], duplicates: 1 });
    expect(await ledger.report({ ...TOTAL, by: ["client", "outcome"] })).toMatchObject([
      {
        group: { client: "c", outcome: "success" },
        requests: 1,
        cost: COST.nanoDollars,
        estimatedCost: 0,
        output: 500,
      },
    ]);
    expect(await ledger.rows(ALWAYS)).toMatchObject([{ outcome: "success" }]);
    expect(await ledger.spentByClient(TEN)).toEqual({
      c: { nanoDollars: COST.nanoDollars, requests: 1, tokens: 2634 },
    });
  });

  it("does not open an attempt again whose row was closed by its lease", async () => {
    const ledger = await bench.create();
    await ledger.write([intent(facts("lost"), TEN)]);
    await ledger.closeLostIntents(TEN + 1, lostPrice);
    expect(await ledger.write([intent(facts("lost"), TEN)])).toMatchObject({ intents: 0, duplicates: 1 });
    expect(await ledger.openIntents()).toBe(0);
  });

  it("takes any text that a client may send", async () => {
    const ledger = await bench.create();
    const session = `quote " ' back\\slash \u{1F682} ${"ü".repeat(100)} 数据`;
    await ledger.write([
      settlement(facts("a1", { session, agent: "nul \0 and half \uD83D of a pair", askedModel: "'; drop table x" })),
    ]);
    const [row] = await ledger.rows(ALWAYS);
    expect(row).toMatchObject({
      session,
      agent: "nul \uFFFD and half \uFFFD of a pair",
      askedModel: "'; drop table x",
    });
    const found = await ledger.report({ ...TOTAL, by: ["session"], where: { session: [session] } });
    expect(found).toMatchObject([{ group: { session }, requests: 1 }]);
  });

  it("keeps names of the greatest length a client may send, in any alphabet", async () => {
    const ledger = await bench.create();
    const long = "数".repeat(200);
    await ledger.write([
      settlement(facts("a1", { session: long, agent: long, askedModel: long, model: long, client: "c" })),
    ]);
    const rows = await ledger.report({ ...TOTAL, by: ["session", "agent", "asked_model", "model"] });
    expect(rows).toMatchObject([{ group: { session: long, agent: long, asked_model: long, model: long } }]);
  });

  it("writes nothing of a batch with a wrong value, and goes on after it", async () => {
    const ledger = await bench.create();
    const wrong = settlement(facts("wrong"), { cost: { nanoDollars: Number.NaN, priceVersion: "none" } });
    await expect(ledger.write([settlement(facts("a1")), wrong, intent(facts("a2"))])).rejects.not.toMatchObject({
      name: "LedgerUnavailableError",
    });
    expect(await ledger.report(TOTAL)).toEqual([]);
    expect(await ledger.openIntents()).toBe(0);
    expect(await ledger.write([settlement(facts("a1"))])).toMatchObject({ settled: [{ attemptId: "a1" }] });
  });

  it("takes batches of any size, and several at once", async () => {
    const ledger = await bench.create();
    const sizes = [1, 2, 49, 50, 199, 417, 1204];
    const batches = sizes.map((size) =>
      Array.from({ length: size }, (_, place) => settlement(facts(`b${size}-${place}`, { at: TEN + place * 1000 }))),
    );
    const written = await Promise.all(batches.map((batch) => ledger.write(batch)));
    expect(written.map(({ settled }) => settled.length)).toEqual(sizes);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: total, cost: total * COST.nanoDollars }]);
  });
}
