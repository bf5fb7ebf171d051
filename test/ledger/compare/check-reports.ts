import { check, type Check } from "../../quota/proof.ts";
import { INNER_TOKEN } from "../mesh/start-ledger-mesh.ts";
import type { BookRow } from "./book-row.ts";
import { BUCKETS } from "./compare-books.ts";

/** The report's names of what the rows hold. */
const FIELDS: Readonly<Record<(typeof BUCKETS)[number], string>> = {
  uncachedInput: "uncached_input",
  cacheRead: "cache_read",
  cacheWrite5m: "cache_write_5m",
  cacheWrite1h: "cache_write_1h",
  output: "output",
  reasoning: "reasoning",
};

type ReportLine = Readonly<Record<string, number | string | null>>;

interface LiveSum {
  account: string;
  allowance: { name: string; startsAt: number; endsAt: number };
  used: number;
}

/** The worker's sums against its rows: they were kept up to date through every kill, not added up at the end. */
export async function checkReports(worker: string, rows: readonly BookRow[]): Promise<Check[]> {
  const closed = rows.filter(({ outcome }) => outcome !== "intent");
  const lines = (await get(`${worker}/api/costs?by=provider,outcome&since=24h`)) as { rows: ReportLine[] };
  const differences = new Set<string>();
  const groups = new Set([
    ...closed.map(groupOf),
    ...lines.rows.map((line) => `${String(line["provider"])} ${String(line["outcome"])}`),
  ]);
  for (const group of groups) {
    const mine = closed.filter((row) => groupOf(row) === group);
    const line = lines.rows.find((one) => `${String(one["provider"])} ${String(one["outcome"])}` === group);
    const expect = (field: string, sum: number): void => {
      if ((line?.[field] ?? 0) !== sum) differences.add(`${group}: ${field} ${line?.[field] ?? "none"}, rows ${sum}`);
    };
    expect("requests", mine.length);
    expect("cost_nano_dollars", sumOf(mine.map(({ cost }) => cost)));
    for (const bucket of BUCKETS) expect(FIELDS[bucket], sumOf(mine.map(({ usage }) => usage[bucket])));
  }
  return [
    check(
      "the worker's report is the sum of its rows",
      differences.size === 0 && groups.size > 0,
      differences.size === 0
        ? `${groups.size} groups of provider and outcome, ${closed.length} rows, all buckets and nano-dollars`
        : [...differences].slice(0, 3).join("; "),
    ),
    await checkLiveSums(worker, closed),
  ];
}

async function checkLiveSums(worker: string, closed: readonly BookRow[]): Promise<Check> {
  const { sums } = (await get(`${worker}/spend`)) as { sums: LiveSum[] };
  const own = sums.filter(({ account }) => account === "mesh");
  const wrong = own.filter(({ allowance: { startsAt, endsAt }, used }) => {
    const within = closed.filter(({ at }) => at >= startsAt && at < endsAt);
    return sumOf(within.map(({ cost }) => cost)) !== used;
  });
  return check(
    "what was spent this hour, day and month is the sum of its rows",
    own.length === 3 && wrong.length === 0,
    own.map(({ allowance: { name }, used }) => `${name} $${(used / 1e9).toFixed(9)}`).join(", "),
  );
}

function groupOf({ provider, outcome }: BookRow): string {
  return `${provider} ${outcome}`;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { "x-switchyard-inner-token": INNER_TOKEN } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
