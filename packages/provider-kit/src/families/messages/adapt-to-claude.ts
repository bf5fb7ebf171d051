import type { ClaudeTraits } from "@switchyard/catalog";
import type { ModelInfo, Warning } from "@switchyard/wire";

import type { FieldChanges } from "./field-changes.ts";

/** Tokens of thinking for an effort, where only a budget can be given. */
const BUDGET_OF_EFFORT: Readonly<Record<string, number>> = { low: 4096, medium: 10_240, high: 24_576 };
const LARGEST_BUDGET = 31_999;
/** Smallest budget that the API takes. */
const MIN_BUDGET = 1024;

const SCALE = ["low", "medium", "high", "xhigh", "max"];

/**
 * A request that was written for one Claude model, changed so that another one does not refuse it: its
 * forms of thinking, efforts, sampling parameters and output limit. Nothing of this happens to a request
 * for the very model that was asked for.
 */
export function adaptToClaude(fields: FieldChanges, model: ModelInfo, traits: ClaudeTraits): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, path: string) => warnings.push({ code, message, path });
  const adaptation: Adaptation = { fields, model, traits, warn };
  clampOutput(adaptation);
  adaptThinking(adaptation);
  adaptEffort(adaptation);
  if (!traits.sampling) dropSampling(adaptation);
  if (!traits.forcedToolUse) freeToolChoice(adaptation);
  return warnings;
}

interface Adaptation {
  fields: FieldChanges;
  model: ModelInfo;
  traits: ClaudeTraits;
  warn: (code: string, message: string, path: string) => void;
}

function clampOutput({ fields, model, warn }: Adaptation): void {
  const asked = fields.read("max_tokens");
  if (typeof asked !== "number" || asked <= model.max_output_tokens) return;
  fields.set("max_tokens", String(model.max_output_tokens));
  const message = `max_tokens ${asked} became ${model.max_output_tokens}, the most that ${model.id} gives`;
  warn("max-tokens-clamped", message, "max_tokens");
}

function adaptThinking(adaptation: Adaptation): void {
  const { fields, traits, model, warn } = adaptation;
  const thinking = fields.readObject("thinking");
  const type = thinking?.["type"];
  if (thinking === undefined || typeof type !== "string") return;
  if ((traits.thinking as readonly string[]).includes(type)) {
    if (type === "enabled") fitBudget(adaptation, thinking);
    return;
  }
  const display = "display" in thinking ? { display: thinking["display"] } : {};
  if (type !== "disabled" && traits.thinking.includes("adaptive")) {
    fields.set("thinking", JSON.stringify({ type: "adaptive", ...display }));
  } else if (type !== "disabled" && traits.thinking.includes("enabled")) {
    const effort = fields.readObject("output_config")?.["effort"];
    const budget = BUDGET_OF_EFFORT[String(effort)] ?? LARGEST_BUDGET;
    fitBudget(adaptation, { type: "enabled", budget_tokens: budget });
  } else fields.remove("thinking");
  warn("thinking-adapted", `${model.id} does not take thinking of type '${type}'`, "thinking");
}

/** A budget must leave room for the answer; where none is left there is no thinking. */
function fitBudget({ fields, warn }: Adaptation, thinking: Record<string, unknown>): void {
  const maxTokens = fields.read("max_tokens");
  const asked = Number(thinking["budget_tokens"]);
  const most = typeof maxTokens === "number" ? maxTokens - 1 : asked;
  const budget = Math.min(Math.max(asked, MIN_BUDGET), most);
  if (budget < MIN_BUDGET) {
    fields.remove("thinking");
    warn("thinking-left-out", `${most + 1} output tokens leave no room for thinking`, "thinking.budget_tokens");
  } else fields.set("thinking", JSON.stringify({ ...thinking, budget_tokens: budget }));
}

function adaptEffort({ fields, traits, model, warn }: Adaptation): void {
  const config = fields.readObject("output_config");
  const effort = config?.["effort"];
  if (config === undefined || typeof effort !== "string" || traits.efforts.includes(effort)) return;
  const nearest = nearestEffort(effort, traits.efforts);
  if (nearest === undefined) fields.removeMembers("output_config", ["effort"]);
  else fields.set("output_config", JSON.stringify({ ...config, effort: nearest }));
  warn("effort-mapped", `${model.id} does not take effort '${effort}'`, "output_config.effort");
}

/** The highest one that is not above what was asked for; the lowest where all are. */
function nearestEffort(asked: string, efforts: readonly string[]): string | undefined {
  const rank = SCALE.includes(asked) ? SCALE.indexOf(asked) : SCALE.length;
  return efforts.findLast((effort) => SCALE.indexOf(effort) <= rank) ?? efforts[0];
}

function dropSampling({ fields, model, warn }: Adaptation): void {
  for (const name of ["temperature", "top_p", "top_k"]) {
    if (!fields.has(name)) continue;
    fields.remove(name);
    warn("sampling-left-out", `${model.id} does not take ${name}`, name);
  }
}

function freeToolChoice({ fields, model, warn }: Adaptation): void {
  const choice = fields.readObject("tool_choice");
  const type = choice?.["type"];
  if (choice === undefined || (type !== "any" && type !== "tool")) return;
  const { name: _name, ...rest } = choice;
  fields.set("tool_choice", JSON.stringify({ ...rest, type: "auto" }));
  warn("tool-choice-freed", `${model.id} does not take tool_choice '${type}'`, "tool_choice");
}
