import type { ModelPrice } from "@switchyard/wire";

/** A price that configuration sets. */
export interface PriceOverride {
  /** Absent: every provider. */
  provider?: string;
  /** Any name of the model, or with "*" for any characters. */
  model: string;
  price: ModelPrice;
}

/** What of the settings says prices. */
export interface PriceSettings {
  costs: { prices: readonly PriceOverride[] };
  providers: readonly {
    name: string;
    customModels?: readonly { modelId: string; modelName: string; price?: ModelPrice }[];
  }[];
}

/** The prices that settings hold: those set for costs before those of custom models. */
export function overridesOf({ costs, providers }: PriceSettings): PriceOverride[] {
  const custom = providers.flatMap(({ name: provider, customModels = [] }) =>
    customModels.flatMap(({ modelId, modelName, price }) =>
      price === undefined ? [] : [...new Set([modelName, modelId])].map((model) => ({ provider, model, price })),
    ),
  );
  return [...costs.prices, ...custom];
}

export interface OverrideQuery {
  provider: string;
  /** Every name that the model has, lower case. */
  names: ReadonlySet<string>;
}

/**
 * The override that says most: one that names the provider before one that does not, a whole name before one with
 * "*", a longer pattern before a shorter; the first of equals.
 */
export function findOverride(overrides: readonly PriceOverride[], query: OverrideQuery): PriceOverride | undefined {
  return overrides
    .filter((override) => matches(override, query))
    .toSorted((one, other) => precision(other) - precision(one))[0];
}

function matches({ provider, model }: PriceOverride, { provider: asked, names }: OverrideQuery): boolean {
  if (provider !== undefined && provider !== asked) return false;
  const name = model.trim().toLowerCase();
  if (!name.includes("*")) return names.has(name);
  const pattern = new RegExp(`^${name.split("*").map(escapePattern).join(".*")}$`);
  return [...names].some((candidate) => pattern.test(candidate));
}

function precision({ provider, model }: PriceOverride): number {
  const whole = model.includes("*") ? 0 : 1000;
  return (provider === undefined ? 0 : 10_000) + whole + Math.min(model.replaceAll("*", "").length, 999);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
