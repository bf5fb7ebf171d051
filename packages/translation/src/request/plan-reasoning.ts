import type { MessagesRequest, ThinkingParam } from "@switchyard/wire";

import type { TranslationTarget } from "../contract.ts";
import type { Turn } from "./conversation.ts";
import { beyondTarget } from "./invalid-request.ts";
import { DEFAULT_EFFORT, effortOfBudget, effortOfMessages, lowestEffort, nearestEffort } from "./effort.ts";
import type { Warnings } from "./warnings.ts";

/** What is asked of the target's reasoning, in its own words. */
export interface ReasoningPlan {
  /** False when the target is known not to reason on this request. */
  on: boolean;
  effort?: string;
  /** Tokens. */
  budget?: number;
}

export interface ReasoningFacts {
  request: MessagesRequest;
  target: TranslationTarget;
  /** True when tools go along. */
  hasTools: boolean;
  /** The output limit that is sent. */
  maxTokens: number;
  /** See `hasForeignToolLoop`. */
  foreignLoop: boolean;
  /** True when the client leaves the model no choice but to call a tool. */
  forcedTool: boolean;
}

/** Smallest budget that the upstreams with budgets take, in tokens. */
const MIN_BUDGET = 1024;

export function wantsThinking(thinking: ThinkingParam | null | undefined): boolean {
  return thinking !== undefined && thinking !== null && thinking.type !== "disabled";
}

/**
 * Maps thinking and effort of the request to what the target takes. Without `thinking` the Messages API does not
 * think, so neither is the target asked to, unless an effort is given. Throws a capability failure where the target
 * takes no tools on chat completions.
 */
export function planReasoning(facts: ReasoningFacts, warnings: Warnings): ReasoningPlan {
  const { request, target } = facts;
  const wanted = wantsThinking(request.thinking);
  if (target.reasoningControl === "none") {
    if (wanted && !target.reasoningAlwaysOn)
      warnings.add("thinking-left-out", `${target.model} has no control for thinking`, "thinking");
    return { on: target.reasoningAlwaysOn };
  }
  const effort = effortOfMessages(request.messages) ?? request.output_config?.effort ?? undefined;
  const ownControl = target.reasoningControl !== "thinking_type";
  if (!wanted && (effort === undefined || !ownControl || request.thinking))
    return withoutReasoning(facts, effort, warnings);
  if (facts.foreignLoop && canTurnOff(target)) {
    warnings.add(
      "thinking-off-in-foreign-loop",
      "another model began this tool loop; thinking is off until it ends, because its reasoning cannot be given back",
      "thinking",
    );
    return withoutReasoning(facts, undefined, warnings);
  }
  if (facts.forcedTool && target.forcedToolChoice === "without_reasoning" && canTurnOff(target)) {
    warnings.add(
      "thinking-off-for-forced-tool",
      `${target.model} cannot be made to call a tool while it thinks; thinking is off for this request`,
      "tool_choice",
    );
    return withoutReasoning(facts, undefined, warnings);
  }
  return withReasoning(facts, effort, warnings);
}

/**
 * True when the tool loop that the request continues was begun by another model, for a target that wants its own
 * reasoning back on every call of a loop (api-docs.deepseek.com/guides/thinking_mode).
 */
export function hasForeignToolLoop(turns: readonly Turn[], target: TranslationTarget): boolean {
  if (target.reasoningHistory !== "reasoning_content" && target.reasoningStandIn !== "text") return false;
  for (const turn of turns.toReversed()) {
    if (turn.role === "user" && !turn.besideResults) return false;
    if (turn.role !== "assistant" || !turn.parts.some((part) => part.kind === "call")) continue;
    if (!turn.parts.some((part) => part.kind === "reasoning")) return true;
  }
  return false;
}

function canTurnOff(target: TranslationTarget): boolean {
  if (target.reasoningAlwaysOn) return false;
  return usesEffort(target) ? target.efforts.includes("none") : true;
}

/** Responses has one control only, whatever the vendor's chat completions have. */
function usesEffort(target: TranslationTarget): boolean {
  return (
    target.dialect === "responses" ||
    target.reasoningControl === "effort" ||
    target.reasoningControl === "gemini_effort"
  );
}

function withoutReasoning(facts: ReasoningFacts, effort: string | undefined, warnings: Warnings): ReasoningPlan {
  const { target, request } = facts;
  const off = canTurnOff(target);
  if (!off && request.thinking?.type === "disabled")
    warnings.add("thinking-not-disabled", `${target.model} cannot be asked not to think`, "thinking");
  const least = off || effort === undefined ? lowestEffort(target.efforts) : nearestEffort(effort, target.efforts);
  if (off && !usesEffort(target)) return { on: false };
  return withEffort(facts, least, !off, warnings);
}

function withReasoning(facts: ReasoningFacts, effort: string | undefined, warnings: Warnings): ReasoningPlan {
  const { target, request } = facts;
  const budget = request.thinking?.type === "enabled" ? request.thinking.budget_tokens : undefined;
  if (effort === undefined && budget !== undefined && takesBudget(target)) {
    const fitting = fitBudget(budget, facts, warnings);
    if (fitting !== undefined) return { on: true, budget: fitting };
    if (canTurnOff(target)) return withoutReasoning(facts, undefined, warnings);
    return withEffort(facts, lowestEffort(target.efforts), true, warnings);
  }
  const asked = effort ?? (budget === undefined ? DEFAULT_EFFORT : effortOfBudget(budget));
  const nearest = nearestEffort(asked, target.efforts);
  if (effort !== undefined && nearest !== undefined && nearest !== effort)
    warnings.add(
      "effort-mapped",
      `effort '${effort}' became '${nearest}', the nearest that ${target.model} takes`,
      "output_config.effort",
    );
  return withEffort(facts, nearest, true, warnings);
}

function withEffort(facts: ReasoningFacts, effort: string | undefined, on: boolean, warnings: Warnings): ReasoningPlan {
  const { target } = facts;
  if (effort === undefined) return { on };
  if (target.toolsExcludeEffort && effort !== "none" && facts.hasTools && target.dialect === "chat") {
    if (!target.efforts.includes("none"))
      throw beyondTarget("tools", `${target.model} takes tools on the Responses API only, not on chat completions`);
    warnings.add(
      "effort-left-out-with-tools",
      `${target.model} refuses an effort together with tools on chat completions`,
      "output_config.effort",
    );
    // Newer models refuse their own default beside tools too; "none" is what their refusal names as the way out.
    return { on: false, effort: "none" };
  }
  return { on, effort };
}

function takesBudget(target: TranslationTarget): boolean {
  return (
    target.dialect === "chat" &&
    (target.reasoningControl === "openrouter" || target.reasoningControl === "gemini_effort")
  );
}

/** A budget that leaves room for an answer and that the target takes; undefined where none can be. */
function fitBudget(budget: number, facts: ReasoningFacts, warnings: Warnings): number | undefined {
  const { target, maxTokens } = facts;
  const roomForAnswer = Math.min(MIN_BUDGET, Math.ceil(maxTokens / 4));
  const most = Math.min(maxTokens - roomForAnswer, target.maxReasoningBudget ?? Infinity);
  const fitting = Math.min(Math.max(budget, MIN_BUDGET), most);
  if (fitting < MIN_BUDGET) {
    warnings.add(
      "thinking-left-out",
      `${maxTokens} output tokens leave no room for thinking`,
      "thinking.budget_tokens",
    );
    return undefined;
  }
  if (fitting !== budget)
    warnings.add("thinking-budget-fitted", `thinking budget ${budget} became ${fitting}`, "thinking.budget_tokens");
  return fitting;
}
