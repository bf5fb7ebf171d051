import type { Plan, RankedCandidate, Strategy } from "@switchyard/routing";
import type { RequestFacts } from "@switchyard/wire";

import type { Passed } from "../attempts/turns.ts";
import type { Tried } from "../attempts/run-attempts.ts";
import type { RequestCost } from "./request-cost.ts";

/** What is kept of a decision for an hour, for people who ask why. */
export interface DecisionRecord {
  request_id: string;
  at: string;
  model: string;
  strategy: Strategy;
  session?: string;
  estimated_input_tokens: number;
  stream: boolean;
  candidates: CandidateRecord[];
  /** How many were left out to keep the record small. */
  candidates_omitted?: number;
  excluded: Plan["exclusions"];
  excluded_omitted?: number;
  reasons: readonly string[];
  attempts: AttemptRecord[];
  outcome: string;
  duration_ms: number;
  /** At list price, by this gateway's own reckoning; absent where it is not known. The truth is the ledger's. */
  cost_nano_dollars?: number;
  /** The part of it that a subscription paid; absent: none. */
  subscription_cost_nano_dollars?: number;
}

interface CandidateRecord {
  provider: string;
  model: string;
  group: string;
  score: number;
  terms: RankedCandidate["terms"];
  estimated_cost_dollars: number | null;
  reasons: readonly string[];
}

interface AttemptRecord {
  provider: string;
  model: string;
  /** "answered", or the failure's name, or "passed over: limit". */
  result: string;
  message?: string;
}

export interface Decision {
  requestId: string;
  /** ms since the epoch. */
  at: number;
  facts: Pick<RequestFacts, "model" | "estimatedInputTokens" | "stream">;
  strategy: Strategy;
  session?: string;
  plan: Plan;
  tried: readonly Tried[];
  passed: readonly Passed[];
  won?: RankedCandidate;
  outcome: string;
  durationMs: number;
  cost: RequestCost;
}

const MAX_BYTES = 4096;
const MAX_MESSAGE = 160;
/** The reasons of a candidate are put into words when they are read: of the first ones only. */
const MAX_LISTED = 10;
const NANO = 1_000_000_000;

/** The record as JSON text of at most 4 KB: the last candidates and exclusions go first. */
export function buildRecord(decision: Decision): string {
  const full = toRecord(decision);
  for (let kept = MAX_LISTED; ; kept = Math.floor(kept * 0.6)) {
    const text = JSON.stringify(cut(full, decision.plan, kept));
    if (Buffer.byteLength(text) <= MAX_BYTES || kept === 0) return text;
  }
}

function cut(record: DecisionRecord, { candidates, exclusions }: Plan, kept: number): DecisionRecord {
  const { reasons } = record;
  return {
    ...record,
    candidates: record.candidates.slice(0, kept),
    ...(candidates.length > kept ? { candidates_omitted: candidates.length - kept } : {}),
    excluded: record.excluded.slice(0, kept),
    ...(exclusions.length > kept ? { excluded_omitted: exclusions.length - kept } : {}),
    reasons: reasons.slice(0, Math.max(1, kept)),
  };
}

function toRecord(decision: Decision): DecisionRecord {
  const { plan, facts, tried, passed, won, cost } = decision;
  const attempts = [
    ...tried.map(({ candidate, failure }) => ({
      ...nameOf(candidate),
      result: failure.name as string,
      message: failure.message.slice(0, MAX_MESSAGE),
    })),
    ...passed.map(({ candidate, skip }) => ({
      ...nameOf(candidate),
      result: `passed over: ${skip.reason}${skip.resource === undefined ? "" : ` (${skip.resource})`}`,
    })),
    ...(won === undefined ? [] : [{ ...nameOf(won), result: "answered" }]),
  ];
  return {
    request_id: decision.requestId,
    at: new Date(decision.at).toISOString(),
    model: facts.model.slice(0, MAX_MESSAGE),
    strategy: decision.strategy,
    ...(decision.session === undefined ? {} : { session: decision.session.slice(0, MAX_MESSAGE) }),
    estimated_input_tokens: facts.estimatedInputTokens,
    stream: facts.stream,
    candidates: plan.candidates.slice(0, MAX_LISTED).map(describeCandidate),
    excluded: plan.exclusions
      .slice(0, MAX_LISTED)
      .map((exclusion) => ({ ...exclusion, reason: exclusion.reason.slice(0, MAX_MESSAGE) })),
    reasons: plan.reasons,
    attempts: attempts.slice(0, 8),
    outcome: decision.outcome,
    duration_ms: Math.round(decision.durationMs),
    ...(cost.nanoDollars === undefined ? {} : { cost_nano_dollars: cost.nanoDollars }),
    ...(cost.bySubscription === undefined ? {} : { subscription_cost_nano_dollars: cost.bySubscription }),
  };
}

/** A candidate as people see it, in a record and in a dry run. */
export function describeCandidate(candidate: RankedCandidate): CandidateRecord {
  const { group, score, terms, estimatedCostNanoDollars, reasons } = candidate;
  return {
    ...nameOf(candidate),
    group,
    score: round(score),
    terms: {
      headroom: round(terms.headroom),
      speed: round(terms.speed),
      price: round(terms.price),
      reliability: round(terms.reliability),
    },
    estimated_cost_dollars: estimatedCostNanoDollars === undefined ? null : estimatedCostNanoDollars / NANO,
    reasons,
  };
}

function nameOf({ provider, model }: RankedCandidate): { provider: string; model: string } {
  return { provider, model: model.id };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
