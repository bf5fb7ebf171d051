import type { LimitSettings } from "./settings.ts";

/**
 * The limits that apply to one quota bucket. `names` are the bucket's own and those of the models that draw on it,
 * upstream ids and canonical names; case does not matter.
 */
export function limitsOf(limits: readonly LimitSettings[], names: readonly string[]): LimitSettings[] {
  return limits.filter(({ models }) => {
    if (models === undefined) return true;
    const patterns = models.map(toPattern);
    return names.some((name) => patterns.some((pattern) => pattern.test(name)));
  });
}

function toPattern(text: string): RegExp {
  const literal = text.split("*").map((part) => part.replaceAll(/[$()*+./?[\\\]^{|}-]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`, "i");
}
