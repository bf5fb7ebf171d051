import {
  type CommittedStream,
  type CompleteAnswer,
  type HttpAnswer,
  awaitAnswer,
  awaitCommit,
} from "@switchyard/service-kit";
import { GatewayError, type LimitObservation, NO_USAGE, type Rejection, type TokenUsage } from "@switchyard/wire";

import type { Family, IncomingMessages, UpstreamCall } from "../families/family.ts";
import { completeHeaders, hideCredential } from "./complete-headers.ts";
import { guardCredential, nameErrorAnswer } from "./name-failure.ts";
import { readSmallBody } from "./read-small-body.ts";
import { reportWarnings } from "./report-warnings.ts";
import type { Shell } from "./shell.ts";

export interface AttemptOptions {
  signal: AbortSignal;
  /** performance.now() at which the request must be over. */
  deadline: number;
}

/** How one upstream request ended, as far as the commit. */
export type AttemptResult =
  | {
      kind: "committed";
      /** Headers of the upstream's answer. */
      headers: Readonly<Record<string, string>>;
      output: { stream: CommittedStream } | { answer: CompleteAnswer };
      timing: AttemptTiming;
    }
  | FailedAttempt
  | { kind: "aborted" };

export interface FailedAttempt {
  kind: "failed";
  error: GatewayError;
  usage: TokenUsage;
  /** Of the upstream's answer; empty where there was none. */
  headers: Readonly<Record<string, string>>;
  /** What an error answer said of limits; absent: there was none, headers of a 200 speak for themselves. */
  observations?: readonly LimitObservation[];
  /** Fields and betas that the upstream named as its reason to refuse, and that were sent. */
  rejections?: readonly Rejection[];
}

/** In the clock of performance.now(): what lies between is the upstream's, all else ours. */
export interface AttemptTiming {
  /** A connection took the request. */
  sentAt: number;
  /** The first real output of a stream had come, or the end of an answer that is not streamed. */
  committedAt: number;
}

/** Sends one request upstream and waits for its first real output. Never throws. */
export async function attempt(
  shell: Shell,
  incoming: IncomingMessages,
  options: AttemptOptions,
): Promise<AttemptResult> {
  let headers: Readonly<Record<string, string>> = {};
  try {
    const family = shell.familyOf(incoming.context.model);
    const call = family.createCall(incoming);
    reportWarnings(shell, incoming.context, call.warnings);
    const outgoing = await completeHeaders(shell, incoming, call);
    const startedAt = performance.now();
    const answer = await shell.http.send({
      method: "POST",
      url: call.url,
      headers: outgoing.headers,
      body: call.body,
      signal: options.signal,
      answerTimeoutMs: untilHead(shell, incoming, options),
    });
    ({ headers } = answer);
    if (answer.status >= 400) {
      return await failedAnswer(shell, incoming, { family, call, answer, credential: outgoing.credential });
    }
    return await awaitOutput(shell, incoming, { ...options, call, answer, startedAt });
  } catch (error) {
    if (options.signal.aborted) return { kind: "aborted" };
    return { kind: "failed", error: guardCredential(shell.provider, toError(error)), usage: NO_USAGE, headers };
  }
}

function untilHead({ settings }: Shell, { facts }: IncomingMessages, { deadline }: AttemptOptions): number {
  const remaining = Math.max(1, Math.ceil(deadline - performance.now()));
  // Without streaming the head comes with the end of the answer.
  return facts.stream ? Math.min(settings.timeouts.firstOutputMs, remaining) : remaining;
}

interface OutputOptions extends AttemptOptions {
  call: UpstreamCall;
  answer: HttpAnswer;
  startedAt: number;
}

async function awaitOutput(shell: Shell, { facts }: IncomingMessages, options: OutputOptions): Promise<AttemptResult> {
  const { call, answer, startedAt, signal, deadline } = options;
  const { firstOutputMs, idleMs } = shell.settings.timeouts;
  const { headers, sentAt } = answer;
  const source = call.read(answer.body);
  const remaining = Math.max(1, deadline - performance.now());
  const untilOutput = Math.max(1, Math.min(remaining, firstOutputMs - (performance.now() - startedAt)));
  const result = facts.stream
    ? await awaitCommit({
        source,
        timeouts: { firstOutputMs: untilOutput, idleMs },
        signal,
        startIsEstimate: call.startIsEstimate,
      })
    : await awaitAnswer({ source, timeouts: { totalMs: remaining, idleMs }, signal });
  if (result.kind === "aborted") return result;
  if (result.kind === "failed") {
    return { kind: "failed", error: guardCredential(shell.provider, result.error), usage: result.usage, headers };
  }
  if (!("stream" in result)) {
    const { answer: whole } = result;
    return {
      kind: "committed",
      headers,
      output: { answer: whole },
      timing: { sentAt, committedAt: performance.now() },
    };
  }
  const { stream } = result;
  return { kind: "committed", headers, output: { stream }, timing: { sentAt, committedAt: stream.arrivedAt } };
}

interface RefusedCall {
  family: Family;
  call: UpstreamCall;
  answer: HttpAnswer;
  credential: Readonly<Record<string, string>>;
}

async function failedAnswer(
  shell: Shell,
  { context }: IncomingMessages,
  { family, call, answer, credential }: RefusedCall,
): Promise<AttemptResult> {
  const { status, headers } = answer;
  const body = hideCredential(await readSmallBody(answer.body), credential);
  const { dialect } = context.model;
  const named = nameErrorAnswer(shell.provider, family, { status, headers, body, dialect, sent: call });
  return { kind: "failed", usage: NO_USAGE, headers, ...named };
}

function toError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError("api_error", "Internal server error", { cause: thrown });
}
