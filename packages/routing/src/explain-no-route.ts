import type { Catalog } from "@switchyard/catalog";
import { GatewayError } from "@switchyard/wire";

import type { KnownProvider, Plan, RequestedModel } from "./contract.ts";
import { type Needs, toolNameOf } from "./fitness.ts";

export interface NoRoute {
  plan: Pick<Plan, "exclusions">;
  requested: RequestedModel;
  needs: Needs;
  providers: readonly KnownProvider[];
  catalog: Catalog;
}

/** The answer for a request that no candidate can take: says what is in the way, and who could. */
export function explainNoRoute(situation: NoRoute): GatewayError {
  const { plan, requested, needs, providers } = situation;
  const reasons = plan.exclusions.map(({ provider, model, reason }) =>
    model === undefined ? `${provider}: ${reason}` : `${model} on ${provider} ${reason}`,
  );
  const models = plan.exclusions.filter(({ model }) => model !== undefined);
  const tool = needs.typedTools.find((type) => models.some(({ reason }) => reason === `does not execute ${type}`));
  if (tool !== undefined) return refuseTool(tool, situation);
  if (models.length > 0) {
    return new GatewayError("invalid_request_error", `No available model can take this request: ${reasons.join("; ")}`);
  }
  const isServing = providers.some(({ info, enabled }) => enabled && info !== undefined && isOn(info.status));
  if (isServing && plan.exclusions.length < providers.length) {
    return new GatewayError("not_found_error", `model: ${requested.name}`, { failure: "model-not-found" });
  }
  return new GatewayError("api_error", `No provider can take requests: ${reasons.join("; ") || "none is configured"}`, {
    status: 503,
    failure: "unconfigured",
  });
}

function isOn(status: string): boolean {
  return status !== "unconfigured" && status !== "retired";
}

function refuseTool(type: string, { providers, catalog }: NoRoute): GatewayError {
  const name = toolNameOf(type);
  const offered = providers.flatMap(({ name: provider, info }) =>
    (info?.models ?? [])
      .filter(({ capabilities }) => capabilities.server_tools.includes(name))
      .map(({ canonical }) => `${canonical} on ${provider}`),
  );
  const listed = catalog.models.flatMap(({ canonical, offers }) =>
    offers.filter(({ serverTools }) => serverTools?.includes(name)).map(({ kind }) => `${canonical} on ${kind}`),
  );
  const able = [...new Set([...offered, ...listed])].slice(0, 5);
  const hint = able.length === 0 ? "No known model executes it" : `It is executed by ${able.join(", ")}`;
  return new GatewayError("invalid_request_error", `tools: ${type} is not executed by any available model. ${hint}`, {
    failure: "capability",
  });
}
