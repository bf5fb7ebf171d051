import type { Overview, Stats } from "./api-types.ts";

/** Nothing has come through: neither in the books nor in this gateway's memory. */
export function isUnused(overview: Overview | undefined, stats: Stats | undefined): boolean {
  if (overview === undefined || stats === undefined) return false;
  return stats.total_requests === 0 && overview.requests.length === 0 && overview.under_way.length === 0;
}

/** What to type so that Claude Code comes through here. */
export function howToPoint(origin: string): string {
  return `export ANTHROPIC_BASE_URL=${origin}`;
}
