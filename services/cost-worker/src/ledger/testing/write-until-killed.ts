import { facts, settlement, TEN } from "../conformance/events.ts";
import { createSqliteLedger } from "../create-sqlite-ledger.ts";

/*
 * A worker to be killed: writes batches to the file it is given, as fast as it can, and says how many are written after
 * each. Says why when it cannot go on, and stays.
 */

export const BATCH = 50;

async function main(file: string): Promise<void> {
  const ledger = await createSqliteLedger({ file });
  process.stdout.write("0\n");
  for (let written = 1; ; written += 1) {
    const batch = Array.from({ length: BATCH }, (_, place) =>
      settlement(facts(`b${written}-${place}`, { at: TEN + written * 1000, session: `s${written % 7}` })),
    );
    await ledger.write(batch);
    process.stdout.write(`${written}\n`);
  }
}

const [file] = process.argv.slice(2);
if (file !== undefined && import.meta.filename === process.argv[1]) {
  main(file).catch((error: unknown) => {
    process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
    setInterval(() => undefined, 1000);
  });
}
