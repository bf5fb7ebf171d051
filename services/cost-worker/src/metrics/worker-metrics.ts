import type { Catalog } from "@switchyard/catalog";
import type { Metrics } from "@switchyard/service-kit";
import { Counter, Gauge, Histogram } from "prom-client";

import type { LedgerRow } from "../ledger/ledger.ts";
import { createCorrectableCounter } from "./correctable-counter.ts";

/** Of the last batch that a reading could be made of; a reading that fails leaves the last value. */
export interface MetricReadings {
  openIntents: () => Promise<number>;
  /** Absent: there is no queue. */
  queueDepth?: () => Promise<number>;
  waitingWebhooks: () => Promise<number>;
}

export interface WorkerMetricsOptions {
  metrics: Pick<Metrics, "registry">;
  catalog: Pick<Catalog, "findModel">;
  /** Names of the configured providers: no other is a label. */
  providers: () => ReadonlySet<string>;
  readings: MetricReadings;
  now: () => number;
}

export interface WorkerMetrics {
  /** `replaced`: rows that were counted when a lease closed them, and that some of the new ones take the place of. */
  countRows(rows: readonly LedgerRow[], replaced?: readonly LedgerRow[]): void;
  countWritten(written: { settled: number; intents: number; duplicates: number }): void;
  countRefused(count: number): void;
}

/** Seconds. */
const RESPONSE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const FIRST_TOKEN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 120];
const OTHER = "other";
/** Model names that were looked up are remembered up to this number; clients choose some of them. */
const MOST_REMEMBERED = 2000;

const BY_MODEL = ["provider", "model"] as const;

/**
 * What the mesh did and cost, as its ledger learns of it; the names with claude_multimodel_ are those that dashboards of
 * before know. Labels are bounded: providers are those of the settings, models those of the catalogue, all else "other".
 */
export function createWorkerMetrics(options: WorkerMetricsOptions): WorkerMetrics {
  const { registry } = options.metrics;
  const registers = [registry];
  const requests = new Counter({
    name: "claude_multimodel_requests_total",
    help: "Attempts by their end: success, error (unknown ends too, until they are known), aborted.",
    labelNames: [...BY_MODEL, "status"],
    registers,
  });
  const cost = new Counter({
    name: "claude_multimodel_cost_total",
    help: "Dollars.",
    labelNames: BY_MODEL,
    registers,
  });
  const responseTime = new Histogram({
    name: "claude_multimodel_response_time_seconds",
    help: "From sending an attempt to its end.",
    labelNames: BY_MODEL,
    buckets: RESPONSE_BUCKETS,
    registers,
  });
  const tokens = new Counter({
    name: "claude_multimodel_tokens_total",
    help: "Tokens by disjoint type: input (not cached), output, cache_read, cache_write.",
    labelNames: [...BY_MODEL, "type"],
    registers,
  });
  const firstToken = new Histogram({
    name: "switchyard_first_token_seconds",
    help: "From sending an attempt to its first real output.",
    labelNames: BY_MODEL,
    buckets: FIRST_TOKEN_BUCKETS,
    registers,
  });
  const costBySource = new Counter({
    name: "switchyard_cost_by_source_total",
    help: "Dollars by how they are known: reported by the provider, by the price table from its own figures, estimated.",
    labelNames: ["provider", "source"],
    registers,
  });
  const lag = new Histogram({
    name: "switchyard_ledger_lag_seconds",
    help: "From an attempt's end to its row in the ledger.",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600],
    registers,
  });
  const events = new Counter({
    name: "switchyard_usage_events_total",
    help: "Events that came in: settled, intent, duplicate, refused (not understood).",
    labelNames: ["result"],
    registers,
  });
  addReadings(options, registers);
  const labelsOf = createLabels(options);
  const sums = {
    requests: createCorrectableCounter(requests),
    cost: createCorrectableCounter(cost),
    costBySource: createCorrectableCounter(costBySource),
    tokens: createCorrectableCounter(tokens),
  };

  function countSums(row: LedgerRow, sign: 1 | -1): void {
    const labels = labelsOf(row);
    const { usage } = row;
    const dollars = (sign * row.cost.nanoDollars) / 1e9;
    sums.requests.add({ ...labels, status: statusOf(row.outcome) }, sign);
    sums.cost.add(labels, dollars);
    sums.costBySource.add({ provider: labels.provider, source: sourceOf(row) }, dollars);
    sums.tokens.add({ ...labels, type: "input" }, sign * usage.uncachedInput);
    sums.tokens.add({ ...labels, type: "output" }, sign * usage.output);
    sums.tokens.add({ ...labels, type: "cache_read" }, sign * usage.cacheRead);
    sums.tokens.add({ ...labels, type: "cache_write" }, sign * (usage.cacheWrite5m + usage.cacheWrite1h));
  }

  function countRow(row: LedgerRow): void {
    countSums(row, 1);
    const labels = labelsOf(row);
    if (row.durationMs !== undefined) {
      responseTime.observe(labels, row.durationMs / 1000);
      lag.observe(Math.max(0, options.now() - row.at - row.durationMs) / 1000);
    }
    if (row.firstTokenMs !== undefined) firstToken.observe(labels, row.firstTokenMs / 1000);
  }

  return {
    countRows: (rows, replaced = []) => {
      for (const row of replaced) countSums(row, -1);
      for (const row of rows) countRow(row);
    },
    countWritten: ({ settled, intents, duplicates }) => {
      events.inc({ result: "settled" }, settled);
      events.inc({ result: "intent" }, intents);
      events.inc({ result: "duplicate" }, duplicates);
    },
    countRefused: (count) => events.inc({ result: "refused" }, count),
  };
}

function statusOf(outcome: LedgerRow["outcome"]): "success" | "error" | "aborted" {
  if (outcome === "success" || outcome === "aborted") return outcome;
  return "error";
}

function sourceOf({ cost, usage }: LedgerRow): "reported" | "estimated" | "table" {
  if (cost.reportedNanoDollars !== undefined) return "reported";
  return usage.estimated ? "estimated" : "table";
}

/** Read when somebody asks for the metrics. */
function addReadings({ readings }: WorkerMetricsOptions, registers: Metrics["registry"][]): void {
  const { openIntents, queueDepth, waitingWebhooks } = readings;
  addGauge(registers, "switchyard_open_intents", "Attempts that are under way, or lost.", openIntents);
  addGauge(
    registers,
    "switchyard_waiting_webhooks",
    "Alerts that webhooks have not taken yet, of all workers.",
    waitingWebhooks,
  );
  if (queueDepth !== undefined) {
    addGauge(registers, "switchyard_usage_queue_depth", "Jobs that wait in the queue.", queueDepth);
  }
}

function addGauge(registers: Metrics["registry"][], name: string, help: string, read: () => Promise<number>): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers,
    collect: async () => {
      const value = await read().catch(() => undefined);
      if (value !== undefined) gauge.set(value);
    },
  });
}

function createLabels({ catalog, providers }: Pick<WorkerMetricsOptions, "catalog" | "providers">) {
  const remembered = new Map<string, string>();
  const modelOf = (name: string): string => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const match = catalog.findModel(name);
    const label = match === undefined || match.how === "legacy" ? OTHER : match.model.canonical;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, label);
    return label;
  };
  return ({ provider, model }: Pick<LedgerRow, "provider" | "model">) => ({
    provider: providers().has(provider) ? provider : OTHER,
    model: modelOf(model),
  });
}
