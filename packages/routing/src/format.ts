const NANO = 1e9;

/** Nano-dollars for people: "$1.24", "$0.048". */
export function formatDollars(nanoDollars: number): string {
  const dollars = nanoDollars / NANO;
  if (dollars === 0) return "$0";
  if (Math.abs(dollars) >= 1) return `$${dollars.toFixed(2)}`;
  return Math.abs(dollars) < 1e-6 ? "less than $0.000001" : `$${Number(dollars.toPrecision(2))}`;
}

/** ms for people: "0.4 s", "12 s", "4 min", "3.5 h". */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Number((minutes / 60).toFixed(1))} h`;
}

/** "98,000". */
export function formatCount(count: number): string {
  const digits = String(Math.round(count));
  // toLocaleString takes longer than the plan itself.
  return digits.length < 4 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, ",");
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
