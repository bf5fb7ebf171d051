import { expect, it } from "@jest/globals";

import type { Ledger, LedgerRow } from "../ledger.ts";
import { COST, DAY, facts, HOUR, intent, lostPrice, settlement, TEN } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const TOTAL = { from: 0, to: TEN + DAY, by: [], timeZone: "UTC" } as const;

function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  return values
    .map((value, place) => ({ value, order: Math.sin(seed * 1000 + place) }))
    .toSorted((left, right) => left.order - right.order)
    .map(({ value }) => value);
}

async function writeInPieces(
  ledger: Ledger,
  events: Parameters<Ledger["write"]>[0],
  size: number,
): Promise<LedgerRow[]> {
  const settled: LedgerRow[] = [];
  for (let from = 0; from < events.length; from += size) {
    settled.push(...(await ledger.write(events.slice(from, from + size))).settled);
  }
  return settled;
}

function policy(id: string): Parameters<Ledger["writeClient"]>[0] {
  return {
    id,
    name: id,
    keyDigest: "00",
    budgets: {},
    strict: false,
    overBudget: "refuse",
    createdAt: TEN,
    source: "ledger",
  };
}

export function registerWorkerCases(bench: LedgerBench): void {
  it("counts what several workers write at once, in any order, exactly once", async () => {
    const workers = [await bench.create(), await bench.join(), await bench.join()];
    const attempts = Array.from({ length: 400 }, (_, place) =>
      facts(`a${place}`, { at: TEN + place * 1000, client: `c${place % 5}` }),
    );
    const events = attempts.flatMap((attempt) => [intent(attempt), settlement(attempt)]);
    const told = await Promise.all(
      workers.map((worker, place) => writeInPieces(worker, shuffled(events, place), 37 + place)),
    );
    const ids = told.flat().map((row) => row.attemptId);
    expect(ids).toHaveLength(400);
    expect(new Set(ids).size).toBe(400);
    for (const worker of workers) {
      expect(await worker.report(TOTAL)).toMatchObject([{ requests: 400, cost: 400 * COST.nanoDollars }]);
      expect(await worker.openIntents()).toBe(0);
    }
  });

  it("closes a lost intent once, and lets a settlement that comes at the same moment win", async () => {
    const workers = [await bench.create(), await bench.join()];
    const attempts = Array.from({ length: 120 }, (_, place) => facts(`a${place}`));
    await workers[0]?.write(attempts.map((attempt) => intent(attempt, TEN + 1)));
    const settling = writeInPieces(
      await bench.join(),
      shuffled(
        attempts.map((attempt) => settlement(attempt)),
        1,
      ),
      11,
    );
    const closed = await Promise.all(
      workers.flatMap((worker) => [1, 2, 3].map(() => worker.closeLostIntents(TEN + HOUR, lostPrice, 50))),
    );
    expect(await settling).toHaveLength(120);
    const ids = closed.flat().map((row) => row.attemptId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await workers[0]?.report(TOTAL)).toMatchObject([
      { requests: 120, succeeded: 120, unknown: 0, cost: 120 * COST.nanoDollars, estimatedCost: 0 },
    ]);
  });

  it("removes each old row once, while others write the same attempts again", async () => {
    const [one, two, three] = [await bench.create(), await bench.join(), await bench.join()];
    const events = Array.from({ length: 900 }, (_, place) =>
      settlement(facts(`a${place}`, { at: TEN - 3 * DAY + place * 1000 })),
    );
    await one.write(events);
    const [first, second, again] = await Promise.all([
      one.retain(TEN),
      two.retain(TEN),
      writeInPieces(three, shuffled(events, 3), 50),
    ]);
    expect(first.removed + second.removed).toBe(900);
    expect(again).toEqual([]);
    expect(await one.report(TOTAL)).toMatchObject([{ requests: 900, cost: 900 * COST.nanoDollars }]);
    expect(await one.rows({ from: 0, to: TEN })).toEqual([]);
  });

  it("sees at once what another worker wrote of clients, and gives each change a revision", async () => {
    const [one, two] = [await bench.create(), await bench.join()];
    await Promise.all(
      [1, 2, 3, 4, 5].flatMap((n) => [one.writeClient(policy(`o${n}`)), two.writeClient(policy(`t${n}`))]),
    );
    expect(await one.listClients()).toEqual(await two.listClients());
    expect((await one.listClients()).revision).toBe(10);
  });

  it("tells of an alert by one worker", async () => {
    const workers = [await bench.create(), await bench.join()];
    const alert = {
      at: TEN,
      kind: "budget",
      subject: "total",
      message: "m",
      threshold: 1,
      actual: 2,
      key: "k",
    } as const;
    const told = await Promise.all(
      workers.flatMap((worker) => [1, 2, 3, 4].map(() => worker.addAlert(alert, { quietMs: HOUR }))),
    );
    expect(told.filter((one) => one !== undefined)).toHaveLength(1);
  });
}
