import type { Decision, PastRequest } from "./api-types.ts";
import { type Formats, NOTHING } from "./format.ts";

const NANO = 1_000_000_000;

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

type Costing = Partial<Pick<PastRequest, "cost_nano_dollars" | "subscription_cost_nano_dollars">>;

/** "$0.0142"; "–" where it is not known. */
export function showCost({ cost_nano_dollars: cost }: Costing, formats: Pick<Formats, "money">): string {
  return typeof cost === "number" ? formats.money(cost / NANO) : NOTHING;
}

/** The same with who paid: "$0.0142, $0.01 of it by a subscription". */
export function describeCost(costing: Costing, formats: Pick<Formats, "money">): string {
  const text = showCost(costing, formats);
  const { cost_nano_dollars: cost, subscription_cost_nano_dollars: paid = 0 } = costing;
  if (typeof cost !== "number" || paid <= 0) return text;
  return paid >= cost ? `${text}, by a subscription` : `${text}, ${formats.money(paid / NANO)} of it by a subscription`;
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
