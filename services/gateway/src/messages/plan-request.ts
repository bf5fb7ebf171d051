import type { IncomingHttpHeaders } from "node:http";

import type { ModeSettings, Settings, Substitution } from "@switchyard/service-kit";
import { GatewayError, HEADERS, type RequestFacts } from "@switchyard/wire";

import type { GatewayContext } from "../gateway-context.ts";
import type { Plan } from "../routing/candidate.ts";
import { explainNoRoute } from "../routing/explain-no-route.ts";
import { planRoute } from "../routing/plan-route.ts";
import { type NameContext, readRequestedModel, type RequestedModel } from "../routing/requested-model.ts";

const SUBSTITUTIONS: readonly Substitution[] = ["never", "when_unavailable", "by_strategy"];

export interface PlanInput {
  headers: IncomingHttpHeaders;
  facts: RequestFacts;
}

export interface Planned {
  plan: Plan;
  requested: RequestedModel;
}

/** Plans a request by its facts, its headers and what is known of the providers. Throws when a header makes no sense. */
export function planRequest(context: GatewayContext, settings: Settings, { headers, facts }: PlanInput): Planned {
  const providers = context.directory.providers();
  const { modelAliases, modes, substitution } = settings.gateway;
  const names: NameContext = { catalog: context.catalog, providers, modelAliases };
  const requested = applyMode(readRequestedModel(facts.model, names), { facts, modes, names });
  const pinned = readHeader(headers, HEADERS.provider);
  const plan = planRoute(providers, {
    requested,
    needs: facts,
    substitution: readSubstitution(headers, substitution),
    ...(pinned === undefined ? {} : { pinned }),
    now: Date.now(),
    // Its own check says so, and so did the last request: a check alone may be out of date.
    isDoubtful: ({ name, info }) => info?.status === "unreachable" && context.traffic.failuresInRow(name) > 0,
  });
  return { plan, requested };
}

/**
 * The same, where somebody must be able to answer. Right after a start or a change of the settings a
 * service may still be silent: a request that nobody else offers the model for waits for it.
 */
export async function planAnswerable(
  context: GatewayContext,
  input: PlanInput,
): Promise<Planned & { settings: Settings }> {
  const { settling } = context.directory;
  const first = planNow(context, input);
  const isGood = first.plan.candidates.some(({ group }) => group === "requested");
  if (settling !== undefined && !isGood) await settling;
  const planned = settling === undefined || isGood ? first : planNow(context, input);
  if (planned.plan.candidates.length > 0) return planned;
  const { plan, requested } = planned;
  const providers = context.directory.providers();
  throw explainNoRoute({ plan, requested, needs: input.facts, providers, catalog: context.catalog });
}

/** Settings and what is known of the providers belong together: both are taken at one moment. */
function planNow(context: GatewayContext, input: PlanInput): Planned & { settings: Settings } {
  const settings = context.settings.current();
  return { ...planRequest(context, settings, input), settings };
}

interface ModeInput {
  facts: RequestFacts;
  modes: ModeSettings;
  names: NameContext;
}

/** A model that is configured for requests of this kind stands in for the one asked for, unless that is pinned. */
function applyMode(requested: RequestedModel, { facts, modes, names }: ModeInput): RequestedModel {
  if (requested.pinned !== undefined) return requested;
  const model = findModeModel(requested, facts, modes);
  return model === undefined ? requested : { ...readRequestedModel(model, names), name: requested.name };
}

function findModeModel({ tier }: RequestedModel, facts: RequestFacts, modes: ModeSettings): string | undefined {
  if (modes.longContext !== undefined && facts.estimatedInputTokens > modes.longContextThreshold) {
    return modes.longContext;
  }
  if (modes.think !== undefined && facts.thinkingType === "enabled") return modes.think;
  if (modes.background !== undefined && tier === "small") return modes.background;
  return modes.default;
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function readSubstitution(headers: IncomingHttpHeaders, fallback: Substitution): Substitution {
  const asked = readHeader(headers, HEADERS.substitution)?.toLowerCase();
  if (asked === undefined) return fallback;
  const known = SUBSTITUTIONS.find((one) => one === asked);
  if (known !== undefined) return known;
  throw new GatewayError(
    "invalid_request_error",
    `${HEADERS.substitution}: Input should be one of ${SUBSTITUTIONS.join(", ")}`,
  );
}
