const A_DAY = 86_400;

/**
 * Seconds until it is midnight in California, where Google's daily quotas fill up
 * (ai.google.dev/gemini-api/docs/rate-limits). Days on which clocks change have 23 or 25 hours there.
 * `now`: ms since the epoch.
 */
export function secondsUntilPacificMidnight(now: number): number {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Los_Angeles",
    hourCycle: "h23",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const guess = A_DAY - secondsOfDay(clock, now);
  // Where the clock changes before midnight, the guess lands an hour before or after it.
  const landed = secondsOfDay(clock, now + guess * 1000);
  return landed > A_DAY / 2 ? guess + (A_DAY - landed) : guess - landed;
}

function secondsOfDay(clock: Intl.DateTimeFormat, at: number): number {
  const parts = clock.formatToParts(at);
  const part = (type: string): number => Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
  return part("hour") * 3600 + part("minute") * 60 + part("second");
}
