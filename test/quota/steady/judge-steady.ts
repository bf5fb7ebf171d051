import type { QuotaUse } from "@switchyard/simulators";
import { percent, perCent, type ProofTable } from "../proof.ts";
import type { SteadyOptions, SteadyResult } from "./run-steady.ts";
import { CAPACITY, STEADY_KINDS, type SteadyKind } from "./steady-fleet.ts";

/** The figures that a steady load is judged by. */
export interface SteadyFigures {
  turns: number;
  failed: number;
  /** Requests that reached an upstream, and those of them that a quota refused. */
  sent: number;
  refusedUpstream: number;
  /** Of the summed quota, by the fullest limit of each provider. */
  used: number;
  /** Tries that a gateway refused, and those of them at which somebody had room by a hair, and clear room. */
  refusedHere: number;
  refusedWithRoom: number;
  refusedWithClearRoom: number;
  /** Turns that failed for good although somebody had room at the end. */
  failedWithRoom: number;
  retried: number;
  /** ms from asking to the first output, of turns that were answered at the first try. */
  waits: { p50: number; p95: number; longest: number };
}

/**
 * Clear room: a provider could take this very request (its prompt cold, unless the session's cache is there) and all
 * that the answers under way will still produce, and a tenth of every limit would be left even then. Less than that
 * gateways cannot see: they reserve the p90 of an answer, count answers where OpenAI counts prompts alone (5% here), know
 * a window to a sixtieth, and not where an upstream's second begins.
 */
export const CLEAR_ROOM = 0.1;

export function judgeSteady(result: SteadyResult, { windows }: Pick<SteadyOptions, "windows">): SteadyFigures {
  const reports = STEADY_KINDS.map((kind) => result.reports[kind]);
  const refusedUpstream = sum(reports.map(({ refused }) => refused));
  const shares = STEADY_KINDS.map((kind) => CAPACITY[kind] * fullest(result, kind, windows).share);
  return {
    turns: result.turns.length,
    failed: result.turns.filter(({ ok }) => !ok).length,
    sent: sum(reports.map(({ accepted }) => accepted)) + refusedUpstream,
    refusedUpstream,
    used: sum(shares) / sum(Object.values(CAPACITY)),
    refusedHere: result.refused.length,
    refusedWithRoom: result.refused.filter(({ room }) => room >= 0).length,
    refusedWithClearRoom: result.refused.filter(({ room }) => room >= CLEAR_ROOM).length,
    failedWithRoom: result.refused.filter(({ room, isLast }) => isLast && room >= 0).length,
    retried: result.turns.filter(({ tries }) => tries > 1).length,
    waits: quantiles(result.turns.filter(({ ok, tries }) => ok && tries === 1).map(({ last }) => last.firstByteMs)),
  };
}

function quantiles(values: readonly number[]): SteadyFigures["waits"] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), longest: at(1) };
}

function fullest({ reports }: SteadyResult, kind: SteadyKind, windows: number): { use: QuotaUse; share: number } {
  const [first] = reports[kind].quotas
    .map((use) => ({ use, share: Math.min(1, use.accepted / (use.rule.limit * windows)) }))
    .toSorted((a, b) => b.share - a.share);
  if (first === undefined) throw new Error(`${kind} has no quota`);
  return first;
}

const HEAD = [
  "provider",
  "quota",
  "algorithm",
  "per window",
  "used",
  "of it",
  "fullest window",
  "requests",
  "429s",
  "of them",
];

/** One line per quota. */
export function tabulateSteady(caption: string, result: SteadyResult, windows: number): ProofTable {
  const rows = STEADY_KINDS.flatMap((kind) =>
    result.reports[kind].quotas.map(({ rule, accepted, peak, refusals }, index) => [
      kind,
      rule.resource.replace("_", " "),
      rule.algorithm.replace("_", " "),
      String(rule.limit),
      String(Math.round(accepted / windows)),
      percent(accepted / (rule.limit * windows)),
      percent(peak),
      index === 0 ? String(result.reports[kind].accepted + result.reports[kind].refused) : "",
      String(refusals),
      perCent(refusals, result.reports[kind].accepted + result.reports[kind].refused),
    ]),
  );
  return { caption, head: HEAD, rows };
}

/** What the gateways said of each provider when they told clients to come back, the most frequent first. */
export function tabulateRefusals({ refused }: SteadyResult): ProofTable {
  const counts = new Map<string, { provider: string; reason: string; count: number; withRoom: number }>();
  for (const { failure, provider: best, room } of refused)
    for (const [, provider = "", reason = ""] of failure.matchAll(REASON)) {
      const words = reason.replace("not asked: ", "").slice(0, 80);
      const key = `${provider} ${words}`;
      const entry = counts.get(key) ?? { provider, reason: words, count: 0, withRoom: 0 };
      entry.count += 1;
      if (provider === best && room >= 0) entry.withRoom += 1;
      counts.set(key, entry);
    }
  const rows = [...counts.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 10)
    .map(({ provider, reason, count, withRoom }) => [provider, reason, String(count), String(withRoom)]);
  return {
    caption: `What was said of each provider to clients who were told to come back, ${refused.length} times`,
    head: ["provider", "reason", "times", "with most room there"],
    rows,
  };
}

const REASON = / on ([\w-]+): ([^;]*)/g;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
