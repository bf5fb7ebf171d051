import type {
  Message,
  MessageDeltaEvent,
  MessageUsage,
  StopReason,
  TextBlock,
  TokenUsage,
  ToolUseBlock,
} from "@switchyard/wire";
import { toMessageUsage, USAGE_COST_FIELD, USAGE_ESTIMATED_FIELD } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";

/** The version of the Messages API from which on every field is present, null where there is nothing to tell. */
const FULL_SHAPE = "2026-10-21";

export interface Ending {
  stopReason: StopReason;
  stopSequence: string | null;
  /** What the model or its filter said when it refused. */
  explanation: string | null;
}

export function newMessage(context: AnswerContext, usage: TokenUsage): Message {
  return {
    id: context.messageId,
    type: "message",
    role: "assistant",
    model: context.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    ...(isFull(context) ? { stop_details: null, container: null, diagnostics: null } : {}),
    usage: {
      ...toMessageUsage(usage),
      service_tier: null,
      ...(isFull(context) ? { server_tool_use: null, inference_geo: null, speed: null } : {}),
      ...extras(usage),
    },
  };
}

export function newMessageDelta(context: AnswerContext, ending: Ending, usage: TokenUsage): MessageDeltaEvent {
  const isRefusal = ending.stopReason === "refusal";
  const details = isRefusal ? { type: "refusal", category: null, explanation: ending.explanation } : null;
  return {
    type: "message_delta",
    delta: {
      stop_reason: ending.stopReason,
      stop_sequence: ending.stopSequence,
      ...(isFull(context) || isRefusal ? { stop_details: details } : {}),
      ...(isFull(context) ? { container: null } : {}),
    },
    usage: {
      ...toMessageUsage(usage),
      ...(isFull(context) ? { server_tool_use: null } : {}),
      ...extras(usage),
    },
  };
}

export function newText(context: AnswerContext): TextBlock {
  return isFull(context) ? { type: "text", text: "", citations: null } : { type: "text", text: "" };
}

export function newToolUse(context: AnswerContext, id: string, name: string): ToolUseBlock {
  const block: ToolUseBlock = { type: "tool_use", id, name, input: {} };
  return isFull(context) ? Object.assign(block, { caller: { type: "direct" } }) : block;
}

function extras(usage: TokenUsage): Partial<MessageUsage> {
  return {
    ...(usage.reportedCostNanoDollars === undefined ? {} : { [USAGE_COST_FIELD]: usage.reportedCostNanoDollars }),
    ...(usage.estimated ? { [USAGE_ESTIMATED_FIELD]: true } : {}),
  };
}

function isFull(context: AnswerContext): boolean {
  return context.apiVersion >= FULL_SHAPE;
}
