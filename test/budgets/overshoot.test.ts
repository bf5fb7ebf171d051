import { afterAll, beforeAll, describe, it } from "@jest/globals";
import { type RedisProcess, startRedisProcess, whyNoRedis } from "@switchyard/state/testing";
import { formatProof, type ProofResult } from "../quota/proof.ts";
import { describeWhen } from "../support/describe-when.ts";
import { proveOvershoot } from "./overshoot.ts";

const MINUTE = 60_000;

/** The figures are printed, and stand in the failure's message. */
function expectProven(result: ProofResult): void {
  const text = formatProof(result);
  if (result.checks.some(({ passed }) => !passed)) throw new Error(text);
  process.stdout.write(`${text}\n`);
}

describe("a hundred clients on one budget", () => {
  it.each([true, false])(
    "through one gateway, strict: %p",
    async (strict) => {
      expectProven(await proveOvershoot({ gateways: 1, strict }));
    },
    3 * MINUTE,
  );
});

describeWhen(whyNoRedis(), "a hundred clients on one budget, over two gateways on one Redis", () => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await startRedisProcess();
  });
  afterAll(() => redis.close());

  it.each([true, false])(
    "strict: %p",
    async (strict) => {
      // Each time with sums of its own.
      await redis.restart();
      expectProven(await proveOvershoot({ gateways: 2, strict, redisUrl: `redis://127.0.0.1:${redis.port}` }));
    },
    3 * MINUTE,
  );
});
