import type { Parser } from "./parse-values.ts";
import { parseNumber, parseShare, parseTextList } from "./parse-values.ts";

/** "75%, 90%, 100%": rising, each once. */
export const parseBudgetShares: Parser<readonly number[]> = (raw) => {
  const texts = parseTextList(raw);
  if (!("value" in texts)) return texts;
  const shares: number[] = [];
  for (const text of texts.value) {
    const share = parseShare(text);
    if (!("value" in share)) return share;
    if (share.value === 0)
      return { problem: "is reached before anything is spent", remedy: 'Write more than 0: "0.75".' };
    shares.push(share.value);
  }
  return { value: [...new Set(shares)].toSorted((a, b) => a - b) };
};

const NONE_OR_MORE = 'Write how many times its usual is too much: "10"; 0 for none.';

/** 0, or at least 1: less would take every agent for one that runs away. */
export const parseRunawayFactor: Parser<number> = (raw) => {
  const parsed = parseNumber(0, 1_000_000)(raw);
  return "value" in parsed && parsed.value > 0 && parsed.value < 1
    ? { problem: "would take every agent for one that runs away", remedy: NONE_OR_MORE }
    : parsed;
};
