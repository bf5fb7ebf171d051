import { createHash } from "node:crypto";

import type { ClientPolicy } from "@switchyard/wire";

export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** A client whose key is "<id>-key", without any limit that is not said. */
export function clientPolicy(id: string, more: Partial<ClientPolicy> = {}): ClientPolicy {
  return {
    id,
    name: id,
    keyDigest: digestOf(`${id}-key`),
    budgets: {},
    strict: false,
    overBudget: "refuse",
    createdAt: 0,
    source: "ledger",
    ...more,
  };
}
