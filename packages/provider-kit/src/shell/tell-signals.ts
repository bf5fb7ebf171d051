import { HEADERS, type LimitObservation, type ModelInfo, writeObservations, writeRejections } from "@switchyard/wire";

import { defaultSignals } from "../limits/limit-signals.ts";
import { readLimits } from "../limits/read-limits.ts";
import type { FailedAttempt } from "./attempt.ts";
import type { Shell } from "./shell.ts";
import { upstreamClock } from "./upstream-clock.ts";

type Headers = Readonly<Record<string, string>>;

/** For the gateway: what a success says of the upstream's limits. */
export function answerSignals(shell: Shell, model: ModelInfo | undefined, headers: Headers): Record<string, string> {
  return limitsHeader(limitsOf(shell, model, headers));
}

/** For the gateway: what a failure says of the upstream's limits, and what the upstream refused. */
export function failureSignals(
  shell: Shell,
  model: ModelInfo | undefined,
  { observations, rejections = [], headers }: FailedAttempt,
): Record<string, string> {
  return {
    ...limitsHeader(observations ?? limitsOf(shell, model, headers)),
    ...(rejections.length === 0 ? {} : { [HEADERS.rejected]: writeRejections(rejections) }),
  };
}

function limitsOf({ provider }: Shell, model: ModelInfo | undefined, headers: Headers): LimitObservation[] {
  if (model === undefined) return [];
  const { dialect } = model;
  const signals = provider.limitSignals ?? defaultSignals(dialect);
  return readLimits({ status: 200, headers, dialect, now: upstreamClock(headers) }, signals);
}

function limitsHeader(observations: readonly LimitObservation[]): Record<string, string> {
  return observations.length === 0 ? {} : { [HEADERS.limits]: writeObservations(observations) };
}
