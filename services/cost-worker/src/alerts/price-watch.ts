import type { LedgerRow } from "../ledger/ledger.ts";
import { type AlertCondition, formatDollars, formatShare } from "./alert-condition.ts";

type PricedRow = Pick<LedgerRow, "attemptId" | "provider" | "model" | "cost" | "usage">;

/** Whether the prices that are known are those that providers charge. */
export interface PriceWatch {
  /** The newest last. Those that were observed before are none. */
  observe(rows: readonly PricedRow[]): void;
  conditions(driftShare: number): AlertCondition[];
}

/** Answers of a model with both figures before anything is said, and those that count. */
const LEAST_ANSWERS = 20;
const ANSWERS_KEPT = 100;
const MOST_MODELS = 2000;

interface Watched {
  provider: string;
  model: string;
  /** By attempt, newest last. */
  figures: Map<string, { table: number; reported: number }>;
  unknown?: { pricedAs?: string; nanoDollars: number } | "known";
}

export function createPriceWatch(): PriceWatch {
  const models = new Map<string, Watched>();
  return {
    observe: (rows) => {
      for (const row of rows) observeRow(models, row);
    },
    conditions: (driftShare) =>
      [...models].flatMap(([key, watched]) => [...unknownPrice(key, watched), ...priceDrift(key, watched, driftShare)]),
  };
}

function observeRow(models: Map<string, Watched>, { attemptId, provider, model, cost, usage }: PricedRow): void {
  const key = JSON.stringify([provider, model]);
  let watched = models.get(key);
  if (watched === undefined) {
    if (models.size >= MOST_MODELS) return;
    watched = { provider, model, figures: new Map() };
    models.set(key, watched);
  }
  const { tableNanoDollars: table, reportedNanoDollars: reported, pricedAs, nanoDollars } = cost;
  if (reported === undefined) {
    const isKnown = table !== undefined && pricedAs === undefined;
    watched.unknown = isKnown ? "known" : { nanoDollars, ...(pricedAs === undefined ? {} : { pricedAs }) };
  }
  // Another model's price says nothing of this one's, and an estimate of the tokens nothing of any.
  if (table === undefined || reported === undefined || pricedAs !== undefined || usage.estimated) return;
  if (table === 0 && reported === 0) return;
  const { figures } = watched;
  figures.set(attemptId, { table, reported });
  for (const oldest of figures.keys()) {
    if (figures.size <= ANSWERS_KEPT) break;
    figures.delete(oldest);
  }
}

function unknownPrice(key: string, { provider, model, unknown }: Watched): AlertCondition[] {
  if (unknown === undefined) return [];
  const known = unknown === "known" ? undefined : unknown;
  const how = known?.pricedAs === undefined ? "it counts as free" : `it is counted as ${known.pricedAs}`;
  return [
    {
      key: `unknown_price|${key}`,
      kind: "unknown_price",
      subject: `${provider} ${model}`,
      message: `${provider}: the price of ${model} is not known; ${how}. Set it under costs.prices`,
      threshold: 0,
      actual: known?.nanoDollars ?? 0,
      over: known !== undefined,
    },
  ];
}

function priceDrift(key: string, { provider, model, figures }: Watched, driftShare: number): AlertCondition[] {
  if (figures.size < LEAST_ANSWERS) return [];
  let table = 0;
  let reported = 0;
  for (const figure of figures.values()) {
    table += figure.table;
    reported += figure.reported;
  }
  // Where the table says "free" and the provider does not, they differ by everything.
  const drift = table === 0 ? 1 : reported / table - 1;
  const direction = drift > 0 ? "more" : "less";
  return [
    {
      key: `price_drift|${key}`,
      kind: "price_drift",
      subject: `${provider} ${model}`,
      message: `${provider} charges ${formatShare(Math.abs(drift))} ${direction} for ${model} than the price table says (${formatDollars(reported)} against ${formatDollars(table)} over ${figures.size} answers)`,
      threshold: driftShare,
      actual: drift,
      over: Math.abs(reported - table) > table * driftShare,
    },
  ];
}
