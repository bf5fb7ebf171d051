/** A stream of numbers that is the same for the same seed. */
export interface Random {
  /** 0…1, 1 left out. */
  next(): number;
  /** A whole number of the range, both ends included. */
  between(low: number, high: number): number;
  /** Time to the next event of a Poisson process with so many events per unit. */
  gap(rate: number): number;
}

/** Mulberry32: small, fast, and good enough for loads. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    gap: (rate) => -Math.log(1 - next()) / rate,
  };
}
