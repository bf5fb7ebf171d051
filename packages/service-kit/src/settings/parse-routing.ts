import type { Parser } from "./parse-values.ts";
import { parseNumber, parseShare } from "./parse-values.ts";
import type { RoutingWeights } from "./settings.ts";

const TERMS = ["headroom", "speed", "price", "reliability"] as const;

const isTerm = (name: string | undefined): name is keyof RoutingWeights => TERMS.some((term) => term === name);

export const parseWeight: Parser<number> = parseNumber(0, 1000);

/** "headroom=0.5, price=0.5": the terms that are named. */
export const parseWeights: Parser<Partial<RoutingWeights>> = (raw) => {
  const weights: Partial<RoutingWeights> = {};
  for (const part of String(raw).split(",")) {
    const [name, value] = part.split("=").map((word) => word.trim());
    if (!isTerm(name) || value === undefined) {
      return {
        problem: "is not a list of weights",
        remedy: `Write it as "headroom=0.4,speed=0.3"; the terms are ${TERMS.join(", ")}.`,
      };
    }
    const parsed = parseWeight(value);
    if (!("value" in parsed)) return parsed;
    weights[name] = parsed.value;
  }
  return { value: weights };
};

/** More than nothing, up to all: at 0 every candidate would have sunk. */
export const parseThreshold: Parser<number> = (raw) => {
  const parsed = parseShare(raw);
  return "value" in parsed && parsed.value === 0
    ? { problem: "would take every candidate for used up", remedy: 'Write more than 0 and at most 1: "0.8".' }
    : parsed;
};
