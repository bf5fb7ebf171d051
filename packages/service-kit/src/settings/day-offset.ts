import type { Parser } from "./parse-values.ts";

const DAY_MS = 86_400_000;

/** A name of the time zone database: "America/Los_Angeles", "UTC". */
export const parseTimeZone: Parser<string> = (raw) => {
  const name = String(raw).trim();
  try {
    return { value: new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone };
  } catch {
    return {
      problem: `"${name.slice(0, 24)}" is not a time zone`,
      remedy: 'Write it as "America/Los_Angeles" or "UTC".',
    };
  }
};

/**
 * When days begin in a time zone, in ms after midnight UTC, by the zone's offset at `now` (ms since the epoch).
 * Where clocks change, it is an hour off from then until settings are loaded again.
 */
export function dayOffset(timeZone: string, now: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(now);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0"] = /^GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  const ahead = (sign === "-" ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
  return (DAY_MS - ahead) % DAY_MS;
}
