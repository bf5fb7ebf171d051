/**
 * The conversation in neutral form, legal for every OpenAI-shaped target: a turn of tool results stands right
 * after the assistant turn that made the calls and answers each of them. Strings are shared with the request.
 */
import type { CacheControl } from "@switchyard/wire";

import type { ThinkingPayload } from "../thinking-signature.ts";

export interface TextPart {
  kind: "text";
  text: string;
  cache?: CacheControl;
}

export interface ImagePart {
  kind: "image";
  /** http(s) or data URL. */
  url: string;
  cache?: CacheControl;
}

export interface FilePart {
  kind: "file";
  filename: string;
  /** Data URL, or the address of the file. */
  source: { data: string } | { url: string };
  cache?: CacheControl;
}

export type ContentPart = TextPart | ImagePart | FilePart;

export interface CallPart {
  kind: "call";
  /** The id for the upstream, unique in the conversation. */
  id: string;
  clientId: string;
  /** The name for the upstream. */
  name: string;
  /** JSON text. */
  arguments: string;
}

/** Reasoning that this very target issued. */
export interface ReasoningPart {
  kind: "reasoning";
  payload: ThinkingPayload;
  /** The text of the thinking block; empty where the client had it omitted. */
  text: string;
}

export type AssistantPart = TextPart | CallPart | ReasoningPart;

export interface ToolResult {
  call: CallPart;
  parts: ContentPart[];
}

export interface SystemTurn {
  role: "system";
  parts: TextPart[];
}

export interface UserTurn {
  role: "user";
  parts: ContentPart[];
  /** True when it only accompanied tool results: the tool loop goes on. */
  besideResults: boolean;
}

export interface AssistantTurn {
  role: "assistant";
  parts: AssistantPart[];
}

export interface ToolTurn {
  role: "tool";
  results: ToolResult[];
}

export type Turn = SystemTurn | UserTurn | AssistantTurn | ToolTurn;

export function textPart(text: string, cache?: CacheControl | null): TextPart {
  return cache ? { kind: "text", text, cache } : { kind: "text", text };
}
