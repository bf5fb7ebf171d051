import { setTimeout as sleep } from "node:timers/promises";

import type { RankedCandidate } from "@switchyard/routing";
import type { ProviderSettings, Settings } from "@switchyard/service-kit";
import type { Reservation, State } from "@switchyard/state";
import {
  HEADERS,
  isLastingRejection,
  type LimitObservation,
  NO_USAGE,
  readObservations,
  type Rejection,
} from "@switchyard/wire";

import type { Breakers } from "../breakers/create-breakers.ts";
import type { AttemptAtHand } from "../usage/describe-attempt.ts";
import type { AttemptEnding, UsageTicket } from "../usage/usage-recorder.ts";
import { targetOf } from "../world/targets.ts";
import type { AttemptFailure, AttemptResult, OutgoingMessage } from "./attempt.ts";
import { FAILURE_RULES } from "./failure-rules.ts";
import { isRoomier, orderAfterFailure } from "./order-after-failure.ts";
import type { ReservationKeeper } from "./reservation-keeper.ts";
import type { Attempt } from "./send-attempt.ts";
import { settlementOfFailure } from "./settlement.ts";
import { type Passed, type Turn, type TurnDeps, Turns } from "./turns.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export interface AttemptRunnerDeps {
  state: Pick<State, "take" | "commit" | "learn" | "snapshot">;
  breakers: Breakers;
  reservations: ReservationKeeper;
  waitingRoom: WaitingRoom;
  toTake: TurnDeps["toTake"];
  /** Asked before each attempt; false: nothing is sent any more, and the request has been aborted. */
  mayAsk?: () => Promise<boolean>;
  send: (attempt: Attempt) => Promise<AttemptResult>;
  /** Writes an attempt into the books before it is sent. */
  openUsage(at: AttemptAtHand): UsageTicket;
  /** Told of every attempt that failed before its first output. */
  onFailure(attempt: Attempt, failure: AttemptFailure): void;
}

export interface AttemptPlan {
  candidates: readonly RankedCandidate[];
  settings: Settings;
  message: OutgoingMessage;
}

/** One candidate that was asked, and what came of it. */
export interface Tried {
  candidate: RankedCandidate;
  failure: AttemptFailure;
}

interface Ended {
  tried: readonly Tried[];
  /** Those that were passed over: full, resting, behind an open breaker. */
  passed: readonly Passed[];
  attempts: number;
}

export type RunResult =
  | (Ended & {
      kind: "won";
      turn: Turn;
      provider: ProviderSettings;
      result: WonResult;
      usageTicket: UsageTicket;
    })
  | (Ended & { kind: "lost" })
  | (Ended & { kind: "aborted" });

export type WonResult = Extract<AttemptResult, { kind: "stream" | "answer" }>;

/** First pause before a repeat on the same candidate; doubled each time. */
const RETRY_DELAY_MS = 150;
/** A wish to wait longer than this is better served by another candidate. */
const LONGEST_RETRY_DELAY_MS = 2000;
/** What a target has refused is left out for so long; then it may have learnt it. */
const REJECTION_MS = 24 * 3_600_000;
/** So many things are left out of one request at most, one after the other. */
const MAX_LESSONS = 4;

/**
 * Asks one candidate after the other until one gives its first output, each with room reserved for it. Bounded by the
 * number of fallbacks, the provider's retries and the request's deadline; what a failure means stands in one table.
 */
export async function runAttempts(deps: AttemptRunnerDeps, plan: AttemptPlan): Promise<RunResult> {
  return new AttemptRun(deps, plan).start();
}

/** What was never sent has no ticket: it is no attempt, and leaves nothing in the books. */
type Asked = (AttemptResult & { turn: Turn; usageTicket: UsageTicket }) | { kind: "aborted" };

class AttemptRun {
  readonly #deps: AttemptRunnerDeps;
  readonly #plan: AttemptPlan;
  readonly #turns: Turns;
  readonly #tried: Tried[] = [];
  #attempts = 0;
  #asked = 0;
  /** In the line, of all its turns together. */
  #waitedMs = 0;

  constructor(deps: AttemptRunnerDeps, plan: AttemptPlan) {
    this.#deps = deps;
    this.#plan = plan;
    this.#turns = new Turns(deps, plan.candidates);
  }

  async start(): Promise<RunResult> {
    const { message, settings } = this.#plan;
    while (this.#asked <= settings.gateway.maxFallbackAttempts && performance.now() < message.deadline) {
      // One after the other is the point, here and below.
      const turn = await this.#nextTurn();
      if (turn === undefined) break;
      const provider = settings.providers.find(({ name }) => name === turn.candidate.provider);
      if (provider === undefined) {
        void this.#release(turn.reservation);
        continue;
      }
      this.#asked += 1;
      const asked = await this.#ask(turn, provider);
      if (asked.kind === "aborted") return { kind: "aborted", ...this.#ended() };
      if (asked.kind !== "failed") {
        const { turn: won, usageTicket, ...result } = asked;
        return { kind: "won", turn: won, provider, result, usageTicket, ...this.#ended() };
      }
      this.#tried.push({ candidate: turn.candidate, failure: asked.failure });
      if (!this.#chooseNext(turn.candidate, asked.failure)) break;
      await this.#delayFallback(turn.candidate, asked.failure);
    }
    if (message.signal.aborted) return { kind: "aborted", ...this.#ended() };
    return { kind: "lost", ...this.#ended() };
  }

  #ended(): Ended {
    return { tried: this.#tried, passed: this.#turns.passed, attempts: this.#attempts };
  }

  /** The next candidate with room; where all are full for a moment only, after a short wait in the line. */
  async #nextTurn(): Promise<Turn | undefined> {
    const { message } = this.#plan;
    const turns = this.#turns;
    if (message.signal.aborted) return undefined;
    let isFirst = true;
    const since = performance.now();
    const turn = await this.#deps.waitingRoom.enter<Turn>({
      session: String(message.clientHeaders[HEADERS.sessionId] ?? message.requestId),
      message,
      waitedMs: this.#waitedMs,
      wanted: () => turns.wanted(),
      seek: async (closed, asLast) => {
        if (asLast) turns.hurry();
        // Who was passed over before somebody failed is asked again once the others have nothing.
        if (!isFirst) turns.reconsider();
        isFirst = false;
        const found = await turns.next(closed);
        if (found !== undefined) return { found, full: turns.fullBuckets() };
        const earliest = this.#isLost() ? undefined : turns.earliestRoom();
        return { full: turns.fullBuckets(), ...(earliest === undefined ? {} : { earliest }) };
      },
    });
    this.#waitedMs += performance.now() - since;
    return turn;
  }

  /** Somebody has answered that nobody can make it good: waiting for the others is no use. */
  #isLost(): boolean {
    return this.#tried.some(({ failure }) => FAILURE_RULES[failure.name].fallback === "no");
  }

  /** The attempt and its repeats on the same candidate. */
  async #ask(first: Turn, provider: ProviderSettings): Promise<Asked> {
    const learnt: Rejection[] = [];
    const retried: Tried[] = [];
    let turn = first;
    for (let retries = 0; ;) {
      const asked = await this.#send(turn, provider, { learnt, retried });
      if (asked.kind !== "failed") return asked;
      const { failure } = asked;
      const isTaught = this.#learn(turn, failure, learnt);
      const delayMs = isTaught ? 0 : this.#retryDelay(provider, failure, retries);
      if (delayMs === undefined) return asked;
      if (!isTaught) retries += 1;
      retried.push({ candidate: turn.candidate, failure });
      await this.#pause(delayMs);
      if (this.#plan.message.signal.aborted) return { kind: "aborted" };
      const next = await this.#turns.again(turn.candidate);
      if (next === undefined) return asked;
      turn = next;
    }
  }

  async #send(
    turn: Turn,
    provider: ProviderSettings,
    { learnt, retried }: { learnt: readonly Rejection[]; retried: readonly Tried[] },
  ): Promise<Asked> {
    const { candidate, reservation } = turn;
    const { breakers, mayAsk, reservations, send, state } = this.#deps;
    if ((mayAsk !== undefined && !(await mayAsk())) || this.#plan.message.signal.aborted) {
      void this.#release(reservation);
      return { kind: "aborted" };
    }
    const target = targetOf(candidate);
    const known = state.snapshot().targets.get(target)?.rejections ?? [];
    const attempt: Attempt = {
      candidate,
      provider,
      message: this.#plan.message,
      hasOthers: this.#turns.queue.some((next) => next.provider !== candidate.provider),
      leaveOut: learnt.length === 0 ? known : [...known, ...learnt],
    };
    this.#attempts += 1;
    const usageTicket = this.#deps.openUsage({
      candidate,
      provider,
      attempt: this.#attempts,
      tried: [...this.#tried, ...retried],
    });
    reservations.keep(reservation);
    const result = await breakers.fire(target, {
      run: () => send(attempt),
      isGood: ({ kind }) => kind === "stream" || kind === "answer",
    });
    if (result.kind === "stream" || result.kind === "answer") {
      const observations = readObservations(result.headers[HEADERS.limits]);
      if (reservation.probe || observations.some(isTight)) void state.commit(reservation, observations);
      return { ...result, turn, usageTicket };
    }
    if (result.kind === "failed") {
      usageTicket.settle(endingOfFailure(result));
      this.#deps.onFailure(attempt, result.failure);
      await reservations.settle(reservation, settlementOfFailure(candidate, result.failure, result.usage));
    } else {
      usageTicket.settle({ outcome: "aborted", usage: result.usage });
      // The client has left: what the upstream has counted by then is not known, so the estimate stands.
      void reservations.settle(reservation, { outcome: "neutral" });
    }
    return { ...result, turn, usageTicket };
  }

  /** Takes note of what a 400 named; true: worth trying once more without it. Upstreams name one thing at a time. */
  #learn({ candidate }: Turn, { rejections = [] }: AttemptFailure, learnt: Rejection[]): boolean {
    const fresh = rejections.filter(({ kind, name }) => !learnt.some((one) => one.kind === kind && one.name === name));
    if (fresh.length === 0 || learnt.length >= MAX_LESSONS) return false;
    for (const rejection of fresh) {
      // What lies in one conversation alone says nothing of the next.
      if (!isLastingRejection(rejection)) continue;
      void this.#deps.state.learn(targetOf(candidate), rejection, Date.now() + REJECTION_MS);
    }
    learnt.push(...fresh);
    return performance.now() < this.#plan.message.deadline;
  }

  #release(reservation: Reservation): Promise<void> {
    this.#deps.reservations.keep(reservation);
    const used = { requests: 0, inputTokens: NO_USAGE.uncachedInput, outputTokens: NO_USAGE.output };
    return this.#deps.reservations.settle(reservation, { outcome: "neutral", used });
  }

  #retryDelay(provider: ProviderSettings, failure: AttemptFailure, retries: number): number | undefined {
    if (!FAILURE_RULES[failure.name].retry || retries >= provider.maxRetries) return undefined;
    const backoff = RETRY_DELAY_MS * 2 ** retries * (0.75 + Math.random() / 2);
    const delayMs = Math.max(backoff, (failure.retryAfterSeconds ?? 0) * 1000);
    const isInTime = performance.now() + delayMs < this.#plan.message.deadline;
    return delayMs <= LONGEST_RETRY_DELAY_MS && isInTime ? delayMs : undefined;
  }

  /** Sorts what is left by what the failure says of it; false: nobody can make it good. */
  #chooseNext(failed: RankedCandidate, failure: AttemptFailure): boolean {
    const left = orderAfterFailure(this.#turns.queue, failed, failure);
    if (left === undefined) return false;
    this.#turns.keep(left);
    return left.length > 0 || this.#turns.passed.some(({ candidate }) => isRoomier(candidate, failed, failure));
  }

  async #delayFallback(failed: RankedCandidate, failure: AttemptFailure): Promise<void> {
    if (!FAILURE_RULES[failure.name].delay || this.#turns.queue[0]?.provider !== failed.provider) return;
    await this.#pause(this.#plan.settings.gateway.fallbackDelayMs);
  }

  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { signal, deadline } = this.#plan.message;
    // Aborting ends the pause; who asks next sees it by the signal.
    await sleep(Math.min(ms, Math.max(0, deadline - performance.now())), undefined, { signal }).catch(() => {});
  }
}

export function endingOfFailure({ failure, usage }: Extract<AttemptResult, { kind: "failed" }>): AttemptEnding {
  const status = failure.raw?.status;
  return { outcome: "failure", failure: failure.name, ...(status === undefined ? {} : { status }), usage };
}

/** Little is left: worth telling the other gateways now and not at the end of the answer. */
function isTight({ limit, remaining, utilization }: LimitObservation): boolean {
  if (utilization !== undefined) return utilization > 0.8;
  return remaining !== undefined && limit !== undefined && remaining < limit * 0.2;
}
