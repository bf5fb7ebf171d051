import { priceUsage } from "@switchyard/catalog";
import type { CostRow } from "./cost-sums.ts";
import { findRate, type ElsewhereOptions } from "./elsewhere.ts";
import { usageOf } from "./cost-sums.ts";

/**
 * What caching saved, nano-dollars: reading in place of sending again, less what writing cost more than sending.
 * Of rows by provider and model; models without a price of their own there are left out.
 */
export function savingsOfCache(models: readonly CostRow[], options: ElsewhereOptions): number {
  let saved = 0;
  for (const { group, sums } of models) {
    const { provider = "", model = "" } = group;
    const known = options.catalog.findModel(model)?.model;
    const name = provider === "direct" ? "anthropic" : provider;
    const price = known === undefined ? undefined : findRate({ provider: name, model: known.canonical }, options);
    if (price === undefined) continue;
    const { cacheRead, cacheWrite5m, cacheWrite1h } = sums;
    const cached = { ...usageOf(sums), uncachedInput: 0, output: 0, reasoning: 0 };
    const resent = { ...cached, uncachedInput: cacheRead + cacheWrite5m + cacheWrite1h };
    saved +=
      priceUsage(price, { ...resent, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }) - priceUsage(price, cached);
  }
  return saved;
}
