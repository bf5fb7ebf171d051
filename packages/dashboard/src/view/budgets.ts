import type { ClientKey } from "./api-types.ts";
import type { Tone } from "./limits.ts";

export interface BudgetLine {
  id: string;
  client: string;
  window: "hour" | "day" | "month";
  spent: number;
  budget: number;
  share: number;
  tone: Tone;
}

const WINDOWS = ["hour", "day", "month"] as const;
const NEAR = 0.75;

/** Every budget of keys that are in use, the fullest first. */
export function listBudgets(keys: readonly ClientKey[]): BudgetLine[] {
  return keys
    .filter(({ status }) => status === "active")
    .flatMap(({ id, name, budgets, spent }) =>
      WINDOWS.flatMap((window) => {
        const budget = budgets[window];
        if (budget === null) return [];
        const used = spent[window] ?? 0;
        const share = budget > 0 ? used / budget : 1;
        return [{ id, client: name, window, spent: used, budget, share, tone: toneOfBudget(share) }];
      }),
    )
    .toSorted((one, other) => other.share - one.share);
}

/** Alerts are raised at 75, 90 and 100 %; at 100 % its holder is refused. */
function toneOfBudget(share: number): Tone {
  if (share >= 1) return "bad";
  return share >= NEAR ? "warn" : "good";
}

/** Names of keys by their ids: the books know ids only. */
export function nameClients(keys: readonly ClientKey[]): (id: string | null) => string {
  const names = new Map(keys.map(({ id, name }) => [id, name]));
  return (id) => (id === null || id === "" ? "without a key" : (names.get(id) ?? id));
}
