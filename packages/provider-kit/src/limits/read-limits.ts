import type { LimitObservation } from "@switchyard/wire";

import type { LimitDialect, LimitSignals } from "./limit-signals.ts";
import type { LimitSource } from "./limit-source.ts";
import { readAnthropicLimits } from "./read-anthropic-limits.ts";
import { readGoogleQuota } from "./read-google-quota.ts";
import { readPlainLimits } from "./read-plain-limits.ts";
import { readResourceLimits } from "./read-resource-limits.ts";
import { readWordedLimits } from "./read-worded-limits.ts";

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
  return signals.dialects.flatMap((dialect) => READERS[dialect](source, signals));
}
