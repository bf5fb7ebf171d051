/**
 * `npm run test:quota` (`node test/quota/main.ts`): real gateway processes on one Redis before simulated providers that
 * enforce real quotas, under the load of sessions whose prompts grow and are cached. Shows how well the limits are
 * held, what a killed gateway and a lost Redis do, and that breakers are shared.
 *
 *     node test/quota/main.ts [--only full,misconfigured,beyond,killed,redis,breakers] [--windows 3] [--gateways 4]
 *
 * A simulated minute is six seconds. Needs redis-server.
 */
import { parseArgs } from "node:util";
import { startRedisProcess, whyNoRedis, type RedisProcess } from "@switchyard/state/testing";
import { formatMachine } from "../bench/report.ts";
import { proveFleetBreakers } from "./fleet-breakers.ts";
import { proveKilledGateway } from "./killed-gateway.ts";
import { proveLostRedis } from "./lost-redis.ts";
import { formatProof, type ProofResult } from "./proof.ts";
import { proveSharedLimits } from "./shared-limits.ts";

const { values: flags } = parseArgs({
  options: {
    only: { type: "string" },
    windows: { type: "string", default: "3" },
    gateways: { type: "string", default: "4" },
  },
});

interface Tools {
  redis: RedisProcess;
  redisUrl: string;
  windows: number;
  gateways: number;
}

const PROOFS: Readonly<Record<string, (tools: Tools) => Promise<ProofResult>>> = {
  full: (tools) => proveSharedLimits("full", tools),
  misconfigured: (tools) => proveSharedLimits("misconfigured", tools),
  beyond: (tools) => proveSharedLimits("beyond", tools),
  killed: proveKilledGateway,
  redis: proveLostRedis,
  breakers: proveFleetBreakers,
};

async function runProof(name: string): Promise<ProofResult> {
  const redis = await startRedisProcess();
  try {
    return await (PROOFS[name] ?? fail(name))({
      redis,
      redisUrl: `redis://127.0.0.1:${redis.port}`,
      windows: Number(flags.windows),
      gateways: Number(flags.gateways),
    });
  } finally {
    await redis.close();
  }
}

function fail(name: string): never {
  throw new Error(`no proof named ${name}; there are: ${Object.keys(PROOFS).join(", ")}`);
}

async function main(): Promise<void> {
  const names = flags.only?.split(",") ?? Object.keys(PROOFS);
  const reason = whyNoRedis();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  console.log(formatMachine());
  for (const name of names) {
    if (reason !== undefined) {
      counts.skipped += 1;
      console.log(`${name}: skipped, ${reason}`);
      continue;
    }
    const result = await runProof(name);
    console.log(formatProof(result));
    for (const { passed } of result.checks) counts[passed ? "passed" : "failed"] += 1;
  }
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

await main();
