import type { UsageSettlement } from "@switchyard/wire";
import { createRandom } from "../quota/load/create-random.ts";

const HOUR_MS = 3_600_000;

/** Models that the catalogue prices, and where. */
const PLACES = [
  { provider: "anthropic", providerKind: "anthropic", model: "claude-opus-5-5", tier: "big" },
  { provider: "vertex", providerKind: "vertex", model: "claude-sonnet-5-5", tier: "middle" },
  { provider: "openai", providerKind: "openai", model: "gpt-4.1", tier: "middle" },
  { provider: "openrouter", providerKind: "openrouter", model: "deepseek-v4-flash", tier: "small" },
] as const;

/** One a spreadsheet would take for a formula. */
const SESSIONS = ["s-1", "s-2", "s-3", '=HYPERLINK("http://x","y")'] as const;
export const PROJECTS: Readonly<Record<string, string>> = {
  "s-1": "/home/dev/shop",
  "s-2": "/home/dev/shop",
  "s-3": "/srv/api",
};

/** Attempts of the four days before a moment: every outcome, some reported and some subscribed, each like no other. */
export function inventUsage(count: number, until: number): UsageSettlement[] {
  const random = createRandom(11);
  const pick = <Item>(items: readonly Item[]): Item => items[random.between(0, items.length - 1)] as Item;
  return Array.from({ length: count }, (_, index): UsageSettlement => {
    const { provider, providerKind, model, tier } = pick(PLACES);
    const outcome = pick(["success", "success", "success", "failure", "aborted"] as const);
    const output = random.between(1, 3_000);
    const isReported = provider === "openrouter" && random.next() < 0.5;
    return {
      kind: "settlement",
      attempt: {
        attemptId: `att_${index}`,
        requestId: `req_${index}`,
        attempt: 1,
        fallbackChain: [],
        instance: "gateway-1",
        at: until - random.between(1, 96 * 60) * (HOUR_MS / 60),
        ...(random.next() < 0.7 ? { client: pick(["laptop", "nightly"]) } : {}),
        session: pick(SESSIONS),
        ...(random.next() < 0.5 ? { agent: pick(["explorer", "writer"]) } : {}),
        provider,
        providerKind,
        askedModel: pick(["claude-opus-5-5", "sonnet"]),
        model,
        upstreamModel: model,
        tier,
        strategy: "priority",
        stream: true,
        subscription: provider === "anthropic" && random.next() < 0.2,
        simulated: false,
        estimatedInputTokens: 1_000,
      },
      outcome,
      ...(outcome === "failure" ? { failure: "overloaded" as const } : {}),
      ...(outcome === "success" ? { status: 200, firstTokenMs: 300 } : {}),
      durationMs: 1_500,
      usage: {
        uncachedInput: random.between(1, 40_000),
        cacheRead: random.between(0, 90_000),
        cacheWrite5m: provider === "openai" ? 0 : random.between(0, 9_000),
        cacheWrite1h: provider === "anthropic" ? random.between(0, 3_000) : 0,
        output,
        reasoning: Math.floor(output / 3),
        estimated: outcome === "aborted",
        ...(isReported ? { reportedCostNanoDollars: random.between(1, 9_000_000) } : {}),
      },
    };
  });
}
