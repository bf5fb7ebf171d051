import type { TranslationTarget } from "../contract.ts";
import type { ReasoningPlan } from "./plan-reasoning.ts";

/** The plan in the fields of chat completions that the target reads. */
export function chatReasoningFields(plan: ReasoningPlan, target: TranslationTarget): Record<string, unknown> {
  const { effort, budget } = plan;
  switch (target.reasoningControl) {
    case "effort":
      return effort === undefined ? {} : { reasoning_effort: effort };
    case "openrouter":
      return { reasoning: openRouterReasoning(plan) };
    case "thinking_type":
      if (!plan.on) return { thinking: { type: "disabled" } };
      return { thinking: { type: "enabled" }, ...(effort === undefined ? {} : { reasoning_effort: effort }) };
    case "gemini_effort":
      // An effort and a budget exclude each other (ai.google.dev/gemini-api/docs/openai#thinking).
      if (budget !== undefined)
        return { extra_body: { google: { thinking_config: { thinking_budget: budget, include_thoughts: true } } } };
      return effort === undefined ? {} : { reasoning_effort: effort };
    default:
      return {};
  }
}

/** One of the three only (openrouter.ai/docs/use-cases/reasoning-tokens). */
function openRouterReasoning(plan: ReasoningPlan): Record<string, unknown> {
  if (!plan.on) return { enabled: false };
  if (plan.budget !== undefined) return { max_tokens: plan.budget };
  return plan.effort === undefined ? { enabled: true } : { effort: plan.effort };
}

/** The plan for the Responses API; a summary is asked for where the client wants to read the thinking. */
export function responsesReasoningFields(
  plan: ReasoningPlan,
  target: TranslationTarget,
  wantsText: boolean,
): Record<string, unknown> {
  if (target.reasoningControl === "none") return {};
  const reasoning: Record<string, unknown> = {};
  if (plan.effort !== undefined) reasoning["effort"] = plan.effort;
  if (plan.on && wantsText) reasoning["summary"] = "auto";
  return Object.keys(reasoning).length === 0 ? {} : { reasoning };
}
