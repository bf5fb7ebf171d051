import type { AttemptRecord, SumAmounts, SumRecord } from "../schema.ts";
import { SUM_AMOUNTS } from "../schema.ts";
import { type Cube, CUBES, SPANS, type SumDimension } from "./cubes.ts";

/** A row that came (1) or went (-1). */
export interface RowChange {
  record: AttemptRecord;
  sign: 1 | -1;
}

/** By how much each sum changes, in an order that all writers share, so that they never wait for each other in a ring. */
export function sumChanges(changes: readonly RowChange[]): SumRecord[] {
  return CUBES.flatMap((cube) => cubeChanges(cube, changes));
}

function cubeChanges(cube: Cube, changes: readonly RowChange[]): SumRecord[] {
  let finer = new Map<string, SumRecord>();
  for (const change of changes) add(finer, fromChange(cube, change));
  const all = sorted(finer);
  for (const span of SPANS.slice(1)) {
    const coarser = new Map<string, SumRecord>();
    for (const sum of finer.values()) add(coarser, { ...sum, span, at: floor(sum.at, span) });
    all.push(...sorted(coarser));
    finer = coarser;
  }
  return all;
}

function fromChange(cube: Cube, { record, sign }: RowChange): SumRecord {
  const span = SPANS[0];
  const keeps = (dimension: SumDimension): boolean => cube.dimensions.includes(dimension);
  return {
    cube: cube.id,
    span,
    at: floor(record.at, span),
    provider: record.provider,
    model: record.model,
    asked_model: record.asked_model,
    tier: record.tier,
    outcome: record.outcome,
    client: keeps("client") ? record.client : "",
    session: keeps("session") ? record.session : "",
    agent: keeps("agent") ? record.agent : "",
    ...amounts(record, sign),
  };
}

function amounts(record: AttemptRecord, sign: 1 | -1): SumAmounts {
  return {
    requests: sign,
    uncached_input: sign * record.uncached_input,
    cache_read: sign * record.cache_read,
    cache_write_5m: sign * record.cache_write_5m,
    cache_write_1h: sign * record.cache_write_1h,
    output: sign * record.output,
    reasoning: sign * record.reasoning,
    cost: sign * record.cost,
    subscription_cost: sign * record.subscription * record.cost,
    estimated_cost: sign * record.estimated * record.cost,
    told_cost: sign * (record.reported_cost ?? 0),
    first_token_sum: sign * (record.first_token_ms ?? 0),
    first_token_count: record.first_token_ms === null ? 0 : sign,
    duration_sum: sign * (record.duration_ms ?? 0),
    duration_count: record.duration_ms === null ? 0 : sign,
  };
}

function add(sums: Map<string, SumRecord>, change: SumRecord): void {
  const key = keyOf(change);
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, change);
    return;
  }
  for (const amount of SUM_AMOUNTS) sum[amount] += change[amount];
}

function keyOf(sum: SumRecord): string {
  return `${sum.at}\0${sum.provider}\0${sum.model}\0${sum.asked_model}\0${sum.tier}\0${sum.outcome}\0${sum.client}\0${sum.session}\0${sum.agent}`;
}

function sorted(sums: ReadonlyMap<string, SumRecord>): SumRecord[] {
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, sum]) => sum);
}

function floor(at: number, span: number): number {
  return Math.floor(at / span) * span;
}
