import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Limit } from "../state.ts";
import type { Meter } from "./limit-meter.ts";
import { changeMeter, emptyMeter, readMeter } from "./limit-meter.ts";

const START = 1_790_000_040_000;
const ALGORITHMS = ["token_bucket", "fixed_window", "sliding_window"] as const;

/** A window so long that nothing of it passes. */
function limitOf(algorithm: Limit["algorithm"]): Limit {
  const windowMs = 1e12;
  return { resource: "tokens", algorithm, limit: 1000, windowMs, offsetMs: START % windowMs };
}

function steps(limit: Limit) {
  return {
    used: (meter: Meter, now: number) => readMeter(meter, (rules, counts) => rules.used(limit, counts, now)),
    take: (meter: Meter, amount: number, now: number) =>
      changeMeter(meter, (rules, counts) => rules.take(limit, counts, { amount, now })),
    settle: (meter: Meter, change: { takenAt: number; estimate: number; truth: number; now: number }) =>
      changeMeter(meter, (rules, counts) => rules.settle(limit, counts, change)),
    observe: (meter: Meter, used: number, now: number) =>
      changeMeter(meter, (rules, counts) => rules.observe(limit, counts, { used, unseen: 0, observedAt: now, now })),
  };
}

describe.each(ALGORITHMS)("a meter of a %s, corrected by the upstream", (algorithm) => {
  const limit = limitOf(algorithm);
  const { used, take, settle, observe } = steps(limit);

  it("counts the higher of ours and theirs", () => {
    let meter = take(emptyMeter(limit), 100, START);
    expect(used(observe(meter, 60, START + 1), START + 1)).toBeCloseTo(100, 3);
    meter = observe(meter, 400, START + 1);
    expect(used(meter, START + 1)).toBeCloseTo(400, 3);
    expect(used(take(meter, 50, START + 2), START + 2)).toBeCloseTo(450, 3);
  });

  it("what the upstream has counted already is not counted again at the end", () => {
    let meter = take(emptyMeter(limit), 100, START);
    meter = observe(meter, 400, START + 1);
    meter = settle(meter, { takenAt: START, estimate: 100, truth: 400, now: START + 2 });
    expect(used(meter, START + 2)).toBeCloseTo(400, 3);
  });

  it("what was given back after an observation stays in the upstream's count", () => {
    let meter = take(emptyMeter(limit), 100, START);
    meter = observe(meter, 150, START + 1);
    meter = settle(meter, { takenAt: START, estimate: 100, truth: 0, now: START + 2 });
    expect(used(meter, START + 2)).toBeCloseTo(150, 3);
  });

  it("of what was taken after the observation, the truth counts in both", () => {
    let meter = observe(emptyMeter(limit), 300, START);
    meter = take(meter, 100, START + 1);
    meter = settle(meter, { takenAt: START + 1, estimate: 100, truth: 20, now: START + 2 });
    expect(used(meter, START + 2)).toBeCloseTo(320, 3);
  });

  it("no observation ever takes anything back", () => {
    const step = fc.record({ kind: fc.constantFrom("take", "observe"), amount: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (all) => {
        let meter = emptyMeter(limit);
        let now = START;
        for (const { kind, amount } of all) {
          now += 1;
          const before = used(meter, now);
          meter = kind === "take" ? take(meter, amount, now) : observe(meter, amount, now);
          expect(used(meter, now)).toBeGreaterThanOrEqual(before - 0.001);
          if (kind === "observe") expect(used(meter, now)).toBeGreaterThanOrEqual(amount - 0.001);
        }
      }),
    );
  });

  it("survives being written down", () => {
    const meter = observe(take(emptyMeter(limit), 100, START), 400, START + 1);
    expect(JSON.parse(JSON.stringify(meter))).toEqual(meter);
  });
});
