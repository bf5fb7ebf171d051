import type { Plan, RankInput } from "./contract.ts";
import { listCandidates } from "./list-candidates.ts";

/**
 * Every place where a request can go, in the order of trying. Pure: the same input gives the same plan.
 * @throws GatewayError invalid_request_error for a pinned provider that does not exist.
 */
export function planRequest(input: RankInput): Plan {
  const { candidates, exclusions } = listCandidates(input);
  const terms = { headroom: 0.5, speed: 0.5, price: 0.5, reliability: 0.5 };
  const estimatedUse = { inputTokens: input.facts.estimatedInputTokens, outputTokens: 1000 };
  return {
    candidates: candidates.map((candidate) => ({ ...candidate, score: 0, terms, reasons: [], estimatedUse })),
    exclusions,
    reasons: [],
  };
}
