/**
 * `npm run test:ledger` (`node test/ledger/main.ts`): two gateway processes, six providers, the cost worker and Redis
 * (append-only file on) under load, and `kill -9` of one after the other, over and over. Then every attempt that an
 * upstream got is looked up in the ledger: settled rows equal the upstreams' counts in every token bucket, rows that
 * only have an intent equal the attempts killed in flight, and there is no third kind.
 *
 *     node test/ledger/main.ts [--only queue,direct,replaced,replaced-direct,postgres] [--seconds 60] [--seed 4]
 *
 * Those with a queue need redis-server; the last one needs a Postgres server too.
 */
import { parseArgs } from "node:util";
import { whyNoPostgres } from "@switchyard/cost-worker/testing";
import { whyNoRedis } from "@switchyard/state/testing";
import { formatMachine } from "../bench/report.ts";
import { formatProof } from "../quota/proof.ts";
import { proveKills, type KillsOptions } from "./chaos/prove-kills.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "4" },
  },
});

const VARIANTS: Readonly<Record<string, Pick<KillsOptions, "redis" | "postgres" | "replaceGateway">>> = {
  queue: { redis: true, replaceGateway: false },
  direct: { redis: false, replaceGateway: false },
  replaced: { redis: true, replaceGateway: true },
  "replaced-direct": { redis: false, replaceGateway: true },
  postgres: { redis: true, postgres: true, replaceGateway: false },
};

function reasonToSkip({ redis, postgres }: (typeof VARIANTS)[string]): string | undefined {
  return (redis ? whyNoRedis() : undefined) ?? (postgres === true ? whyNoPostgres() : undefined);
}

async function main(): Promise<void> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  console.log(formatMachine());
  for (const name of flags.only?.split(",") ?? Object.keys(VARIANTS)) {
    const variant = VARIANTS[name];
    if (variant === undefined) throw new Error(`no variant ${name}; there are: ${Object.keys(VARIANTS).join(", ")}`);
    const reason = reasonToSkip(variant);
    if (reason !== undefined) {
      counts.skipped += 1;
      console.log(`${name}: skipped, ${reason}`);
      continue;
    }
    const result = await proveKills({
      ...variant,
      durationMs: Number(flags.seconds) * 1_000,
      untilLeasesAreOver: true,
      seed: Number(flags.seed),
    });
    console.log(formatProof(result));
    for (const { passed } of result.checks) counts[passed ? "passed" : "failed"] += 1;
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

await main();
