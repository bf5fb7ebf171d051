import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Limit } from "../state.ts";
import { slidingWindow, SLOTS } from "./sliding-window.ts";

const START = 1_790_000_000_000;

function limitOf(limit: number, windowMs: number): Limit {
  return { resource: "tokens", algorithm: "sliding_window", limit, windowMs };
}

describe("slidingWindow", () => {
  it("holds no more than the limit in any window, wherever it is laid, and turns nobody away for long", () => {
    const arrival = fc.record({ pause: fc.integer({ min: 0, max: 9000 }), amount: fc.integer({ min: 1, max: 100 }) });
    const windows = fc.constantFrom(7, 100, 1000, 60_000);
    fc.assert(
      fc.property(windows, fc.array(arrival, { maxLength: 120 }), (windowMs, arrivals) => {
        const limit = limitOf(100, windowMs);
        const admitted: { at: number; amount: number }[] = [];
        let meter = slidingWindow.empty();
        let now = START;
        for (const { pause, amount } of arrivals) {
          now += Math.round((pause * windowMs) / 60_000);
          const room = slidingWindow.room(limit, meter, { amount, now });
          if (room.fits) {
            meter = slidingWindow.take(limit, meter, { amount, now });
            admitted.push({ at: now, amount });
          } else {
            // what is told as the next moment is one, and the one before it is not
            const { availableAt } = room;
            expect(slidingWindow.room(limit, meter, { amount, now: availableAt }).fits).toBe(true);
            expect(slidingWindow.room(limit, meter, { amount, now: availableAt - 1 }).fits).toBe(false);
          }
          const inWindow = admitted.filter(({ at }) => at > now - windowMs).reduce((sum, one) => sum + one.amount, 0);
          expect(inWindow).toBeLessThanOrEqual(100);
          expect(slidingWindow.used(limit, meter, now)).toBeGreaterThanOrEqual(inWindow);
          expect(meter.counts.length).toBeLessThanOrEqual(SLOTS + 2);
        }
      }),
    );
  });

  it("counts at most a sixtieth of the window too long", () => {
    const limit = limitOf(10, 60_000);
    const meter = slidingWindow.take(limit, slidingWindow.empty(), { amount: 10, now: START });
    expect(slidingWindow.used(limit, meter, START + 59_999)).toBe(10);
    expect(slidingWindow.used(limit, meter, START + 61_000)).toBe(0);
    expect(slidingWindow.resetAt(limit, meter, START)).toBeLessThanOrEqual(START + 61_000);
  });

  it("conserves: what is settled leaves the truth, of whichever reservation first", () => {
    const part = fc.record({ estimate: fc.nat(1000), truth: fc.nat(1000), pause: fc.nat(3000), order: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 15 }), (parts) => {
        const limit = limitOf(1_000_000, 60_000);
        let meter = slidingWindow.empty();
        let now = START;
        const taken = parts.map((one) => {
          now += one.pause;
          meter = slidingWindow.take(limit, meter, { amount: one.estimate, now });
          return { ...one, takenAt: now };
        });
        for (const { takenAt, estimate, truth } of taken.toSorted((one, other) => one.order - other.order)) {
          now += 1;
          meter = slidingWindow.settle(limit, meter, { takenAt, estimate, truth, now });
        }
        const truths = parts.reduce((sum, { truth }) => sum + truth, 0);
        expect(slidingWindow.used(limit, meter, now)).toBe(truths);
      }),
    );
  });

  it("gives back nothing of what has left the window", () => {
    const limit = limitOf(100, 1000);
    let meter = slidingWindow.take(limit, slidingWindow.empty(), { amount: 50, now: START });
    meter = slidingWindow.take(limit, meter, { amount: 20, now: START + 2000 });
    meter = slidingWindow.settle(limit, meter, { takenAt: START, estimate: 50, truth: 0, now: START + 2000 });
    expect(slidingWindow.used(limit, meter, START + 2000)).toBe(20);
  });

  it("what was used beyond the estimate counts from now on", () => {
    const limit = limitOf(100, 1000);
    let meter = slidingWindow.take(limit, slidingWindow.empty(), { amount: 10, now: START });
    meter = slidingWindow.settle(limit, meter, { takenAt: START, estimate: 10, truth: 70, now: START + 900 });
    expect(slidingWindow.used(limit, meter, START + 900)).toBe(70);
    expect(slidingWindow.used(limit, meter, START + 1500)).toBe(60);
    expect(slidingWindow.used(limit, meter, START + 2000)).toBe(0);
  });

  it("a clock that steps back forgets nothing and frees nothing early", () => {
    const limit = limitOf(100, 1000);
    let meter = slidingWindow.take(limit, slidingWindow.empty(), { amount: 60, now: START });
    meter = slidingWindow.take(limit, meter, { amount: 40, now: START - 5000 });
    expect(slidingWindow.room(limit, meter, { amount: 1, now: START - 5000 }).fits).toBe(false);
    expect(slidingWindow.used(limit, meter, START + 500)).toBe(100);
    expect(slidingWindow.used(limit, meter, START + 2000)).toBe(0);
  });

  it("part of an old observation has left the window since", () => {
    const limit = limitOf(100, 60_000);
    const seen = { used: 80, unseen: 0, observedAt: START, now: START + 30_000 };
    const meter = slidingWindow.observe(limit, slidingWindow.empty(), seen);
    expect(slidingWindow.used(limit, meter, START + 30_000)).toBeCloseTo(40, 5);
    const late = slidingWindow.observe(limit, slidingWindow.empty(), { ...seen, now: START + 60_000 });
    expect(slidingWindow.used(limit, late, START + 60_000)).toBe(0);
  });

  it("a limit of nothing never has room", () => {
    const room = slidingWindow.room(limitOf(0, 1000), slidingWindow.empty(), { amount: 1, now: START });
    expect(room).toEqual({ fits: false, availableAt: Number.POSITIVE_INFINITY });
  });
});
