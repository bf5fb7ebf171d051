import type { RankedCandidate } from "@switchyard/routing";

import type { AttemptFailure } from "./attempt.ts";
import { FAILURE_RULES } from "./failure-rules.ts";

/** Who may still make it good after a failure, in the order of asking; undefined: nobody, whoever is left. */
export function orderAfterFailure(
  queue: readonly RankedCandidate[],
  failed: RankedCandidate,
  failure: AttemptFailure,
): RankedCandidate[] | undefined {
  const rule = FAILURE_RULES[failure.name];
  // The client's own credential: only the client can do something about it.
  if (failure.clientCredential && (failure.name === "auth" || failure.name === "billing")) return undefined;
  if (rule.fallback === "no") return undefined;
  const others = queue.filter(({ provider }) => provider !== failed.provider);
  const same = queue.filter(({ provider }) => provider === failed.provider);
  const left = rule.sameProvider === "no" ? others : rule.sameProvider === "last" ? [...others, ...same] : [...queue];
  return left.filter((next) => isRoomier(next, failed, failure));
}

/** Whether a candidate could take what was too much for another; true for every other failure. */
export function isRoomier(next: RankedCandidate, failed: RankedCandidate, failure: AttemptFailure): boolean {
  if (FAILURE_RULES[failure.name].fallback !== "longer") return true;
  // Too many bytes says nothing of tokens, and every provider has a limit of its own for them.
  if (failure.type === "request_too_large") return next.provider !== failed.provider;
  return next.model.context_window > failed.model.context_window;
}
