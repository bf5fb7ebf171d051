import type { FailureName } from "./failures.ts";
import type { ModelTier } from "./provider-info.ts";
import type { TokenUsage } from "./usage.ts";

/**
 * What an attempt is about: one upstream request, known when it is sent. Identifiers that come from clients
 * (session, agent, asked model) are cut to 200 characters.
 */
export interface AttemptFacts {
  /** Unique for ever: the ledger's key. Letters, digits, "_" and "-". */
  attemptId: string;
  requestId: string;
  /** Place of this attempt among those of its request, from 1. */
  attempt: number;
  /** "<provider>/<model>: <failure>" of the attempts before it, in order. */
  fallbackChain: readonly string[];
  /** The gateway that made it. */
  instance: string;
  /** When it was sent, ms since the epoch. */
  at: number;
  /** Id of the client key; absent: no key is asked for. */
  client?: string;
  session?: string;
  agent?: string;
  parentAgent?: string;
  provider: string;
  providerKind: string;
  /** What the client asked for. */
  askedModel: string;
  /** Name of the model in this project, and the upstream's id. */
  model: string;
  upstreamModel: string;
  tier: ModelTier;
  /** "background", "think", "long_context", "default"; absent: the model was respected. */
  mode?: string;
  strategy: string;
  stream: boolean;
  /** Paid by the client's own subscription: its cost is told, and not billed. */
  subscription: boolean;
  simulated: boolean;
  estimatedInputTokens: number;
}

/** Written before the request is sent: should nothing follow, an upstream may still have counted it. */
export interface UsageIntent {
  kind: "intent";
  attempt: AttemptFacts;
  /** ms since the epoch: without a settlement by then it is taken for lost. */
  leaseUntil: number;
}

/** success: the answer was whole. aborted: the client left. failure: named in `failure`. */
export type UsageOutcome = "success" | "failure" | "aborted";

/** Written before the client sees the end of its answer. Whole in itself: it needs no intent. */
export interface UsageSettlement {
  kind: "settlement";
  attempt: AttemptFacts;
  outcome: UsageOutcome;
  failure?: FailureName;
  /** Of the upstream's answer; absent: there was none. */
  status?: number;
  /** ms from sending to the first real output. */
  firstTokenMs?: number;
  /** ms from sending to the end. */
  durationMs: number;
  /** All zero for an attempt that failed before it was counted. `estimated` where it is not the upstream's own figure. */
  usage: TokenUsage;
}

export type UsageEvent = UsageIntent | UsageSettlement;
