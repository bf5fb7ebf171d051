import type { IncomingHttpHeaders } from "node:http";

import type { Candidate } from "@switchyard/routing";
import type { ProviderSettings } from "@switchyard/service-kit";
import { HEADERS, type RequestFacts } from "@switchyard/wire";

import type { AttemptFailure } from "../attempts/attempt.ts";
import { isSubscription } from "../messages/subscription.ts";
import { firstOf } from "../sessions/session-place.ts";
import type { AttemptOpening } from "./usage-recorder.ts";

export interface AttemptedRequest {
  requestId: string;
  headers: IncomingHttpHeaders;
  facts: Pick<RequestFacts, "model" | "stream" | "sessionId" | "estimatedInputTokens">;
  strategy: string;
  /** What stood in for the model that was asked for; absent: it was respected. */
  mode?: string;
  /** Id of the client key. */
  client?: string;
}

export interface AttemptAtHand {
  candidate: Candidate;
  provider: ProviderSettings;
  /** From 1. */
  attempt: number;
  tried: readonly { candidate: Candidate; failure: AttemptFailure }[];
}

/** Longer names come from nobody who means well. */
const MAX_NAME = 200;

/** What the books say of an attempt before it is sent. */
export function describeAttempt(request: AttemptedRequest, at: AttemptAtHand): AttemptOpening {
  const { headers, facts, strategy, mode } = request;
  const { candidate, provider, attempt, tried } = at;
  const session = firstOf(headers[HEADERS.sessionId]) ?? facts.sessionId;
  return {
    requestId: request.requestId,
    attempt,
    fallbackChain: tried.map((one) => `${one.candidate.provider}/${one.candidate.model.id}: ${one.failure.name}`),
    ...named("client", request.client),
    ...named("session", session),
    ...named("agent", firstOf(headers[HEADERS.agentId])),
    ...named("parentAgent", firstOf(headers[HEADERS.parentAgentId])),
    provider: provider.name,
    providerKind: provider.kind,
    askedModel: facts.model.slice(0, MAX_NAME),
    model: candidate.model.canonical,
    upstreamModel: candidate.model.id,
    tier: candidate.model.tier,
    ...named("mode", mode),
    strategy,
    stream: facts.stream,
    subscription: provider.credential?.type === "client" && isSubscription(headers),
    simulated: provider.simulated,
    estimatedInputTokens: facts.estimatedInputTokens,
  };
}

function named<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  if (value === undefined || value === "") return {};
  return { [name]: value.slice(0, MAX_NAME) } as Partial<Record<Name, string>>;
}
