import { setTimeout as sleep } from "node:timers/promises";

import type { ProviderSettings, Settings } from "@switchyard/service-kit";

import type { Candidate } from "../routing/candidate.ts";
import type { AttemptFailure, AttemptResult, OutgoingMessage } from "./attempt.ts";
import { FAILURE_RULES } from "./failure-rules.ts";
import type { Rests } from "./rests.ts";
import type { Attempt } from "./send-attempt.ts";

export interface AttemptRunnerDeps {
  send(attempt: Attempt): Promise<AttemptResult>;
  rests: Rests;
  /** Told of every attempt that failed before its first output. */
  onFailure(attempt: Attempt, failure: AttemptFailure): void;
}

export interface AttemptPlan {
  candidates: readonly Candidate[];
  settings: Settings;
  message: OutgoingMessage;
}

/** One candidate that was asked, or passed over because it rests. */
export interface Tried {
  candidate: Candidate;
  failure: AttemptFailure;
  /** False for a candidate that rests: it was not asked. */
  asked: boolean;
}

export type RunResult =
  | { kind: "won"; candidate: Candidate; provider: ProviderSettings; result: WonResult; attempts: number }
  | { kind: "lost"; tried: readonly Tried[]; attempts: number }
  | { kind: "aborted"; attempts: number };

export type WonResult = Extract<AttemptResult, { kind: "stream" | "answer" }>;

/** First pause before a repeat on the same candidate; doubled each time. */
const RETRY_DELAY_MS = 150;
/** A wish to wait longer than this is better served by another candidate. */
const LONGEST_RETRY_DELAY_MS = 2000;

/**
 * Asks one candidate after the other until one gives its first output. Bounded by the number of
 * fallbacks, the provider's retries and the request's deadline; what a failure means stands in one table.
 */
export async function runAttempts(deps: AttemptRunnerDeps, plan: AttemptPlan): Promise<RunResult> {
  const run = new AttemptRun(deps, plan);
  return run.start();
}

class AttemptRun {
  readonly #deps: AttemptRunnerDeps;
  readonly #plan: AttemptPlan;
  readonly #tried: Tried[] = [];
  #queue: Candidate[];
  #attempts = 0;
  #asked = 0;

  constructor(deps: AttemptRunnerDeps, plan: AttemptPlan) {
    this.#deps = deps;
    this.#plan = plan;
    this.#queue = [...plan.candidates];
  }

  async start(): Promise<RunResult> {
    const { settings, message } = this.#plan;
    for (let candidate = this.#queue.shift(); candidate !== undefined; candidate = this.#queue.shift()) {
      const provider = settings.providers.find(({ name }) => name === candidate?.provider);
      if (provider === undefined || this.#isResting(candidate)) continue;
      if (this.#asked > settings.gateway.maxFallbackAttempts || performance.now() >= message.deadline) break;
      this.#asked += 1;
      // One after the other is the point.
      // oxlint-disable-next-line no-await-in-loop
      const result = await this.#ask({ candidate, provider, message, hasOthers: this.#hasOthers(candidate) });
      if (result.kind === "aborted") return { kind: "aborted", attempts: this.#attempts };
      if (result.kind !== "failed") return { kind: "won", candidate, provider, result, attempts: this.#attempts };
      this.#tried.push({ candidate, failure: result.failure, asked: true });
      if (!this.#chooseNext(candidate, result.failure)) break;
      // oxlint-disable-next-line no-await-in-loop
      await this.#delayFallback(candidate, result.failure);
    }
    if (message.signal.aborted) return { kind: "aborted", attempts: this.#attempts };
    return { kind: "lost", tried: this.#tried, attempts: this.#attempts };
  }

  #hasOthers({ provider }: Candidate): boolean {
    return this.#queue.some((next) => next.provider !== provider);
  }

  #isResting(candidate: Candidate): boolean {
    const rest = this.#deps.rests.find(candidate);
    if (rest === undefined) return false;
    const { failure: name, message, until } = rest;
    const retryAfter = until === undefined ? {} : { retryAfterSeconds: Math.max(0, (until - Date.now()) / 1000) };
    const failure = {
      name,
      status: 503,
      type: "api_error",
      message,
      headers: {},
      clientCredential: false,
      ...retryAfter,
    };
    this.#tried.push({ candidate, failure, asked: false });
    return true;
  }

  /** The attempt and its repeats on the same candidate. */
  async #ask(attempt: Attempt): Promise<AttemptResult> {
    for (let retries = 0; ; retries += 1) {
      this.#attempts += 1;
      // oxlint-disable-next-line no-await-in-loop
      const result = await this.#deps.send(attempt);
      if (result.kind !== "failed") return result;
      this.#deps.onFailure(attempt, result.failure);
      const delayMs = this.#retryDelay(attempt, result.failure, retries);
      if (delayMs === undefined) {
        // What one client's own credential met says nothing of another's.
        if (!result.failure.clientCredential) this.#deps.rests.note(attempt.candidate, result.failure);
        return result;
      }
      // oxlint-disable-next-line no-await-in-loop
      await this.#pause(delayMs);
      if (attempt.message.signal.aborted) return { kind: "aborted" };
    }
  }

  #retryDelay({ provider, message }: Attempt, failure: AttemptFailure, retries: number): number | undefined {
    if (!FAILURE_RULES[failure.name].retry || retries >= provider.maxRetries) return undefined;
    const backoff = RETRY_DELAY_MS * 2 ** retries * (0.75 + Math.random() / 2);
    const delayMs = Math.max(backoff, (failure.retryAfterSeconds ?? 0) * 1000);
    const isInTime = performance.now() + delayMs < message.deadline;
    return delayMs <= LONGEST_RETRY_DELAY_MS && isInTime ? delayMs : undefined;
  }

  /** Sorts what is left by what the failure says of it; false: nobody can make it good. */
  #chooseNext(failed: Candidate, failure: AttemptFailure): boolean {
    const rule = FAILURE_RULES[failure.name];
    // The client's own credential: only the client can do something about it.
    if (failure.clientCredential && (failure.name === "auth" || failure.name === "billing")) return false;
    if (rule.fallback === "no") return false;
    const others = this.#queue.filter(({ provider }) => provider !== failed.provider);
    const same = this.#queue.filter(({ provider }) => provider === failed.provider);
    if (rule.sameProvider === "no") this.#queue = others;
    else if (rule.sameProvider === "last") this.#queue = [...others, ...same];
    if (rule.fallback === "longer") this.#queue = this.#queue.filter((next) => isRoomier(next, failed, failure));
    return this.#queue.length > 0;
  }

  async #delayFallback(failed: Candidate, failure: AttemptFailure): Promise<void> {
    if (!FAILURE_RULES[failure.name].delay || this.#queue[0]?.provider !== failed.provider) return;
    await this.#pause(this.#plan.settings.gateway.fallbackDelayMs);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#plan.message;
    // Aborting ends the pause; who asks next sees it by the signal.
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

/** Too many bytes says nothing of tokens, and every provider has a limit of its own for them. */
function isRoomier(next: Candidate, failed: Candidate, { type }: AttemptFailure): boolean {
  if (type === "request_too_large") return next.provider !== failed.provider;
  return next.model.context_window > failed.model.context_window;
}
