/** Parts of requests, and requests that are right but for what a test changes. */
export const user = (content: unknown): unknown => ({ role: "user", content });
export const assistant = (content: unknown): unknown => ({ role: "assistant", content });
export const text = (words: string): unknown => ({ type: "text", text: words });
export const call = (id: string, name = "Look"): unknown => ({ type: "tool_use", id, name, input: {} });
export const result = (id: string, content: unknown = "ok"): unknown => ({
  type: "tool_result",
  tool_use_id: id,
  content,
});
export const tool = (name: string, more: object = {}): unknown => ({ name, input_schema: { type: "object" }, ...more });
export const short = { type: "ephemeral" };
export const long = { type: "ephemeral", ttl: "1h" };

export const BASE = { model: "claude-opus-5", max_tokens: 4_000, messages: [user("hi")] };
export const OLDER = { ...BASE, model: "claude-sonnet-4-5" };
export const SEARCH = { "anthropic-beta": "advanced-tool-use-2025-11-20" };

/** A body that is wrong in one way, and what the API says to it: always a 400 `invalid_request_error`. */
export type RefusalCase = [
  fact: string,
  body: object,
  message: string | RegExp,
  headers?: Record<string, string | undefined>,
];
