import { expect, it } from "@jest/globals";
import { whyNoRedis } from "@switchyard/state/testing";
import { describeWhen } from "../support/describe-when.ts";
import { formatProof, type ProofResult } from "../quota/proof.ts";
import { proveKills } from "./chaos/prove-kills.ts";

const MINUTE = 60_000;

/** The figures stand in the failure's message. */
function expectProven(result: ProofResult): void {
  const failed = result.checks.filter(({ passed }) => !passed);
  if (failed.length > 0) throw new Error(formatProof(result));
  expect(result.checks.length).toBeGreaterThan(0);
}

/** Long enough for a kill of each; intents stay open, for their lease is longer than a test may take. */
const SHORT = { durationMs: 8_000, untilLeasesAreOver: false, replaceGateway: false };

describeWhen(whyNoRedis(), "worker, gateways and Redis killed under load", () => {
  it(
    "every attempt stands in the ledger once, with the tokens that its upstream counted",
    async () => {
      expectProven(await proveKills({ ...SHORT, redis: true }));
    },
    3 * MINUTE,
  );
});

it(
  "the same without Redis, straight to the worker",
  async () => {
    expectProven(await proveKills({ ...SHORT, durationMs: 5_000, redis: false }));
  },
  3 * MINUTE,
);
