import { type LimitObservation, parseMoment } from "@switchyard/wire";

const A_DAY_MS = 86_400_000;

/** A count of a header; undefined where none stands, or one that means nothing: −1, words, fractions of nothing. */
export function readAmount(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/u.test(text)) return undefined;
  const amount = Number(text);
  return Number.isSafeInteger(Math.floor(amount)) ? amount : undefined;
}

/** The three values in which most headers tell of a limit, as they stand there. */
export interface LimitTexts {
  limit: string | undefined;
  remaining: string | undefined;
  reset: string | undefined;
}

type Told = Pick<LimitObservation, "limit" | "remaining" | "resetMs">;

/**
 * What the three values mean together; undefined: nothing. A limit of 0 or −1 is a limit that is not told, and what
 * stands beside it is not told either (https://github.com/openai/openai-dotnet/issues/838).
 */
export function readTexts({ limit: told, remaining, reset }: LimitTexts, now: number): Told | undefined {
  const text = told === "" ? undefined : told;
  const limit = readAmount(text);
  if (text !== undefined && (limit === undefined || limit === 0)) return undefined;
  const left = readAmount(remaining);
  if (limit === undefined && left === undefined) return undefined;
  const resetMs = resetOf(reset, now);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(left === undefined ? {} : { remaining: limit === undefined ? left : Math.min(left, limit) }),
    ...(resetMs === undefined ? {} : { resetMs }),
  };
}

/** ms until a moment in any spelling. No window is longer than `windowMs`, else a day: later is not believed. */
export function resetOf(text: string | undefined, now: number, windowMs: number = A_DAY_MS): number | undefined {
  const seconds = parseMoment(text, now);
  return seconds === undefined ? undefined : Math.min(toMs(seconds), Math.max(windowMs, A_DAY_MS));
}

/** Whole milliseconds, rounded up; what a multiplication adds at the last place counts for nothing. */
export function toMs(seconds: number): number {
  return Math.max(1, Math.ceil(seconds * 1000 - 1e-3));
}
