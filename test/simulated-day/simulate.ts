import type { TargetView, WarmPlace, World } from "@switchyard/routing";

import type { Policy } from "./policies.ts";
import { createQueue } from "./queue.ts";
import { type Answer, CACHE_MS, type Upstream } from "./upstream.ts";
import type { Conversation, Turn } from "./workday.ts";

/** What a day came to. */
export interface DayResult {
  policy: string;
  requests: number;
  nanoDollars: number;
  /** ms of all requests together: pauses, refusals, waiting for room. */
  waitedMs: number;
  longestWaitMs: number;
  /** 0…1 of all input tokens were read from a cache. */
  cacheHitRate: number;
  /** Requests that went elsewhere than the one before them in their conversation. */
  moves: number;
  /** 429s of upstreams. */
  refusals: number;
  /** Answers by provider. */
  answers: Record<string, number>;
}

/** A round trip that ends in a refusal. */
const REFUSAL_MS = 400;
/** A retry never comes sooner. */
const LEAST_RETRY_MS = 1000;
const REMEMBERED = 8;

interface Running {
  conversation: Conversation;
  next: number;
  places: WarmPlace[];
  at?: string;
  /** When the request that is being answered came. */
  since: number;
}

/** Lives a day by one policy. Pure: the same conversations, policy and fresh upstreams, the same result. */
export function simulateDay(
  conversations: readonly Conversation[],
  upstreams: readonly Upstream[],
  policy: Policy,
): DayResult {
  const day: Day = {
    upstreams,
    policy,
    result: emptyResult(policy, upstreams),
    input: { all: 0, cached: 0 },
    attempts: new Map(),
  };
  const queue = createQueue<Running>();
  for (const conversation of conversations) {
    const first = conversation.startsAt + (conversation.turns[0]?.pauseMs ?? 0);
    queue.push(first, { conversation, next: 0, places: [], since: first });
  }
  for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
    const { what: running, at: now } = event;
    const turn = running.conversation.turns[running.next];
    const again = turn === undefined ? undefined : liveRequest(day, { running, turn, now });
    if (again !== undefined) queue.push(again, running);
  }
  return { ...day.result, cacheHitRate: day.input.cached / day.input.all };
}

interface Day {
  upstreams: readonly Upstream[];
  policy: Policy;
  result: DayResult;
  /** Tokens. */
  input: { all: number; cached: number };
  attempts: Map<string, number>;
}

function emptyResult({ name: policy }: Policy, upstreams: readonly Upstream[]): DayResult {
  const answers = Object.fromEntries(upstreams.map(({ name }) => [name, 0]));
  const nothing = {
    requests: 0,
    nanoDollars: 0,
    waitedMs: 0,
    longestWaitMs: 0,
    cacheHitRate: 0,
    moves: 0,
    refusals: 0,
  };
  return { policy, ...nothing, answers };
}

/** Asks, and says when the conversation goes on: with the same request after a wait, or with its next one. */
function liveRequest(day: Day, asked: Asked): number | undefined {
  const { running, turn, now } = asked;
  const { upstreams, result } = day;
  const plan = day.policy.plan({
    conversation: running.conversation,
    turn,
    number: result.requests,
    places: running.places,
    waitedMs: now - running.since,
    world: readWorld(upstreams, day.attempts, now),
  });
  if (plan.waitMs !== undefined) return now + plan.waitMs;
  const order = plan.candidates.flatMap(({ provider }) => upstreams.filter(({ name }) => name === provider));
  const leftMs = Math.min(LINE_MS - (now - running.since), plan.candidates[0]?.patienceMs ?? 0);
  const untilRoomMs = order[0]?.msUntilRoom(running.conversation.id, turn, now) ?? 0;
  const inLineMs = waitInLine(leftMs, untilRoomMs);
  if (inLineMs !== undefined) return now + inLineMs;
  // Who counts what it takes knows that its place is full, and does not ask there.
  const knowsFull = plan.candidates[0]?.patienceMs !== undefined && untilRoomMs > 0;
  const { answer, by, at } = tryInTurn(knowsFull ? order.slice(1) : order, asked, result);
  if (answer === undefined || by === undefined) {
    const soonest = Math.min(...order.map((one) => one.msUntilRoom(running.conversation.id, turn, at)));
    return at + Math.max(LEAST_RETRY_MS, soonest);
  }
  count(day, { ...asked, now: at }, { answer, by });
  goOn({ ...asked, now: at }, by, answer);
  const following = running.conversation.turns[running.next];
  if (following === undefined) return undefined;
  running.since = at + answer.durationMs + following.pauseMs;
  return running.since;
}

/** As long as the gateway's line is by default, ms. */
const LINE_MS = 10_000;

/** The session's place is full, and has room again while waiting for it is better than moving. */
function waitInLine(leftMs: number, untilRoomMs: number): number | undefined {
  return untilRoomMs > 0 && untilRoomMs <= leftMs ? Math.max(LEAST_RETRY_MS, untilRoomMs) : undefined;
}

function count(
  { result, input, attempts }: Day,
  { running, turn, now }: Asked,
  { answer, by }: { answer: Answer; by: Upstream },
): void {
  const waited = now - running.since;
  result.requests++;
  result.nanoDollars += answer.nanoDollars;
  result.waitedMs += waited;
  result.longestWaitMs = Math.max(result.longestWaitMs, waited);
  result.answers[by.name] = (result.answers[by.name] ?? 0) + 1;
  if (running.at !== undefined && running.at !== by.name) result.moves++;
  input.all += turn.promptTokens;
  input.cached += answer.usage.cacheRead;
  attempts.set(by.name, (attempts.get(by.name) ?? 0) + 1);
}

interface Asked {
  running: Running;
  turn: Turn;
  now: number;
}

function tryInTurn(
  order: readonly Upstream[],
  { running, turn, now }: Asked,
  result: DayResult,
): { answer?: Answer; by?: Upstream; at: number } {
  let at = now;
  for (const by of order) {
    const answer = by.ask(running.conversation.id, turn, at);
    if (answer !== undefined) return { answer, by, at };
    result.refusals++;
    at += REFUSAL_MS;
  }
  return { at };
}

/** What a gateway remembers of the session after an answer. */
function goOn({ running, turn, now }: Asked, { name, model }: Upstream, answer: Answer): void {
  const old = running.places.find(({ provider }) => provider === name);
  const usedAt = now + answer.durationMs;
  const place: WarmPlace = {
    provider: name,
    model: model.id,
    usedAt,
    warmUntil: usedAt + CACHE_MS,
    promptTokens: turn.promptTokens,
    promptBytes: Math.round(turn.promptTokens * 3.5),
    cachedTokens: answer.usage.cacheRead + answer.usage.cacheWrite5m,
    outputs: [turn.outputTokens, ...(old?.outputs ?? [])].slice(0, REMEMBERED),
  };
  running.places = [place, ...running.places.filter((one) => one !== old)];
  running.at = name;
  running.next++;
}

function readWorld(upstreams: readonly Upstream[], attempts: ReadonlyMap<string, number>, now: number): World {
  const buckets: World["buckets"] = new Map(
    upstreams.map(({ name, model, quota, counts }) => [
      `${name}/${model.quota_bucket}`,
      {
        load: quota.load(now),
        resetAt: quota.resetAt(now),
        share: 1,
        // Of a subscription only the part that is used is told.
        ...(counts === undefined ? { inputTokensLeft: quota.left(now) } : {}),
        ...(quota.steady === undefined ? {} : { inputTokensPerSecond: quota.steady }),
      },
    ]),
  );
  const targets = new Map<string, TargetView>();
  for (const { name, model, firstTokenMs, tokensPerSecond } of upstreams) {
    const answered = attempts.get(name) ?? 0;
    if (answered === 0) continue;
    const speed = { firstTokenMs, outputTokensPerSecond: tokensPerSecond, successRate: 1 };
    targets.set(`${name}/${model.id}`, { breaker: "closed", attempts: answered, ...speed });
  }
  return { now, buckets, targets, restingProviders: new Map() };
}
