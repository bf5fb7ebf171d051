import type { ModelInfo, RequestFacts } from "@switchyard/wire";

/** What a request needs of a model. */
export type Needs = Pick<RequestFacts, "images" | "documents" | "toolCount" | "typedTools" | "estimatedInputTokens">;

/** The estimate is rough; only what is over the window by more than this is left out because of it. */
const WINDOW_TOLERANCE = 1.25;

/** Server tools that must not silently return nothing; others are known to Claude's own endpoint alone. */
const EXECUTED_TOOLS = ["web_search", "web_fetch"];

/** "web_search_20250305" → "web_search". */
export function toolNameOf(type: string): string {
  return type.replace(/_20\d{6}$/, "");
}

/** Why a model cannot take a request; undefined: it can. */
export function findUnfitness(model: ModelInfo, needs: Needs, now: number): string | undefined {
  const { capabilities } = model;
  if (model.retires_at !== undefined && Date.parse(model.retires_at) <= now) return `retired on ${model.retires_at}`;
  if (needs.toolCount > 0 && !capabilities.tools) return "takes no tools";
  const tool = needs.typedTools.find((type) => !canRun(model, type));
  if (tool !== undefined) return `does not execute ${tool}`;
  return undefined;
}

/** True when the estimated input is certainly longer than the model's window. */
export function isTooLong(model: ModelInfo, needs: Needs): boolean {
  return needs.estimatedInputTokens > model.context_window * WINDOW_TOLERANCE;
}

function canRun(model: ModelInfo, type: string): boolean {
  const name = toolNameOf(type);
  if (model.capabilities.server_tools.includes(name)) return true;
  return !EXECUTED_TOOLS.includes(name) && model.dialect === "messages";
}
