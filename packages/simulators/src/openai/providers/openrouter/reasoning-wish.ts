import type { ChatRequest } from "../../chat/chat-request.ts";

/** What a request wants of reasoning: openrouter.ai/docs/guides/best-practices/reasoning-tokens, seen 2026-11. */
export interface ReasoningWish {
  effort?: string | null;
  max_tokens?: number | null;
  exclude?: boolean;
  enabled?: boolean | null;
}

export function reasoningOf(request: ChatRequest): ReasoningWish {
  const wish: ReasoningWish = request["reasoning"] ?? {};
  return wish;
}

/** True unless the request switches reasoning off. */
export function isReasoningOn(request: ChatRequest): boolean {
  const { effort, enabled } = reasoningOf(request);
  return enabled !== false && effort !== "none" && request.reasoning_effort !== "none";
}

/** True when reasoning is to be seen in the answer. */
export function isReasoningShown(request: ChatRequest): boolean {
  return isReasoningOn(request) && reasoningOf(request).exclude !== true;
}
