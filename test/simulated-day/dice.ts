/** Numbers of 0…1 that are the same on every run (mulberry32). */
export interface Dice {
  next(): number;
  between(least: number, most: number): number;
  /** Around `median`, with a long tail: `spread` 1 is e-fold. */
  around(median: number, spread: number): number;
}

export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    // Box and Muller.
    around: (median, spread) =>
      median * Math.exp(spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}
