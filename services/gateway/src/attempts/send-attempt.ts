import type { Candidate } from "@switchyard/routing";
import {
  type AnswerResult,
  awaitAnswer,
  awaitCommit,
  type CommitResult,
  type HttpAnswer,
  type HttpClient,
  type ProviderSettings,
  type Settings,
} from "@switchyard/service-kit";
import { GatewayError, HEADERS, NO_USAGE, type Rejection, writeRejections } from "@switchyard/wire";

import { forwardHeaders } from "../forward-headers.ts";
import { innerHeaders } from "../providers/inner-headers.ts";
import type { AttemptResult, OutgoingMessage } from "./attempt.ts";
import { failureOfAnswer, failureOfThrown, type FailureContext } from "./read-failure.ts";

export interface SendDeps {
  http: HttpClient;
  settings: Pick<Settings, "innerToken">;
  /** The gateway's own client keys. */
  ownKeys: readonly string[];
}

export interface Attempt {
  candidate: Candidate;
  provider: ProviderSettings;
  message: OutgoingMessage;
  /** Other providers could still make it good. */
  hasOthers: boolean;
  /** What the target has refused before. */
  leaveOut: readonly Rejection[];
}

/**
 * A whole answer is silent until it is there, so only the time for all of it tells a slow upstream from a dead one.
 * Where somebody else could answer, one attempt takes no more than this share of what is left.
 */
const WHOLE_ANSWER_SHARE = 0.6;

/** Makes one upstream request through a provider service, up to its first real output or its whole answer. */
export async function sendAttempt(deps: SendDeps, attempt: Attempt): Promise<AttemptResult> {
  const { provider, message } = attempt;
  const context: FailureContext = {
    clientCredential: provider.credential?.type === "client",
    simulated: provider.simulated,
  };
  const sentAt = performance.now();
  const limits = findLimits(attempt, sentAt);
  try {
    const answer = await deps.http.send({
      method: "POST",
      url: provider.serviceUrl + message.path,
      headers: toServiceHeaders(deps, attempt),
      body: message.body,
      signal: message.signal,
      answerTimeoutMs: limits.firstOutputMs,
    });
    if (answer.status !== 200) return await failureOfAnswer(answer, context, message.signal);
    const result = await receive(answer, message, limits);
    return toAttemptResult(result, { answer, sentAt, context });
  } catch (error) {
    if (message.signal.aborted) return { kind: "aborted", usage: NO_USAGE };
    return { kind: "failed", failure: failureOfThrown(error, context), usage: NO_USAGE };
  }
}

interface Limits {
  /** Until the head of the answer. */
  firstOutputMs: number;
  idleMs: number;
  totalMs: number;
  sentAt: number;
}

/** An answer that is not streamed comes as a whole: only the total limits apply to its beginning. */
function findLimits({ provider, message, hasOthers }: Attempt, sentAt: number): Limits {
  const share = !message.stream && hasOthers ? WHOLE_ANSWER_SHARE : 1;
  const totalMs = Math.max(1, Math.min(provider.timeouts.totalMs, (message.deadline - sentAt) * share));
  const firstOutputMs = message.stream ? Math.min(provider.timeouts.firstOutputMs, totalMs) : totalMs;
  return { firstOutputMs, idleMs: provider.timeouts.idleMs, totalMs, sentAt };
}

function toServiceHeaders(deps: SendDeps, attempt: Attempt): Record<string, string> {
  const { candidate, provider, message, leaveOut } = attempt;
  const { clientHeaders, requestId } = message;
  const passCredentials = provider.credential?.type === "client";
  return Object.assign(
    forwardHeaders(clientHeaders, { passCredentials, ownKeys: deps.ownKeys }),
    innerHeaders(deps.settings, { requestId, model: candidate.model.id }),
    message.facts === undefined ? {} : { [HEADERS.facts]: message.facts },
    leaveOut.length === 0 ? {} : { [HEADERS.leaveOut]: writeRejections(leaveOut) },
  );
}

async function receive(
  answer: HttpAnswer,
  message: OutgoingMessage,
  limits: Limits,
): Promise<CommitResult | AnswerResult> {
  const elapsed = performance.now() - limits.sentAt;
  const { signal } = message;
  const source = answer.body as AsyncIterable<Buffer>;
  const whole = { totalMs: Math.max(1, limits.totalMs - elapsed), idleMs: limits.idleMs };
  if (!message.stream) return awaitAnswer({ source, timeouts: whole, signal });
  if (answer.headers["content-type"]?.startsWith("application/json") === true) {
    const result = await awaitAnswer({ source, timeouts: whole, signal });
    return result.kind === "committed" ? notStreamed() : result;
  }
  const timeouts = { firstOutputMs: Math.max(1, limits.firstOutputMs - elapsed), idleMs: limits.idleMs };
  return awaitCommit({ source, timeouts, signal });
}

function notStreamed(): AnswerResult {
  const error = new GatewayError("api_error", "The upstream answered without streaming, as it was asked to", {
    status: 502,
    failure: "truncated",
  });
  return { kind: "failed", error, usage: NO_USAGE };
}

function toAttemptResult(
  result: CommitResult | AnswerResult,
  { answer, sentAt, context }: { answer: HttpAnswer; sentAt: number; context: FailureContext },
): AttemptResult {
  if (result.kind === "aborted") return result;
  if (result.kind === "failed") {
    return { kind: "failed", failure: failureOfThrown(result.error, context), usage: result.usage };
  }
  const outputAt = performance.now();
  const elapsed = outputAt - sentAt;
  const told = Number(answer.headers[HEADERS.upstreamMs] ?? elapsed);
  const timing = { sentAt, outputAt, upstreamMs: told >= 0 && told <= elapsed ? told : elapsed };
  const { headers } = answer;
  if ("stream" in result) return { kind: "stream", stream: result.stream, headers, timing };
  return { kind: "answer", answer: result.answer, headers, timing };
}
