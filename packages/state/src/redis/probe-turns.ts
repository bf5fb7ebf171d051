/** Whose turn it is to try out an open breaker while nobody can ask the others. */
export interface ProbeTurns {
  /** undefined: this gateway's, now. Else when it is, ms since the epoch. */
  nextTurn(recoveryTimeoutMs: number, now: number): number | undefined;
}

/**
 * Gateways that cannot ask each other take turns by the clock: each has a span of two recovery times to itself, and
 * probes in the first half of it only, so that two probes of a fleet lie at least one recovery time apart. `rank`: this
 * gateway's place among `of` of them.
 */
export function createProbeTurns(rank: number, of: number): ProbeTurns {
  return {
    nextTurn(recoveryTimeoutMs, now) {
      if (of <= 1) return undefined;
      const span = 2 * Math.max(1, recoveryTimeoutMs);
      const number = Math.floor(now / span);
      const into = now - number * span;
      const missing = (((rank - number) % of) + of) % of;
      if (missing === 0 && into < span / 2) return undefined;
      return (number + (missing === 0 ? of : missing)) * span;
    },
  };
}
