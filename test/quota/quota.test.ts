import { afterAll, beforeAll, beforeEach, expect, it, jest } from "@jest/globals";
import { startRedisProcess, whyNoRedis, type RedisProcess } from "@switchyard/state/testing";
import { describeWhen } from "../support/describe-when.ts";
import { proveFleetBreakers } from "./fleet-breakers.ts";
import { proveKilledGateway } from "./killed-gateway.ts";
import { formatProof, type ProofResult } from "./proof.ts";
import { proveSharedLimits } from "./shared-limits.ts";

const MINUTE = 60_000;

// A call to Redis may take 50 ms, and then a gateway counts alone: on a busy machine a proof is tried once more.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

/** The figures stand in the failure's message. */
function expectProven(result: ProofResult): void {
  const failed = result.checks.filter(({ passed }) => !passed);
  if (failed.length > 0) throw new Error(formatProof(result));
  expect(result.checks.length).toBeGreaterThan(0);
}

describeWhen(whyNoRedis(), "gateways that share one Redis", () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedisProcess();
  });
  afterAll(() => redis.close());
  // Nothing is left of the proof before.
  beforeEach(() => redis.restart());
  const url = (): string => `redis://127.0.0.1:${redis.port}`;

  it(
    "keep within every limit at 95% of the quota",
    async () => {
      expectProven(await proveSharedLimits("full", { redisUrl: url(), windows: 1, gateways: 2 }));
    },
    2 * MINUTE,
  );

  it(
    "go on without one of them that is killed",
    async () => {
      expectProven(await proveKilledGateway({ redisUrl: url() }));
    },
    2 * MINUTE,
  );

  it(
    "share their breakers",
    async () => {
      expectProven(await proveFleetBreakers({ redisUrl: url() }));
    },
    3 * MINUTE,
  );
});
