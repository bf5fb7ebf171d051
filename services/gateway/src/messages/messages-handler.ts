import type { ServerResponse } from "node:http";

import type { RankedCandidate } from "@switchyard/routing";
import { createEarlyHeaders, type EarlyHeaders, readBody, scopeOf } from "@switchyard/service-kit";
import { GatewayError, HEADERS, readRequestFacts, type RequestFacts, scanBody, writeFacts } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { AttemptFailure } from "../attempts/attempt.ts";
import { FAILURE_RULES } from "../attempts/failure-rules.ts";
import { runAttempts, type RunResult } from "../attempts/run-attempts.ts";
import { type Attempt, sendAttempt } from "../attempts/send-attempt.ts";
import type { BudgetEntry } from "../clients/budget-entry.ts";
import { findOwnKeys } from "../clients/own-keys.ts";
import type { GatewayContext } from "../gateway-context.ts";
import type { RequestEnd } from "../providers/traffic.ts";
import { buildRecord } from "../records/build-record.ts";
import { costOfRequest } from "../records/request-cost.ts";
import { describeAttempt } from "../usage/describe-attempt.ts";
import type { UsageTicket } from "../usage/usage-recorder.ts";
import { deliver } from "./deliver.ts";
import type { MessageRequest, PlannedRequest } from "./message-request.ts";
import { type Planned, planPatiently, planRequest } from "./plan-request.ts";
import { endEarly, refuse } from "./refuse.ts";
import { isSubscription } from "./subscription.ts";

export interface MessagesOptions {
  /** Takes some of the planned candidates only; default: all. Throws when none will do. */
  select?: (candidates: readonly RankedCandidate[], facts: RequestFacts) => readonly RankedCandidate[];
}

/** Answers a request for a message, streamed or not, exactly as asked. */
export function createMessagesHandler(context: GatewayContext, options: MessagesOptions = {}) {
  return async function handleMessages(request: Request, response: Response): Promise<void> {
    const controller = abortOnLeave(response);
    const leave = await context.admission.enter(clientOf(request), controller.signal);
    const end = context.traffic.begin();
    try {
      const message = await readMessage(context, { request, response, signal: controller.signal });
      end(await answer(context, { ...message, controller }, options));
    } catch (error) {
      // An upload that its sender has broken off.
      const outcome = request.errored === null ? "failure" : "client gone";
      end({ outcome, attempts: 0, rateLimited: error instanceof GatewayError && error.status === 429 });
      throw error;
    } finally {
      leave();
    }
  };
}

/** Whose turn it is in the queue: a session's, else that of whoever holds the key, else the machine's. */
function clientOf({ headers, socket }: Request): string {
  const named = headers[HEADERS.sessionId] ?? headers["x-api-key"] ?? headers.authorization;
  return String(named ?? socket.remoteAddress ?? "");
}

async function readMessage(
  { settings: holder }: GatewayContext,
  { request, response, signal }: { request: Request; response: Response; signal: AbortSignal },
): Promise<MessageRequest> {
  const scope = scopeOf(response);
  // Where the body came together with the head, the time until it is looked at is ours; else it is the client's.
  const cameWhole = request.complete;
  const body = await readBody(request, { limitBytes: holder.current().gateway.maxBodyBytes });
  const readAt = cameWhole ? scope.receivedAt : performance.now();
  const facts = readRequestFacts(scanBody(body));
  const { requestId } = scope;
  const path = `/v1/messages${queryOf(request)}`;
  const deadline = scope.receivedAt + holder.current().gateway.timeouts.totalMs;
  const message = {
    requestId,
    path,
    body,
    facts: writeFacts(facts),
    stream: facts.stream,
    clientHeaders: request.headers,
    signal,
    deadline,
  };
  return { request, response, scope, facts, message, readAt };
}

/** Aborted at once when the client leaves before its answer is whole. */
function abortOnLeave(response: ServerResponse): AbortController {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new Error("The client has left."));
  });
  return controller;
}

/** "?beta=true", or nothing. */
export function queryOf({ url }: Pick<Request, "url">): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start);
}

interface Abortable extends MessageRequest {
  controller: AbortController;
}

async function answer(context: GatewayContext, request: Abortable, options: MessagesOptions): Promise<RequestEnd> {
  const early = request.facts.stream ? startEarlyHeaders(context, request) : undefined;
  // Until the first output nobody else tells the client of a shutdown.
  const unregister = context.onShutdown(() => request.controller.abort(shuttingDown()));
  try {
    const { headers } = request.request;
    const policy = context.clients.policyOf(request.scope.caller.client);
    const planned = await planPatiently(context, { headers, facts: request.facts, policy }, request.message);
    const candidates = options.select?.(planned.plan.candidates, request.facts) ?? planned.plan.candidates;
    const budget = await enterBudget(context, request, { planned, candidates });
    try {
      const tickets: UsageTicket[] = [];
      const run = await ask(context, { ...request, planned, budget, tickets }, budget.candidates ?? candidates);
      early?.stop();
      unregister();
      request.message.body = RELEASED;
      const end = await finish(context, { ...request, planned, budget, early }, run);
      keepRecord(context, { ...request, planned }, { run, outcome: end.outcome, tickets });
      const { reason } = request.message.signal as { reason: unknown };
      if (run.kind === "aborted" && reason instanceof GatewayError) throw reason;
      return end;
    } finally {
      void budget.close();
    }
  } catch (error) {
    early?.stop();
    unregister();
    if (early?.sent !== true) throw error;
    endEarly(request, error);
    return { outcome: "failure", attempts: 0 };
  }
}

/** Everything that could answer comes into question where the budget is used up and its policy wants what is cheap. */
function enterBudget(
  context: GatewayContext,
  { request: { headers }, facts, scope }: MessageRequest,
  { planned, candidates }: { planned: Planned; candidates: readonly RankedCandidate[] },
): Promise<BudgetEntry> {
  const { settings, isFixed } = planned;
  const policy = context.clients.policyOf(scope.caller.client);
  const paid = isSubscription(headers)
    ? settings.providers.filter(({ credential }) => credential?.type === "client")
    : [];
  return context.budgets.enter({
    settings,
    policy,
    facts,
    candidates,
    isPaid: (provider) => paid.some(({ name }) => name === provider),
    ...(isFixed
      ? {}
      : {
          findOthers: async () =>
            (await planRequest(context, { headers, facts, policy, smaller: true, dry: true })).plan.candidates,
        }),
  });
}

function finish(
  context: GatewayContext,
  request: PlannedRequest & { early: EarlyHeaders | undefined },
  run: RunResult,
): Promise<RequestEnd> | RequestEnd {
  if (run.kind === "won") return deliver(context, { ...request, run });
  if (run.kind === "lost") return refuse(context, { ...request, run });
  return { outcome: "client gone", attempts: run.attempts };
}

function keepRecord(
  { state }: GatewayContext,
  { planned, facts, message, scope }: Omit<PlannedRequest, "budget">,
  { run, outcome, tickets }: { run: RunResult; outcome: string; tickets: readonly UsageTicket[] },
): void {
  const record = buildRecord({
    requestId: message.requestId,
    at: Date.now(),
    facts,
    strategy: planned.strategy,
    ...(planned.session === undefined ? {} : { session: planned.session }),
    plan: planned.plan,
    tried: run.tried,
    passed: run.passed,
    ...(run.kind === "won" ? { won: run.turn.candidate } : {}),
    outcome,
    durationMs: performance.now() - scope.receivedAt,
    cost: costOfRequest(tickets),
  });
  state.keepRecord(message.requestId, record);
}

/** In place of a body that nobody will need again: streams last long, and bodies are large. */
const RELEASED = Buffer.alloc(0);

function shuttingDown(): GatewayError {
  return new GatewayError("overloaded_error", "The gateway is shutting down; please retry", { failure: "overloaded" });
}

function startEarlyHeaders({ settings }: GatewayContext, { response, scope }: MessageRequest): EarlyHeaders {
  const { earlyHeadersMs, pingIntervalMs } = settings.current().gateway;
  const elapsed = performance.now() - scope.receivedAt;
  return createEarlyHeaders(response, { afterMs: Math.max(0, earlyHeadersMs - elapsed), pingIntervalMs });
}

function ask(
  context: GatewayContext,
  {
    planned,
    message,
    facts,
    scope,
    budget,
    controller,
    tickets,
  }: PlannedRequest & Abortable & { tickets: UsageTicket[] },
  candidates: readonly RankedCandidate[],
): Promise<RunResult> {
  const { settings, toTake } = planned;
  const { strategy, requested } = planned;
  const attempted = {
    requestId: message.requestId,
    headers: message.clientHeaders,
    facts,
    strategy,
    ...(requested.mode === undefined ? {} : { mode: requested.mode }),
    ...(scope.caller.client === undefined ? {} : { client: scope.caller.client }),
  };
  const sendDeps = {
    http: context.http,
    settings,
    ownKeys: findOwnKeys(context, { settings, headers: message.clientHeaders }),
  };
  return runAttempts(
    {
      ...context,
      toTake,
      mayAsk: async () => {
        const noMoney = await budget.beforeAttempt();
        if (noMoney !== undefined) controller.abort(noMoney);
        return noMoney === undefined;
      },
      send: (attempt) => sendAttempt(sendDeps, attempt),
      openUsage: (at) => {
        const ticket = context.usage.open(describeAttempt(attempted, at));
        tickets.push(ticket);
        return budget.watch(ticket);
      },
      onFailure: (attempt, failure) => noteFailure(context, attempt, failure),
    },
    { candidates, settings, message },
  );
}

function noteFailure(context: GatewayContext, { candidate, message }: Attempt, failure: AttemptFailure): void {
  const { provider, model } = candidate;
  const isTheirs = failure.clientCredential && FAILURE_RULES[failure.name].rest?.scope === "provider";
  if (!isTheirs) context.traffic.attemptFailed(provider, failure.name);
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
