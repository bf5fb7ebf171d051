import type { Kill } from "../chaos/run-kills.ts";
import type { ClientRequest } from "../load/run-load.ts";
import type { TokenBuckets, UpstreamAttempt } from "../upstream/play-upstream.ts";
import type { BookRow } from "./book-row.ts";

export const BUCKETS = ["uncachedInput", "cacheRead", "cacheWrite5m", "cacheWrite1h", "output", "reasoning"] as const;

/**
 * What became of an attempt, by its client and its upstream, the ledger unasked. answered: the upstream counted all of
 * it and the client got all of it. refused: an error instead of an answer. cut: by the upstream, in the middle. left:
 * by the client. killed: the gateway died first, and the upstream saw the connection go. edge: the upstream had sent
 * all of it when the gateway died, the client had not got all of it: whether it was settled is a matter of
 * milliseconds. unsent: the gateway died before its upstream got anything.
 */
export type Fate = "answered" | "refused" | "cut" | "left" | "killed" | "edge" | "unsent";

export const FATES: readonly Fate[] = ["answered", "refused", "cut", "left", "killed", "edge", "unsent"];

export interface ComparedAttempt {
  fate: Fate;
  marker: string;
  place: number;
  attempt?: UpstreamAttempt;
  row?: BookRow;
  /** Why the ledger is wrong here; absent: it is right. */
  fault?: string;
}

export interface Comparison {
  compared: readonly ComparedAttempt[];
  /** Rows of attempts that have another row too. */
  duplicates: readonly BookRow[];
  /** Rows that belong to none of our requests. */
  strangers: readonly BookRow[];
  /** Sums over the rows of answered attempts, and over those edge attempts that were settled. */
  tokens: { upstream: TokenBuckets; ledger: TokenBuckets };
}

export interface Books {
  requests: readonly ClientRequest[];
  attempts: readonly UpstreamAttempt[];
  rows: readonly BookRow[];
  kills: readonly Kill[];
}

/** Puts every attempt beside its row in the ledger, and judges the pair. */
export function compareBooks({ requests, attempts, rows, kills }: Books): Comparison {
  const clients = new Map(requests.map((request) => [request.marker, request]));
  const orphans = findOrphans(requests, kills);
  const lastPlaces = new Map<string, number>();
  for (const { marker, place } of attempts) lastPlaces.set(marker, Math.max(place, lastPlaces.get(marker) ?? 0));
  const upstream = new Map(attempts.map((attempt) => [keyOf(attempt.marker, attempt.place), attempt]));
  const books = new Map<string, BookRow>();
  const duplicates: BookRow[] = [];
  const strangers: BookRow[] = [];
  for (const row of rows) {
    const key = keyOf(row.session, row.attempt);
    if (!clients.has(row.session)) strangers.push(row);
    else if (books.has(key)) duplicates.push(row);
    else books.set(key, row);
  }
  const compared = [...new Set([...upstream.keys(), ...books.keys()])].map((key) => {
    const attempt = upstream.get(key);
    const row = books.get(key);
    const marker = attempt?.marker ?? row?.session ?? "";
    const isLast = attempt === undefined || attempt.place === lastPlaces.get(marker);
    const orphaned = isLast && isOrphan(attempt, orphans.get(marker));
    return compareOne({ client: clients.get(marker), attempt, row, isLast, orphaned });
  });
  return { compared, duplicates, strangers, tokens: sumTokens(compared) };
}

function keyOf(marker: string, place: number): string {
  return `${marker} ${place}`;
}

interface Pair {
  client: ClientRequest | undefined;
  attempt: UpstreamAttempt | undefined;
  row: BookRow | undefined;
  /** Of its request. */
  isLast: boolean;
  /** Its gateway died before the client had the end. */
  orphaned: boolean;
}

/** A client that leaves is noted a moment later, a death too: a gateway that dies in that moment cannot say so. */
const LEAVING_MS = 300;
/** Clocks are read before and after what they tell of. */
const SLACK_MS = 20;

/** Requests whose gateway died before their client had the end, and when. */
function findOrphans(requests: readonly ClientRequest[], kills: readonly Kill[]): ReadonlyMap<string, number> {
  const orphans = new Map<string, number>();
  for (const { marker, ending, sawEnd, gateway, endedAt } of requests) {
    if (ending === "broken" && !sawEnd) orphans.set(marker, 0);
    if (ending !== "left") continue;
    const kill = kills.find(({ name, at }) => name === gateway && Math.abs(at - endedAt) <= LEAVING_MS);
    if (kill !== undefined) orphans.set(marker, kill.at);
  }
  return orphans;
}

/** What the gateway had given up before it died is none. */
function isOrphan(attempt: UpstreamAttempt | undefined, diedAt: number | undefined): boolean {
  if (diedAt === undefined) return false;
  return attempt?.request.abortedAt === undefined || attempt.request.abortedAt >= diedAt - SLACK_MS;
}

function compareOne(pair: Pair): ComparedAttempt {
  const { attempt, row } = pair;
  const fate = fateOf(pair);
  const fault = faultOf(fate, pair);
  return {
    fate,
    marker: attempt?.marker ?? row?.session ?? "",
    place: attempt?.place ?? row?.attempt ?? 0,
    ...(attempt === undefined ? {} : { attempt }),
    ...(row === undefined ? {} : { row }),
    ...(fault === undefined ? {} : { fault }),
  };
}

function fateOf({ client, attempt, isLast, orphaned }: Pair): Fate {
  if (attempt === undefined) return "unsent";
  const { plan, request } = attempt;
  if (orphaned && client?.ending !== "left") return request.abortedAt === undefined ? "edge" : "killed";
  if (client?.ending === "left" && isLast) return orphaned ? "edge" : "left";
  if (plan !== "answer") return plan === "cut" ? "cut" : "refused";
  return "answered";
}

function faultOf(fate: Fate, { attempt, row, orphaned }: Pair): string | undefined {
  if (row === undefined) return "no row";
  if (attempt !== undefined && row.provider !== attempt.kind) return `${row.provider} instead of ${attempt.kind}`;
  if (isIntentOnly(row)) return fate === "edge" || orphaned ? undefined : describe(row);
  if (fate === "killed" || fate === "unsent" || attempt === undefined) return describe(row);
  if (row.outcome === "aborted") return fate === "left" || fate === "edge" ? undefined : describe(row);
  const isRight = row.outcome === (attempt.plan === "answer" ? "success" : "failure");
  if (!isRight) return describe(row);
  return attempt.plan === "answer" ? differenceOf(attempt, row) : failureFaultOf(attempt.plan, row);
}

/** Nothing is known of how it ended. */
export function isIntentOnly(row: BookRow | undefined): boolean {
  return row?.outcome === "unknown" || row?.outcome === "intent";
}

/** A refusal costs nothing; what was cut off was counted up to there, by estimate. */
function failureFaultOf(plan: "refuse" | "cut", row: BookRow): string | undefined {
  if (plan === "refuse") return BUCKETS.every((bucket) => row.usage[bucket] === 0) ? undefined : describe(row);
  return row.usage.estimated ? undefined : describe(row);
}

function differenceOf(attempt: UpstreamAttempt, { usage }: BookRow): string | undefined {
  if (usage.estimated) return "estimated";
  const differences = BUCKETS.filter((bucket) => usage[bucket] !== attempt.usage[bucket]).map(
    (bucket) => `${bucket} ${usage[bucket]} instead of ${attempt.usage[bucket]}`,
  );
  return differences.length === 0 ? undefined : differences.join(", ");
}

function describe({ outcome, failure, status }: BookRow): string {
  return `${outcome}${failure === undefined ? "" : ` (${failure}, ${status ?? "no status"})`}`;
}

function sumTokens(compared: readonly ComparedAttempt[]): Comparison["tokens"] {
  const upstream = emptyBuckets();
  const ledger = emptyBuckets();
  for (const { fate, attempt, row } of compared) {
    const counts = fate === "answered" || (fate === "edge" && row?.outcome === "success");
    if (!counts) continue;
    for (const bucket of BUCKETS) {
      upstream[bucket] += attempt?.usage[bucket] ?? 0;
      ledger[bucket] += row?.usage[bucket] ?? 0;
    }
  }
  return { upstream, ledger };
}

export function emptyBuckets(): TokenBuckets {
  return { uncachedInput: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 };
}
