import type { MessagesRequest, ToolDefinition } from "@switchyard/wire";

import type { ToolNames, TranslationContext, TranslationTarget } from "../contract.ts";
import type { TextPart, Turn } from "./conversation.ts";
import type { ReasoningPlan } from "./plan-reasoning.ts";
import type { Choice } from "./tool-fields.ts";
import type { Warnings } from "./warnings.ts";

/** A request, read once, from which either dialect's body is put together. */
export interface RequestParts {
  request: MessagesRequest;
  target: TranslationTarget;
  context: TranslationContext;
  warnings: Warnings;
  toolNames: ToolNames;
  offered: readonly ToolDefinition[];
  system: readonly TextPart[];
  turns: readonly Turn[];
  /** As it is sent. */
  toolChoice: Choice | undefined;
  /** The output limit that is sent, in tokens. */
  maxTokens: number;
  reasoning: ReasoningPlan;
  stopSequences: readonly string[];
  wantsThinkingText: boolean;
}
