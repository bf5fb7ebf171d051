import { parseTimeZone } from "./day-offset.ts";
import type { Parser } from "./parse-values.ts";

/** A name of the time zone database, not an offset: databases know hours by name, and clocks change for summer. */
export const parseIanaZone: Parser<string> = (raw) => {
  const name = String(raw).trim();
  return /^[A-Za-z]/.test(name)
    ? parseTimeZone(name)
    : { problem: `"${name.slice(0, 24)}" is not a time zone's name`, remedy: 'Write it as "Europe/Berlin" or "UTC".' };
};
