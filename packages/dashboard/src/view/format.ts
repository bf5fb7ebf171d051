/** Words and figures as the viewer's locale has them. */
export interface Formats {
  /** Dollars: cents, and more digits where a cent is too coarse. */
  money(dollars: number): string;
  /** Dollars on an axis: no more digits than they have. */
  axisMoney(dollars: number): string;
  count(value: number): string;
  /** "12.4K", "3.1M". */
  short(value: number): string;
  /** 0…1 as percent; "–" where there is nothing to divide. */
  share(share: number | null | undefined): string;
  /** ms as "840 ms", "12.4 s", "3 min". */
  duration(ms: number | null | undefined): string;
  /** Clock time of a moment, with its day where that is another one than `now`'s. */
  time(at: string | null | undefined, now?: number): string;
  /** "in 3 min", "in 2 h"; "now" for what is past. */
  until(at: string, now: number): string;
  /** "12 s ago". */
  ago(at: string, now: number): string;
  readonly timeZone: string;
}

export const NOTHING = "–";

/** @param locale absent: the viewer's own. @param timeZone IANA name; one that the browser does not know counts as UTC */
export function createFormats(timeZone: string, locale?: string): Formats {
  const zone = isZone(timeZone) ? timeZone : "UTC";
  const numbers = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  const times = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: "h23" });
  const dollars = { style: "currency", currency: "USD" } as const;
  const money = numbers(dollars);
  const smallMoney = numbers({ ...dollars, minimumFractionDigits: 4, maximumFractionDigits: 4 });
  const tinyMoney = numbers({ ...dollars, minimumFractionDigits: 0, maximumSignificantDigits: 2 });
  const axisMoney = numbers({ ...dollars, minimumFractionDigits: 0, maximumFractionDigits: 6 });
  const count = numbers({ maximumFractionDigits: 0 });
  const short = numbers({ notation: "compact", maximumFractionDigits: 1 });
  const percent = numbers({ style: "percent", maximumFractionDigits: 1 });
  const tenth = numbers({ maximumFractionDigits: 1 });
  const clock = times({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = times({ month: "short", day: "numeric" });
  const dayAndClock = times({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

  /** Only nothing is 0 %, and only everything 100 %. */
  const showShare = (share: number): string => {
    if (share > 0 && share < 0.0005) return `<${percent.format(0.001)}`;
    return percent.format(share < 1 && share > 0.999 ? 0.999 : share);
  };

  return {
    timeZone: zone,
    money: (value) => {
      const size = Math.abs(value);
      if (size === 0 || size >= 0.995) return money.format(value);
      return (size >= 0.00005 ? smallMoney : tinyMoney).format(value);
    },
    axisMoney: (value) => axisMoney.format(value),
    count: (value) => count.format(value),
    short: (value) => (Math.abs(value) < 10_000 ? count : short).format(value),
    share: (share) => (isNumber(share) ? showShare(share) : NOTHING),
    duration: (ms) => {
      if (!isNumber(ms)) return NOTHING;
      if (ms < 999.5) return `${count.format(ms)} ms`;
      return ms < 120_000 ? `${tenth.format(ms / 1000)} s` : `${count.format(ms / 60_000)} min`;
    },
    time: (at, now) => {
      const date = toDate(at);
      if (date === undefined) return NOTHING;
      const isToday = now === undefined || day.format(date) === day.format(now);
      return isToday ? clock.format(date) : dayAndClock.format(date);
    },
    until: (at, now) => {
      const date = toDate(at);
      if (date === undefined) return NOTHING;
      const ms = date.getTime() - now;
      return ms <= 0 ? "now" : `in ${span(ms, Math.ceil)}`;
    },
    ago: (at, now) => {
      const date = toDate(at);
      return date === undefined ? NOTHING : `${span(Math.max(0, now - date.getTime()), Math.floor)} ago`;
    },
  };
}

function span(ms: number, round: (value: number) => number): string {
  if (ms < 60_000) return `${round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${round(ms / 3_600_000)} h` : `${round(ms / 86_400_000)} days`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function toDate(at: string | null | undefined): Date | undefined {
  const date = new Date(at ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
