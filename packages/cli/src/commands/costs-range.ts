import { DateTime } from "luxon";

export interface CostRange {
  /** ms since the epoch, `to` exclusive. */
  from: number;
  to: number;
}

export interface RangeOptions {
  since?: string;
  until?: string;
  /** ms since the epoch. */
  now: number;
  /** IANA name: where days begin. */
  timeZone: string;
}

const FORMS = "7d, 24h, 2026-11-01 or 2026-11-01T08:00";
const DEFAULT_SINCE = "7d";
const HOUR_MS = 3_600_000;

/**
 * "7d": the last seven days, today's among them; weeks and months of days alike. "24h": so many hours back. A date is
 * its first moment as `since` and its last as `until`. Throws a RangeError that says what may stand there.
 */
export function parseCostRange({ since = DEFAULT_SINCE, until, now, timeZone: zone }: RangeOptions): CostRange {
  const to = until === undefined ? now : parse("--until", until, { now, zone, end: true });
  const from = parse("--since", since, { now, zone, end: false });
  if (from >= to) throw new RangeError("--since has to lie before --until and before now");
  return { from, to };
}

function parse(option: string, text: string, { now, zone, end }: { now: number; zone: string; end: boolean }): number {
  const [, count = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text.trim().toLowerCase()) ?? [];
  if (unit === "h") return now - Number(count) * HOUR_MS;
  if (unit !== "") {
    const days = Number(count) * (unit === "w" ? 7 : 1);
    return DateTime.fromMillis(now, { zone })
      .startOf("day")
      .minus({ days: end ? days : Math.max(0, days - 1) })
      .toMillis();
  }
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(text.trim()) ? DateTime.fromISO(text.trim(), { zone }) : undefined;
  if (time?.isValid !== true) throw new RangeError(`${option} ${JSON.stringify(text)} is no time: write ${FORMS}`);
  return (end && !text.includes("T") ? time.plus({ days: 1 }) : time).toMillis();
}
