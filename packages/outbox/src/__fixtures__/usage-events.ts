import { NO_USAGE, type UsageEvent, type UsageIntent } from "@switchyard/wire";

/** An intent whose attempt has this id. */
export function intent(attemptId: string): UsageIntent {
  return {
    kind: "intent",
    leaseUntil: 1_800_000_900_000,
    attempt: {
      attemptId,
      requestId: `req_${attemptId}`,
      attempt: 1,
      fallbackChain: ["vertex/claude-sonnet-4-5: throttled"],
      instance: "gateway-1",
      at: 1_800_000_000_000,
      client: "key-0a1b2c3d",
      session: "6d1f7c9e-5a53-4a8a-a7c6-2a6e7be3f6f1",
      provider: "anthropic",
      providerKind: "anthropic",
      askedModel: "claude-sonnet-4-5-20250929",
      model: "claude-sonnet-4-5",
      upstreamModel: "claude-sonnet-4-5-20250929",
      tier: "middle",
      strategy: "intelligent",
      stream: true,
      subscription: false,
      simulated: true,
      estimatedInputTokens: 18_344,
    },
  };
}

/** A settlement of the attempt with this id. */
export function settlement(attemptId: string): UsageEvent {
  return {
    kind: "settlement",
    attempt: intent(attemptId).attempt,
    outcome: "success",
    status: 200,
    firstTokenMs: 812,
    durationMs: 5120,
    usage: { ...NO_USAGE, uncachedInput: 12, cacheRead: 18_000, output: 512, estimated: false },
  };
}

export function attemptIds(events: readonly UsageEvent[]): string[] {
  return events.map(({ attempt }) => attempt.attemptId);
}
