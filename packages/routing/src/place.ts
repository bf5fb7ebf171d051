import type {
  BucketView,
  Candidate,
  KnownProvider,
  RankInput,
  RestView,
  TargetView,
  Terms,
  WarmPlace,
} from "./contract.ts";
import { expectTokens, findPlace, type SessionMemory } from "./expect-tokens.ts";
import { type ExpectedTokens, priceExpected } from "./price.ts";

/** Why a place cannot take the request now. */
export interface Obstacle {
  kind: "resting" | "open" | "full" | "unreachable";
  /** When it is over, ms since the epoch; Infinity: not before something changes. */
  until: number;
  rest?: RestView;
}

/** A candidate while it is being ranked. */
export interface Place {
  readonly candidate: Candidate;
  /** Place in the list before ranking. */
  readonly index: number;
  readonly provider: KnownProvider;
  readonly bucket: BucketView | undefined;
  readonly target: TargetView | undefined;
  /** The session's cache, where it is alive. */
  readonly warm: WarmPlace | undefined;
  readonly tokens: ExpectedTokens;
  /** Nano-dollars; undefined: the price is not known. */
  readonly cost: number | undefined;
  readonly writesCache: boolean;
  /** Takes images or documents as text at best, and the request has some. */
  readonly blind: boolean;
  /** Its load is at the threshold or over it. Never what is free: a subscription is paid for and used up first. */
  readonly sinking: boolean;
  /** Comes back by steps, and this request is not among those it gets. */
  readonly passedOver: boolean;
  obstacle: Obstacle | undefined;
  terms: Terms;
  score: number;
  /** Decides where scores are equal. */
  tieBreak: number;
  /** What the client's preferences made of the score. */
  factor: number;
  /** 2: the session's place; 1: its cache is alive here too. */
  affinity: number;
  explored: boolean;
  /** The session waits for it. */
  awaited: boolean;
  /** So long waiting for it in the line is better than moving, ms. */
  patienceMs: number;
}

/** Where the fullest limit does not say when it is over. */
const USUAL_WINDOW_MS = 60_000;
const NO_TERMS: Terms = { headroom: 0.5, speed: 0.5, price: 0.5, reliability: 0.5 };

export interface PlaceContext {
  input: RankInput;
  memory: SessionMemory;
  providers: ReadonlyMap<string, KnownProvider>;
  writesCache: boolean;
}

/** Puts together what is known of a candidate. */
export function createPlace(
  candidate: Candidate,
  provider: KnownProvider,
  context: PlaceContext & { index: number },
): Place {
  const { input, memory, index, writesCache } = context;
  const { facts, world } = input;
  const { model } = candidate;
  const bucket = world.buckets.get(bucketOf(candidate, input));
  const target = world.targets.get(`${provider.name}/${model.id}`);
  const known = findPlace(memory, provider.name, model.id);
  const warm = known !== undefined && known.warmUntil > world.now ? known : undefined;
  const tokens = expectTokens(facts, model, {
    memory,
    place: known,
    warm: warm !== undefined,
    usual: target?.output,
  });
  const returning = bucket !== undefined && bucket.share < 1 && input.dice.random >= bucket.share;
  const cost = model.price === undefined ? undefined : priceExpected(model.price, tokens, writesCache);
  return {
    candidate,
    index,
    provider,
    bucket,
    target,
    warm,
    tokens,
    cost,
    writesCache,
    blind: (facts.images && !model.capabilities.images) || (facts.documents && !model.capabilities.documents),
    sinking: cost !== 0 && bucket?.load !== undefined && bucket.load >= input.sinkAt,
    passedOver: returning && warm === undefined,
    obstacle: findObstacle({ bucket, target, tokens, candidate }, input),
    terms: NO_TERMS,
    score: 0,
    tieBreak: 0,
    factor: 1,
    affinity: 0,
    explored: false,
    awaited: false,
    patienceMs: 0,
  };
}

function bucketOf({ provider, model }: Candidate, { accounts }: RankInput): string {
  const account = accounts?.[provider];
  return account === undefined ? `${provider}/${model.quota_bucket}` : `${provider}/${model.quota_bucket}#${account}`;
}

/** The one that lasts longest. */
function findObstacle(
  { bucket, target, tokens, candidate }: Pick<Place, "bucket" | "target" | "tokens" | "candidate">,
  { world: { now, restingProviders } }: RankInput,
): Obstacle | undefined {
  let worst = later(undefined, toRest(restingProviders.get(candidate.provider), now));
  if (target !== undefined) {
    worst = later(worst, toRest(target.rest, now));
    const openUntil = target.openUntil ?? Infinity;
    // Open beyond its time it lets a probe through: taking decides who that is.
    if (target.breaker === "open" && openUntil > now) worst = later(worst, { kind: "open", until: openUntil });
  }
  if (bucket === undefined) return worst;
  worst = later(worst, toRest(bucket.rest, now));
  const resetAt = bucket.resetAt ?? now + USUAL_WINDOW_MS;
  if (resetAt <= now) return worst;
  const roomInMs = findRoom(bucket, candidate, tokens);
  return roomInMs === undefined ? worst : later(worst, { kind: "full", until: Math.min(resetAt, now + roomInMs) });
}

/**
 * In how many ms there is room, Infinity where only the reset tells; undefined: there is. What the cache answers does
 * not count by the Messages API's limits; by the others' it does.
 */
function findRoom(
  { load, inputTokensLeft: left, inputTokensPerSecond: rate }: BucketView,
  { model }: Candidate,
  { cached, fresh }: ExpectedTokens,
): number | undefined {
  const missing = left === undefined ? 0 : (model.dialect === "messages" ? fresh : cached + fresh) - left;
  if (missing > 0 && rate !== undefined && rate > 0) return Math.ceil((missing / rate) * 1000);
  return missing > 0 || (load !== undefined && load >= 1) ? Infinity : undefined;
}

function toRest(rest: RestView | undefined, now: number): Obstacle | undefined {
  if (rest === undefined) return undefined;
  const until = rest.until ?? Infinity;
  return until > now ? { kind: "resting", until, rest } : undefined;
}

function later(one: Obstacle | undefined, other: Obstacle | undefined): Obstacle | undefined {
  if (one === undefined) return other;
  return other === undefined || other.until <= one.until ? one : other;
}
