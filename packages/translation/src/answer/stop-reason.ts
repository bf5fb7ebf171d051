import type { StopReason } from "@switchyard/wire";

export interface MappedStopReason {
  unified: StopReason;
  /** The upstream's own word. */
  raw: string;
  /** True where the word says that the model or its server failed, so that the answer is none. */
  isFailure: boolean;
}

/** Every word that an upstream is known to use, in lower case. */
const REASONS: ReadonlyMap<string, StopReason> = new Map<string, StopReason>([
  ["stop", "end_turn"],
  ["end_turn", "end_turn"],
  ["eos", "end_turn"],
  ["eos_token", "end_turn"],
  ["completed", "end_turn"],
  ["stop_sequence", "stop_sequence"],
  ["length", "max_tokens"],
  ["max_tokens", "max_tokens"],
  ["max_output_tokens", "max_tokens"],
  ["tool_calls", "tool_use"],
  ["tool_use", "tool_use"],
  ["function_call", "tool_use"],
  ["content_filter", "refusal"],
  ["refusal", "refusal"],
  ["sensitive", "refusal"],
  ["model_length", "model_context_window_exceeded"],
  ["context_length", "model_context_window_exceeded"],
  ["model_context_window_exceeded", "model_context_window_exceeded"],
  ["pause_turn", "pause_turn"],
  // Gemini (ai.google.dev/api/generate-content#FinishReason)
  ["safety", "refusal"],
  ["recitation", "refusal"],
  ["language", "refusal"],
  ["blocklist", "refusal"],
  ["prohibited_content", "refusal"],
  ["spii", "refusal"],
  ["image_safety", "refusal"],
]);

/** Words that say that there is no answer: the call was not well formed, or the server gave up. */
const FAILURES: ReadonlySet<string> = new Set([
  "error",
  "network_error",
  "abort",
  "cancelled",
  "insufficient_system_resource",
  "malformed_function_call",
  "malformed_response",
  "unexpected_tool_call",
  "missing_thought_signature",
]);

/**
 * Total: an unknown word is an end like any other, with the word kept. Gemini's OpenAI endpoint may put a
 * class before its word: "function_call_filter: MALFORMED_FUNCTION_CALL".
 */
export function mapStopReason(raw: string): MappedStopReason {
  const [first = "", second] = raw.toLowerCase().split(/:\s*/u);
  const word = second ?? first;
  return { unified: REASONS.get(word) ?? REASONS.get(first) ?? "end_turn", raw, isFailure: FAILURES.has(word) };
}
