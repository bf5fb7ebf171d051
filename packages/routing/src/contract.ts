import type { ModelInfo, ProviderInfo, RequestFacts } from "@switchyard/wire";

/** One place where a request could go. */
export interface Candidate {
  /** The provider's name in the settings. */
  provider: string;
  model: ModelInfo;
  /** "requested": the model that was asked for; "substitute": one listed for its tier or mode. */
  group: "requested" | "substitute";
}

/**
 * A candidate with its place in the order and the reasons for it. `reasons` are made when they are read, and only
 * then: name the property, a copy by spreading is without them.
 */
export interface RankedCandidate extends Candidate {
  /** What the strategy made of its terms; higher is earlier within its rank class. */
  score: number;
  terms: Terms;
  /** Sentences for people: "0.62 of its input tokens per minute are used", "the session's cache is warm here". */
  reasons: readonly string[];
  /** Of this very request there, cache state counted; absent: price unknown. */
  estimatedCostNanoDollars?: number;
  /**
   * Tokens that this request would take there: of input what the cache does not cover, and beside it what the cache
   * answers, which some upstreams count too; of output the p90 of the answers.
   */
  estimatedUse: { inputTokens: number; cachedTokens?: number; outputTokens: number };
  /**
   * Of the session's own place, where moving would cost more: so long, ms from now, waiting for room there is better
   * than asking the next. Absent: it is not waited for alone.
   */
  patienceMs?: number;
}

/** 0…1 each, higher is better. */
export interface Terms {
  headroom: number;
  speed: number;
  price: number;
  reliability: number;
}

export const STRATEGIES = [
  "intelligent",
  "cost",
  "performance",
  "availability",
  "priority",
  "round_robin",
  "random",
  "weighted",
] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** Half a dollar: an agent waits more often than its user does. */
export const DEFAULT_MINUTE_VALUE = 500_000_000;

export type Weights = Readonly<Record<keyof Terms, number>>;

/** 0.4 × headroom + 0.3 × speed + 0.2 × price + 0.1 × reliability. */
export const DEFAULT_WEIGHTS: Weights = Object.freeze({ headroom: 0.4, speed: 0.3, price: 0.2, reliability: 0.1 });

export type Substitution = "never" | "when_unavailable" | "by_strategy";

/**
 * When a session's provider is limited: what decides between waiting and moving. "cost": the money alone, up to a wait
 * of five minutes; "latency": never waits; "balanced": waits while a minute costs less than moving saves.
 */
export type FailoverPolicy = "cost" | "latency" | "balanced";

/** Factors on the score; under strategies without terms they go before the configured order. */
export interface Preference {
  /** × 1.2 where the first output comes in under 2 s. */
  fast?: boolean;
  /** × how cheap it is: the cheapest candidate's price ÷ its own. */
  cheap?: boolean;
  /** A provider's name: × 1.5. */
  provider?: string;
}

/** What routing knows of one provider. */
export interface KnownProvider {
  name: string;
  /** Lower is tried first. */
  priority: number;
  /** Share of traffic under the strategy "weighted"; default 1. */
  weight?: number;
  enabled: boolean;
  /** Why it is off, when it is. */
  reason?: string;
  /** What would have to be set, when it is off for want of a credential. */
  missing: readonly string[];
  /** Requested name → upstream model id, from the settings. */
  aliases: Readonly<Record<string, string>>;
  /** Last that its service told; absent: it has not answered yet. */
  info?: ProviderInfo;
}

/** What the world looks like to one request: plain values, taken from the shared state by the caller. */
export interface World {
  /** ms since the epoch. */
  now: number;
  /** By `<provider>/<quota bucket>`. */
  buckets: ReadonlyMap<string, BucketView>;
  /** By `<provider>/<upstream model id>`. */
  targets: ReadonlyMap<string, TargetView>;
  /** Providers that rest as a whole, with the moment of their return where there is one. */
  restingProviders: ReadonlyMap<string, RestView>;
}

export interface RestView {
  failure: string;
  message: string;
  until?: number;
}

export interface BucketView {
  /** 0…1 of the fullest limit; undefined: unknown. */
  load: number | undefined;
  /** When the fullest limit is as if nothing had been used. */
  resetAt?: number;
  /** Room left for input tokens now; absent: unlimited or unknown. */
  inputTokensLeft?: number;
  /** How fast that room grows where it does so steadily (a token bucket); absent: all of it is back at `resetAt`. */
  inputTokensPerSecond?: number;
  rest?: RestView;
  /** Of its traffic, while it comes back after a rest. */
  share: number;
}

export interface TargetView {
  breaker: "closed" | "open" | "half_open";
  openUntil?: number;
  rest?: RestView;
  firstTokenMs?: number;
  outputTokensPerSecond?: number;
  successRate?: number;
  attempts: number;
  /** Of its answers, output tokens; absent: unknown. */
  output?: { mean: number; deviation: number };
  /** With a provider whose own check fails too, one is enough to doubt it. Absent: unknown. */
  failuresInRow?: number;
}

/** Where the session's prompt cache is warm, newest first. */
export interface WarmPlace {
  provider: string;
  model: string;
  usedAt: number;
  warmUntil: number;
  promptTokens: number;
  promptBytes: number;
  cachedTokens: number;
  outputs: readonly number[];
}

export interface RankInput {
  facts: RequestFacts;
  requested: RequestedModel;
  substitution: Substitution;
  /** The provider that a header pins; goes before one in the model's name. */
  pinned?: string;
  strategy: Strategy;
  weights: Weights;
  preference: Preference;
  failoverPolicy: FailoverPolicy;
  /** A load from which a candidate sinks behind others; 0.8. */
  sinkAt: number;
  /** 0…1: the part of requests without a warm cache that goes to targets of which little is known. */
  explorationShare: number;
  maxCostNanoDollars?: number;
  /** What the holder of the key may use; absent: everything. */
  allowed?: Allowed;
  /**
   * Under the failover policy "balanced": what a minute of waiting is worth, nano-dollars. Default:
   * DEFAULT_MINUTE_VALUE.
   */
  minuteValueNanoDollars?: number;
  /** ms that this request has waited on earlier plans: a wait is weighed as a whole. Default 0. */
  waitedMs?: number;
  /**
   * By provider: tells the client apart whose own credential is used there. Its quota is that client's: the bucket is
   * `<provider>/<quota bucket>#<account>`.
   */
  accounts?: Readonly<Record<string, string>>;
  /** Providers by priority. */
  providers: readonly KnownProvider[];
  world: World;
  /** Empty: no session, or nothing known of it. */
  places: readonly WarmPlace[];
  /** 0…1 numbers from outside, so that the same input gives the same answer. */
  dice: { random: number; explore: number };
  /** Of round robin: the shared counter's number. */
  turn: number;
}

/** What the holder of a client key may use. */
export interface Allowed {
  /** For people: "the key of laptop". */
  holder: string;
  /** Names of providers; absent: all. */
  providers?: readonly string[];
  /** Canonical names, upstream ids or patterns with "*"; absent: all. */
  models?: readonly string[];
}

/** Which model a name means. */
export interface RequestedModel {
  /** As the client wrote it. */
  name: string;
  /** Other ways to say it, lower case, the nearest first. */
  names: readonly string[];
  /** The catalogue's id; absent: the catalogue does not know it, or the name means a tier. */
  canonical?: string;
  tier: ModelInfo["tier"];
  /** The provider that the name's prefix pins. */
  pinned?: string;
  /** The mode that chose it, where one did. */
  mode?: "background" | "think" | "long_context" | "default";
}

/** A candidate that was considered and left out, and why, for people. */
export interface Exclusion {
  provider: string;
  /** Canonical id; absent: the whole provider. */
  model?: string;
  reason: string;
  /** It would do, but the holder of the key may not use it. */
  forbidden?: true;
}

export interface Plan {
  /** In the order in which they are tried. Those that rest or are full stay in it, at the end: taking decides. */
  candidates: readonly RankedCandidate[];
  exclusions: readonly Exclusion[];
  /** Sentences on the decision as a whole: "moved away from vertex: waiting 40 s costs more than …". */
  reasons: readonly string[];
  /**
   * Waiting for the session's provider is better than moving: so long, ms, before the first candidate is asked. At
   * most 60 s; where its return is later than that, plan anew after them.
   */
  waitMs?: number;
}
