import { expect, it } from "@jest/globals";

import type { Ledger } from "../ledger.ts";
import { COST, facts, HOUR, intent, lostPrice, settlement, TEN } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const MINUTE = 60_000;
const HOOK = "webhook-a";
const OTHER = "webhook-b";

const alert = (key: string, at = TEN): Parameters<Ledger["addAlert"]>[0] => ({
  at,
  kind: "budget",
  subject: "total",
  message: key,
  threshold: 1,
  actual: 2,
  key,
});

async function raise(ledger: Ledger, key: string, webhooks: readonly string[] = [HOOK], at = TEN): Promise<number> {
  const added = await ledger.addAlert(alert(key, at), { webhooks });
  if (added === undefined) throw new Error(`${key} was told before`);
  return added.id;
}

const take = (ledger: Ledger, more: Partial<Parameters<Ledger["takeDeliveries"]>[0]> = {}) =>
  ledger.takeDeliveries({ webhooks: [HOOK, OTHER], now: TEN, until: TEN + MINUTE, limit: 10, ...more });

/** What a worker leaves for the next one. */
export function registerTaskCases(bench: LedgerBench): void {
  it("keeps an alert for each of its webhooks until it is taken there", async () => {
    const ledger = await bench.create();
    const id = await raise(ledger, "k", [HOOK, OTHER, HOOK]);
    expect(await ledger.waitingDeliveries()).toBe(2);
    const taken = await take(ledger);
    expect(taken.map(({ webhook, tries }) => [webhook, tries])).toEqual([
      [HOOK, 1],
      [OTHER, 1],
    ]);
    expect(taken[0]?.alert).toEqual({ ...alert("k"), id });
    await ledger.endDelivery({ alert: id, webhook: HOOK });
    expect(await ledger.waitingDeliveries()).toBe(1);
  });

  it("lets nothing wait of an alert that was told before", async () => {
    const ledger = await bench.create();
    await raise(ledger, "k");
    expect(await ledger.addAlert(alert("k"), { webhooks: [HOOK, OTHER] })).toBeUndefined();
    expect(await ledger.waitingDeliveries()).toBe(1);
  });

  it("tells of a delivery again when whoever took it has not come back, and counts the tries", async () => {
    const ledger = await bench.create();
    await raise(ledger, "k");
    expect(await take(ledger)).toHaveLength(1);
    expect(await take(ledger, { now: TEN + MINUTE - 1 })).toEqual([]);
    const later = await bench.reopen();
    expect(await take(later, { now: TEN + MINUTE, until: TEN + 2 * MINUTE })).toMatchObject([{ tries: 2 }]);
  });

  it("tells of what was postponed when its time has come, the longest due first, so many at a time", async () => {
    const ledger = await bench.create();
    const [one, two, three] = [await raise(ledger, "1"), await raise(ledger, "2"), await raise(ledger, "3")];
    await take(ledger);
    await ledger.postponeDelivery({ alert: one, webhook: HOOK }, { at: TEN + 30, tries: 4 });
    await ledger.postponeDelivery({ alert: two, webhook: HOOK }, { at: TEN + 10, tries: 1 });
    await ledger.postponeDelivery({ alert: three, webhook: HOOK }, { at: TEN + 99, tries: 1 });
    expect(await take(ledger, { now: TEN + 9 })).toEqual([]);
    const first = await take(ledger, { now: TEN + 50, limit: 1 });
    expect(first).toMatchObject([{ alert: { id: two }, tries: 2 }]);
    expect(await take(ledger, { now: TEN + 50 })).toMatchObject([{ alert: { id: one }, tries: 5 }]);
  });

  it("tells of those webhooks only that the caller knows; others wait until they are dropped", async () => {
    const ledger = await bench.create();
    await raise(ledger, "old", [OTHER]);
    await raise(ledger, "new", [OTHER], TEN + HOUR);
    expect(await take(ledger, { webhooks: [HOOK], now: TEN + HOUR })).toEqual([]);
    expect(await take(ledger, { webhooks: [], now: TEN + HOUR })).toEqual([]);
    expect(await ledger.dropDeliveries(TEN + HOUR)).toBe(1);
    expect(await take(ledger, { now: TEN + HOUR, until: TEN + 2 * HOUR })).toMatchObject([
      { alert: { message: "new" } },
    ]);
  });

  it("gives a lease to one at a time, until it is over or given back", async () => {
    const ledger = await bench.create();
    const wish = (holder: string, now: number) => ledger.takeLease({ name: "n", holder, now, until: now + MINUTE });
    expect(await wish("a", TEN)).toBe(true);
    expect(await wish("b", TEN + 1)).toBe(false);
    expect(await wish("a", TEN + 30)).toBe(true);
    expect(await wish("b", TEN + MINUTE)).toBe(false);
    expect(await wish("b", TEN + 30 + MINUTE)).toBe(true);
    expect(await wish("a", TEN + 31 + MINUTE)).toBe(false);
    await ledger.endLease({ name: "n", holder: "a" });
    expect(await wish("a", TEN + 32 + MINUTE)).toBe(false);
    await ledger.endLease({ name: "n", holder: "b" });
    expect(await wish("a", TEN + 33 + MINUTE)).toBe(true);
  });

  it("tells what agents spent by the minutes in which answers ended", async () => {
    const ledger = await bench.create();
    const at = (minutes: number) => TEN + minutes * MINUTE;
    await ledger.write([
      settlement(facts("a", { at: at(0), session: "s", agent: "x" }), { durationMs: 1000 }),
      settlement(facts("b", { at: at(0) + 1, session: "s", agent: "x" }), { durationMs: 59_998 }),
      settlement(facts("c", { at: at(0) + 2, session: "s", agent: "x" }), { durationMs: 59_998 }),
      settlement(facts("d", { at: at(2), session: "s" }), { durationMs: 0 }),
      settlement(facts("e", { at: at(2), session: "s", subscription: true }), { durationMs: 0 }),
      settlement(facts("f", { at: at(9), session: "s" }), { durationMs: 0 }),
      intent(facts("g", { at: at(2), session: "s", agent: "lost" }), TEN),
    ]);
    await ledger.closeLostIntents(TEN + 1, lostPrice);
    const minutes = await ledger.agentMinutes({ from: TEN, to: at(9) });
    const minute = TEN / MINUTE;
    const spent = (agent: string | undefined) =>
      minutes
        .filter((one) => one.agent === agent)
        .map((one) => [one.session, one.minute - minute, one.nanoDollars])
        .toSorted((left, right) => Number(left[1]) - Number(right[1]));
    expect(spent("x")).toEqual([
      ["s", 0, 2 * COST.nanoDollars],
      ["s", 1, COST.nanoDollars],
    ]);
    expect(spent(undefined)).toEqual([["s", 2, COST.nanoDollars]]);
    expect(spent("lost")).toEqual([["s", 2, expect.any(Number)]]);
  });

  it("tells the latest rows, oldest first", async () => {
    const ledger = await bench.create();
    const written = [3, 1, 2, 5].map((place) => settlement(facts(`a${place}`, { at: TEN + place })));
    await ledger.write(written);
    const ids = async (since: number, limit: number) =>
      (await ledger.latestRows({ since, limit })).map(({ attemptId }) => attemptId);
    expect(await ids(TEN, 3)).toEqual(["a2", "a3", "a5"]);
    expect(await ids(TEN + 3, 10)).toEqual(["a3", "a5"]);
    expect(await ids(TEN + 6, 10)).toEqual([]);
  });
}

/** What several workers do at once. */
export function registerSharedTaskCases(bench: LedgerBench): void {
  it("gives each delivery to one of them", async () => {
    const workers = [await bench.create(), await bench.join(), await bench.join()];
    for (let place = 0; place < 30; place += 1) await raise(workers[0] as Ledger, `k${place}`);
    const taken = await Promise.all(workers.flatMap((worker) => [1, 2, 3, 4].map(() => take(worker, { limit: 5 }))));
    const ids = taken.flat().map((delivery) => delivery.alert.id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await take(workers[1] as Ledger, { limit: 100 });
    expect(ids.length + rest.length).toBe(30);
  });

  it("gives a lease to one of them", async () => {
    const workers = [await bench.create(), await bench.join(), await bench.join()];
    const given = await Promise.all(
      workers.flatMap((worker, place) =>
        [1, 2, 3].map((time) =>
          worker.takeLease({ name: "n", holder: `w${place}-${time}`, now: TEN, until: TEN + MINUTE }),
        ),
      ),
    );
    expect(given.filter(Boolean)).toHaveLength(1);
  });
}
