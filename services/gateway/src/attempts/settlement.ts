import { type RankedCandidate } from "@switchyard/routing";
import type { AttemptOutcome, RestOrder, Settlement } from "@switchyard/state";
import type { LimitObservation, TokenUsage } from "@switchyard/wire";

import type { AttemptFailure } from "./attempt.ts";
import { FAILURE_RULES } from "./failure-rules.ts";

type Used = NonNullable<Settlement["used"]>;

/**
 * The tokens that a limit on input counts. What a cache answers is free at upstreams of the Messages API
 * (platform.claude.com/docs/en/api/rate-limits: cache reads do not count towards ITPM), and counted by the others
 * (platform.openai.com/docs/guides/prompt-caching: cached prompts contribute to TPM).
 */
export function countedInput({ model }: Pick<RankedCandidate, "model">, usage: TokenUsage): number {
  const written = usage.uncachedInput + usage.cacheWrite5m + usage.cacheWrite1h;
  return model.dialect === "messages" ? written : written + usage.cacheRead;
}

export function usedOf(candidate: Pick<RankedCandidate, "model">, usage: TokenUsage): Used {
  return { requests: 1, inputTokens: countedInput(candidate, usage), outputTokens: usage.output };
}

/** What a failed attempt used up: what it was refused for was not used. */
export function settlementOfFailure(
  candidate: RankedCandidate,
  failure: AttemptFailure,
  usage: TokenUsage,
): Settlement {
  const isThrottled = failure.name.startsWith("throttled");
  const rest = restOf(failure);
  return {
    outcome: outcomeOf(failure),
    used: isThrottled ? { requests: 0, inputTokens: 0, outputTokens: 0 } : usedOf(candidate, usage),
    ...(failure.observations === undefined ? {} : { observations: emptyUntilRetry(failure) }),
    ...(rest === undefined ? {} : { rest }),
  };
}

/** Some upstreams tell that nothing is left, and when to come back only in `retry-after`: then there is room again. */
function emptyUntilRetry({ observations = [], retryAfterSeconds }: AttemptFailure): LimitObservation[] {
  return observations.map((observation) =>
    observation.remaining === 0 && observation.resetMs === undefined && retryAfterSeconds !== undefined
      ? { ...observation, resetMs: retryAfterSeconds * 1000 }
      : observation,
  );
}

function outcomeOf(failure: AttemptFailure): AttemptOutcome {
  return FAILURE_RULES[failure.name].countsAgainst && !isClients(failure) ? "failure" : "neutral";
}

/** What one client's own credential met says nothing of another's. */
function isClients({ clientCredential, name }: AttemptFailure): boolean {
  return clientCredential && (name === "auth" || name === "billing");
}

/** The upstream's word is taken up to a day, and never for nothing. */
const LONGEST_REST_SECONDS = 86_400;

function restOf(failure: AttemptFailure): RestOrder | undefined {
  const { rest } = FAILURE_RULES[failure.name];
  if (rest === undefined || isClients(failure)) return undefined;
  const { name, message, retryAfterSeconds } = failure;
  const order = { scope: rest.scope, failure: name, message };
  if (rest.until === "change") return { ...order, until: "change" };
  if (retryAfterSeconds === undefined) return order;
  const seconds = Math.min(LONGEST_REST_SECONDS, Math.max(1, retryAfterSeconds));
  return { ...order, until: Date.now() + seconds * 1000 };
}
