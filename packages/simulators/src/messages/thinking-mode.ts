import type { Exchange } from "../engine/dialect.ts";
import type { ClaudeModel } from "./claude-models.ts";

/** How the answer shows its thinking: as the request asks, else as the model does by default. */
export function thinkingModeOf(exchange: Exchange, model: ClaudeModel | undefined): "shown" | "omitted" | "none" {
  const thinking = (exchange.json as { thinking?: { type?: string; display?: string | null } | null } | undefined)
    ?.thinking;
  if (thinking === undefined || thinking === null || thinking.type === "disabled") return "none";
  return (thinking.display ?? model?.display) === "omitted" ? "omitted" : "shown";
}
