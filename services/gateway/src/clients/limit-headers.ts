/** A spend limit as Claude Code shows it. */
export interface ShownLimit {
  /** Of the limit, 0…; above 1 when passed. */
  share: number;
  /** When it begins anew, ms since the epoch. */
  endsAt: number;
}

export const LIMIT_PREFIX = "anthropic-ratelimit-unified-";

/** A limit of which so much is used is told of. */
export const NEAR = 0.75;
const THRESHOLDS = [0.95, 0.9, NEAR];

/** "You've used 82% of your usage credits · resets 10:37pm": what Claude Code makes of these headers of an answer. */
export function nearLimitHeaders({ share, endsAt }: ShownLimit): Record<string, string> {
  const at = seconds(endsAt);
  return prefixed({
    status: "allowed_warning",
    reset: at,
    // The claims of five hours and of seven days are rolling windows, which the client does sums of its own on.
    "representative-claim": "overage",
    "overage-status": "allowed_warning",
    // Below 1 as long as requests are answered.
    "overage-utilization": percent(Math.min(0.99, share)),
    "overage-surpassed-threshold": String(THRESHOLDS.find((one) => share >= one) ?? NEAR),
    "overage-reset": at,
  });
}

const PERIODS: Readonly<Record<string, string>> = { day: "daily", week: "weekly", month: "monthly" };

/**
 * With these, and without a claim or a status of the overage, Claude Code shows the error's own words; without them it
 * says of a 429 that the server limits requests for a while.
 */
export function reachedLimitHeaders({
  share,
  endsAt,
  period,
  isShared,
}: ShownLimit & {
  /** "day", "month"; of others the client knows nothing. */
  period: string;
  /** Not the client's own: everybody's. */
  isShared: boolean;
}): Record<string, string> {
  const at = seconds(endsAt);
  const known = PERIODS[period];
  return prefixed({
    status: "rejected",
    reset: at,
    "overage-reset": at,
    "overage-utilization": percent(Math.min(1, share)),
    "overage-surpassed-threshold": "1",
    ...(known === undefined ? {} : { "overage-period": known }),
    "overage-disabled-reason": "org_spend_cap_reached",
    ...(isShared ? { "overage-scope": "group_pool" } : {}),
  });
}

function prefixed(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${LIMIT_PREFIX}${name}`, value]));
}

/** Two decimals, never rounded up. */
function percent(share: number): string {
  return String(Math.floor(share * 100 + 1e-9) / 100);
}

function seconds(at: number): string {
  return String(Math.ceil(at / 1000));
}
