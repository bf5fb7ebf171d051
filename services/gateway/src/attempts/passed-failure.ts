import type { Rest, Snapshot } from "@switchyard/state";
import type { FailureName } from "@switchyard/wire";

import { bucketOf, targetOf } from "../world/targets.ts";
import type { AttemptFailure } from "./attempt.ts";
import type { Passed } from "./turns.ts";

/** Why a candidate was not asked, in the form of a failure, so that one table tells what the client hears. */
export function failureOfPassed(
  { candidate, skip }: Passed,
  snapshot: Snapshot,
  options: { now: number; bucket?: string },
): AttemptFailure {
  const seconds = Math.max(0, (skip.availableAt - options.now) / 1000);
  const retryAfter = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
  const make = (name: FailureName, status: number, message: string): AttemptFailure => ({
    name,
    status,
    type: status === 429 ? "rate_limit_error" : status === 529 ? "overloaded_error" : "api_error",
    message,
    headers: {},
    clientCredential: false,
    ...retryAfter,
  });
  if (skip.reason === "limit") return make("throttled", 429, `its limit of ${nameOf(skip.resource)} is used up`);
  if (skip.reason === "returning") return make("throttled", 429, "it comes back slowly after its limit was reached");
  if (skip.reason === "breaker") {
    const failures = snapshot.targets.get(targetOf(candidate))?.failuresInRow ?? 0;
    const story = failures > 0 ? `it failed ${failures} times in a row` : "it failed several times in a row";
    return make("overloaded", 529, `${story}; its circuit breaker is open`);
  }
  const rest = findRest(candidate, snapshot, options.bucket);
  if (rest === undefined) return make("throttled", 429, "it rests after it reached its limit");
  return make(rest.failure, rest.failure.startsWith("throttled") ? 429 : 503, rest.message);
}

function nameOf(resource: string | undefined): string {
  if (resource === "concurrency") return "requests at the same time";
  return (resource ?? "requests").replaceAll("_", " ");
}

/** Who rests: the candidate, its quota, or its whole provider. */
export function findRest(candidate: Passed["candidate"], snapshot: Snapshot, bucket?: string): Rest | undefined {
  return (
    snapshot.targets.get(targetOf(candidate))?.rest ??
    snapshot.buckets.get(bucket ?? bucketOf(candidate))?.rest ??
    snapshot.providers.get(candidate.provider)
  );
}
