/**
 * The Messages API as clients send and read it. Lenient where the API grows: every object may carry
 * fields that are not named here, and block types are an open list.
 */
import type { MessageUsage } from "./usage.ts";

export interface CacheControl {
  type: "ephemeral";
  ttl?: "5m" | "1h";
}

export interface TextBlock {
  type: "text";
  text: string;
  cache_control?: CacheControl | null;
  citations?: unknown[] | null;
}

export type ImageSource =
  | { type: "base64"; media_type: string; data: string }
  | { type: "url"; url: string }
  | { type: "file"; file_id: string };

export interface ImageBlock {
  type: "image";
  source: ImageSource;
  cache_control?: CacheControl | null;
}

export type DocumentSource =
  | { type: "base64"; media_type: string; data: string }
  | { type: "text"; media_type: string; data: string }
  | { type: "url"; url: string }
  | { type: "content"; content: string | ContentBlock[] }
  | { type: "file"; file_id: string };

export interface DocumentBlock {
  type: "document";
  source: DocumentSource;
  title?: string | null;
  context?: string | null;
  cache_control?: CacheControl | null;
}

export interface ThinkingBlock {
  type: "thinking";
  thinking: string;
  signature: string;
}

export interface RedactedThinkingBlock {
  type: "redacted_thinking";
  data: string;
}

export interface ToolUseBlock {
  type: "tool_use";
  id: string;
  name: string;
  input: unknown;
  cache_control?: CacheControl | null;
}

export interface ToolResultBlock {
  type: "tool_result";
  tool_use_id: string;
  content?: string | ContentBlock[];
  is_error?: boolean;
  cache_control?: CacheControl | null;
}

export interface ToolReferenceBlock {
  type: "tool_reference";
  tool_name: string;
}

export interface ToolAdditionBlock {
  type: "tool_addition";
  [field: string]: unknown;
}

export interface ToolRemovalBlock {
  type: "tool_removal";
  [field: string]: unknown;
}

/** A block type that this project does not know. Named in errors, passed on where the target may know it. */
export interface UnknownBlock {
  type: string;
  [field: string]: unknown;
}

export type ContentBlock =
  | TextBlock
  | ImageBlock
  | DocumentBlock
  | ThinkingBlock
  | RedactedThinkingBlock
  | ToolUseBlock
  | ToolResultBlock
  | ToolReferenceBlock
  | ToolAdditionBlock
  | ToolRemovalBlock;

export interface MessageParam {
  role: "user" | "assistant" | "system";
  content: string | ContentBlock[];
}

export interface ToolDefinition {
  name: string;
  /** Absent or "custom": a client tool. Anything else: a tool that the API executes. */
  type?: string;
  description?: string;
  input_schema?: Record<string, unknown>;
  defer_loading?: boolean;
  strict?: boolean;
  cache_control?: CacheControl | null;
  [field: string]: unknown;
}

export type ToolChoice =
  | { type: "auto"; disable_parallel_tool_use?: boolean }
  | { type: "any"; disable_parallel_tool_use?: boolean }
  | { type: "tool"; name: string; disable_parallel_tool_use?: boolean }
  | { type: "none" };

export type ThinkingParam =
  | { type: "enabled"; budget_tokens: number; display?: string }
  | { type: "adaptive"; display?: string }
  | { type: "between_tools"; display?: string }
  | { type: "disabled" };

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

export interface MessagesRequest {
  model: string;
  max_tokens: number;
  messages: MessageParam[];
  system?: string | TextBlock[];
  stream?: boolean;
  tools?: ToolDefinition[];
  tool_choice?: ToolChoice;
  thinking?: ThinkingParam;
  output_config?: { effort?: Effort | (string & {}); format?: Record<string, unknown>; [field: string]: unknown };
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  metadata?: { user_id?: string | null; [field: string]: unknown };
  context_management?: Record<string, unknown>;
  [field: string]: unknown;
}

export type StopReason =
  | "end_turn"
  | "max_tokens"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal"
  | "model_context_window_exceeded";

/** An answer that is not streamed, and the `message` of message_start. */
export interface Message {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: (ContentBlock | UnknownBlock)[];
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  usage: MessageUsage;
  [field: string]: unknown;
}

export interface CountTokensAnswer {
  input_tokens: number;
}

export const API_VERSIONS = ["2023-06-01", "2026-10-21"] as const;
export type ApiVersion = (typeof API_VERSIONS)[number];
