import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { type RankInput, STRATEGIES, type WarmPlace } from "./contract.ts";
import { listCandidates } from "./list-candidates.ts";
import { planRequest } from "./plan-request.ts";
import { bucket, modelInfo, NOW, provider, rankInput, ROUND_PRICE, target, warmPlace } from "./testing/inputs.ts";

const MODEL = "claude-opus-4-8";
const NAMES = ["p0", "p1", "p2", "p3"];
const share = fc.double({ min: 0, max: 1, noNaN: true });
const sometime = fc.option(fc.integer({ min: NOW - 1000, max: NOW + 100_000 }), { nil: undefined });

const arbitraryModels = fc
  .subarray([MODEL, "m1", "m2", "m3"])
  .map((ids) => ids.map((id, index) => modelInfo(id, index % 2 === 0 ? { price: ROUND_PRICE } : {})));

const arbitraryBucket = fc
  .record({
    load: fc.option(fc.double({ min: 0, max: 1.2, noNaN: true }), { nil: undefined }),
    share,
    resetAt: sometime,
  })
  .map(({ load, share: part, resetAt }) =>
    bucket({ load, share: part, ...(resetAt === undefined ? {} : { resetAt }) }),
  );

const arbitraryTarget = fc
  .record({
    breaker: fc.constantFrom("closed", "open", "half_open"),
    openUntil: sometime,
    successRate: share,
    attempts: fc.nat(40),
  })
  .map(({ openUntil, ...more }) => target({ ...more, ...(openUntil === undefined ? {} : { openUntil }) }));

const key = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(MODEL, "m1", "m2", "m3"))
  .map((parts) => parts.join("/"));

const arbitraryPlace: fc.Arbitrary<WarmPlace> = fc
  .record({
    at: key,
    usedAt: fc.nat(100_000),
    warmUntil: fc.integer({ min: NOW - 10, max: NOW + 90_000 }),
    outputs: fc.array(fc.nat(9000), { maxLength: 8 }),
  })
  .map(({ at, usedAt, warmUntil, outputs }) => {
    const [name = "", model = ""] = at.split("/");
    return warmPlace(name, model, { usedAt: NOW - usedAt, warmUntil, outputs });
  });

const arbitraryInput: fc.Arbitrary<RankInput> = fc
  .record({
    models: fc.tuple(arbitraryModels, arbitraryModels, arbitraryModels, arbitraryModels),
    priorities: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
    strategy: fc.constantFrom(...STRATEGIES),
    substitution: fc.constantFrom("never" as const, "when_unavailable" as const, "by_strategy" as const),
    failoverPolicy: fc.constantFrom("cost" as const, "latency" as const, "balanced" as const),
    buckets: fc.dictionary(key, arbitraryBucket),
    targets: fc.dictionary(key, arbitraryTarget),
    resting: fc.dictionary(
      fc.constantFrom(...NAMES),
      sometime.map((until) => ({ failure: "throttled", message: "x", ...(until === undefined ? {} : { until }) })),
    ),
    places: fc.array(arbitraryPlace, { maxLength: 4 }),
    random: share,
    explore: share,
    turn: fc.nat(),
    bytes: fc.nat(700_000),
  })
  .map(({ models, priorities, bytes, ...situation }) => {
    const providers = models.map((list, index) => provider(`p${index}`, list, { priority: priorities[index] ?? 0 }));
    const facts = { bytes, estimatedInputTokens: Math.ceil(bytes / 3.5) };
    return rankInput(providers, { ...situation, facts, explorationShare: 0.5 });
  });

const nameOf = (one: { provider: string; model: { id: string } }) => `${one.provider}/${one.model.id}`;

describe("a plan, whatever the world looks like", () => {
  it("loses no candidate and doubles none", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const listed = listCandidates(input).candidates.map(nameOf);
        const planned = planRequest(input).candidates.map(nameOf);
        expect(planned.toSorted()).toEqual(listed.toSorted());
        expect(new Set(planned).size).toBe(planned.length);
      }),
    );
  });

  it("is the same for the same input, and says so in the same words", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const told = () => {
          const { candidates, ...plan } = planRequest(input);
          return { ...plan, candidates: candidates.map((one) => [nameOf(one), one.score, one.reasons]) };
        };
        expect(told()).toEqual(told());
      }),
    );
  });

  it("puts no substitute before a requested model that could answer, unless one list was asked for", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        fc.pre(input.substitution !== "by_strategy");
        const plan = planRequest(input);
        const [first] = plan.candidates;
        fc.pre(first?.group === "substitute");
        for (const one of plan.candidates.filter(({ group }) => group === "requested")) {
          expect(one.reasons.join()).toMatch(/rests|no room|open/);
        }
      }),
    );
  });

  it("keeps terms within 0 and 1 and pauses within a minute", () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const plan = planRequest(input);
        for (const { terms, score } of plan.candidates) {
          for (const term of Object.values(terms)) {
            expect(term).toBeGreaterThanOrEqual(0);
            expect(term).toBeLessThanOrEqual(1);
          }
          expect(Number.isFinite(score)).toBe(true);
        }
        expect(plan.waitMs ?? 1).toBeGreaterThan(0);
        expect(plan.waitMs ?? 1).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
