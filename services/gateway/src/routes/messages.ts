import type { ServerResponse } from "node:http";

import {
  createEarlyHeaders,
  type EarlyHeaders,
  endWithError,
  pump,
  readBody,
  type RequestScope,
  scopeOf,
  type Settings,
  STREAM_HEADERS,
} from "@switchyard/service-kit";
import { GatewayError, HEADERS, readRequestFacts, type RequestFacts, scanBody } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { AttemptFailure, OutgoingMessage } from "../attempts/attempt.ts";
import { type Ending, explainLoss } from "../attempts/explain-loss.ts";
import { FAILURE_RULES } from "../attempts/failure-rules.ts";
import { runAttempts, type RunResult } from "../attempts/run-attempts.ts";
import { type Attempt, sendAttempt } from "../attempts/send-attempt.ts";
import { answerHeaders } from "../forward-headers.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RequestEnd } from "../providers/traffic.ts";
import { planAnswerable } from "./plan-request.ts";

/** One request for a message, from its body to its end. */
interface MessageRequest {
  request: Request;
  response: Response;
  scope: RequestScope;
  settings: Settings;
  facts: RequestFacts;
  message: OutgoingMessage;
  /** When the last byte of the request had come. */
  readAt: number;
}

type WonRun = Extract<RunResult, { kind: "won" }>;

/** POST /v1/messages, streamed and not. */
export function createMessagesHandler(context: GatewayContext) {
  return async function handleMessages(request: Request, response: Response): Promise<void> {
    const settings = context.settings.current();
    refuseBeyondLimit(context, settings);
    const end = context.traffic.begin();
    const controller = abortOnLeave(response);
    try {
      const body = await readBody(request, { limitBytes: settings.gateway.maxBodyBytes });
      const readAt = performance.now();
      const facts = readRequestFacts(scanBody(body));
      const scope = scopeOf(response);
      const deadline = scope.receivedAt + settings.gateway.timeouts.totalMs;
      const message = toOutgoing(request, { requestId: scope.requestId, body, facts, deadline, controller });
      end(await answer(context, { request, response, scope, settings, facts, message, readAt }));
    } catch (error) {
      end({ outcome: "failure", attempts: 0, rateLimited: error instanceof GatewayError && error.status === 429 });
      throw error;
    }
  };
}

function refuseBeyondLimit({ traffic }: GatewayContext, { gateway }: Settings): void {
  if (traffic.active < gateway.maxConcurrentRequests) return;
  throw new GatewayError(
    "rate_limit_error",
    `This gateway is answering ${traffic.active} requests, as many as max_concurrent_requests allows; please retry`,
    { retryAfterSeconds: 1 },
  );
}

/** Aborted at once when the client leaves before its answer is whole. */
function abortOnLeave(response: ServerResponse): AbortController {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new Error("The client has left."));
  });
  return controller;
}

function toOutgoing(
  request: Request,
  parts: { requestId: string; body: Buffer; facts: RequestFacts; deadline: number; controller: AbortController },
): OutgoingMessage {
  const query = request.url.indexOf("?");
  return {
    requestId: parts.requestId,
    path: `/v1/messages${query === -1 ? "" : request.url.slice(query)}`,
    body: parts.body,
    stream: parts.facts.stream,
    clientHeaders: request.headers,
    signal: parts.controller.signal,
    deadline: parts.deadline,
  };
}

async function answer(context: GatewayContext, request: MessageRequest): Promise<RequestEnd> {
  const early = request.facts.stream ? startEarlyHeaders(request) : undefined;
  try {
    if (!context.directory.isReady) await context.directory.firstRound;
    const result = await run(context, request);
    early?.stop();
    switch (result.kind) {
      case "won":
        return await deliver(context, { ...request, run: result, early });
      case "lost":
        return refuse(context, { ...request, run: result, early });
      case "aborted":
        return { outcome: "client gone", attempts: result.attempts };
    }
  } catch (error) {
    early?.stop();
    if (early?.sent !== true) throw error;
    return endEarly(request, error);
  }
}

function startEarlyHeaders({ response, settings, scope }: MessageRequest): EarlyHeaders {
  const { earlyHeadersMs, pingIntervalMs } = settings.gateway;
  const elapsed = performance.now() - scope.receivedAt;
  return createEarlyHeaders(response, { afterMs: Math.max(0, earlyHeadersMs - elapsed), pingIntervalMs });
}

function run(context: GatewayContext, { request, settings, facts, message }: MessageRequest): Promise<RunResult> {
  const { plan } = planAnswerable(context, settings, { headers: request.headers, model: facts.model, needs: facts });
  const { http, rests } = context;
  const deps = {
    http,
    innerToken: settings.innerToken?.reveal(),
    ownKeys: settings.gateway.clientKeys.map((key) => key.reveal()),
  };
  return runAttempts(
    {
      send: (attempt) => sendAttempt(deps, attempt),
      rests,
      onFailure: (attempt, failure) => noteFailure(context, attempt, failure),
    },
    { candidates: plan.candidates, settings, message },
  );
}

function noteFailure(context: GatewayContext, { candidate, message }: Attempt, failure: AttemptFailure): void {
  const { provider, model } = candidate;
  context.traffic.attemptFailed(provider, failure.name);
  context.metrics.attempts.inc({ provider, model: model.canonical, failure: failure.name });
  context.logger.warn("attempt failed", {
    requestId: message.requestId,
    provider,
    model: model.canonical,
    failure: failure.name,
    status: failure.status,
    reason: failure.message,
  });
}

interface Delivery extends MessageRequest {
  run: WonRun;
  early: EarlyHeaders | undefined;
}

async function deliver(context: GatewayContext, delivery: Delivery): Promise<RequestEnd> {
  const { response, run: won, early, scope } = delivery;
  const { provider, model } = won.candidate;
  context.traffic.attemptSucceeded(provider, won.result.timing.outputAt - won.result.timing.sentAt);
  context.metrics.firstOutput.observe(
    { provider, model: model.canonical },
    (won.result.timing.outputAt - scope.receivedAt) / 1000,
  );
  if (won.result.kind === "stream") {
    if (early?.sent !== true) response.writeHead(200, { ...toHeaders(delivery), ...STREAM_HEADERS });
    return deliverStream(context, delivery, won.result);
  }
  const { body, usage } = won.result.answer;
  response.writeHead(200, {
    ...toHeaders(delivery),
    "content-type": won.result.headers["content-type"] ?? "application/json",
    "content-length": body.length,
  });
  response.end(body);
  return noteEnd(context, delivery, { outcome: "success", attempts: won.attempts, model: model.canonical, usage });
}

async function deliverStream(
  context: GatewayContext,
  delivery: Delivery,
  { stream }: Extract<WonRun["result"], { kind: "stream" }>,
): Promise<RequestEnd> {
  const { response, run: won, settings, message } = delivery;
  const { provider, model } = won.candidate;
  const labels = { provider };
  context.metrics.activeStreams.inc(labels);
  const outcome = await pump(stream, response, {
    idleMs: won.provider.timeouts.idleMs,
    deadline: message.deadline,
    pingIntervalMs: settings.gateway.pingIntervalMs,
    onShutdown: context.onShutdown,
    requestId: message.requestId,
  });
  context.metrics.activeStreams.dec(labels);
  if (outcome.failure !== undefined) context.traffic.attemptFailed(provider, outcome.failure);
  const ended = outcome.finished ? "success" : outcome.clientGone ? "client gone" : "failure";
  return noteEnd(
    context,
    delivery,
    { outcome: ended, attempts: won.attempts, model: model.canonical, usage: outcome.usage },
    outcome.failure,
  );
}

/** Headers of an answer: whose it is, and what it took to get it. */
function toHeaders({ run: won, readAt, scope }: Delivery): Record<string, string> {
  const { headers, timing } = won.result;
  const isFirst = won.attempts === 1;
  // Of several attempts only the last counts: what was lost before is the upstreams' time.
  const before = isFirst ? timing.sentAt - readAt : 0;
  const overheadMs = before + timing.serviceOverheadMs + (performance.now() - timing.outputAt);
  const isSimulated = won.provider.simulated || headers[HEADERS.simulated] !== undefined;
  return {
    ...answerHeaders(headers),
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.provider]: won.candidate.provider,
    [HEADERS.model]: headers[HEADERS.model] ?? won.candidate.model.canonical,
    [HEADERS.attempts]: String(won.attempts),
    [HEADERS.overheadMs]: overheadMs.toFixed(2),
    ...(isSimulated ? { [HEADERS.simulated]: "true" } : {}),
  };
}

function noteEnd(
  context: GatewayContext,
  { scope, run: won, facts }: Delivery,
  end: RequestEnd,
  failure?: string,
): RequestEnd {
  const { provider, model } = won.candidate;
  const labels = { provider, model: model.canonical };
  const seconds = (performance.now() - scope.receivedAt) / 1000;
  const status = end.outcome === "client gone" ? "499" : "200";
  context.metrics.attempts.inc({ ...labels, failure: failure ?? "" });
  context.metrics.requests.inc({ ...labels, status, failure: failure ?? "" });
  context.metrics.duration.observe(labels, seconds);
  if (end.usage !== undefined) context.metrics.countTokens(labels, end.usage);
  const fields = {
    requestId: scope.requestId,
    ...labels,
    requested: facts.model,
    stream: facts.stream,
    attempts: won.attempts,
    seconds: Number(seconds.toFixed(3)),
    outputTokens: end.usage?.output ?? 0,
  };
  if (end.outcome === "success") context.logger.info("request answered", fields);
  else if (end.outcome === "client gone") context.logger.info("client left", fields);
  else context.logger.warn("answer broke off", { ...fields, failure });
  return end;
}

interface Refusal extends MessageRequest {
  run: Extract<RunResult, { kind: "lost" }>;
  early: EarlyHeaders | undefined;
}

function refuse(context: GatewayContext, refusal: Refusal): RequestEnd {
  const { run: lost, early, settings, scope } = refusal;
  const missing = (name: string) => settings.providers.find((provider) => provider.name === name)?.missing ?? [];
  const ending = explainLoss(lost.tried, missing);
  const { error } = ending;
  const last = lost.tried.at(-1)?.candidate;
  context.metrics.requests.inc({
    provider: last?.provider ?? "",
    model: last?.model.canonical ?? "",
    status: String(error.status),
    failure: error.failure ?? "",
  });
  context.logger.warn("request refused after attempts", {
    requestId: scope.requestId,
    status: error.status,
    attempts: lost.attempts,
    reason: error.message,
  });
  const end: RequestEnd = { outcome: "failure", attempts: lost.attempts, rateLimited: error.status === 429 };
  if (early?.sent === true) return { ...endEarly(refusal, error), ...end };
  sendEnding(refusal, ending, lost.attempts);
  return end;
}

function sendEnding({ response, scope }: MessageRequest, ending: Ending, attempts: number): void {
  const raw = ending.kind === "raw" ? ending.answer : undefined;
  const body = raw?.body ?? Buffer.from(JSON.stringify(ending.error.toEnvelope(scope.requestId)));
  response.writeHead(raw?.status ?? ending.error.status, {
    ...ending.error.headers,
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.attempts]: String(attempts),
    "content-type": raw?.contentType ?? "application/json",
    "content-length": body.length,
  });
  response.end(body);
}

/** The head is out as a 200: an error event is the last way to say it. Where a retry could help it says so. */
function endEarly({ response, scope }: MessageRequest, thrown: unknown): RequestEnd {
  const error = thrown instanceof GatewayError ? thrown : new GatewayError("api_error", "Internal server error");
  const mayPass = error.failure !== undefined && FAILURE_RULES[error.failure].mayPass;
  const told = mayPass ? new GatewayError("overloaded_error", error.message, { failure: "overloaded" }) : error;
  endWithError(response, told, scope.requestId);
  return { outcome: "failure", attempts: 0, rateLimited: error.status === 429 };
}
