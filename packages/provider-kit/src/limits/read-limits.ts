import type { LimitObservation } from "@switchyard/wire";

import type { LimitDialect, LimitSignals } from "./limit-signals.ts";
import type { LimitSource } from "./limit-source.ts";
import { readAnthropicLimits } from "./read-anthropic-limits.ts";
import { readGoogleQuota } from "./read-google-quota.ts";
import { readPlainLimits } from "./read-plain-limits.ts";
import { readResourceLimits } from "./read-resource-limits.ts";
import { readWordedLimits } from "./read-worded-limits.ts";
import { leftOf } from "./wait-for-limits.ts";

type Reader = (source: LimitSource, signals: LimitSignals) => LimitObservation[];

const READERS: Readonly<Record<LimitDialect, Reader>> = {
  anthropic: readAnthropicLimits,
  per_resource: (source, { bareRequestsWindowMs }) => readResourceLimits(source, bareRequestsWindowMs),
  plain: readPlainLimits,
  worded: readWordedLimits,
  google_quota: readGoogleQuota,
};

/** Everything that an answer says of its upstream's limits, in the ways in which this upstream speaks. Never throws. */
export function readLimits(source: LimitSource, signals: LimitSignals): LimitObservation[] {
  return strictest(signals.dialects.flatMap((dialect) => READERS[dialect](source, signals)));
}

/** One observation per limit: where one limit is counted in two ways, the way in which less is left. */
function strictest(observations: readonly LimitObservation[]): LimitObservation[] {
  if (observations.length < 2) return [...observations];
  const kept = new Map<string, LimitObservation>();
  for (const observation of observations) {
    const key = `${observation.resource} ${observation.windowMs ?? ""}`;
    const other = kept.get(key);
    if (other === undefined || leftOf(observation) < leftOf(other)) kept.set(key, observation);
  }
  return [...kept.values()];
}
