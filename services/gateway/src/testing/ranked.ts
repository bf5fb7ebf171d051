import type { RankedCandidate } from "@switchyard/routing";
import type { ModelInfo } from "@switchyard/wire";

import { modelInfo } from "./fake-service.ts";

/** A candidate with a place in the order, for tests of what comes after the ranking. */
export function ranked(provider: string, model: Partial<ModelInfo> = {}): RankedCandidate {
  return {
    provider,
    model: modelInfo(model.canonical ?? "claude-test", model),
    group: "requested",
    score: 0.5,
    terms: { headroom: 0.5, speed: 0.5, price: 0.5, reliability: 0.5 },
    reasons: [],
    estimatedUse: { inputTokens: 100, outputTokens: 50 },
  };
}
