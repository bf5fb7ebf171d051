/** How long Redis is left alone after it has failed: one that is slow costs a few requests their patience, not each. */
export interface Circuit {
  /** No answer in time, or an error. */
  failed(): void;
  /** It may be asked again. */
  readonly mayTry: boolean;
}

export interface CircuitOptions {
  /** So many failures within `withinMs` hold it off for `holdMs`. */
  failures: number;
  withinMs: number;
  holdMs: number;
  /** ms since some moment; never goes back. */
  now: () => number;
}

export function createCircuit({ failures: most, withinMs, holdMs, now }: CircuitOptions): Circuit {
  let failures: number[] = [];
  let heldUntil = 0;
  return {
    get mayTry() {
      return now() >= heldUntil;
    },
    failed() {
      const at = now();
      failures = [...failures.filter((before) => at - before <= withinMs), at].slice(-most);
      if (failures.length >= most) heldUntil = at + holdMs;
    },
  };
}
