import type { LimitSettings } from "./settings.ts";

/**
 * The limits that apply to a model. `names` are its upstream id, its canonical name and its quota bucket; case does
 * not matter. What names models goes before what is said of the same resource and window for all.
 */
export function limitsOf(limits: readonly LimitSettings[], names: readonly string[]): LimitSettings[] {
  const named = limits.filter(({ models }) => models?.some((pattern) => fits(pattern, names)));
  const general = limits.filter(({ models }) => models === undefined);
  return [...named, ...general.filter((limit) => !named.some((other) => isOfSame(limit, other)))];
}

function fits(pattern: string, names: readonly string[]): boolean {
  const literal = pattern.split("*").map((part) => part.replaceAll(/[$()*+./?[\\\]^{|}-]/g, "\\$&"));
  const whole = new RegExp(`^${literal.join(".*")}$`, "i");
  return names.some((name) => whole.test(name));
}

function isOfSame(one: LimitSettings, other: LimitSettings): boolean {
  return one.resource === other.resource && (one.resource === "concurrency" || one.windowMs === other.windowMs);
}
