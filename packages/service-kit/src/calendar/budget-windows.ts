import { DateTime } from "luxon";

export type BudgetWindowName = "hour" | "day" | "month";

/** One calendar window; ms since the epoch, the end exclusive. */
export interface BudgetWindow {
  name: BudgetWindowName;
  startsAt: number;
  endsAt: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * The calendar hour, day and month that a moment lies in, in that order. A day of 23 or 25 hours is one day; an hour
 * lasts 3,600 s always, so that one which the clock shows twice is two windows.
 *
 * @param now ms since the epoch
 * @param timeZone IANA name
 * @throws RangeError for a time zone that nobody knows
 */
export function budgetWindows(
  now: number,
  timeZone: string,
): [hour: BudgetWindow, day: BudgetWindow, month: BudgetWindow] {
  const local = DateTime.fromMillis(now, { zone: timeZone });
  if (!local.isValid) throw new RangeError(`There is no time zone ${JSON.stringify(timeZone)}.`);
  const offset = local.offset * MINUTE_MS;
  const hour = Math.floor((now + offset) / HOUR_MS) * HOUR_MS - offset;
  const day = local.startOf("day");
  const month = local.startOf("month");
  return [
    { name: "hour", startsAt: hour, endsAt: hour + HOUR_MS },
    // Once more startOf: where midnight is left out, the sum of a day lies behind the next day's beginning.
    { name: "day", startsAt: day.toMillis(), endsAt: day.plus({ days: 1 }).startOf("day").toMillis() },
    { name: "month", startsAt: month.toMillis(), endsAt: month.plus({ months: 1 }).startOf("month").toMillis() },
  ];
}
