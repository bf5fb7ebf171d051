import type { AttemptRecord, SumAmounts, SumRecord } from "../schema.ts";
import { SUM_AMOUNTS } from "../schema.ts";
import {
  type Cube,
  CUBES,
  CUBES_BY_PROJECT,
  CUBES_WITHOUT_AGENT,
  type Span,
  WHOLE_DAY,
  WITHOUT_SESSION,
} from "./cubes.ts";

/** A row that came (1) or went (-1). */
export interface RowChange {
  record: AttemptRecord;
  sign: 1 | -1;
}

/** Of sessions; those that have none are not in it. */
export type ProjectNames = ReadonlyMap<string, string>;

/** By how much each sum changes, in an order that all writers share, so that they never wait for each other in a ring. */
export function sumChanges(changes: readonly RowChange[], projects: ProjectNames): SumRecord[] {
  const withoutAgent = changes.filter(({ record }) => record.agent === "");
  const withoutSession = changes.filter(({ record }) => record.session === "");
  return [
    ...CUBES.flatMap((cube) => cubeChanges(cube, changes, projects)),
    ...CUBES_WITHOUT_AGENT.flatMap((cube) => cubeChanges(cube, withoutAgent, projects)),
    ...cubeChanges(WITHOUT_SESSION, withoutSession, projects),
  ].toSorted((left, right) => left.cube - right.cube);
}

/** What changes when the sums of sessions (those with every detail) go from one project to another. */
export function projectMoves(
  details: readonly SumRecord[],
  { from, to }: { from: ProjectNames; to: ProjectNames },
): SumRecord[] {
  return CUBES_BY_PROJECT.toSorted((left, right) => left.id - right.id).flatMap((cube) => {
    const own = details.filter(({ agent }) => agent === "" || !CUBES_WITHOUT_AGENT.includes(cube));
    const moves = own.flatMap((sum) => [{ ...ofProject(cube, sum, from), ...negated(sum) }, ofProject(cube, sum, to)]);
    return cube.spans.flatMap((span) => {
      // Details have days at the longest.
      const parts = moves.filter((sum) => sum.span === Math.min(span, WHOLE_DAY));
      return addUp(parts.map((sum) => ({ ...sum, span, at: floor(sum.at, span) })));
    });
  });
}

function ofProject(cube: Cube, sum: SumRecord, names: ProjectNames): SumRecord {
  const client = cube.dimensions.includes("client") ? sum.client : "";
  return { ...sum, cube: cube.id, client, agent: "", session: names.get(sum.session) ?? "" };
}

function negated(sum: SumRecord): SumAmounts {
  return Object.fromEntries(SUM_AMOUNTS.map((amount) => [amount, -sum[amount]])) as unknown as SumAmounts;
}

function cubeChanges(cube: Cube, changes: readonly RowChange[], projects: ProjectNames): SumRecord[] {
  const [finest, ...longer] = cube.spans;
  if (finest === undefined) return [];
  let sums = addUp(changes.map((change) => ofRow(cube, finest, { ...change, projects })));
  const all = [...sums];
  for (const span of longer) {
    sums = addUp(sums.map((sum) => ({ ...sum, span, at: floor(sum.at, span) })));
    all.push(...sums);
  }
  return all;
}

function ofRow(cube: Cube, span: Span, { record, sign, projects }: RowChange & { projects: ProjectNames }): SumRecord {
  const key: SumRecord = { cube: cube.id, span, at: floor(record.at, span), ...NO_NAMES, ...amountsOf(record, sign) };
  for (const dimension of cube.dimensions) {
    if (dimension === "project") key.session = projects.get(record.session) ?? "";
    else key[dimension] = record[dimension];
  }
  return key;
}

/** What a cube does not keep apart. */
const NO_NAMES = {
  provider: "",
  model: "",
  asked_model: "",
  tier: "",
  outcome: "",
  client: "",
  session: "",
  agent: "",
} as const;

/** Of one attempt, added or taken away. */
export function amountsOf(record: AttemptRecord, sign: 1 | -1): SumAmounts {
  return {
    requests: sign,
    failed: record.outcome === "failure" ? sign : 0,
    aborted: record.outcome === "aborted" ? sign : 0,
    unknown: record.outcome === "unknown" ? sign : 0,
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

/** One sum of those with the same key, in the order of keys. */
function addUp(changes: readonly SumRecord[]): SumRecord[] {
  const sums = new Map<string, SumRecord>();
  for (const change of changes) {
    const key = keyOf(change);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...change });
    else for (const amount of SUM_AMOUNTS) sum[amount] += change[amount];
  }
  return [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, sum]) => sum);
}

function keyOf(sum: SumRecord): string {
  return `${sum.at}\0${sum.provider}\0${sum.model}\0${sum.asked_model}\0${sum.tier}\0${sum.outcome}\0${sum.client}\0${sum.session}\0${sum.agent}`;
}

function floor(at: number, span: number): number {
  return Math.floor(at / span) * span;
}
