import type { OpenSpend } from "../memory/spend-sums.ts";
import { SPEND_LEASE_MS, spendWindowName } from "../rules/index.ts";
import type { Allowance, Spend, SpendRequest, SpendReservation, SpendResult, SpendStatus, SpendSum } from "../state.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { ScriptRunner } from "./script-runner.ts";

/**
 * Atomic steps on spend, as scripts. Every method rejects with StoreAwayError; "unseeded": Redis has been emptied, or
 * is another one.
 */
export interface SpendStore {
  reserve(request: SpendRequest, wish: { id: string; generation: string }): Promise<SpendResult | "unseeded">;
  settle(reservation: SpendReservation, used: Spend, generation: string): Promise<SpendStatus[] | "unseeded">;
  read(asked: readonly { account: string; allowance: Allowance }[]): Promise<SpendStatus[]>;
  seed(known: KnownSpend, when: { generation: string; now: number }): Promise<"seeded" | "unseeded">;
  /** Key of a window. */
  windowOf(account: string, allowance: Pick<Allowance, "name" | "startsAt">): string;
  windowNamed(name: string): string;
  nameSums(sums: readonly SpendSum[]): KnownSpend["sums"];
}

export interface KnownSpend {
  sums: readonly { window: string; used: number; endsAt: number }[];
  open: readonly OpenSpend[];
}

const UNSEEDED = -1;
const NOTHING: Spend = { nanoDollars: 0, requests: 0, tokens: 0 };

export function createSpendStore({ runner, keys }: { runner: ScriptRunner; keys: KeyBuilder }): SpendStore {
  const first = [keys.generation, keys.spendLeases];
  const windowOf: SpendStore["windowOf"] = (account, allowance) =>
    keys.spendWindow(spendWindowName(account, allowance));
  const keysOf = (id: string, account: string, allowances: readonly Allowance[]): string[] => [
    ...first,
    keys.spendReservation(id),
    ...allowances.map((allowance) => windowOf(account, allowance)),
  ];

  const store: SpendStore = {
    async reserve(request, { id, generation }) {
      const { account, allowances, amount, leaseMs = SPEND_LEASE_MS } = request;
      const reservation: SpendReservation = { id, account, allowances, amount, local: false };
      const charges = allowances.flatMap(({ unit, limit, endsAt }) => [amount[unit], limit, endsAt]);
      const args = [generation, Math.ceil(leaseMs), request.strict ? 1 : 0, ...charges].map(String);
      const answer = await runner.run("spend-reserve", keysOf(id, account, allowances), args, (late) => {
        // nobody knows of it: if this fails too, its lease ends
        if (codeOf(late) === 0) store.settle(reservation, NOTHING, generation).catch(() => {});
      });
      const code = codeOf(answer);
      if (code === UNSEEDED) return "unseeded";
      const status = readStatus(answer, 1, allowances);
      const exceeded = status[code - 1];
      return exceeded === undefined ? { kind: "reserved", reservation, status } : { kind: "refused", exceeded, status };
    },
    async settle({ id, account, allowances }, used, generation) {
      const args = allowances.flatMap(({ unit, endsAt }) => [used[unit], endsAt]).map(String);
      const answer = await runner.run("spend-settle", keysOf(id, account, allowances), [generation, ...args]);
      return codeOf(answer) === UNSEEDED ? "unseeded" : readStatus(answer, 1, allowances);
    },
    async read(asked) {
      const windows = asked.map(({ account, allowance }) => windowOf(account, allowance));
      const answer = await runner.run("spend-read", [...first, ...windows], []);
      return readStatus(
        answer,
        0,
        asked.map(({ allowance }) => allowance),
      );
    },
    async seed({ sums, open }, { generation, now }) {
      const known = {
        s: sums.map(({ window, used, endsAt }) => [window, Math.ceil(used), endsAt]),
        l: open.map(({ reservation: { id, account, allowances, amount }, leaseUntil }) => [
          keys.spendReservation(id),
          Math.max(1, Math.ceil(leaseUntil - now)),
          allowances.map((allowance) => [windowOf(account, allowance), amount[allowance.unit], allowance.endsAt]),
        ]),
      };
      const answer = await runner.run("spend-seed", first, [generation, JSON.stringify(known)]);
      return answer === UNSEEDED ? "unseeded" : "seeded";
    },
    windowOf,
    windowNamed: (name) => keys.spendWindow(name),
    nameSums: (sums) =>
      sums.map(({ account, allowance, used }) => ({
        window: windowOf(account, allowance),
        used,
        endsAt: allowance.endsAt,
      })),
  };
  return store;
}

function codeOf(answer: unknown): number {
  return Array.isArray(answer) ? Number(answer[0]) : Number.NaN;
}

function readStatus(answer: unknown, from: number, allowances: readonly Allowance[]): SpendStatus[] {
  const numbers: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return allowances.map((allowance, index) => ({
    allowance,
    used: Number(numbers[from + 2 * index] ?? 0),
    reserved: Number(numbers[from + 2 * index + 1] ?? 0),
  }));
}
