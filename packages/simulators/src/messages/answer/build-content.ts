import { createId } from "../../engine/create-id.ts";
import type { Scenario, ScenarioBlock } from "../../scenario.ts";
import { REDACTED_CONTENT } from "./thinking-seal.ts";

export type AnswerBlock =
  | { type: "text"; text: string; citations?: null }
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "redacted_thinking"; data: string }
  | { type: "tool_use"; id: string; name: string; input: unknown; caller?: { type: "direct" } };

export interface ContentWish {
  scenario: Scenario;
  /** "none": the request has thinking off, and a model then shows none. */
  thinking: "shown" | "omitted" | "none";
  /** Fields that only the newest shape has. */
  complete: boolean;
  toolIdPrefix: string;
  sign(thinking: string): string;
}

/** The blocks of a scenario as content of a message. */
export function buildContent(wish: ContentWish): AnswerBlock[] {
  return (wish.scenario.blocks ?? []).flatMap((block) => buildBlock(block, wish));
}

function buildBlock(block: ScenarioBlock, wish: ContentWish): AnswerBlock[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text, ...(wish.complete ? { citations: null } : {}) }];
    case "reasoning": {
      if (wish.thinking === "none") return [];
      if (block.redacted === true) return [{ type: "redacted_thinking", data: wish.sign(REDACTED_CONTENT) }];
      const thinking = wish.thinking === "omitted" ? "" : block.text;
      return [{ type: "thinking", thinking, signature: wish.sign(thinking) }];
    }
    default:
      return [
        {
          type: "tool_use",
          id: block.id ?? createId(wish.toolIdPrefix, 22),
          name: block.name,
          input: wish.scenario.delivery?.toolArguments === "empty" ? {} : block.input,
          ...(wish.complete ? { caller: { type: "direct" } } : {}),
        },
      ];
  }
}

/** What a scenario's answer ends with when it does not say. */
export function stopReasonOf(scenario: Scenario): string {
  const calls = (scenario.blocks ?? []).some((block) => block.type === "tool_call");
  return scenario.stopReason ?? (calls ? "tool_use" : "end_turn");
}
