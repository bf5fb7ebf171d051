import { describe, expect, it } from "@jest/globals";

import type { Strategy } from "./contract.ts";
import { planRequest } from "./plan-request.ts";
import { bucket, modelInfo, provider, rankInput, ROUND_PRICE, type Situation, target } from "./testing/inputs.ts";

const MODEL = "claude-opus-4-8";

function offer(name: string, priority: number, more: { weight?: number; price?: typeof ROUND_PRICE } = {}) {
  const { price, ...known } = more;
  return provider(name, [modelInfo(MODEL, price === undefined ? {} : { price })], { priority, ...known });
}

/** one is roomy, two is fast, three is cheap, four never fails; of five nothing is known. */
const PROVIDERS = [
  offer("one", 1, { price: ROUND_PRICE }),
  offer("two", 2, { price: { ...ROUND_PRICE, input: 20, output: 100 } }),
  offer("three", 3, { price: { ...ROUND_PRICE, input: 5, output: 25 } }),
  offer("four", 4, { price: { ...ROUND_PRICE, input: 20, output: 100 } }),
  offer("five", 5),
];
const KNOWN: Situation = {
  buckets: {
    [`one/${MODEL}`]: bucket({ load: 0.1 }),
    [`two/${MODEL}`]: bucket({ load: 0.6 }),
    [`three/${MODEL}`]: bucket({ load: 0.7 }),
    [`four/${MODEL}`]: bucket({ load: 0.4 }),
  },
  targets: {
    [`one/${MODEL}`]: target({ firstTokenMs: 4000, outputTokensPerSecond: 25, successRate: 0.9 }),
    [`two/${MODEL}`]: target({ firstTokenMs: 1000, outputTokensPerSecond: 100, successRate: 0.8 }),
    [`three/${MODEL}`]: target({ firstTokenMs: 4000, outputTokensPerSecond: 25, successRate: 0.7 }),
    [`four/${MODEL}`]: target({ firstTokenMs: 2000, outputTokensPerSecond: 50, successRate: 1 }),
  },
};

function order(situation: Situation, providers = PROVIDERS): string[] {
  return planRequest(rankInput(providers, { ...KNOWN, ...situation })).candidates.map((one) => one.provider);
}

function turns(resting: NonNullable<Situation["resting"]>) {
  return [0, 1, 2, 3, 4, 5].map((turn) => order({ strategy: "round_robin", turn, resting })[0]);
}

function scores(preference: NonNullable<Situation["preference"]>): Map<string, number> {
  const plan = planRequest(rankInput(PROVIDERS, { ...KNOWN, strategy: "intelligent", preference }));
  return new Map(plan.candidates.map((one) => [one.provider, one.score]));
}

describe("a strategy", () => {
  it.each<[Strategy, string[]]>([
    // 0.4·0.9+0.3·0.25+0.2·0.5+0.1·0.9 · 0.4·0.4+0.3+0.2·0.25+0.08 · 0.12+0.075+0.2+0.07 · 0.24+0.15+0.05+0.1 · 0.5
    ["intelligent", ["one", "two", "four", "five", "three"]],
    ["cost", ["three", "one", "five", "two", "four"]],
    ["performance", ["two", "four", "five", "one", "three"]],
    ["availability", ["four", "one", "two", "three", "five"]],
    ["priority", ["one", "two", "three", "four", "five"]],
  ])("%s orders by what it is about", (strategy, expected) => {
    expect(order({ strategy })).toEqual(expected);
  });

  it("intelligent keeps terms and score as they are documented", () => {
    const [first] = planRequest(rankInput(PROVIDERS, { ...KNOWN, strategy: "intelligent" })).candidates;
    expect(first?.terms).toEqual({ headroom: 0.9, speed: 0.25, price: 0.5, reliability: 0.9 });
    expect(first?.score).toBeCloseTo(0.4 * 0.9 + 0.3 * 0.25 + 0.2 * 0.5 + 0.1 * 0.9);
  });

  it("intelligent follows other weights", () => {
    const weights = { headroom: 0, speed: 0, price: 1, reliability: 0 };
    expect(order({ strategy: "intelligent", weights })[0]).toBe("three");
  });

  it("cost takes what is free first, and still tells the others apart", () => {
    const free = offer("free", 9, { price: { input: 0, output: 0 } });
    const bad = { [`free/${MODEL}`]: target({ firstTokenMs: 60_000, successRate: 0 }) };
    const situation: Situation = { ...KNOWN, strategy: "cost", targets: { ...KNOWN.targets, ...bad } };
    const ranked = planRequest(rankInput([...PROVIDERS, free], situation)).candidates;
    expect(ranked.map((one) => one.provider)).toEqual(["free", "three", "five", "one", "two", "four"]);
    expect(ranked[0]).toMatchObject({ estimatedCostNanoDollars: 0, terms: { price: 1 } });
  });

  it("breaks ties by the other terms", () => {
    const same = PROVIDERS.map((one) => offer(one.name, one.priority, { price: ROUND_PRICE }));
    expect(order({ strategy: "cost" }, same).slice(0, 2)).toEqual(["two", "one"]);
  });

  it("round_robin gives each provider its turn, and those that rest give theirs to all", () => {
    expect(turns({})).toEqual(["one", "two", "three", "four", "five", "one"]);
    expect(turns({ two: { failure: "billing", message: "empty" } })).toEqual([
      "one",
      "three",
      "four",
      "five",
      "one",
      "three",
    ]);
  });

  it("random is even", () => {
    const counts = firsts({ strategy: "random" }, PROVIDERS);
    for (const { name } of PROVIDERS) expect(counts.get(name)).toBeGreaterThan(1700);
  });

  it("weighted draws by weight, and what weighs nothing comes last", () => {
    const weighted = [offer("a", 1, { weight: 3 }), offer("b", 2), offer("c", 3, { weight: 0 })];
    const counts = firsts({ strategy: "weighted" }, weighted);
    expect((counts.get("a") ?? 0) / 10_000).toBeCloseTo(0.75, 1);
    expect(counts.get("b")).toBe(10_000 - (counts.get("a") ?? 0));
    expect(order({ strategy: "weighted", random: 0.9 }, weighted).at(-1)).toBe("c");
  });
});

function firsts(situation: Situation, providers: typeof PROVIDERS): Map<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < 10_000; index++) {
    const first = order({ ...situation, random: index / 10_000 }, providers)[0] ?? "nobody";
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

describe("a preference", () => {
  it.each<[string, Situation, string]>([
    ["for fast answers", { preference: { fast: true }, strategy: "availability" }, "four"],
    ["for a provider", { preference: { provider: "Four" }, strategy: "intelligent" }, "four"],
    ["for cheap answers", { preference: { cheap: true }, strategy: "availability" }, "three"],
    ["for a provider, before a configured order", { preference: { provider: "four" } }, "four"],
    ["for fast answers, before a configured order", { preference: { fast: true } }, "two"],
  ])("%s counts", (_name, situation, expected) => {
    expect(order(situation)[0]).toBe(expected);
  });

  it("multiplies: fast by 1.2 under two seconds to the first output, a provider by 1.5", () => {
    const plain = scores({});
    const both = scores({ fast: true, provider: "two" });
    expect(both.get("two")).toBeCloseTo((plain.get("two") ?? 0) * 1.2 * 1.5);
    // Two seconds are not under two seconds.
    expect(both.get("four")).toBe(plain.get("four"));
  });
});

const models = (prefix: string) => [
  modelInfo(`${prefix}1`, { price: { ...ROUND_PRICE, input: 20 } }),
  modelInfo(`${prefix}2`, { price: { ...ROUND_PRICE, input: 1 } }),
];

describe("models of a tier", () => {
  const two = [
    provider("a", models("a"), { priority: 1 }),
    provider("b", [...models("b"), modelInfo(MODEL, { tier: "big", price: ROUND_PRICE })], { priority: 2 }),
  ];
  const ids = (situation: Situation) => planRequest(rankInput(two, situation)).candidates.map(({ model }) => model.id);

  it("are tried in their order before the next provider, whatever they cost", () => {
    expect(ids({ strategy: "cost" })).toEqual([MODEL, "a1", "a2", "b1", "b2"]);
    expect(ids({ strategy: "cost", preference: { provider: "b" } })).toEqual([MODEL, "b1", "b2", "a1", "a2"]);
  });

  it("are weighed one by one with the requested one where the strategy makes one list", () => {
    expect(ids({ strategy: "cost", substitution: "by_strategy" })).toEqual(["a2", "b2", MODEL, "a1", "b1"]);
    expect(ids({ strategy: "priority", substitution: "by_strategy" })).toEqual(["a1", "a2", MODEL, "b1", "b2"]);
  });
});
