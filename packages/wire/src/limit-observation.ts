/** What a limit counts. "tokens": input and output together. */
export const LIMITED_RESOURCES = ["requests", "input_tokens", "output_tokens", "tokens", "concurrency"] as const;

export type LimitedResource = (typeof LIMITED_RESOURCES)[number];

/** What an upstream's answer says of one of its limits, in one form whatever the dialect. */
export interface LimitObservation {
  resource: LimitedResource;
  /** Units per window; absent: not told. */
  limit?: number;
  remaining?: number;
  /** ms until the limit is as if nothing had been used. */
  resetMs?: number;
  /** Length of the window, ms; absent: not told, a minute is usual. */
  windowMs?: number;
  /** 0…1 used, of a subscription's windows, which tell no numbers. */
  utilization?: number;
}

/**
 * A field of the body or a beta that an upstream's 400 has named: it is left out for that target from then on.
 * Fields are dotted paths of the Messages API ("context_management", "output_config.effort").
 */
export interface Rejection {
  kind: "field" | "beta";
  name: string;
}
