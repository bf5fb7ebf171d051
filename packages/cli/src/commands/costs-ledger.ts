import { groupRows, NO_SUMS, type CostRow, type CostSums, type LedgerFigures } from "@switchyard/reports";
import { z } from "zod";
import type { CostRange } from "./costs-range.ts";
import { WorkerError, type WorkerClient } from "./worker-client.ts";

const count = z.number().nonnegative();
const sums = z.object({
  requests: count,
  succeeded: count,
  failed: count,
  aborted: count,
  unknown: count,
  uncached_input: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
  output: count,
  reasoning: count,
  cost_nano_dollars: z.number(),
  subscription_cost: z.number(),
  estimated_cost: z.number(),
  reported_cost: z.number(),
});
const answerSchema = z.object({
  time_zone: z.string(),
  rows: z.array(z.looseObject(sums.shape)),
  truncated: z.boolean().default(false),
});

type AnsweredRow = z.infer<typeof answerSchema>["rows"][number];

const NANO = 1e9;
const DAY_MS = 86_400_000;
/** As many as the worker gives in one answer. */
const MOST_ROWS = 100_000;

export interface LedgerAnswer {
  figures: LedgerFigures;
  /** Where its days begin. */
  timeZone: string;
  /** It had more rows than one answer holds: the sums are too small. */
  truncated: boolean;
}

/** Everything a report needs of the ledger, in as few and as small answers as will do. Throws a WorkerError. */
export async function readLedger(
  worker: WorkerClient,
  { from, to }: CostRange,
  by: readonly string[],
): Promise<LedgerAnswer> {
  const askedBy = by.includes("project") ? [...new Set([...by, "session"])] : [...by];
  const range = { from, to };
  const wide = { from: from - DAY_MS, to: to + DAY_MS };
  const [asked, daily, sessions, known] = await Promise.all([
    readRows(worker, range, askedBy),
    readRows(worker, range, ["day", "provider", "model"]),
    readRows(worker, range, ["day", "session", "project"]),
    readRows(worker, wide, ["session"]),
  ]);
  return {
    timeZone: asked.timeZone,
    truncated: [asked, daily, sessions, known].some(({ truncated }) => truncated),
    figures: {
      asked: asked.rows,
      daily: daily.rows,
      sessions: sessions.rows,
      known: new Set(groupRows(known.rows, ["session"]).map(({ group }) => group["session"] ?? "")),
    },
  };
}

async function readRows(
  worker: WorkerClient,
  { from, to }: CostRange,
  by: readonly string[],
): Promise<{ rows: CostRow[]; timeZone: string; truncated: boolean }> {
  const query = new URLSearchParams({
    since: new Date(from).toISOString(),
    until: new Date(to).toISOString(),
    by: by.join(","),
    format: "json",
    limit: String(MOST_ROWS),
  });
  const parsed = answerSchema.safeParse(await worker.ask(`/api/costs?${query.toString()}`));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WorkerError(
      `what answers at ${worker.url} is no cost worker of this version: ${issue?.path.join(".")}: ${issue?.message}`,
      { cause: parsed.error },
    );
  }
  const { rows, time_zone: timeZone, truncated } = parsed.data;
  return { rows: rows.map((row) => toRow(row, by)), timeZone, truncated };
}

function toRow(row: AnsweredRow, by: readonly string[]): CostRow {
  const group = by.map((name) => [name, typeof row[name] === "string" ? row[name] : ""] as const);
  const filled: CostSums = {
    ...NO_SUMS,
    requests: row.requests,
    succeeded: row.succeeded,
    failed: row.failed,
    aborted: row.aborted,
    unknown: row.unknown,
    uncachedInput: row.uncached_input,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    output: row.output,
    reasoning: row.reasoning,
    cost: row.cost_nano_dollars,
    subscriptionCost: Math.round(row.subscription_cost * NANO),
    estimatedCost: Math.round(row.estimated_cost * NANO),
    reportedCost: Math.round(row.reported_cost * NANO),
  };
  return { way: "mesh", group: Object.fromEntries(group), sums: filled };
}
