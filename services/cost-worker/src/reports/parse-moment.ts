import { DateTime } from "luxon";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** The years that RFC 3339 can write; a number of milliseconds is no year 50,000. */
const LATEST_YEAR = 9999;

/**
 * A moment as people write it: "7d" or "24h" before now, "2026-11-21" (its first moment in the zone),
 * "2026-11-21T10:00:00Z". ms since the epoch; undefined: it is none.
 */
export function parseMoment(text: string, { now, timeZone }: { now: number; timeZone: string }): number | undefined {
  const span = /^(\d{1,6}(?:\.\d{1,3})?)([smhdw])$/.exec(text.trim().toLowerCase());
  if (span !== null) {
    const at = now - Number(span[1]) * (UNIT_MS[span[2] ?? ""] ?? 0);
    return at >= 0 ? Math.round(at) : undefined;
  }
  if (!/^\d{4}-\d\d-\d\d(T|$)/i.test(text.trim())) return undefined;
  const parsed = DateTime.fromISO(text.trim(), { zone: timeZone });
  return parsed.isValid && parsed.year <= LATEST_YEAR ? parsed.toMillis() : undefined;
}
