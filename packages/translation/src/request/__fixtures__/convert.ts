import type { ContentBlock, MessageParam, MessagesRequest } from "@switchyard/wire";

import type { ConvertedRequest, TranslationContext, TranslationTarget } from "../../contract.ts";
import { convertRequest } from "../convert-request.ts";
import { CONTEXT, OPENAI_CHAT } from "./targets.ts";

/** Freezes all the way down: a conversion that writes into its input throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}

/** Converts a frozen request that says "hi" unless the overrides say otherwise. */
export function convert(
  overrides: Record<string, unknown>,
  target: TranslationTarget = OPENAI_CHAT,
  context: Partial<TranslationContext> = {},
): ConvertedRequest {
  const request = { model: "claude-opus-5-5", max_tokens: 1000, messages: [{ role: "user", content: "hi" }], ...overrides };
  return convertRequest(deepFreeze(request) as MessagesRequest, deepFreeze(target), { ...CONTEXT, ...context });
}

/** The body's messages after the given ones were converted. */
export function chatMessagesOf(messages: unknown[], target: TranslationTarget = OPENAI_CHAT): Record<string, unknown>[] {
  return convert({ messages }, target).body["messages"] as Record<string, unknown>[];
}

export function inputOf(messages: unknown[], target: TranslationTarget): Record<string, unknown>[] {
  return convert({ messages }, target).body["input"] as Record<string, unknown>[];
}

export function codesOf(converted: ConvertedRequest): string[] {
  return converted.warnings.map(({ code }) => code);
}

export function user(...content: unknown[]): MessageParam {
  return { role: "user", content: content.map(asBlock) };
}

export function assistant(...content: unknown[]): MessageParam {
  return { role: "assistant", content: content.map(asBlock) };
}

function asBlock(content: unknown): ContentBlock {
  return (typeof content === "string" ? { type: "text", text: content } : content) as ContentBlock;
}

export function call(id: string, name = "Bash", input: unknown = {}): ContentBlock {
  return { type: "tool_use", id, name, input };
}

export function result(id: string, content?: unknown, more: Record<string, unknown> = {}): ContentBlock {
  return { type: "tool_result", tool_use_id: id, ...(content === undefined ? {} : { content }), ...more } as ContentBlock;
}

export const TOOL = { name: "Bash", description: "Runs.", input_schema: { type: "object", properties: { command: { type: "string" } } } };
