import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import type { RankedCandidate } from "@switchyard/routing";
import { type AttemptFacts, type ModelPrice, NO_USAGE } from "@switchyard/wire";
import * as fc from "fast-check";

import { modelInfo } from "../testing/fake-service.ts";
import { costSettings, gatewaySettings, providerSettings } from "../testing/gateway-settings.ts";
import { ranked } from "../testing/ranked.ts";
import { createSpendEstimates, type SpendEstimates } from "./spend-estimates.ts";

const CATALOG = createCatalog();

function estimates(price: ModelPrice): SpendEstimates {
  const prices = ["claude-test", "gpt-test"].map((model) => ({ model, price }));
  const settings = gatewaySettings(
    [providerSettings("one", "http://127.0.0.1:9")],
    {},
    { costs: costSettings({ prices }) },
  );
  return createSpendEstimates(settings, CATALOG);
}

function candidate(changes: Partial<RankedCandidate> = {}): RankedCandidate {
  return { ...ranked("one", modelInfo("claude-test")), ...changes };
}

const FACTS = { bytes: 1000, documents: false, images: false, maxTokens: 100, typedTools: [] };
const ATTEMPT: AttemptFacts = {
  attemptId: "a",
  requestId: "r",
  attempt: 1,
  fallbackChain: [],
  instance: "i",
  at: Date.now(),
  provider: "one",
  providerKind: "openai-compatible",
  askedModel: "claude-test",
  model: "claude-test",
  upstreamModel: "claude-test",
  tier: "big",
  strategy: "priority",
  stream: true,
  subscription: false,
  simulated: false,
  estimatedInputTokens: 1,
};

describe("what a request will cost", () => {
  it("is what the plan expects, else the price of the expected tokens", () => {
    const spend = estimates({ input: 2, output: 10 });
    expect(spend.expected(candidate({ estimatedCostNanoDollars: 77 }))).toBe(77);
    expect(spend.expected(candidate({ estimatedUse: { inputTokens: 1000, outputTokens: 100 } }))).toBe(3_000_000);
  });

  it("is at most all that fits in, at the dearest rates, and the whole answer", () => {
    const spend = estimates({ input: 2, output: 10, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4 });
    expect(spend.bound(candidate(), FACTS)).toBe((1000 + 2000) * 4000 + 100 * 10_000);
    expect(spend.bound(candidate(), { ...FACTS, documents: true })).toBe(200_000 * 4000 + 100 * 10_000);
    expect(spend.bound(candidate(), { ...FACTS, bytes: 1e9 })).toBe(200_000 * 4000 + 100 * 10_000);
  });

  it("is at most what images cost by their size, not by their bytes; where that is not known, the whole window", () => {
    const spend = estimates({ input: 1, output: 0 });
    const images = { ...FACTS, images: true, imageCount: 2, imageBytes: 3_000_000, bytes: 3_001_000 };
    expect(spend.bound(candidate(), images)).toBe((1000 + 2 * 4784 + 2000) * 1000);
    const other = ranked("one", modelInfo("gpt-test", { price: { input: 1, output: 0 } }));
    expect(spend.bound(other, images)).toBe(200_000 * 1000);
    expect(spend.bound(other, FACTS)).toBe(3000 * 1000);
    const many = { ...images, imageCount: 100 };
    expect(spend.bound(candidate(), many)).toBe(200_000 * 1000);
  });

  it("is at most so much for every use of tokens that fits", () => {
    const price: ModelPrice = {
      input: 3,
      output: 15,
      cache_read: 0.3,
      cache_write_5m: 3.75,
      request: 0.001,
      long_prompt: { above_tokens: 1500, input: 6, output: 22.5 },
    };
    const spend = estimates(price);
    const most = spend.bound(candidate(), FACTS);
    const share = fc.nat(3000 / 4);
    fc.assert(
      fc.property(share, share, share, share, fc.nat(100), fc.nat(100), (...amounts) => {
        const [uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, part] = amounts;
        const reasoning = Math.floor((output * part) / 100);
        const usage = { ...NO_USAGE, uncachedInput, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
        expect(spend.cost(ATTEMPT, usage)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("is what was reported, or the price of what was used; nothing where a subscription pays", () => {
    const spend = estimates({ input: 2, output: 10 });
    const usage = { ...NO_USAGE, uncachedInput: 1000, output: 100 };
    expect(spend.cost(ATTEMPT, usage)).toBe(3_000_000);
    expect(spend.cost(ATTEMPT, { ...usage, reportedCostNanoDollars: 5 })).toBe(5);
    expect(spend.cost({ ...ATTEMPT, subscription: true }, usage)).toBe(0);
  });

  it("at list price is the same whoever pays, and undefined where nobody knows a price", () => {
    const spend = estimates({ input: 2, output: 10 });
    const usage = { ...NO_USAGE, uncachedInput: 1000, output: 100 };
    expect(spend.listPrice({ ...ATTEMPT, subscription: true }, usage)).toBe(3_000_000);
    expect(spend.listPrice(ATTEMPT, { ...usage, reportedCostNanoDollars: 5 })).toBe(5);
    const nameless = { ...ATTEMPT, model: "nobody-1", upstreamModel: "nobody-1" };
    expect([spend.listPrice(nameless, usage), spend.cost(nameless, usage)]).toEqual([undefined, 0]);
    expect(spend.listPrice(nameless, { ...usage, reportedCostNanoDollars: 5 })).toBe(5);
  });
});
