import { DateTime } from "luxon";

import type { Dimension, PricedCost, PricedEvent, ReportQuery, ReportRow, RowOutcome } from "../ledger.ts";
import type { PricedSettlement } from "./events.ts";
import { lostPrice, USAGE } from "./events.ts";

interface PlainRow extends Pick<PricedSettlement, "attempt" | "usage" | "firstTokenMs" | "durationMs"> {
  outcome: RowOutcome;
  cost: PricedCost;
}

/** Books kept in the plainest way: every row looked at for every question. */
export class PlainBooks {
  readonly #rows = new Map<string, PlainRow>();
  readonly #intents = new Map<string, Extract<PricedEvent, { kind: "intent" }>>();
  readonly #projects: Readonly<Record<string, string>>;

  constructor(projects: Readonly<Record<string, string>> = {}) {
    this.#projects = projects;
  }

  write(events: readonly PricedEvent[]): void {
    for (const event of events) {
      const id = event.attempt.attemptId;
      const row = this.#rows.get(id);
      if (event.kind === "intent") {
        if (row === undefined) this.#intents.set(id, event);
      } else if (row === undefined || row.outcome === "unknown") {
        this.#rows.set(id, { ...event, cost: event.cost ?? { nanoDollars: 0, priceVersion: "none" } });
        this.#intents.delete(id);
      }
    }
  }

  /** Every lease is taken to be over. */
  closeLostIntents(): void {
    for (const [id, { attempt }] of this.#intents) {
      const zero = { cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
      const usage = { ...USAGE, ...zero, uncachedInput: attempt.estimatedInputTokens, estimated: true };
      const durationMs = Number.NaN;
      this.#rows.set(id, { attempt, outcome: "unknown", usage, durationMs, cost: lostPrice(attempt, usage) });
    }
    this.#intents.clear();
  }

  openIntents(): number {
    return this.#intents.size;
  }

  /** In no order. */
  report({ from, to, by, where = {}, timeZone }: ReportQuery): ReportRow[] {
    const groups = new Map<string, PlainRow[]>();
    for (const row of this.#rows.values()) {
      if (row.attempt.at < from || row.attempt.at >= to) continue;
      const value = (dimension: Dimension): string => this.#value(row, dimension, timeZone);
      const asked = Object.entries(where) as [Dimension, readonly string[]][];
      if (!asked.every(([dimension, values]) => values.includes(value(dimension)))) continue;
      const group = by.map((dimension) => [dimension, value(dimension)] as const).filter(([, text]) => text !== "");
      const key = JSON.stringify(group);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [...groups].map(([key, rows]) => ({
      group: Object.fromEntries(JSON.parse(key) as [Dimension, string][]),
      ...sumsOf(rows),
    }));
  }

  #value({ attempt, outcome }: PlainRow, dimension: Dimension, zone: string): string {
    const local = DateTime.fromMillis(attempt.at, { zone });
    switch (dimension) {
      case "hour":
        return local.toFormat("yyyy-MM-dd'T'HH':00'ZZ");
      case "day":
        return local.toFormat("yyyy-MM-dd");
      case "month":
        return local.toFormat("yyyy-MM");
      case "asked_model":
        return attempt.askedModel;
      case "project":
        return this.#projects[attempt.session ?? ""] ?? "";
      case "outcome":
        return outcome;
      default:
        return attempt[dimension] ?? "";
    }
  }
}

function sumsOf(rows: readonly PlainRow[]): Omit<ReportRow, "group"> {
  const sum = (value: (row: PlainRow) => number): number => rows.reduce((total, row) => total + value(row), 0);
  const ended = (outcome: RowOutcome): number => sum((row) => Number(row.outcome === outcome));
  const firstTokens = rows.flatMap(({ firstTokenMs }) => (firstTokenMs === undefined ? [] : [firstTokenMs]));
  const durations = rows.flatMap(({ durationMs }) => (Number.isNaN(durationMs) ? [] : [durationMs]));
  return {
    requests: rows.length,
    succeeded: ended("success"),
    failed: ended("failure"),
    aborted: ended("aborted"),
    unknown: ended("unknown"),
    uncachedInput: sum(({ usage }) => usage.uncachedInput),
    cacheRead: sum(({ usage }) => usage.cacheRead),
    cacheWrite5m: sum(({ usage }) => usage.cacheWrite5m),
    cacheWrite1h: sum(({ usage }) => usage.cacheWrite1h),
    output: sum(({ usage }) => usage.output),
    reasoning: sum(({ usage }) => usage.reasoning),
    cost: sum(({ cost }) => cost.nanoDollars),
    subscriptionCost: sum(({ cost, attempt }) => (attempt.subscription ? cost.nanoDollars : 0)),
    estimatedCost: sum(({ cost, usage }) => (usage.estimated ? cost.nanoDollars : 0)),
    reportedCost: sum(({ cost }) => cost.reportedNanoDollars ?? 0),
    ...average("averageFirstTokenMs", firstTokens),
    ...average("averageDurationMs", durations),
  };
}

function average<Key extends string>(key: Key, values: readonly number[]): { [K in Key]?: number } {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.length === 0 ? {} : ({ [key]: total / values.length } as { [K in Key]: number });
}
