import { describe, expect, it } from "@jest/globals";

import { planRequest } from "./plan-request.ts";
import {
  bucket,
  facts,
  modelInfo,
  NOW,
  provider,
  rankInput,
  ROUND_PRICE,
  type Situation,
  target,
  warmPlace,
} from "./testing/inputs.ts";

const MODEL = "claude-opus-4-8";
const BUCKETS = { one: `one/${MODEL}`, two: `two/${MODEL}` };
const PROVIDERS = [
  provider("one", [modelInfo(MODEL, { price: ROUND_PRICE })], { priority: 1 }),
  provider("two", [modelInfo(MODEL, { price: ROUND_PRICE }), modelInfo("other")], { priority: 2 }),
];

function order(situation: Situation): string[] {
  return planRequest(rankInput(PROVIDERS, situation)).candidates.map((one) => `${one.provider}/${one.model.id}`);
}

const USUAL = ["one/claude-opus-4-8", "two/claude-opus-4-8", "two/other"];
const SUNK = ["two/claude-opus-4-8", "one/claude-opus-4-8", "two/other"];
const LAST = ["two/claude-opus-4-8", "two/other", "one/claude-opus-4-8"];
const rest = { failure: "throttled", message: "slow down" };

describe("the order of trying", () => {
  it.each<[string, Situation, string[]]>([
    ["nothing known", {}, USUAL],
    ["a load under the threshold", { buckets: { [BUCKETS.one]: bucket({ load: 0.79 }) } }, USUAL],
    [
      "a load at the threshold: behind the others of its group",
      { buckets: { [BUCKETS.one]: bucket({ load: 0.8 }) } },
      SUNK,
    ],
    ["another threshold", { buckets: { [BUCKETS.one]: bucket({ load: 0.5 }) }, sinkAt: 0.5 }, SUNK],
    ["a full bucket: behind all", { buckets: { [BUCKETS.one]: bucket({ load: 1 }) } }, LAST],
    ["a bucket that was full until now", { buckets: { [BUCKETS.one]: bucket({ load: 1, resetAt: NOW }) } }, SUNK],
    ["too little room for this request", { buckets: { [BUCKETS.one]: bucket({ inputTokensLeft: 99 }) } }, LAST],
    ["just enough room", { buckets: { [BUCKETS.one]: bucket({ inputTokensLeft: 100 }) } }, USUAL],
    ["a resting bucket", { buckets: { [BUCKETS.one]: bucket({ rest: { ...rest, until: NOW + 1 } }) } }, LAST],
    ["a rest that is over", { buckets: { [BUCKETS.one]: bucket({ rest: { ...rest, until: NOW } }) } }, USUAL],
    ["a resting target", { targets: { [BUCKETS.one]: target({ rest }) } }, LAST],
    ["a resting provider", { resting: { one: rest } }, LAST],
    ["an open breaker", { targets: { [BUCKETS.one]: target({ breaker: "open", openUntil: NOW + 1 }) } }, LAST],
    [
      "a breaker whose time is over",
      { targets: { [BUCKETS.one]: target({ breaker: "open", openUntil: NOW }) } },
      USUAL,
    ],
    ["a half-open breaker", { targets: { [BUCKETS.one]: target({ breaker: "half_open" }) } }, USUAL],
    [
      "a step of the return that lets it pass",
      { buckets: { [BUCKETS.one]: bucket({ share: 0.25 }) }, random: 0.24 },
      USUAL,
    ],
    ["a step of the return that does not", { buckets: { [BUCKETS.one]: bucket({ share: 0.25 }) }, random: 0.25 }, SUNK],
    ["somebody else's account", { buckets: { [`${BUCKETS.one}#x`]: bucket({ load: 1 }) } }, USUAL],
    ["the client's account", { buckets: { [`${BUCKETS.one}#x`]: bucket({ load: 1 }) }, accounts: { one: "x" } }, LAST],
  ])("%s", (_name, situation, expected) => {
    expect(order(situation)).toEqual(expected);
  });

  it("among those that cannot take it now begins with the one that returns first", () => {
    const resting = { one: rest, two: { ...rest, until: NOW + 5000 } };
    expect(order({ resting })).toEqual(["two/claude-opus-4-8", "one/claude-opus-4-8", "two/other"]);
  });

  it("lets nothing sink that is free: it is used up first", () => {
    const free = provider("one", [modelInfo(MODEL, { price: { input: 0, output: 0 } })], { priority: 1 });
    const first = (load: number) =>
      planRequest(rankInput([free, ...PROVIDERS.slice(1)], { buckets: { [BUCKETS.one]: bucket({ load }) } }))
        .candidates[0];
    expect([0.8, 0.99, 1].map((load) => first(load)?.provider)).toEqual(["one", "one", "two"]);
  });

  it("weighs what is free as if nothing of it were used, until it is: a subscription goes before what costs", () => {
    const free = provider("one", [modelInfo(MODEL, { price: { input: 0, output: 0 } })], { priority: 9 });
    const known = target();
    const first = (load: number) =>
      planRequest(
        rankInput([free, ...PROVIDERS.slice(1)], {
          strategy: "intelligent",
          buckets: { [BUCKETS.one]: bucket({ load }), [BUCKETS.two]: bucket({ load: 0 }) },
          targets: { [BUCKETS.one]: known, [BUCKETS.two]: known },
        }),
      ).candidates[0];
    expect([0, 0.5, 0.79, 0.99, 1].map((load) => first(load)?.provider)).toEqual(["one", "one", "one", "one", "two"]);
    expect(first(0.99)?.reasons.join(" ")).toContain("it costs nothing and is used up first");
  });

  it("counts the whole prompt against limits that know no cache", () => {
    const chat = [provider("one", [modelInfo(MODEL, { dialect: "chat" })]), PROVIDERS[1]].flatMap((one) => one ?? []);
    const situation: Situation = {
      places: [warmPlace("one", MODEL)],
      facts: { bytes: 350_000, estimatedInputTokens: 100_000 },
      buckets: { [BUCKETS.one]: bucket({ inputTokensLeft: 50_000 }) },
    };
    expect(planRequest(rankInput(chat, situation)).candidates[0]?.provider).toBe("two");
    expect(planRequest(rankInput(PROVIDERS, situation)).candidates[0]?.provider).toBe("one");
  });
});

describe("exploring", () => {
  const known = target();
  const situation: Situation = {
    strategy: "intelligent",
    explorationShare: 0.03,
    targets: { [BUCKETS.one]: known, [BUCKETS.two]: target({ attempts: 19, successRate: 0.1 }) },
  };

  it.each<[string, Situation, boolean]>([
    ["by the dice", { explore: 0.029 }, true],
    ["not otherwise", { explore: 0.03 }, false],
    [
      "not where all is known",
      { explore: 0, targets: { [BUCKETS.one]: known, [BUCKETS.two]: target({ attempts: 20, successRate: 0.1 }) } },
      false,
    ],
    [
      "where only the latency is not known",
      {
        explore: 0,
        targets: { [BUCKETS.one]: known, [BUCKETS.two]: { breaker: "closed", attempts: 99, successRate: 0.1 } },
      },
      true,
    ],
    ["not under a configured order", { explore: 0, strategy: "priority" }, false],
    ["never away from a warm cache", { explore: 0, places: [warmPlace("one", MODEL)] }, false],
    ["with a cache that is cold", { explore: 0, places: [warmPlace("one", MODEL, { warmUntil: NOW })] }, true],
    ["not at a place that is nearly full", { explore: 0, buckets: { [BUCKETS.two]: bucket({ load: 0.8 }) } }, false],
    ["not at a place that rests", { explore: 0, resting: { two: rest } }, false],
  ])("%s", (_name, more, expected) => {
    const plan = planRequest(rankInput(PROVIDERS, { ...situation, ...more }));
    expect(plan.candidates[0]?.provider).toBe(expected ? "two" : "one");
    expect(plan.candidates).toHaveLength(3);
    expect(plan.reasons.some((reason) => reason.includes("little is known"))).toBe(expected);
  });

  it("does not try models that were not asked for", () => {
    const plans = [0, 0.01, 0.02].map((explore) => planRequest(rankInput(PROVIDERS, { ...situation, explore })));
    expect(plans.map(({ candidates }) => candidates[0]?.model.id)).toEqual([MODEL, MODEL, MODEL]);
  });
});

describe("the most that a request may cost", () => {
  const dear = { facts: facts({ bytes: 3_500_000, estimatedInputTokens: 100_000, maxTokens: 1000 }) };

  it("leaves out what is dearer, with the arithmetic, and keeps what has no price", () => {
    const plan = planRequest(rankInput(PROVIDERS, { ...dear, maxCostNanoDollars: 1e9 }));
    expect(plan.candidates.map(({ model }) => model.id)).toEqual(["other"]);
    expect(plan.exclusions[0]).toEqual({
      provider: "one",
      model: MODEL,
      reason:
        "would cost about $1.05 = 100,000 input × $10/M + 1,000 output × $50/M; at most $1.00 is allowed for a request",
    });
  });

  it("counts the cache", () => {
    const places = [warmPlace("two", MODEL)];
    const plan = planRequest(rankInput(PROVIDERS, { ...dear, places, maxCostNanoDollars: 1e9 }));
    expect(plan.candidates.map((one) => one.provider)).not.toContain("one");
  });
});

describe("reasons", () => {
  it("say in words what was weighed", () => {
    const situation: Situation = {
      strategy: "intelligent",
      buckets: { [BUCKETS.one]: bucket({ load: 0.62, resetAt: NOW + 30_000, inputTokensLeft: 12_345 }) },
      targets: { [BUCKETS.one]: target(), [BUCKETS.two]: target({ breaker: "open", openUntil: NOW + 20_000 }) },
    };
    const [first, , last] = planRequest(rankInput(PROVIDERS, situation)).candidates;
    expect(first?.reasons).toEqual([
      "headroom 0.38: 62 % of its fullest limit is used, as new in 30 s; room for 12,345 input tokens, this takes 100",
      "speed 1: first output after 2.5 s, 50 tokens per second",
      "this request costs about $0.051 = 100 input × $10/M + 1,000 output × $50/M",
      "reliability 1: 100 % of 100 attempts",
    ]);
    expect(last?.reasons).toContain("its breaker is open for 20 s");
  });
});
