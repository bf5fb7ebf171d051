/** What ends one part of a service. */
export type Cleanup = () => void | Promise<void>;

/** One after the other, all of them even if one fails. Throws an AggregateError of what failed. */
export async function runCleanups(cleanups: readonly Cleanup[]): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups) {
    try {
      // In order: a later one may need what an earlier one flushes.
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Cleaning up failed.");
}
