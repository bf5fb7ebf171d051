/**
 * `npm run bench:ledger` (`node test/ledger/throughput.ts`): how much usage the queue, the worker and SQLite take, with
 * the worker's memory and what the outbox costs a request; then how long each report takes over many rows, in SQLite
 * and in Postgres.
 *
 *     node test/ledger/throughput.ts [--only rate,reports,postgres] [--rate 1000] [--seconds 60] [--warm-up 120]
 *       [--rows 5000000] [--ledger /path/to/ledger.sqlite]
 *
 * The first one needs redis-server, the last one a Postgres server. Filling a ledger takes minutes, and happens once:
 * into Postgres the file is copied. With --ledger the reports of one that is there are timed; a Postgres database by its
 * address, then with --only postgres.
 */
import { parseArgs } from "node:util";
import { whyNoPostgres } from "@switchyard/cost-worker/testing";
import { whyNoRedis } from "@switchyard/state/testing";
import { formatMachine } from "../bench/report.ts";
import { formatProof, type ProofResult } from "../quota/proof.ts";
import { createFilledLedger } from "./throughput/filled-ledger.ts";
import { proveReports } from "./throughput/prove-reports.ts";
import { proveThroughput } from "./throughput/prove-throughput.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string", default: "rate,reports,postgres" },
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    "warm-up": { type: "string", default: "120" },
    rows: { type: "string", default: "5000000" },
    ledger: { type: "string" },
  },
});

const size = { rows: Number(flags.rows), days: 90 };
const ledger = createFilledLedger({ ...size, ledger: flags.ledger });

const PROOFS: Readonly<Record<string, () => Promise<ProofResult>>> = {
  rate: () =>
    proveThroughput({ rate: Number(flags.rate), seconds: Number(flags.seconds), warmUp: Number(flags["warm-up"]) }),
  reports: () => proveReports({ ...size, ledger, store: "sqlite" }),
  postgres: () => proveReports({ ...size, ledger, store: "postgres" }),
};

const WHY_NOT: Readonly<Record<string, () => string | undefined>> = { rate: whyNoRedis, postgres: whyNoPostgres };

async function main(): Promise<void> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  console.log(formatMachine());
  for (const name of flags.only.split(",")) {
    const prove = PROOFS[name];
    if (prove === undefined) throw new Error(`no proof ${name}; there are: ${Object.keys(PROOFS).join(", ")}`);
    const reason = WHY_NOT[name]?.();
    if (reason !== undefined) {
      counts.skipped += 1;
      console.log(`${name}: skipped, ${reason}`);
      continue;
    }
    const result = await prove();
    console.log(formatProof(result));
    for (const { passed } of result.checks) counts[passed ? "passed" : "failed"] += 1;
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

try {
  await main();
} finally {
  ledger.close();
}
