import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Limit } from "../state.ts";
import { fixedWindow } from "./fixed-window.ts";

/** A whole minute. */
const START = 1_790_000_040_000;

function limitOf(limit: number, changes: Partial<Limit> = {}): Limit {
  return { resource: "tokens", algorithm: "fixed_window", limit, windowMs: 60_000, ...changes };
}

describe("fixedWindow", () => {
  it("lets no more than the limit through in any of its windows", () => {
    const arrival = fc.record({ pause: fc.nat(20_000), amount: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.nat(59_999), fc.array(arrival, { maxLength: 100 }), (offsetMs, arrivals) => {
        const limit = limitOf(100, { offsetMs });
        const used = new Map<number, number>();
        let meter = fixedWindow.empty();
        let now = START;
        for (const { pause, amount } of arrivals) {
          now += pause;
          const room = fixedWindow.room(limit, meter, { amount, now });
          if (room.fits) {
            meter = fixedWindow.take(limit, meter, { amount, now });
            const window = Math.floor((now - offsetMs) / 60_000);
            used.set(window, (used.get(window) ?? 0) + amount);
          } else {
            expect((room.availableAt - offsetMs) % 60_000).toBe(0);
            expect(fixedWindow.room(limit, meter, { amount, now: room.availableAt }).fits).toBe(true);
          }
        }
        for (const sum of used.values()) expect(sum).toBeLessThanOrEqual(100);
      }),
    );
  });

  it("gives back within the window, and not to a later one", () => {
    let meter = fixedWindow.take(limitOf(100), fixedWindow.empty(), { amount: 80, now: START });
    const within = { takenAt: START, estimate: 80, truth: 30, now: START + 59_999 };
    expect(fixedWindow.used(limitOf(100), fixedWindow.settle(limitOf(100), meter, within), START + 59_999)).toBe(30);
    meter = fixedWindow.take(limitOf(100), meter, { amount: 10, now: START + 60_000 });
    meter = fixedWindow.settle(limitOf(100), meter, { ...within, now: START + 60_001 });
    expect(fixedWindow.used(limitOf(100), meter, START + 60_001)).toBe(10);
  });

  it("what was used beyond the estimate counts in the window where that is known", () => {
    let meter = fixedWindow.take(limitOf(100), fixedWindow.empty(), { amount: 10, now: START });
    meter = fixedWindow.settle(limitOf(100), meter, { takenAt: START, estimate: 10, truth: 60, now: START + 61_000 });
    expect(fixedWindow.used(limitOf(100), meter, START + 61_000)).toBe(50);
  });

  it("a window that the upstream tells the end of ends then", () => {
    const seen = { used: 100, unseen: 0, observedAt: START, resetAt: START + 25_000, now: START };
    const meter = fixedWindow.observe(limitOf(100), fixedWindow.empty(), seen);
    expect(fixedWindow.room(limitOf(100), meter, { amount: 1, now: START })).toEqual({
      fits: false,
      availableAt: START + 25_000,
    });
    expect(fixedWindow.used(limitOf(100), meter, START + 25_000)).toBe(0);
    // and so do the next ones
    const next = fixedWindow.take(limitOf(100), meter, { amount: 7, now: START + 84_999 });
    expect(fixedWindow.used(limitOf(100), next, START + 85_000)).toBe(0);
  });

  it.each([
    ["whose end has passed", { observedAt: START, resetAt: START + 5000 }],
    ["that began before this window", { observedAt: START - 1 }],
  ])("an observation of a window %s says nothing of this one", (_, told) => {
    const seen = { used: 100, unseen: 0, now: START + 10_000, ...told };
    const meter = fixedWindow.observe(limitOf(100), fixedWindow.empty(), seen);
    expect(fixedWindow.used(limitOf(100), meter, START + 10_000)).toBe(0);
  });

  it("a limit of nothing never has room", () => {
    const room = fixedWindow.room(limitOf(0), fixedWindow.empty(), { amount: 1, now: START });
    expect(room).toEqual({ fits: false, availableAt: Number.POSITIVE_INFINITY });
  });
});
