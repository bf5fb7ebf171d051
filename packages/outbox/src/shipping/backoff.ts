/** ms before the next try: doubled with every failure, and a half of it by chance, so that many do not come at once. */
export function backoff(failures: number, first: number, longest: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return full / 2 + (Math.random() * full) / 2;
}
