import { randomUUID } from "node:crypto";
import type { AttemptFacts, UsageIntent, UsageSettlement } from "@switchyard/wire";
import { createRandom } from "../../quota/load/create-random.ts";

/** [provider, kind, model, upstream's id] */
const TARGETS = [
  ["anthropic", "anthropic", "claude-sonnet-5-5", "claude-sonnet-5-5"],
  ["vertex", "vertex", "claude-opus-5-5", "claude-opus-5-5"],
  ["openrouter", "openrouter", "claude-sonnet-5-5", "anthropic/claude-sonnet-5.5"],
  ["openai", "openai", "gpt-6.1-sol", "gpt-6.1-sol"],
  ["gemini", "gemini", "gemini-4-argon", "gemini-4-argon"],
  ["deepseek", "deepseek", "deepseek-v4-pro", "deepseek-v4-pro"],
] as const;

const SESSIONS = 400;
const CLIENTS = 25;
const LEASE_MS = 900_000;

export interface InventedAttempt {
  intent: UsageIntent;
  settlement: UsageSettlement;
}

/** Attempts as a busy team makes them: many sessions, every provider, a few failures. */
export function createInventor(seed: number): (at: number) => InventedAttempt {
  const random = createRandom(seed);
  return (at) => {
    const [provider, providerKind, model, upstreamModel] = TARGETS[random.between(0, TARGETS.length - 1)] ?? TARGETS[0];
    const session = random.between(1, SESSIONS);
    const failed = random.next() < 0.02;
    const attempt: AttemptFacts = {
      attemptId: randomUUID(),
      requestId: `req_${randomUUID().replaceAll("-", "")}`,
      attempt: 1,
      fallbackChain: [],
      instance: "gateway-8080",
      at,
      client: `client-${session % CLIENTS}`,
      session: `00000000-0000-4000-8000-${String(session).padStart(12, "0")}`,
      ...(random.next() < 0.3 ? { agent: `agent-${random.between(1, 5)}` } : {}),
      provider,
      providerKind,
      askedModel: "claude-sonnet-5-5",
      model,
      upstreamModel,
      tier: "middle",
      strategy: "intelligent",
      stream: true,
      subscription: false,
      simulated: false,
      estimatedInputTokens: random.between(500, 90_000),
    };
    const output = failed ? 0 : random.between(20, 3_000);
    const usage = {
      uncachedInput: failed ? 0 : random.between(5, 4_000),
      cacheRead: failed ? 0 : random.between(0, 120_000),
      cacheWrite5m: failed ? 0 : random.between(0, 6_000),
      cacheWrite1h: 0,
      output,
      reasoning: Math.floor(output / 3),
      estimated: false,
    };
    return {
      intent: { kind: "intent", attempt, leaseUntil: at + LEASE_MS },
      settlement: {
        kind: "settlement",
        attempt,
        outcome: failed ? "failure" : "success",
        ...(failed
          ? { failure: "overloaded", status: 529 }
          : { status: 200, firstTokenMs: random.between(200, 3_000) }),
        durationMs: random.between(500, 30_000),
        usage,
      },
    };
  };
}
