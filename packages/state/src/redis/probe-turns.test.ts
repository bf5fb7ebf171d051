import { describe, expect, it } from "@jest/globals";
import { assert, integer, property } from "fast-check";
import { createProbeTurns } from "./probe-turns.ts";

const RECOVERY = 1000;

describe("turns to try out a breaker", () => {
  it("are always there for a gateway that has nobody to share with", () => {
    for (const now of [0, 1, 999, 12_345]) expect(createProbeTurns(0, 1).nextTurn(RECOVERY, now)).toBeUndefined();
  });

  it("come to each gateway in the first half of its span, and are told exactly", () => {
    const turns = [0, 1, 2].map((rank) => createProbeTurns(rank, 3));
    const at = (now: number) => turns.map((one) => one.nextTurn(RECOVERY, now));
    expect(at(0)).toEqual([undefined, 2000, 4000]);
    expect(at(999)).toEqual([undefined, 2000, 4000]);
    expect(at(1000)).toEqual([6000, 2000, 4000]);
    expect(at(2500)).toEqual([6000, undefined, 4000]);
    expect(at(5500)).toEqual([6000, 8000, 10_000]);
  });

  it("of two gateways lie a recovery time apart, whenever they are taken", () => {
    const one = integer({ min: 0, max: 100_000 });
    assert(
      property(one, one, integer({ min: 2, max: 9 }), integer({ min: 1, max: 5000 }), (a, b, of, recovery) => {
        const mine = Array.from({ length: of }, (_, rank) => rank);
        const turnOf = (now: number) =>
          mine.find((rank) => createProbeTurns(rank, of).nextTurn(recovery, now) === undefined);
        const [first, second] = [turnOf(a), turnOf(b)];
        if (first === undefined || second === undefined || first === second) return;
        expect(Math.abs(a - b)).toBeGreaterThan(recovery);
      }),
    );
  });

  it("come at the moment that is told, and not before", () => {
    assert(
      property(integer({ min: 0, max: 50_000 }), integer({ min: 0, max: 4 }), (now, rank) => {
        const turns = createProbeTurns(rank, 5);
        const next = turns.nextTurn(RECOVERY, now);
        if (next === undefined) return;
        expect(next).toBeGreaterThan(now);
        expect(turns.nextTurn(RECOVERY, next)).toBeUndefined();
        expect(turns.nextTurn(RECOVERY, next - 1)).toBe(next);
      }),
    );
  });
});
