import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { ScenarioUsage } from "@switchyard/simulators";
import * as fc from "fast-check";

import { type UsageDialect, USAGE_DIALECTS } from "./dialects.ts";
import { UsageBench } from "./usage-bench.ts";

const RUNS = 25;

/** What an upstream could count, in the buckets that its dialect can tell apart. */
function anyUsage({ tells }: UsageDialect): fc.Arbitrary<Required<Omit<ScenarioUsage, "when">>> {
  const tokens = fc.oneof(fc.constant(0), fc.nat(50), fc.nat(400_000));
  const onlyIf = (told: boolean) => (told ? tokens : fc.constant(0));
  return fc
    .record({
      uncached: fc.integer({ min: 1, max: 400_000 }),
      cacheRead: onlyIf(tells.read),
      write5m: onlyIf(tells.write5m),
      write1h: onlyIf(tells.write1h),
      visible: fc.integer({ min: 1, max: 50_000 }),
      reasoning: onlyIf(tells.reasoning),
    })
    .map(({ uncached, cacheRead, write5m, write1h, visible, reasoning }) => ({
      input: uncached + cacheRead + write5m + write1h,
      output: visible + reasoning,
      cacheRead,
      cacheWrite: write5m + write1h,
      cacheWrite1h: write1h,
      reasoning,
    }));
}

describe.each(USAGE_DIALECTS)("$name", (dialect) => {
  const bench = new UsageBench(dialect);
  beforeAll(() => bench.open());
  afterAll(() => bench.close());

  it.each([
    ["streamed", true],
    ["whole", false],
  ])("has disjoint buckets that add up to the provider's own totals: %s", async (_, stream) => {
    await fc.assert(
      fc.asyncProperty(anyUsage(dialect), async (counted) => {
        const { usage, raw } = await bench.take(counted, stream);
        const totals = dialect.totals(raw);
        // The upstream said what it was told to.
        expect(totals).toEqual({ input: counted.input, output: counted.output });
        const { uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
        expect({ uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }).toEqual({
          uncachedInput: counted.input - counted.cacheRead - counted.cacheWrite,
          cacheRead: counted.cacheRead,
          cacheWrite5m: counted.cacheWrite - counted.cacheWrite1h,
          cacheWrite1h: counted.cacheWrite1h,
          output: counted.output,
          reasoning: counted.reasoning,
        });
        expect(uncachedInput + cacheRead + cacheWrite5m + cacheWrite1h).toBe(totals.input);
        expect(output).toBe(totals.output);
        expect(reasoning).toBeLessThanOrEqual(output);
        expect(usage.estimated).toBe(false);
        expect(usage.reportedCostNanoDollars !== undefined).toBe(dialect.tells.cost);
      }),
      { numRuns: RUNS },
    );
  });
});
