import type { KindDefinition } from "./dialect.ts";

/** A kind that speaks several families: all endpoints, and the first definition's manners where they differ. */
export function mergeKinds(first: KindDefinition, ...others: readonly KindDefinition[]): KindDefinition {
  return others.reduce<KindDefinition>(
    (merged, other) => ({ ...other, ...merged, dialects: [...merged.dialects, ...other.dialects] }),
    first,
  );
}
