import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import type { FileCosts } from "./costs-schema.ts";
import { findNamedProvider } from "./find-named-provider.ts";
import { priceOf } from "./price-schema.ts";
import type { PriceSettings, ProviderSettings } from "./settings.ts";

/** The prices that go before the catalogue's, each whole and each once. */
export function buildPrices(
  entries: FileCosts["prices"] = [],
  providers: readonly ProviderSettings[],
  { problems }: BuildContext,
): PriceSettings[] {
  const places = new Map<string, string>();
  return entries.flatMap((entry, index): PriceSettings[] => {
    const place = `costs.prices[${index}]`;
    const provider =
      entry.provider === undefined
        ? undefined
        : findNamedProvider(entry.provider, { place: `${place}.provider`, providers, problems });
    const key = JSON.stringify([provider ?? entry.provider ?? "", entry.model]);
    const earlier = places.get(key);
    if (earlier !== undefined) {
      problems.add(place, `prices the same model as ${earlier}`, "Keep one of them.");
    }
    places.set(key, earlier ?? place);
    const price = priceOf(entry);
    if (price !== undefined) return [{ ...defined({ provider }), model: entry.model, price }];
    problems.add(
      place,
      "has no price",
      "Write price: { input, output } in dollars per million tokens, or input_cost_per_token and output_cost_per_token.",
    );
    return [];
  });
}
