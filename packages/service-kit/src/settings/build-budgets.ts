import type { Budgets } from "@switchyard/wire";
import { defined } from "./build-timeouts.ts";
import type { FileBudgets } from "./costs-schema.ts";

/** Those that are set; their parser made nano-dollars of dollars. */
export function buildBudgets({ hour, day, month }: FileBudgets = {}): Budgets {
  return defined({ hour, day, month });
}
