import type { RecordedRequest, Scenario, Simulator } from "@switchyard/simulators";
import type { TokenUsage } from "@switchyard/wire";
import { createRandom, type Random } from "../../quota/load/create-random.ts";
import { readMarker } from "../load/marker.ts";

/** What an upstream does with a request. */
export type UpstreamPlan = "answer" | "refuse" | "cut";

export type TokenBuckets = Omit<TokenUsage, "estimated" | "webSearches" | "reportedCostNanoDollars">;

/** One request as an upstream got it, and what it counted. */
export interface UpstreamAttempt {
  /** Which of our clients' requests it came from. */
  marker: string;
  /** Among those of this request that reached any upstream, in order, from 1. */
  place: number;
  kind: string;
  plan: UpstreamPlan;
  /** What the answer tells of; all zero for a refused one. */
  usage: TokenBuckets;
  /** Status, events written, and whether the other side left: kept up to date by the simulator. */
  request: RecordedRequest;
}

export interface UpstreamBook {
  readonly attempts: readonly UpstreamAttempt[];
  /** Requests without a marker: none of ours. */
  readonly strangers: readonly RecordedRequest[];
}

export interface UpstreamShares {
  refuse: number;
  cut: number;
}

/** Shares of attempts that fail. */
const FAILURES: UpstreamShares = { refuse: 0.04, cut: 0.02 };
/** Pieces in which such an answer comes. */
export const PIECES = 12;

/** The simulators answer every marked request with token figures that no other one has, and keep book of it. */
export function playUpstreams(
  simulators: readonly Simulator[],
  { seed, failures = FAILURES }: { seed: number; failures?: UpstreamShares },
): UpstreamBook {
  const random = createRandom(seed);
  const attempts: UpstreamAttempt[] = [];
  const strangers: RecordedRequest[] = [];
  const places = new Map<string, number>();
  const play = (kind: string, request: RecordedRequest): Scenario | undefined => {
    const marker = readMarker(request.body);
    if (marker === undefined) {
      strangers.push(request);
      return undefined;
    }
    const place = (places.get(marker) ?? 0) + 1;
    places.set(marker, place);
    const plan = choosePlan(random, failures, request);
    const usage = plan === "refuse" ? NOTHING : inventUsage(kind, attempts.length + 1, random);
    attempts.push({ marker, place, kind, plan, usage, request });
    return toScenario(plan, usage, random);
  };
  for (const simulator of simulators) simulator.answerWith((request) => play(simulator.kind, request));
  return { attempts, strangers };
}

const NOTHING: TokenBuckets = Object.freeze({
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
});

function choosePlan(random: Random, { refuse, cut }: UpstreamShares, { json }: RecordedRequest): UpstreamPlan {
  const die = random.next();
  if (die < refuse) return "refuse";
  // Only a stream can be cut where half of it has been counted.
  const isStream = (json as { stream?: unknown } | undefined)?.stream === true;
  return isStream && die < refuse + cut ? "cut" : "answer";
}

/** Kinds whose answers tell what was written into a cache, and those that tell of an hour's cache by itself. */
const TELLS_WRITES: ReadonlySet<string> = new Set(["anthropic", "vertex", "openrouter"]);
const TELLS_HOURS: ReadonlySet<string> = new Set(["anthropic", "vertex"]);

/** No two answers of a run have the same input: a row can be no other answer's. */
export function inventUsage(kind: string, place: number, random: Random): TokenBuckets {
  const writes = TELLS_WRITES.has(kind);
  const reasoning = random.between(0, 400);
  return {
    uncachedInput: 1_000 + place,
    cacheRead: random.between(0, 3) === 0 ? 0 : random.between(1, 200_000),
    cacheWrite5m: writes ? random.between(0, 9_000) : 0,
    cacheWrite1h: writes && TELLS_HOURS.has(kind) ? random.between(0, 3_000) : 0,
    output: reasoning + random.between(20, 2_000),
    reasoning,
  };
}

/** An answer in a few pieces that tells of this usage. */
export function countedAnswer(usage: TokenBuckets, delivery: NonNullable<Scenario["delivery"]>): Scenario {
  const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
  const text = "counted ".repeat(PIECES);
  return {
    blocks: [{ type: "text", text }],
    usage: {
      input: uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h,
      cacheRead,
      cacheWrite: cacheWrite5m + cacheWrite1h,
      cacheWrite1h,
      output,
      reasoning,
    },
    delivery: { ...delivery, deltaCharacters: Math.ceil(text.length / PIECES) },
  };
}

function toScenario(plan: UpstreamPlan, usage: TokenBuckets, random: Random): Scenario {
  // Most answers are short, some are long enough to be under way at any kill.
  const ms = random.next() < 0.15 ? random.between(1_500, 4_000) : random.between(40, 700);
  const delivery = { delayMs: ms / 3, eventDelayMs: (ms * 2) / 3 / (PIECES + 5) };
  if (plan === "refuse") {
    return { error: { status: random.next() < 0.5 ? 500 : 529 }, delivery: { delayMs: delivery.delayMs } };
  }
  return {
    ...countedAnswer(usage, delivery),
    ...(plan === "cut" ? { fault: { type: "cut", afterEvents: 6 } } : {}),
  };
}
