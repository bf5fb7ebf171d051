const TRIES = 5;

/**
 * Runs a test that a busy machine may spoil, as one of how soon something happens, again where it fails: five times at
 * most. What is wrong fails each time. `test` makes all that it needs anew.
 */
export async function whenQuiet(test: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next only where this one fails
      return await test();
    } catch (error) {
      if (tries === TRIES) throw error;
      process.stdout.write(
        `try ${tries} of ${TRIES} failed, which a busy machine may explain: ${String(error).split("\n")[0]}\n`,
      );
    }
  }
}
