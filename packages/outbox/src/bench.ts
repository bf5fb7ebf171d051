import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

import { intent, settlement } from "./__fixtures__/usage-events.ts";
import { createOutbox } from "./create-outbox.ts";

const ENTRIES = 50_000;
/** As many as a busy gateway appends before its event loop turns. */
const BURST = 20;

/**
 * What an append costs, with a ledger that is away and with one that takes everything at once. Call it so:
 * `node packages/outbox/src/bench.ts [directory]`.
 */
async function main(parent: string): Promise<void> {
  const directory = mkdtempSync(join(parent, "switchyard-outbox-bench-"));
  try {
    for (const away of [true, false]) {
      report(away ? "ledger away" : "ledger there", await measure(join(directory, String(away)), away));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(directory: string, away: boolean): Promise<Float64Array> {
  const outbox = createOutbox({
    directory,
    instance: "bench",
    shipper: {
      ship: () => (away ? Promise.reject(new Error("away")) : Promise.resolve()),
      close: () => Promise.resolve(),
    },
    onProblem: () => {},
  });
  const times = new Float64Array(ENTRIES);
  const events = [intent("bench-0123456789"), settlement("bench-0123456789")] as const;
  for (let index = 0; index < ENTRIES; index += 1) {
    const before = performance.now();
    outbox.append(events[index % 2 === 0 ? 0 : 1]);
    times[index] = performance.now() - before;
    if (index % BURST === 0) await delay(0);
  }
  if (!away) await outbox.drained(60_000);
  await outbox.close();
  return times.toSorted();
}

function report(title: string, times: Float64Array): void {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(4);
  process.stdout.write(
    `${title}: append mean ${mean.toFixed(4)} ms, median ${at(0.5)}, p99 ${at(0.99)}, max ${at(0.99999)}\n`,
  );
}

void main(process.argv[2] ?? tmpdir());
