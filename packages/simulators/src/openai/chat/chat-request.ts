/** A chat completions request as it looks once a dialect's schema has passed it; vendor fields included. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null;
  tools?: ChatTool[] | null;
  tool_choice?: ChatToolChoice | null;
  parallel_tool_calls?: boolean | null;
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  reasoning_effort?: string | null;
  stop?: string | string[] | null;
  [field: string]: unknown;
}

export interface ChatMessage {
  role: "developer" | "system" | "user" | "assistant" | "tool" | "function";
  content?: string | ChatContentPart[] | null;
  name?: string;
  tool_calls?: ChatToolCall[] | null;
  tool_call_id?: string;
  [field: string]: unknown;
}

export interface ChatContentPart {
  type: string;
  text?: string;
  refusal?: string;
  image_url?: { url: string; detail?: string };
  [field: string]: unknown;
}

export interface ChatToolCall {
  id: string;
  type: "function" | "custom";
  function?: { name: string; arguments: string };
  custom?: { name: string; input: string };
  [field: string]: unknown;
}

export interface ChatTool {
  type: "function" | "custom";
  function?: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean | null };
  custom?: { name: string; description?: string };
}

export type ChatToolChoice =
  | "none"
  | "auto"
  | "required"
  | { type: "function"; function: { name: string } }
  | { type: "custom"; custom: { name: string } }
  | { type: "allowed_tools"; allowed_tools: { mode: string; tools: unknown[] } };

/** The text of a message, whatever form its content has. */
export function textOfChatMessage(message: ChatMessage): string {
  const { content } = message;
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? part.refusal ?? "").join("");
}

export function partsOf(message: ChatMessage): readonly ChatContentPart[] {
  return Array.isArray(message.content) ? message.content : [];
}

export function nameOfTool(tool: ChatTool): string {
  return tool.function?.name ?? tool.custom?.name ?? "";
}

export function nameOfCall(call: ChatToolCall): string {
  return call.function?.name ?? call.custom?.name ?? "";
}
