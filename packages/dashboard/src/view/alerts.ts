import type { Alert } from "./api-types.ts";
import type { Formats } from "./format.ts";

const KINDS: Readonly<Record<string, string>> = {
  hourly_cost_exceeded: "cost of an hour",
  daily_cost_exceeded: "cost of a day",
  budget: "budget",
  agent_runaway: "runaway agent",
  price_drift: "price drift",
  unknown_price: "unknown price",
};

export function nameKind(kind: string): string {
  return KINDS[kind] ?? kind.replaceAll("_", " ");
}

/** "$12.40, threshold $10.00"; nothing where an alert has no figures. */
export function showFigures(
  { alert_type: kind, threshold, actual_value: actual }: Alert,
  { money, share }: Pick<Formats, "money" | "share">,
): string {
  if (kind === "unknown_price") return "";
  const show = kind === "price_drift" ? share : money;
  return `${show(actual)}, threshold ${show(threshold)}`;
}
