import { pump, STREAM_HEADERS } from "@switchyard/service-kit";
import { type FailureName, HEADERS, readObservations, type TokenUsage } from "@switchyard/wire";

import type { WonResult } from "../attempts/run-attempts.ts";
import { usedOf } from "../attempts/settlement.ts";
import { withBudgetHeaders } from "../clients/budget-headers.ts";
import { answerHeaders } from "../forward-headers.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RequestEnd } from "../providers/traffic.ts";
import { placeAfter } from "../sessions/session-place.ts";
import type { Delivery } from "./message-request.ts";

type WonStream = Extract<WonResult, { kind: "stream" }>;
type WonAnswer = Extract<WonResult, { kind: "answer" }>;

/** Passes the answer of the candidate that won on to the client, and settles what it has used. */
export async function deliver(context: GatewayContext, delivery: Delivery): Promise<RequestEnd> {
  const { run, scope } = delivery;
  const { provider, model } = run.turn.candidate;
  const { outputAt, sentAt } = run.result.timing;
  context.traffic.attemptSucceeded(provider, outputAt - sentAt);
  const labels = { provider, model: model.canonical };
  context.metrics.firstOutput.observe(labels, (outputAt - scope.receivedAt) / 1000);
  let end: End = { outcome: "failure", failure: undefined };
  try {
    end =
      run.result.kind === "stream"
        ? await deliverStream(context, delivery, run.result)
        : deliverAnswer(delivery, run.result);
  } finally {
    settle(context, delivery, end);
  }
  return noteEnd(context, delivery, end);
}

async function deliverStream(context: GatewayContext, delivery: Delivery, { stream }: WonStream): Promise<End> {
  const { response, run, planned, message, early } = delivery;
  const { provider } = run.turn.candidate;
  if (early?.sent !== true) response.writeHead(200, { ...toHeaders(delivery), ...STREAM_HEADERS });
  context.metrics.activeStreams.inc({ provider });
  const outcome = await pump(stream, response, {
    idleMs: run.provider.timeouts.idleMs,
    deadline: message.deadline,
    pingIntervalMs: planned.settings.gateway.pingIntervalMs,
    onShutdown: context.onShutdown,
    requestId: message.requestId,
    // The books have it before the client sees the end.
    beforeStop: (usage) => run.usageTicket.settle({ ...settled(delivery), outcome: "success", usage }),
  });
  context.metrics.activeStreams.dec({ provider });
  const { failure, usage, finished, clientGone } = outcome;
  run.usageTicket.settle({
    ...settled(delivery),
    outcome: clientGone ? "aborted" : "failure",
    ...(failure === undefined ? {} : { failure }),
    usage,
  });
  if (failure !== undefined) context.traffic.attemptFailed(provider, failure);
  const ended = clientGone ? "client gone" : "failure";
  return { outcome: finished ? "success" : ended, usage, failure };
}

function deliverAnswer(delivery: Delivery, { answer, headers }: WonAnswer): End {
  const { body, usage } = answer;
  delivery.run.usageTicket.settle({ ...settled(delivery), outcome: "success", usage });
  delivery.response.writeHead(200, {
    ...toHeaders(delivery),
    "content-type": headers["content-type"] ?? "application/json",
    "content-length": body.length,
  });
  delivery.response.end(body);
  return { outcome: "success", usage, failure: undefined };
}

/** What the books say of every answer that began. */
function settled({ run }: Delivery): { status: number; firstTokenMs?: number } {
  const { sentAt, outputAt } = run.result.timing;
  return { status: 200, ...(run.result.kind === "stream" ? { firstTokenMs: Math.round(outputAt - sentAt) } : {}) };
}

/** The truth in place of the estimate: for limits, breaker, speed, and where the session's cache is warm now. */
function settle({ reservations, state }: GatewayContext, delivery: Delivery, { outcome, usage }: End): void {
  const { run, facts, planned } = delivery;
  const { candidate, reservation } = run.turn;
  const { sentAt, outputAt } = run.result.timing;
  const observations = readObservations(run.result.headers[HEADERS.limits]);
  const outputMs = performance.now() - outputAt;
  const isMeasured = run.result.kind === "stream" && usage !== undefined && usage.output > 1 && outputMs > 0;
  void reservations.settle(reservation, {
    outcome: outcome === "client gone" ? "neutral" : outcome,
    // What an answer that was left or broke off has really cost is not known to us: the estimate is nearer.
    ...(usage !== undefined && outcome === "success" ? { used: usedOf(candidate, usage) } : {}),
    ...(observations.length === 0 ? {} : { observations, observedAt: Date.now() - Math.round(outputMs) }),
    firstTokenMs: outputAt - sentAt,
    ...(isMeasured ? { outputTokensPerSecond: (usage.output / outputMs) * 1000 } : {}),
  });
  if (planned.session === undefined || usage === undefined || outcome !== "success") return;
  const place = placeAfter(candidate, usage, { now: Date.now(), bytes: facts.bytes, previous: planned.places });
  if (place !== undefined) void state.writeSession(planned.session, place);
}

/** Headers of an answer: whose it is, and what it took to get it. */
function toHeaders({ run, readAt, scope, budget }: Delivery): Record<string, string> {
  const { headers, timing } = run.result;
  // Of several attempts only the last counts: what was lost before is the upstreams' time.
  const before = run.attempts === 1 ? timing.sentAt - readAt : 0;
  // From sending on, everything but the upstream's time: the provider service, and the way there and back.
  const overheadMs = before + (performance.now() - timing.sentAt - timing.upstreamMs);
  const isSimulated = run.provider.simulated || headers[HEADERS.simulated] !== undefined;
  return {
    ...withBudgetHeaders(answerHeaders(headers), budget.headers),
    [HEADERS.requestId]: scope.requestId,
    [HEADERS.provider]: run.turn.candidate.provider,
    [HEADERS.model]: headers[HEADERS.model] ?? run.turn.candidate.model.canonical,
    [HEADERS.attempts]: String(run.attempts),
    [HEADERS.overheadMs]: overheadMs.toFixed(2),
    ...(isSimulated ? { [HEADERS.simulated]: "true" } : {}),
  };
}

interface End {
  outcome: RequestEnd["outcome"];
  usage?: TokenUsage;
  failure: FailureName | undefined;
}

function noteEnd(context: GatewayContext, { scope, run, facts }: Delivery, end: End): RequestEnd {
  const { provider, model } = run.turn.candidate;
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
