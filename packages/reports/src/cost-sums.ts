import type { TokenUsage } from "@switchyard/wire";

/** Sums over answers. Money is in nano-dollars. */
export interface CostSums {
  requests: number;
  succeeded: number;
  failed: number;
  aborted: number;
  unknown: number;
  uncachedInput: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
  /** A part of output. */
  reasoning: number;
  cost: number;
  /** The part of `cost` that a subscription paid. */
  subscriptionCost: number;
  /** The part that rests on counts of our own, or on the price of another model. */
  estimatedCost: number;
  /** The part that the providers told themselves. */
  reportedCost: number;
}

/** "mesh": by the ledger. "direct": by Claude Code's transcripts, not through the mesh. "other_mesh": see `wayOf`. */
export type Way = "mesh" | "direct" | "other_mesh";

export interface CostRow {
  way: Way;
  /** Value of each dimension asked for; "" where the row has none. */
  group: Readonly<Record<string, string>>;
  sums: CostSums;
}

export const NO_SUMS: Readonly<CostSums> = Object.freeze({
  requests: 0,
  succeeded: 0,
  failed: 0,
  aborted: 0,
  unknown: 0,
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  cost: 0,
  subscriptionCost: 0,
  estimatedCost: 0,
  reportedCost: 0,
});

export const SUM_NAMES = Object.keys(NO_SUMS) as readonly (keyof CostSums)[];

export function addSums(one: CostSums, other: CostSums): CostSums {
  const sums = { ...one };
  for (const name of SUM_NAMES) sums[name] += other[name];
  return sums;
}

export function totalOf(rows: readonly { sums: CostSums }[]): CostSums {
  return rows.reduce<CostSums>((total, { sums }) => addSums(total, sums), { ...NO_SUMS });
}

/** Rows of the same way and the same values become one, in the order of their first. */
export function groupRows(rows: readonly CostRow[], by: readonly string[]): CostRow[] {
  const groups = new Map<string, CostRow>();
  for (const row of rows) {
    const group = Object.fromEntries(by.map((name) => [name, row.group[name] ?? ""]));
    const key = JSON.stringify([row.way, ...Object.values(group)]);
    const known = groups.get(key);
    groups.set(key, { way: row.way, group, sums: known ? addSums(known.sums, row.sums) : row.sums });
  }
  return [...groups.values()];
}

/** Every token once: reasoning is in output already. */
export function countTokens(sums: CostSums): number {
  return promptOf(sums) + sums.output;
}

export function promptOf({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h }: CostSums): number {
  return uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h;
}

export function usageOf(sums: CostSums): TokenUsage {
  const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = sums;
  return { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, estimated: false };
}
