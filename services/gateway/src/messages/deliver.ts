import { pump, STREAM_HEADERS } from "@switchyard/service-kit";
import { type FailureName, HEADERS } from "@switchyard/wire";

import type { WonResult } from "../attempts/run-attempts.ts";
import { answerHeaders } from "../forward-headers.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RequestEnd } from "../providers/traffic.ts";
import type { Delivery } from "./message-request.ts";

type WonStream = Extract<WonResult, { kind: "stream" }>;
type WonAnswer = Extract<WonResult, { kind: "answer" }>;

/** Passes the answer of the candidate that won on to the client. */
export function deliver(context: GatewayContext, delivery: Delivery): Promise<RequestEnd> | RequestEnd {
  const { run, scope } = delivery;
  const { provider, model } = run.candidate;
  const { outputAt, sentAt } = run.result.timing;
  context.traffic.attemptSucceeded(provider, outputAt - sentAt);
  const labels = { provider, model: model.canonical };
  context.metrics.firstOutput.observe(labels, (outputAt - scope.receivedAt) / 1000);
  return run.result.kind === "stream"
    ? deliverStream(context, delivery, run.result)
    : deliverAnswer(context, delivery, run.result);
}

async function deliverStream(context: GatewayContext, delivery: Delivery, { stream }: WonStream): Promise<RequestEnd> {
  const { response, run, settings, message, early } = delivery;
  const { provider } = run.candidate;
  if (early?.sent !== true) response.writeHead(200, { ...toHeaders(delivery), ...STREAM_HEADERS });
  context.metrics.activeStreams.inc({ provider });
  const outcome = await pump(stream, response, {
    idleMs: run.provider.timeouts.idleMs,
    deadline: message.deadline,
    pingIntervalMs: settings.gateway.pingIntervalMs,
    onShutdown: context.onShutdown,
    requestId: message.requestId,
  });
  context.metrics.activeStreams.dec({ provider });
  const { failure, usage, finished, clientGone } = outcome;
  if (failure !== undefined) context.traffic.attemptFailed(provider, failure);
  const ended = clientGone ? "client gone" : "failure";
  return noteEnd(context, delivery, { outcome: finished ? "success" : ended, usage, failure });
}

function deliverAnswer(context: GatewayContext, delivery: Delivery, { answer, headers }: WonAnswer): RequestEnd {
  const { body, usage } = answer;
  delivery.response.writeHead(200, {
    ...toHeaders(delivery),
    "content-type": headers["content-type"] ?? "application/json",
    "content-length": body.length,
  });
  delivery.response.end(body);
  return noteEnd(context, delivery, { outcome: "success", usage, failure: undefined });
}

/** Headers of an answer: whose it is, and what it took to get it. */
function toHeaders({ run, readAt, scope }: Delivery): Record<string, string> {
  const { headers, timing } = run.result;
  // Of several attempts only the last counts: what was lost before is the upstreams' time.
  const before = run.attempts === 1 ? timing.sentAt - readAt : 0;
  const overheadMs = before + timing.serviceOverheadMs + (performance.now() - timing.outputAt);
  const isSimulated = run.provider.simulated || headers[HEADERS.simulated] !== undefined;
  return {
    ...answerHeaders(headers),
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.provider]: run.candidate.provider,
    [HEADERS.model]: headers[HEADERS.model] ?? run.candidate.model.canonical,
    [HEADERS.attempts]: String(run.attempts),
    [HEADERS.overheadMs]: overheadMs.toFixed(2),
    ...(isSimulated ? { [HEADERS.simulated]: "true" } : {}),
  };
}

interface End extends Pick<RequestEnd, "outcome" | "usage"> {
  failure: FailureName | undefined;
}

function noteEnd(context: GatewayContext, { scope, run, facts }: Delivery, end: End): RequestEnd {
  const { provider, model } = run.candidate;
  const labels = { provider, model: model.canonical };
  const { outcome, usage } = end;
  const failure = end.failure ?? "";
  const seconds = (performance.now() - scope.receivedAt) / 1000;
  context.metrics.attempts.inc({ ...labels, failure });
  context.metrics.requests.inc({ ...labels, status: outcome === "client gone" ? "499" : "200", failure });
  context.metrics.duration.observe(labels, seconds);
  if (usage !== undefined) context.metrics.countTokens(labels, usage);
  const fields = {
    requestId: scope.requestId,
    ...labels,
    requested: facts.model,
    stream: facts.stream,
    attempts: run.attempts,
    seconds: Math.round(seconds * 1000) / 1000,
    outputTokens: usage?.output ?? 0,
  };
  if (outcome === "failure") context.logger.warn("answer broke off", { ...fields, failure });
  else context.logger.info(outcome === "success" ? "request answered" : "client left", fields);
  return { outcome, attempts: run.attempts, model: model.canonical, ...(usage === undefined ? {} : { usage }) };
}
