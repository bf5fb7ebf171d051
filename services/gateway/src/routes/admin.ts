import { readBody } from "@switchyard/service-kit";
import { readRequestFacts, scanBody } from "@switchyard/wire";
import type { Request, Response } from "express";

import type { GatewayContext } from "../gateway-context.ts";
import { findRest } from "../attempts/passed-failure.ts";
import { planRequest } from "../messages/plan-request.ts";
import { describeProvider } from "../providers/describe-provider.ts";
import { describeCandidate } from "../records/build-record.ts";
import { unknownProvider } from "./test-connection.ts";

/** POST /admin/route: who would get this request, in which order, and why not the others. Nothing is sent. */
export function createRouteHandler(context: GatewayContext) {
  return async function handleRoute(request: Request, response: Response): Promise<void> {
    const settings = context.settings.current();
    const body = await readBody(request, { limitBytes: settings.gateway.maxBodyBytes });
    const facts = readRequestFacts(scanBody(body), "count_tokens");
    await context.directory.settling;
    const { plan, requested, strategy, toTake } = await planRequest(context, {
      headers: request.headers,
      facts,
      dry: true,
    });
    const snapshot = context.state.snapshot();
    response.json({
      requested: { model: facts.model, canonical: requested.canonical ?? null, tier: requested.tier },
      strategy,
      mode: requested.mode ?? null,
      facts,
      reasons: plan.reasons,
      wait_ms: plan.waitMs ?? 0,
      candidates: plan.candidates.map((candidate) => {
        const rest = findRest(candidate, snapshot, toTake(candidate).bucket);
        return {
          ...describeCandidate(candidate),
          canonical: candidate.model.canonical,
          reason:
            candidate.group === "requested"
              ? "offers the model that was asked for"
              : `listed for the tier ${requested.tier}`,
          ...(rest === undefined
            ? {}
            : { resting: { failure: rest.failure, until: rest.until === undefined ? null : new Date(rest.until) } }),
        };
      }),
      excluded: plan.exclusions,
    });
  };
}

/** GET /admin/provider/:name/health */
export function createProviderHealthHandler(context: GatewayContext) {
  return async function handleProviderHealth(request: Request, response: Response): Promise<void> {
    const name = String(request.params["name"]);
    const provider = context.directory.providers().find((known) => known.name === name);
    if (provider === undefined) throw unknownProvider(context, name);
    // Whoever asks here looks closely: what is known now, not a second ago.
    await context.state.refresh();
    const health = describeProvider(context, provider);
    const { successes, failures } = context.traffic.provider(name);
    response.json({
      provider: name,
      ...health,
      metrics: {
        success_count: successes,
        error_count: failures,
        avg_response_time: health.avg_latency_ms === null ? null : health.avg_latency_ms / 1000,
        last_success: health.last_success,
        last_error: health.last_failure,
      },
      rate_limit_info: health.resting?.filter(({ failure }) => failure.startsWith("throttled")) ?? null,
    });
  };
}
