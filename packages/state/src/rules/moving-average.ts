/** What is older than this is forgotten; ms. */
export const AVERAGE_WINDOW_MS = 600_000;
/** A sample's weight falls to a third in this time; after a window little of it is left. */
const FADE_MS = AVERAGE_WINDOW_MS / 4;

/** A mean in which old samples fade. */
export interface MovingAverage {
  readonly mean: number;
  /** Of all samples so far, faded, at `at`. */
  readonly weight: number;
  readonly at: number;
}

export function addSample(average: MovingAverage | undefined, sample: number, now: number): MovingAverage {
  if (average === undefined || now - average.at >= AVERAGE_WINDOW_MS) return { mean: sample, weight: 1, at: now };
  const weight = average.weight * Math.exp(-Math.max(0, now - average.at) / FADE_MS) + 1;
  return { mean: average.mean + (sample - average.mean) / weight, weight, at: Math.max(now, average.at) };
}

/** undefined: nothing was heard for a whole window. */
export function readAverage(average: MovingAverage | undefined, now: number): number | undefined {
  return average === undefined || now - average.at >= AVERAGE_WINDOW_MS ? undefined : average.mean;
}

/** Mean and deviation of samples whose mean and mean square are known. */
export function spreadOf(mean: number, square: number): { mean: number; deviation: number } {
  return { mean, deviation: Math.sqrt(Math.max(0, square - mean ** 2)) };
}
