import { expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Limit, Reservation, State } from "../state.ts";
import type { StateBench } from "./state-bench.ts";
import { candidate, LONG, usedOf } from "./state-bench.ts";

const WINDOW = 120;

interface Admission {
  at: number;
  amount: number;
}

/** The most that any window of this length holds. */
function fullestWindow(admissions: readonly Admission[], windowMs: number): number {
  const sums = admissions.map(({ at: end }) =>
    admissions.filter(({ at }) => at <= end && at > end - windowMs).reduce((sum, { amount }) => sum + amount, 0),
  );
  return Math.max(0, ...sums);
}

interface Step {
  kind: "take" | "settle" | "renew" | "settle again";
  input: number;
  output: number;
  which: number;
}

const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("take", "take", "settle", "renew", "settle again"),
  input: fc.integer({ min: 0, max: 400 }),
  output: fc.integer({ min: 0, max: 200 }),
  which: fc.nat(20),
});

/** Counts what a state must count, in the plainest way. */
class Ledger {
  readonly open: { reservation: Reservation; tokens: number }[] = [];
  readonly settled: Reservation[] = [];
  tokens = 0;

  async play(state: State, step: Step, limits: readonly Limit[]): Promise<void> {
    if (step.kind === "take") return this.#take(state, step, limits);
    if (step.kind === "settle again") {
      const again = this.settled[step.which % Math.max(1, this.settled.length)];
      if (again !== undefined) await state.settle(again, { outcome: "success", used: zero() });
      return undefined;
    }
    const chosen = this.open[step.which % Math.max(1, this.open.length)];
    if (chosen === undefined) return undefined;
    if (step.kind === "renew") return state.renew([chosen.reservation]);
    this.open.splice(this.open.indexOf(chosen), 1);
    this.settled.push(chosen.reservation);
    this.tokens += step.input + step.output - chosen.tokens;
    const used = { requests: 1, inputTokens: step.input, outputTokens: step.output };
    await state.settle(chosen.reservation, { outcome: "success", used });
    return undefined;
  }

  async #take(state: State, step: Step, limits: readonly Limit[]): Promise<void> {
    const from = candidate({ limits, inputTokens: step.input, outputTokens: step.output });
    const { reservation } = await state.take([from]);
    if (reservation === undefined) return;
    this.open.push({ reservation, tokens: step.input + step.output });
    this.tokens += step.input + step.output;
  }
}

function zero(): { requests: number; inputTokens: number; outputTokens: number } {
  return { requests: 0, inputTokens: 0, outputTokens: 0 };
}

export function registerPropertyCases(bench: StateBench): void {
  const numRuns = bench.harness.runs ?? 100;

  it("a sliding window never holds more than its limit, wherever it is laid", async () => {
    const state = await bench.open();
    let run = 0;
    const attempt = fc.record({ pause: fc.integer({ min: 0, max: 25 }), amount: fc.integer({ min: 1, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { minLength: 5, maxLength: 30 }), async (attempts) => {
        run += 1;
        const limit: Limit = { resource: "input_tokens", algorithm: "sliding_window", limit: 100, windowMs: WINDOW };
        const admissions: Admission[] = [];
        for (const { pause, amount } of attempts) {
          await bench.wait(pause);
          const from = candidate({ bucket: `north/run-${run}`, limits: [limit], inputTokens: amount });
          const { reservation } = await state.take([from]);
          if (reservation !== undefined) admissions.push({ at: reservation.takenAt, amount });
        }
        expect(admissions.length).toBeGreaterThan(0);
        expect(fullestWindow(admissions, WINDOW)).toBeLessThanOrEqual(100);
      }),
      { numRuns },
    );
  }, 60_000);

  it("reservations and settlements conserve counts; places at the same time are never negative, never too many", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), async (steps) => {
        const state = await bench.open();
        const limits: Limit[] = [
          { resource: "tokens", algorithm: "sliding_window", limit: 1_000_000, windowMs: LONG },
          { resource: "concurrency", algorithm: "fixed_window", limit: 5, windowMs: 0 },
        ];
        const ledger = new Ledger();
        for (const step of [{ kind: "take", input: 1, output: 1, which: 0 } as const, ...steps]) {
          await ledger.play(state, step, limits);
          expect(ledger.open.length).toBeLessThanOrEqual(5);
        }
        expect(await usedOf(state, "tokens")).toBeCloseTo(ledger.tokens, 3);
        expect(await usedOf(state, "concurrency")).toBe(ledger.open.length);
        await bench.close();
      }),
      { numRuns },
    );
  }, 60_000);
}
