/** Stores limit the parameters of a statement. */
const MOST_PARAMETERS = 1000;

/** Calls for at most so many values at a time, one call after the other; never for none. */
export async function inChunks<Value>(
  values: readonly Value[],
  call: (some: readonly Value[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < values.length; from += MOST_PARAMETERS) {
    await call(values.slice(from, from + MOST_PARAMETERS));
  }
}
