import {
  type EarlyHeaders,
  type RequestScope,
  STREAM_HEADERS,
  createEarlyHeaders,
  endWithError,
  pump,
  scopeOf,
  sendError,
} from "@switchyard/service-kit";
import { GatewayError, HEADERS, type FailureName } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { AttemptResult, FailedAttempt } from "./attempt.ts";
import { attemptUntilCommit } from "./attempt-until-commit.ts";
import { pickAnswerHeaders, upstreamRequestId } from "./client-headers.ts";
import { type ClientSignal, createClientSignal } from "./client-signal.ts";
import { readRequest } from "./read-request.ts";
import { type RequestRecord, createRequestRecord } from "./request-record.ts";
import type { Shell } from "./shell.ts";
import { answerSignals, failureSignals } from "./tell-signals.ts";

/** nginx's status for a client that left before it was answered; for logs and metrics only. */
const CLIENT_GONE = 499;

/** `POST /v1/messages`: one request, one honest answer. */
export function createMessagesHandler(shell: Shell) {
  return async function answerMessages(request: Request, response: Response): Promise<void> {
    const scope = scopeOf(response);
    const record = createRequestRecord(shell, scope);
    const client = createClientSignal(response, shell.lifecycle);
    const start = { attempts: 0, deadline: 0, upstreamMs: 0, early: undefined };
    const exchange: Exchange = { shell, scope, record, client, response, ...start };
    try {
      await finish(exchange, await commit(exchange, request));
    } catch (error) {
      const known = error instanceof GatewayError ? error : undefined;
      record.end({ status: known?.status ?? 500, attempts: exchange.attempts, ...failureOf(known) });
      throw error;
    } finally {
      exchange.early?.stop();
      client.release();
    }
  };
}

/** One message request on its way. */
interface Exchange {
  readonly shell: Shell;
  readonly scope: RequestScope;
  readonly record: RequestRecord;
  readonly client: ClientSignal;
  readonly response: Response;
  attempts: number;
  deadline: number;
  /** From sending the last attempt to its first real output. */
  upstreamMs: number;
  early: EarlyHeaders | undefined;
}

/** Reads the request and gets its answer as far as the commit. The body is released when this returns. */
async function commit(exchange: Exchange, request: Request): Promise<AttemptResult> {
  const { shell, scope, record, client, response } = exchange;
  const incoming = await readRequest(shell, request, { scope, kind: "messages" });
  const { model, stream } = incoming.context;
  const readAt = performance.now();
  record.model = model;
  exchange.deadline = readAt + shell.settings.timeouts.totalMs;
  const isInner = scope.caller.kind === "inner";
  if (stream && !isInner) {
    exchange.early = createEarlyHeaders(response, {
      afterMs: shell.limits.earlyHeadersMs,
      pingIntervalMs: shell.limits.pingIntervalMs,
    });
  }
  const result = await attemptUntilCommit(shell, incoming, {
    signal: client.signal,
    deadline: exchange.deadline,
    maxAttempts: isInner ? 1 : 1 + shell.settings.maxRetries,
    learns: !isInner,
    onAttempt: () => (exchange.attempts += 1),
  });
  // With retries, waiting between them is none of our own work.
  if (result.kind === "committed" && exchange.attempts === 1) record.overheadMs = result.timing.sentAt - readAt;
  return result;
}

async function finish(exchange: Exchange, result: AttemptResult): Promise<void> {
  exchange.early?.stop();
  switch (result.kind) {
    case "aborted":
      return finishAborted(exchange);
    case "failed":
      return finishFailed(exchange, result);
    case "committed":
      exchange.record.overheadMs += performance.now() - result.timing.committedAt;
      exchange.upstreamMs = result.timing.committedAt - result.timing.sentAt;
      exchange.record.firstOutput();
      if ("stream" in result.output) return await finishStream(exchange, result.headers, result.output);
      return finishAnswer(exchange, result.headers, result.output);
  }
}

function finishAborted({ client, response, record, scope, attempts }: Exchange): void {
  const reason: unknown = client.signal.reason;
  if (client.clientGone || !(reason instanceof GatewayError)) {
    record.end({ status: CLIENT_GONE, attempts, clientGone: true });
    return;
  }
  tellError(response, reason, scope);
  record.end({ status: reason.status, attempts, ...failureOf(reason) });
}

function finishFailed(exchange: Exchange, failed: FailedAttempt): void {
  const { shell, response, record, scope, attempts } = exchange;
  const { error, usage, headers } = failed;
  record.end({
    status: error.status,
    attempts,
    ...failureOf(error),
    ...(usage.estimated ? {} : { usage }),
    upstreamRequestId: upstreamRequestId(headers),
  });
  shell.logger.warn("request failed", {
    requestId: scope.requestId,
    status: error.status,
    failure: error.failure,
    reason: error.message,
  });
  if (!response.headersSent && scope.caller.kind === "inner") {
    for (const [name, value] of Object.entries(failureSignals(shell, record.model, failed))) {
      response.setHeader(name, value);
    }
  }
  tellError(response, error, scope);
}

/** As a true status while nothing is out; after early headers as the event that makes a client try again. */
function tellError(response: Response, error: GatewayError, scope: RequestScope): void {
  if (!response.headersSent) {
    sendError(response, error, { requestId: scope.requestId, caller: scope.caller.kind });
    return;
  }
  const canHelp = error.failure !== undefined && RETRY_HELPS.has(error.failure);
  endWithError(response, canHelp ? new GatewayError("overloaded_error", error.message) : error, scope.requestId);
}

const RETRY_HELPS: ReadonlySet<FailureName> = new Set([
  "throttled",
  "throttled-without-window",
  "overloaded",
  "network",
  "timeout",
  "truncated",
]);

type Output = (AttemptResult & { kind: "committed" })["output"];

async function finishStream(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  { stream }: Extract<Output, { stream: unknown }>,
): Promise<void> {
  const { shell, scope, record, client, response, attempts, deadline } = exchange;
  if (client.clientGone) {
    stream.discard();
    record.end({ status: CLIENT_GONE, attempts, usage: stream.observer.usage, clientGone: true });
    return;
  }
  if (!response.headersSent) response.writeHead(200, { ...answerHeaders(exchange, headers), ...STREAM_HEADERS });
  client.release();
  const { usage, failure, clientGone, error } = await pump(stream, response, {
    idleMs: shell.settings.timeouts.idleMs,
    deadline,
    requestId: scope.requestId,
    onShutdown: (hook) => shell.lifecycle.onShutdown(hook),
    // The gateway pings its own client.
    ...(scope.caller.kind === "inner" ? {} : { pingIntervalMs: shell.limits.pingIntervalMs }),
  });
  if (error !== undefined) {
    const { requestId } = scope;
    shell.logger.warn("stream ended with an error", { requestId, failure, reason: error.message });
  }
  record.end({
    status: clientGone ? CLIENT_GONE : 200,
    ...(failure === undefined ? {} : { failure }),
    usage,
    attempts,
    clientGone,
    upstreamRequestId: upstreamRequestId(headers),
  });
}

function finishAnswer(
  exchange: Exchange,
  headers: Readonly<Record<string, string>>,
  { answer }: Extract<Output, { answer: unknown }>,
): void {
  const { client, record, response, attempts } = exchange;
  if (!client.clientGone) {
    response.writeHead(200, {
      ...answerHeaders(exchange, headers),
      "content-type": "application/json",
      "content-length": answer.body.length,
    });
    response.end(answer.body);
  }
  record.end({
    status: client.clientGone ? CLIENT_GONE : 200,
    usage: answer.usage,
    attempts,
    clientGone: client.clientGone,
    upstreamRequestId: upstreamRequestId(headers),
  });
}

function answerHeaders(exchange: Exchange, headers: Readonly<Record<string, string>>): Record<string, string> {
  const { shell, scope, record, attempts } = exchange;
  return {
    ...pickAnswerHeaders(headers),
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.provider]: shell.provider.name,
    ...(record.model === undefined ? {} : { [HEADERS.model]: record.model.canonical }),
    [HEADERS.attempts]: String(attempts),
    [HEADERS.serviceOverheadMs]: record.overheadMs.toFixed(2),
    ...(scope.caller.kind === "inner" ? { [HEADERS.upstreamMs]: exchange.upstreamMs.toFixed(2) } : {}),
    ...(shell.settings.simulated ? { [HEADERS.simulated]: "true" } : {}),
    ...(scope.caller.kind === "inner" ? answerSignals(shell, record.model, headers) : {}),
  };
}

function failureOf(error: GatewayError | undefined): { failure?: FailureName } {
  return error?.failure === undefined ? {} : { failure: error.failure };
}
