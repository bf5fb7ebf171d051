import { describe, expect, it } from "@jest/globals";
import { cleanUpAfterEach, load, problemsOf } from "./load.fixture.ts";

cleanUpAfterEach();

const gatewayOf = (yaml: string, env: Record<string, string> = {}) =>
  load({ env, files: { "switchyard.yaml": `gateway: { ${yaml} }` } }).gateway;

const place = (field: string) => `switchyard.yaml: gateway.${field}`;

describe("how the gateway chooses", () => {
  it("is a weighing of everything unless told otherwise", () => {
    expect(load({}).gateway).toMatchObject({
      strategy: "intelligent",
      weights: { headroom: 0.4, speed: 0.3, price: 0.2, reliability: 0.1 },
      preference: {},
      failoverPolicy: "balanced",
      rateLimitThreshold: 0.8,
      explorationShare: 0.03,
      queue: { maxWaitMs: 10_000, maxLength: 200 },
      maxConcurrentRequests: 100,
    });
    expect(load({}).gateway).not.toHaveProperty("maxCostNanoDollarsPerRequest");
  });

  it("stands in switchyard.yaml", () => {
    const gateway = gatewayOf(`
      routing_strategy: round_robin, routing_weights: { price: 1 }, prefer: { fast: true, provider: OpenRouter },
      failover_policy: cost, rate_limit_threshold: 90%, exploration_share: 0, max_cost_per_request: $0.25,
      queue: { max_wait: 5, max_length: 0 }`);
    expect(gateway).toMatchObject({
      strategy: "round_robin",
      weights: { headroom: 0.4, speed: 0.3, price: 1, reliability: 0.1 },
      preference: { fast: true, provider: "openrouter" },
      failoverPolicy: "cost",
      rateLimitThreshold: 0.9,
      explorationShare: 0,
      maxCostNanoDollarsPerRequest: 250_000_000,
      queue: { maxWaitMs: 5000, maxLength: 0 },
    });
  });

  it("is said by variables, which go before the file", () => {
    const gateway = gatewayOf(
      `routing_strategy: cost, routing_weights: { speed: 1 }, prefer: { cheap: true, provider: vertex },
       failover_policy: cost, rate_limit_threshold: 0.5, max_cost_per_request: 3, queue: { max_wait: 9 }`,
      {
        ROUTING_STRATEGY: "Weighted",
        ROUTING_WEIGHTS: "headroom=0, speed=0.5",
        SWITCHYARD_PREFER: "fast, github",
        SWITCHYARD_FAILOVER_POLICY: "latency",
        SWITCHYARD_EXPLORATION_SHARE: "5%",
        RATE_LIMIT_THRESHOLD: "1",
        MAX_COST_PER_REQUEST: "0.5",
        QUEUE_MAX_WAIT_MS: "250",
        QUEUE_MAX_LENGTH: "7",
      },
    );
    expect(gateway).toMatchObject({
      strategy: "weighted",
      weights: { headroom: 0, speed: 0.5, price: 0.2, reliability: 0.1 },
      failoverPolicy: "latency",
      explorationShare: 0.05,
      rateLimitThreshold: 1,
      maxCostNanoDollarsPerRequest: 500_000_000,
      queue: { maxWaitMs: 250, maxLength: 7 },
    });
    expect(gateway.preference).toEqual({ fast: true, provider: "github-models" });
  });

  it("tells everything that is wrong at once, each with what would be right", () => {
    const problems = problemsOf({
      files: {
        "switchyard.yaml": `gateway: {
          routing_strategy: clever, routing_weights: { price: -1, size: 1 }, rate_limit_threshold: 0,
          exploration_share: 2, max_cost_per_request: 0, failover_policy: never, queue: { max_length: many } }`,
      },
    });
    expect(problems.map(({ path }) => path).toSorted()).toEqual(
      [
        place("exploration_share"),
        place("failover_policy"),
        place("max_cost_per_request"),
        place("queue.max_length"),
        place("rate_limit_threshold"),
        place("routing_strategy"),
        place("routing_weights.price"),
        place("routing_weights.size"),
      ].toSorted(),
    );
    expect(problems.find(({ path }) => path.endsWith("strategy"))?.remedy).toBe(
      "Write one of: intelligent, cost, performance, availability, priority, round_robin, random, weighted.",
    );
  });

  it.each([
    [{ ROUTING_STRATEGY: "fastest" }, "ROUTING_STRATEGY"],
    [{ RATE_LIMIT_THRESHOLD: "0" }, "RATE_LIMIT_THRESHOLD"],
    [{ RATE_LIMIT_THRESHOLD: "1.2" }, "RATE_LIMIT_THRESHOLD"],
    [{ MAX_COST_PER_REQUEST: "-1" }, "MAX_COST_PER_REQUEST"],
    [{ ROUTING_WEIGHTS: "0.4,0.3" }, "ROUTING_WEIGHTS"],
    [{ ROUTING_WEIGHTS: "size=1" }, "ROUTING_WEIGHTS"],
    [{ ROUTING_WEIGHTS: "price=cheap" }, "ROUTING_WEIGHTS"],
    [{ ROUTING_WEIGHTS: "headroom=0,speed=0,price=0,reliability=0" }, "ROUTING_WEIGHTS"],
    [{ SWITCHYARD_PREFER: "fast, bedrock" }, "SWITCHYARD_PREFER"],
    [{ SWITCHYARD_PREFER: "vertex, openrouter" }, "SWITCHYARD_PREFER"],
    [{ QUEUE_MAX_LENGTH: "-1" }, "QUEUE_MAX_LENGTH"],
    [{ PREFER_CHEAPER_MODELS: "perhaps" }, "PREFER_CHEAPER_MODELS"],
  ])("%j is refused", (env, path) => {
    expect(problemsOf({ env })).toEqual([expect.objectContaining({ path })]);
  });

  it("prefers no provider that does not exist", () => {
    const problems = problemsOf({ files: { "switchyard.yaml": "gateway: { prefer: { provider: bedrock } }" } });
    expect(problems).toEqual([
      {
        path: "gateway.prefer.provider",
        problem: 'there is no provider "bedrock"',
        remedy: "Name one of: anthropic, vertex, openrouter, github-models.",
      },
    ]);
  });

  it("counts nothing where no weight is left", () => {
    const yaml = "gateway: { routing_weights: { headroom: 0, speed: 0, price: 0, reliability: 0 } }";
    expect(problemsOf({ files: { "switchyard.yaml": yaml } })).toEqual([
      expect.objectContaining({ path: "gateway.routing_weights", problem: "has no term that counts" }),
    ]);
  });
});

describe("older names of choosing", () => {
  it.each([
    [{ DEFAULT_ROUTING_STRATEGY: "cost" }, "cost"],
    [{ PROVIDER_SELECTION_STRATEGY: "performance" }, "performance"],
    [{ ROUTING_STRATEGY: "availability", DEFAULT_ROUTING_STRATEGY: "cost" }, "availability"],
    [{ DEFAULT_ROUTING_STRATEGY: "cost", PROVIDER_SELECTION_STRATEGY: "performance" }, "cost"],
  ])("%j is the strategy %s, without a warning", (env, strategy) => {
    const { gateway, warnings } = load({ env });
    expect([gateway.strategy, warnings]).toEqual([strategy, []]);
  });

  it("fallback_strategy counts where routing_strategy is absent", () => {
    expect(load({ files: { "switchyard.yaml": "fallback_strategy: random" } }).gateway.strategy).toBe("random");
    expect(
      load({ files: { "switchyard.yaml": "{ fallback_strategy: random, gateway: { routing_strategy: cost } }" } })
        .gateway.strategy,
    ).toBe("cost");
  });

  it("PREFER_* are preferences, and the weight of reliability", () => {
    const { gateway, warnings } = load({
      env: { PREFER_CHEAPER_MODELS: "true", PREFER_FASTER_MODELS: "false", PREFER_RELIABLE_PROVIDERS: "true" },
    });
    expect(gateway.preference).toEqual({ cheap: true, fast: false });
    expect(gateway.weights).toEqual({ headroom: 0.4, speed: 0.3, price: 0.2, reliability: 0.2 });
    expect(warnings).toEqual([]);
  });

  it("ENABLE_COST_OPTIMIZATION=false leaves the price out, unless its weight is configured", () => {
    const env = { ENABLE_COST_OPTIMIZATION: "false" };
    expect(load({ env }).gateway.weights.price).toBe(0);
    expect(gatewayOf("routing_weights: { price: 0.7 }", env).weights.price).toBe(0.7);
    expect(load({ env: { ENABLE_COST_OPTIMIZATION: "true" } }).gateway.weights.price).toBe(0.2);
  });

  it("PREFERRED_PROVIDER is preferred under every strategy, where nothing newer names another", () => {
    const env = { PREFERRED_PROVIDER: "github" };
    expect(load({ env }).gateway.preference).toEqual({ provider: "github-models" });
    expect(load({ env: { ...env, SWITCHYARD_PREFER: "vertex" } }).gateway.preference).toEqual({ provider: "vertex" });
    expect(load({ env: { ...env, SWITCHYARD_PREFER: "cheap" } }).gateway.preference).toEqual({
      cheap: true,
      provider: "github-models",
    });
  });
});
