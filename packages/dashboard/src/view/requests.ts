import type { Decision, PastRequest } from "./api-types.ts";

export function linkToDecision(id: string): string {
  return `#/requests/${encodeURIComponent(id)}`;
}

/** What came before the answer: "openai: throttled → vertex passed over: limit (requests)". */
export function wayOf({ before, provider }: Pick<PastRequest, "before" | "provider">): string {
  if (before.length === 0) return provider === null ? "" : "at once";
  return before
    .map(({ provider: tried, result }) =>
      result.startsWith("passed over") ? `${tried} ${result}` : `${tried}: ${result}`,
    )
    .join(" → ");
}

export interface Candidate {
  place: number;
  provider: string;
  model: string;
  score: number;
  terms: Decision["candidates"][number]["terms"];
  cost: number | null;
  reasons: string;
  /** What came of it, if it was its turn. */
  result: string;
}

/** Who was ranked, and what came of each. */
export function listCandidates({ candidates, attempts }: Decision): Candidate[] {
  return candidates.map(({ provider, model, score, terms, estimated_cost_dollars: cost, reasons }, index) => ({
    place: index + 1,
    provider,
    model,
    score,
    terms,
    cost,
    reasons: reasons.join("; "),
    result: attempts
      .filter((attempt) => attempt.provider === provider && attempt.model === model)
      .map(({ result, message }) => (message === undefined || message === "" ? result : `${result}: ${message}`))
      .join("; "),
  }));
}
