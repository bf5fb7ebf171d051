/**
 * Chat completions as upstreams really send them: every field may be absent, null or of another type, so
 * each is looked at before it is used. Shapes of the published API plus the extensions of those that imitate it.
 */
export interface ChatChunk {
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
  x_groq?: { usage?: unknown } | null;
}

export interface ChatChoice {
  index?: unknown;
  delta?: unknown;
  /** Of an answer that is not streamed. */
  message?: unknown;
  finish_reason?: unknown;
  native_finish_reason?: unknown;
  /** vLLM: the stop string, or the id of the stop token. */
  stop_reason?: unknown;
  /** SGLang: the same. */
  matched_stop?: unknown;
  usage?: unknown;
  error?: unknown;
}

export interface ChatDelta {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  reasoning_text?: unknown;
  reasoning_details?: unknown;
  tool_calls?: unknown;
  function_call?: unknown;
  extra_content?: unknown;
}

export interface ChatToolCallDelta {
  index?: unknown;
  id?: unknown;
  function?: { name?: unknown; arguments?: unknown } | null;
  extra_content?: unknown;
}
