import type { AttemptFacts, TokenUsage } from "@switchyard/wire";

import type { PricedEvent } from "../ledger.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

export interface TrafficOptions {
  rows: number;
  /** ms since the epoch. */
  from: number;
  days: number;
  clients: number;
  /** The same seed invents the same traffic. */
  seed: number;
}

/** [provider, kind]: the first are used most. */
const PROVIDERS = [
  ["anthropic", "anthropic"],
  ["vertex", "vertex"],
  ["openrouter", "openrouter"],
  ["openai", "openai-compatible"],
  ["deepseek", "openai-compatible"],
] as const;

const MODELS = {
  big: ["claude-opus-4-5", "gpt-5.1", "gemini-3-pro"],
  middle: ["claude-sonnet-4-5", "gpt-5.1-codex", "deepseek-v3.2"],
  small: ["claude-haiku-4-5", "gpt-5-mini"],
} as const;

const REQUESTS_OF_A_SESSION = 100;

type Random = () => number;

/**
 * Settlements as a company's sessions make them: of some length, mostly in working hours, by a main model with a small
 * one beside it, by agents too, some on another provider than the rest, a few failed. In batches, in the order of the
 * sessions' beginnings.
 */
export function* inventTraffic(options: TrafficOptions, batchSize: number): Generator<PricedEvent[]> {
  const random = createRandom(options.seed);
  const sessions = Math.ceil(options.rows / REQUESTS_OF_A_SESSION);
  const starts = Array.from({ length: sessions }, () => options.from + workingTime(random, options.days)).toSorted(
    (left, right) => left - right,
  );
  let left = options.rows;
  let batch: PricedEvent[] = [];
  for (const [number, start] of starts.entries()) {
    const last = number === sessions - 1;
    const requests = last ? left : Math.min(left, Math.ceil(random() * 2 * REQUESTS_OF_A_SESSION));
    left -= requests;
    const session = inventSession(random, { number, start, client: Math.floor(random() ** 2 * options.clients) });
    for (let place = 0; place < requests; place += 1) {
      batch.push(session(place));
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function workingTime(random: Random, days: number): number {
  const day = Math.floor(random() * days);
  const working = random() < 0.85;
  return day * DAY + (working ? 7 * HOUR + random() * 11 * HOUR : random() * DAY);
}

interface Session {
  number: number;
  start: number;
  client: number;
}

/** The session's requests by their places. */
function inventSession(random: Random, { number, start, client }: Session): (place: number) => PricedEvent {
  const tier = random() < 0.3 ? "big" : "middle";
  const model = pick(MODELS[tier], random() ** 2);
  const home = Math.floor(random() ** 2 * PROVIDERS.length);
  const pace = 10_000 + random() * 40_000;
  return (place) => {
    const background = random() < 0.2;
    const [provider, providerKind] = pick(PROVIDERS, random() < 0.95 ? home / PROVIDERS.length : random());
    const used = background ? pick(MODELS.small, random() ** 3) : model;
    return settle(random, {
      attemptId: `fill_${number}_${place}_${Math.floor(random() * 2 ** 40).toString(36)}`,
      requestId: `req_${number}_${place}`,
      attempt: 1,
      fallbackChain: [],
      instance: `gateway-${number % 4}`,
      at: Math.round(start + place * pace + random() * MINUTE),
      client: `client-${client}`,
      session: `session-${number}-0c9a-4f5e`,
      ...(random() < 0.3 ? { agent: `agent-${number}-${place % 3}`, parentAgent: `agent-${number}` } : {}),
      provider,
      providerKind,
      askedModel: used,
      model: used,
      upstreamModel: `${used}-20251001`,
      tier: background ? "small" : tier,
      strategy: "intelligent",
      stream: true,
      subscription: client % 10 === 0,
      simulated: false,
      estimatedInputTokens: 20_000,
    });
  };
}

function settle(random: Random, attempt: AttemptFacts): PricedEvent {
  const fate = random();
  const durationMs = Math.round(1000 + random() * 20_000);
  if (fate > 0.97) {
    return {
      kind: "settlement",
      attempt,
      outcome: "failure",
      failure: "overloaded",
      status: 529,
      durationMs,
      usage: NONE,
    };
  }
  const usage: TokenUsage = {
    uncachedInput: Math.round(random() * 3000),
    cacheRead: Math.round(random() * 80_000),
    cacheWrite5m: Math.round(random() * 4000),
    cacheWrite1h: 0,
    output: Math.round(random() * 2000),
    reasoning: Math.round(random() * 300),
    estimated: fate > 0.95,
  };
  const nanoDollars = usage.uncachedInput * 3000 + usage.cacheRead * 300 + usage.output * 15_000;
  return {
    kind: "settlement",
    attempt,
    outcome: fate > 0.95 ? "aborted" : "success",
    status: 200,
    firstTokenMs: Math.round(300 + random() * 2000),
    durationMs,
    usage,
    cost: { nanoDollars, tableNanoDollars: nanoDollars, priceVersion: "catalog 2026-11-21" },
  };
}

const NONE: TokenUsage = {
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
  estimated: false,
};

/** `share`: 0…1 of the way through the list. */
function pick<Value>(values: readonly Value[], share: number): Value {
  const value = values[Math.min(values.length - 1, Math.floor(share * values.length))];
  if (value === undefined) throw new RangeError("nothing to pick from");
  return value;
}

/** Mulberry32: small, quick, and the same for the same seed. */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
