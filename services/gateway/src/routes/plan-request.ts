import type { IncomingMessage } from "node:http";

import type { Settings, Substitution } from "@switchyard/service-kit";
import { GatewayError, HEADERS } from "@switchyard/wire";

import type { GatewayContext } from "../gateway-context.ts";
import type { Plan } from "../routing/candidate.ts";
import { explainNoRoute } from "../routing/explain-no-route.ts";
import type { Needs } from "../routing/fitness.ts";
import { planRoute } from "../routing/plan-route.ts";
import { readRequestedModel, type RequestedModel } from "../routing/requested-model.ts";

const SUBSTITUTIONS: readonly Substitution[] = ["never", "when_unavailable", "by_strategy"];

export interface Planned {
  plan: Plan;
  requested: RequestedModel;
}

/** Plans a request by its facts, its headers and what is known of the providers. Throws when a header makes no sense. */
export function planRequest(
  context: GatewayContext,
  settings: Settings,
  request: { headers: IncomingMessage["headers"]; model: string; needs: Needs },
): Planned {
  const providers = context.directory.providers();
  const requested = readRequestedModel(request.model, {
    catalog: context.catalog,
    providers,
    modelAliases: settings.gateway.modelAliases,
  });
  const pinned = readHeader(request.headers, HEADERS.provider);
  const plan = planRoute(providers, {
    requested,
    needs: request.needs,
    substitution: readSubstitution(request.headers, settings.gateway.substitution),
    ...(pinned === undefined ? {} : { pinned }),
    now: Date.now(),
  });
  return { plan, requested };
}

/** The same, where somebody must be able to answer. */
export function planAnswerable(...args: Parameters<typeof planRequest>): Planned {
  const [context, , { needs }] = args;
  const planned = planRequest(...args);
  if (planned.plan.candidates.length > 0) return planned;
  throw explainNoRoute({
    plan: planned.plan,
    requested: planned.requested,
    needs,
    providers: context.directory.providers(),
    catalog: context.catalog,
  });
}

function readHeader(headers: IncomingMessage["headers"], name: string): string | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function readSubstitution(headers: IncomingMessage["headers"], fallback: Substitution): Substitution {
  const asked = readHeader(headers, HEADERS.substitution)?.toLowerCase();
  if (asked === undefined) return fallback;
  const known = SUBSTITUTIONS.find((one) => one === asked);
  if (known !== undefined) return known;
  throw new GatewayError(
    "invalid_request_error",
    `${HEADERS.substitution}: Input should be one of ${SUBSTITUTIONS.join(", ")}`,
  );
}
