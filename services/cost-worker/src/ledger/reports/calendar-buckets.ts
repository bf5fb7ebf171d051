import { DateTime, IANAZone, type Zone } from "luxon";

import type { TimeDimension } from "../sums/cubes.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A piece of time that no hour, day or month boundary of its zone (down to `unit`) crosses. */
export interface CalendarBucket {
  /** ms since the epoch; the end is exclusive. */
  starts: number;
  ends: number;
  labels: Readonly<Record<TimeDimension, string>>;
}

export interface CalendarRange {
  from: number;
  to: number;
  timeZone: string;
  /** The finest that is asked for. */
  unit: TimeDimension;
}

/** Throws RangeError where the name is not one of IANA's. */
export function zoneNamed(timeZone: string): Zone {
  if (!IANAZone.isValidZone(timeZone)) throw new RangeError(`"${timeZone}" is no time zone; "Europe/Berlin" is one`);
  return IANAZone.create(timeZone);
}

/** The range cut where hours, days or months begin in the zone, whatever its clock changes do to their length. */
export function calendarBuckets({ from, to, timeZone, unit }: CalendarRange): CalendarBucket[] {
  const zone = zoneNamed(timeZone);
  const buckets: CalendarBucket[] = [];
  let starts = from;
  while (starts < to) {
    const ends = Math.min(to, unit === "hour" ? nextHour(starts, zone) : nextStart(starts, zone, unit));
    buckets.push({ starts, ends, labels: labelsOf(starts, zone) });
    starts = ends;
  }
  return buckets;
}

function nextStart(at: number, zone: Zone, unit: "day" | "month"): number {
  const local = DateTime.fromMillis(at, { zone });
  return (unit === "day" ? local.plus({ days: 1 }) : local.plus({ months: 1 })).startOf(unit).toMillis();
}

/** Where a clock is put back by half an hour, the hour goes on under its new offset. */
function nextHour(at: number, zone: Zone): number {
  const local = at + zone.offset(at) * MINUTE;
  return at + HOUR - (((local % HOUR) + HOUR) % HOUR);
}

/** "2026-11-21T10:00+05:30", of which the offset tells the two hours apart when a clock is put back; day; month. */
function labelsOf(at: number, zone: Zone): CalendarBucket["labels"] {
  const offset = zone.offset(at);
  const local = new Date(at + offset * MINUTE).toISOString();
  return {
    hour: `${local.slice(0, 13)}:00${zone.formatOffset(at, "short")}`,
    day: local.slice(0, 10),
    month: local.slice(0, 7),
  };
}
