import { STRATEGIES } from "@switchyard/routing";
import { GatewayError } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { queryOf } from "../messages/messages-handler.ts";
import type { DecisionRecord } from "../records/build-record.ts";
import { describeGateway } from "../routes/health.ts";
import { showStats } from "../routes/stats.ts";

const DEFAULT_REQUESTS = 50;
const MOST_REQUESTS = 200;
const MOST_UNDER_WAY = 200;

/**
 * GET /admin/overview?requests=50: what the dashboard shows of the mesh besides its costs, in one answer, so that all
 * of it comes from one gateway where there are several. Limits, rests, breakers, switches and past requests are those
 * of all of them.
 */
export function createOverviewHandler(context: GatewayContext) {
  return async function handleOverview(request: Request, response: Response): Promise<void> {
    const limit = readLimit(new URLSearchParams(queryOf(request)));
    const [records] = await Promise.all([context.state.recentRecords(limit), context.state.refresh()]);
    const settings = context.settings.current();
    const { active_requests, waiting_requests, router_stats } = showStats(context);
    response.setHeader("cache-control", "no-store");
    response.json({
      ...describeGateway(context),
      time_zone: settings.costs.timeZone,
      simulated: settings.demo,
      strategies: STRATEGIES,
      configured_strategy: settings.gateway.strategy,
      active_requests,
      waiting_requests,
      router_stats,
      under_way: listUnderWay(context),
      requests: records.map(summarize),
    });
  };
}

function readLimit(parameters: URLSearchParams): number {
  const text = parameters.get("requests") ?? String(DEFAULT_REQUESTS);
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= MOST_REQUESTS) return limit;
  throw new GatewayError(
    "invalid_request_error",
    `requests: Input should be a whole number from 1 to ${MOST_REQUESTS}`,
  );
}

/** What this gateway has sent and has no whole answer to yet, oldest first. */
function listUnderWay({ usage }: GatewayContext) {
  return usage
    .underWay()
    .slice(0, MOST_UNDER_WAY)
    .map(({ requestId, at, attempt, provider, askedModel, upstreamModel, session, agent, client, stream }) => ({
      request_id: requestId,
      at: new Date(at).toISOString(),
      attempt,
      provider,
      model: upstreamModel,
      asked_model: askedModel,
      session: session ?? null,
      agent: agent ?? null,
      client: client ?? null,
      stream,
    }));
}

/** A decision in one line; the whole of it is told by /admin/explain. */
function summarize(record: string) {
  const told = JSON.parse(record) as DecisionRecord;
  const { request_id, at, model, strategy, session, stream, attempts, outcome, duration_ms } = told;
  const winner = attempts.find(({ result }) => result === "answered");
  return {
    request_id,
    at,
    asked_model: model,
    provider: winner?.provider ?? null,
    model: winner?.model ?? null,
    strategy,
    session: session ?? null,
    stream,
    outcome,
    duration_ms,
    cost_nano_dollars: told.cost_nano_dollars ?? null,
    subscription_cost_nano_dollars: told.subscription_cost_nano_dollars ?? 0,
    /** Who was tried or passed over before, in order. */
    before: attempts
      .filter(({ result }) => result !== "answered")
      .map(({ provider, model: tried, result }) => ({ provider, model: tried, result })),
  };
}
