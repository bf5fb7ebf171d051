/**
 * `npm run bench:ledger` (`node test/ledger/throughput.ts`): how much usage the queue, the worker and SQLite take, with
 * the worker's memory and what the outbox costs a request.
 *
 *     node test/ledger/throughput.ts [--rate 1000] [--seconds 60] [--warm-up 120]
 *
 * Needs redis-server.
 */
import { parseArgs } from "node:util";
import { whyNoRedis } from "@switchyard/state/testing";
import { formatMachine } from "../bench/report.ts";
import { formatProof } from "../quota/proof.ts";
import { proveThroughput } from "./throughput/prove-throughput.ts";

const { values: flags } = parseArgs({
  options: {
    rate: { type: "string", default: "1000" },
    seconds: { type: "string", default: "60" },
    "warm-up": { type: "string", default: "120" },
  },
});

async function main(): Promise<void> {
  console.log(formatMachine());
  const reason = whyNoRedis();
  if (reason !== undefined) {
    console.log(`skipped, ${reason}`);
    return;
  }
  const result = await proveThroughput({
    rate: Number(flags.rate),
    seconds: Number(flags.seconds),
    warmUp: Number(flags["warm-up"]),
  });
  console.log(formatProof(result));
  const failed = result.checks.filter(({ passed }) => !passed).length;
  console.log(`\n${result.checks.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
