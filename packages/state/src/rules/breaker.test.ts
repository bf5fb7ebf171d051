import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { BreakerRecord, EndedAttempt } from "./breaker.ts";
import {
  breakerGate,
  breakerState,
  CLOSED_BREAKER,
  commitBreaker,
  renewProbe,
  setBreakerRecord,
  settleBreaker,
  startProbe,
} from "./breaker.ts";

const NOW = 1_790_000_000_000;
const RULES = { failureThreshold: 3, recoveryTimeoutMs: 60_000 };

function ended(changes: Partial<EndedAttempt> = {}): EndedAttempt {
  return { id: "one", probe: false, outcome: "failure", now: NOW, ...RULES, ...changes };
}

const OPEN: BreakerRecord = { failures: 3, openUntil: NOW, recoveryTimeoutMs: 60_000 };
const PROBED: BreakerRecord = { ...OPEN, probe: { id: "one", until: NOW + 1000 } };

describe("a breaker", () => {
  it.each<[string, BreakerRecord, EndedAttempt, Partial<BreakerRecord>]>([
    ["counts a failure", CLOSED_BREAKER, ended(), { failures: 1 }],
    ["opens at the threshold", { failures: 2 }, ended(), { failures: 3, openUntil: NOW + 60_000 }],
    ["opens at once where one is enough", CLOSED_BREAKER, ended({ failureThreshold: 1 }), { openUntil: NOW + 60_000 }],
    ["ends its count by a success", { failures: 2 }, ended({ outcome: "success" }), { failures: 0 }],
    ["counts nothing neutral", { failures: 2 }, ended({ outcome: "neutral" }), { failures: 2 }],
    ["open, is not opened again by late failures", OPEN, ended(), OPEN],
    ["open, is not closed by late successes", OPEN, ended({ outcome: "success" }), OPEN],
    ["opens again by its probe", PROBED, ended({ probe: true }), { openUntil: NOW + 60_000 }],
    ["closes by its probe", PROBED, ended({ probe: true, outcome: "success" }), { failures: 0 }],
    ["opens again by a probe whose turn has ended", OPEN, ended({ probe: true }), { openUntil: NOW + 60_000 }],
    ["leaves it to the probe that took over", PROBED, ended({ probe: true, id: "former" }), PROBED],
    [
      "a former probe's neutral end frees nobody's turn",
      PROBED,
      ended({ probe: true, id: "former", outcome: "neutral" }),
      PROBED,
    ],
  ])("%s", (_, record, attempt, expected) => {
    expect(settleBreaker(record, attempt)).toMatchObject(expected);
  });

  it("a neutral probe hands its turn on", () => {
    expect(settleBreaker(PROBED, ended({ probe: true, outcome: "neutral" }))).toEqual(OPEN);
  });

  it("closed, has no moment to open again", () => {
    const closed = settleBreaker(PROBED, ended({ probe: true, outcome: "success" }));
    expect(closed.openUntil).toBeUndefined();
    expect(closed.probe).toBeUndefined();
    expect(breakerState(closed, NOW)).toBe("closed");
  });

  it("lets through: all when closed, none when open, one when half open", () => {
    expect(breakerGate(CLOSED_BREAKER, NOW)).toEqual({ passes: true, probe: false, availableAt: NOW });
    expect(breakerGate({ ...OPEN, openUntil: NOW + 5 }, NOW)).toEqual({
      passes: false,
      probe: false,
      availableAt: NOW + 5,
    });
    expect(breakerGate(OPEN, NOW)).toEqual({ passes: true, probe: true, availableAt: NOW });
    expect(breakerGate(PROBED, NOW)).toEqual({ passes: false, probe: false, availableAt: NOW + 1000 });
    expect(breakerGate(PROBED, NOW + 1000).probe).toBe(true);
  });

  it("a turn lasts as long as its owner lives, one recovery time at most", () => {
    const start = { id: "one", now: NOW, recoveryTimeoutMs: 60_000 };
    expect(startProbe(OPEN, { ...start, leaseMs: 30_000 }).probe?.until).toBe(NOW + 30_000);
    const long = startProbe(OPEN, { ...start, leaseMs: 90_000 });
    expect(long.probe?.until).toBe(NOW + 60_000);
    const renewal = { id: "one", takenAt: NOW, recoveryTimeoutMs: 60_000 };
    expect(renewProbe(long, { ...renewal, leaseUntil: NOW + 40_000 }).probe?.until).toBe(NOW + 40_000);
    expect(renewProbe(long, { ...renewal, leaseUntil: NOW + 95_000 }).probe?.until).toBe(NOW + 60_000);
    expect(renewProbe(long, { ...renewal, id: "other", leaseUntil: NOW + 1 })).toBe(long);
  });

  it("first outputs close it for a probe only", () => {
    expect(breakerState(commitBreaker(PROBED, { probe: true }), NOW)).toBe("closed");
    expect(commitBreaker(PROBED, { probe: false })).toBe(PROBED);
    const counting = { failures: 2 };
    expect(commitBreaker(counting, { probe: true })).toBe(counting);
    expect(commitBreaker(counting, { probe: false })).toBe(counting);
  });

  it("an operator opens it for the recovery time that its attempts use, else for a minute", () => {
    expect(setBreakerRecord(CLOSED_BREAKER, "open", NOW).openUntil).toBe(NOW + 60_000);
    expect(setBreakerRecord({ failures: 0, recoveryTimeoutMs: 5 }, "open", NOW).openUntil).toBe(NOW + 5);
    expect(breakerState(setBreakerRecord(PROBED, "closed", NOW), NOW)).toBe("closed");
    expect(setBreakerRecord(PROBED, "open", NOW).probe).toBeUndefined();
  });

  it("has one probe at a time, whatever happens", () => {
    const step = fc.record({
      kind: fc.constantFrom("ask", "settle", "commit", "pass"),
      outcome: fc.constantFrom("success", "failure", "neutral"),
      which: fc.nat(10),
      pause: fc.nat(40_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let record: BreakerRecord = OPEN;
        let now = NOW;
        let next = 0;
        const probes: { id: string; until: number }[] = [];
        for (const { kind, outcome, which, pause } of steps) {
          const chosen = probes[which % Math.max(1, probes.length)];
          if (kind === "pass") now += pause;
          else if (kind === "ask" && breakerGate(record, now).probe) {
            next += 1;
            const id = `probe-${next}`;
            record = startProbe(record, { id, now, leaseMs: 90_000, recoveryTimeoutMs: 60_000 });
            expect(probes.filter(({ until }) => until > now)).toEqual([]);
            probes.push({ id, until: now + 60_000 });
          } else if (kind === "commit" && chosen !== undefined) {
            record = commitBreaker(record, { probe: true });
            for (const probe of probes) probe.until = 0;
          } else if (kind === "settle" && chosen !== undefined) {
            probes.splice(probes.indexOf(chosen), 1);
            record = settleBreaker(record, ended({ id: chosen.id, probe: true, outcome, now }));
            if (breakerState(record, now) === "closed") for (const probe of probes) probe.until = 0;
          }
        }
      }),
    );
  });
});
