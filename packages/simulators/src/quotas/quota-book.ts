import { createQuotaCounter, type QuotaCounter } from "./quota-counter.ts";
import type { QuotaReport, QuotaUse } from "./quota-report.ts";
import { appliesTo, QUOTA_RULES, type CompleteQuotaRule, type QuotaRule } from "./quota-rule.ts";

/** Where a quota stands, right now. */
export interface QuotaReading {
  rule: CompleteQuotaRule;
  remaining: number;
  resetMs: number;
}

/** The quota that a request failed on. */
export interface QuotaExcess extends QuotaReading {
  wanted: number;
  retryAfterMs: number;
}

/** What a request spends of a quota when it is let in, and what must be free for it to be let in. */
export interface QuotaPrice {
  spend: number;
  need: number;
}

interface Entry {
  rule: CompleteQuotaRule;
  counter: QuotaCounter;
  use: QuotaUse;
  /** Index of the window that `use.windows` begins with. */
  firstWindow: number;
}

/** Units of a quota that a request goes on spending after it was let in. */
export interface QuotaAccount {
  spend(resource: CompleteQuotaRule["resource"], amount: number): void;
}

export interface QuotaBook {
  readonly isEmpty: boolean;
  /** Lets a request in and counts it on every quota of its model, or on none: then the quota that waits longest. */
  admit(model: string, price: (rule: CompleteQuotaRule) => QuotaPrice): QuotaAccount | QuotaExcess;
  /** Least share of the limit that would be left after such a request; negative: it would be refused. */
  roomAfter(model: string, price: (rule: CompleteQuotaRule) => QuotaPrice): number;
  readings(model: string): QuotaReading[];
  replace(rules: readonly QuotaRule[]): void;
  /** Forgets what was counted for reports; quotas stay as full as they are. */
  clearReport(): void;
  report(): QuotaReport;
}

const KEPT_WINDOWS = 1_000;

/** Keeps every quota of a simulator. Throws on rules that are none. */
export function createQuotaBook(rules: readonly QuotaRule[], now: () => number): QuotaBook {
  let entries = openEntries(rules);
  let accepted = 0;
  let refused = 0;

  const of = (model: string): Entry[] => entries.filter(({ rule }) => appliesTo(rule, model));
  const spend = (entry: Entry, amount: number): void => {
    const at = now();
    entry.counter.spend(at, amount);
    note(entry, at, amount);
  };
  const read = ({ rule, counter }: Entry): QuotaReading => ({
    rule,
    remaining: Math.max(0, Math.floor(counter.left(now()))),
    resetMs: counter.resetAfter(now()),
  });
  const clear = (): void => {
    accepted = 0;
    refused = 0;
    entries = entries.map(({ rule, counter }) => ({ rule, counter, use: emptyUse(rule), firstWindow: Number.NaN }));
  };

  return {
    get isEmpty() {
      return entries.length === 0;
    },
    admit(model, price) {
      const mine = of(model);
      const excesses = mine.flatMap((entry): QuotaExcess[] => {
        const { spend: wanted, need } = price(entry.rule);
        if (entry.counter.room(now()) >= need) return [];
        entry.use.refused += wanted;
        entry.use.refusals += 1;
        return [{ ...read(entry), wanted, retryAfterMs: Math.max(1, entry.counter.waitFor(now(), need)) }];
      });
      const worst = excesses.reduce<QuotaExcess | undefined>(
        (longest, one) => (longest === undefined || one.retryAfterMs > longest.retryAfterMs ? one : longest),
        undefined,
      );
      if (worst !== undefined) {
        refused += 1;
        return worst;
      }
      accepted += 1;
      for (const entry of mine) spend(entry, price(entry.rule).spend);
      return {
        spend(resource, amount) {
          for (const entry of mine) if (entry.rule.resource === resource) spend(entry, amount);
        },
      };
    },
    roomAfter: (model, price) =>
      Math.min(
        Number.POSITIVE_INFINITY,
        ...of(model).map(({ rule, counter }) => (counter.room(now()) - price(rule).need) / rule.limit),
      ),
    readings: (model) => of(model).map(read),
    replace(next) {
      entries = openEntries(next);
      clear();
    },
    clearReport: clear,
    report: () => ({ accepted, refused, quotas: entries.map(({ use }) => structuredClone(use)) }),
  };
}

function openEntries(rules: readonly QuotaRule[]): Entry[] {
  return QUOTA_RULES.parse(rules).map((rule) => ({
    rule,
    counter: createQuotaCounter(rule),
    use: emptyUse(rule),
    firstWindow: Number.NaN,
  }));
}

function emptyUse(rule: CompleteQuotaRule): QuotaUse {
  return { rule, accepted: 0, refused: 0, refusals: 0, peak: 0, overshoot: 0, windows: [] };
}

function note(entry: Entry, at: number, amount: number): void {
  const { rule, counter, use } = entry;
  const room = counter.left(at);
  const whole = rule.algorithm === "token_bucket" ? (rule.burst ?? rule.limit) : rule.limit;
  use.peak = Math.max(use.peak, (whole - room) / whole);
  use.overshoot = Math.max(use.overshoot, -room);
  if (amount <= 0) return;
  use.accepted += amount;
  const window = Math.floor(at / rule.windowMs);
  if (Number.isNaN(entry.firstWindow)) entry.firstWindow = window;
  const index = window - entry.firstWindow;
  while (use.windows.length <= index) use.windows.push(0);
  use.windows[index] = (use.windows[index] ?? 0) + amount;
  const surplus = use.windows.length - KEPT_WINDOWS;
  if (surplus <= 0) return;
  use.windows.splice(0, surplus);
  entry.firstWindow += surplus;
}
