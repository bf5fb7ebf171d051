import type { Message, StreamEvent, Warning } from "@switchyard/wire";

import type { MarkedThinking, ThinkingPayload } from "./thinking-signature.ts";

/** Who issued a thinking block: an upstream can only take back what it issued itself. */
export interface ThinkingIssuer {
  provider: string;
  /** The upstream's own model id. */
  model: string;
  /** Hash of the credential's account, hex. Never the credential. */
  account: string;
}

/**
 * What a target can do and how it wants to be asked: plain data from the catalogue and the provider's
 * quirks, so that translation never branches on a provider's name.
 */
export interface TranslationTarget {
  dialect: "chat" | "responses";
  issuer: ThinkingIssuer;
  /** The upstream's own model id, goes into the body. */
  model: string;
  /** Tokens; absent: unknown, nothing is clamped. */
  maxOutputTokens?: number;
  contextWindow?: number;
  /** Which field carries the output limit on chat completions. */
  outputTokensField: "max_tokens" | "max_completion_tokens";
  systemRole: "system" | "developer";
  /** Sampling parameters (temperature, top_p): always taken, never, or only while reasoning is off. */
  sampling: "always" | "never" | "without_reasoning";
  /** Target takes top_k. */
  topK: boolean;
  /** How reasoning is asked for. */
  reasoningControl:
    | "none" // no control, nothing is sent
    | "effort" // reasoning_effort, or reasoning.effort on Responses
    | "openrouter" // reasoning: {effort | max_tokens | enabled}
    | "thinking_type" // thinking: {type: enabled | disabled} (DeepSeek, Doubao)
    | "gemini_effort"; // reasoning_effort, or extra_body.google.thinking_config for a budget
  /** The effort values the target takes, in rising order; what is not among them becomes the nearest. */
  efforts: readonly string[];
  /** Largest reasoning budget in tokens, where one can be given. Absent: unknown, nothing is clamped. */
  maxReasoningBudget?: number;
  /** True when the model cannot be asked not to reason. */
  reasoningAlwaysOn: boolean;
  /** How its own reasoning is given back to it. */
  reasoningHistory: "none" | "reasoning_content" | "reasoning_details" | "thought_signature" | "encrypted";
  /**
   * What a target demands instead of reasoning where another model made the calls, if it takes reasoning back as
   * `reasoning_details`: the documented stand-in for a thought signature, or a text. Default: it demands nothing.
   */
  reasoningStandIn?: "signature" | "text";
  /**
   * On chat completions, tools together with an effort other than "none" are refused. Where `efforts` has no
   * "none", tools are then refused altogether.
   */
  toolsExcludeEffort: boolean;
  /** A tool choice that leaves none to the model: always taken, only while reasoning is off, or never. Default: always. */
  forcedToolChoice?: "always" | "without_reasoning" | "never";
  images: boolean;
  /** How documents can be given: as a file part, as text only, or not at all. */
  documents: "file" | "text_only" | "none";
  /** On chat completions, a file part may hold a URL (OpenAI's own refuses it). Default: false. Responses always can. */
  documentUrls?: boolean;
  toolSchema: "json_schema" | "openapi_subset";
  maxToolNameLength: number;
  /** Longest description of a tool, in characters. Absent: there is no limit. */
  maxToolDescriptionLength?: number;
  /**
   * What an id of a tool call may look like. Default: letters, digits, "_" and "-", at most 40 characters on
   * chat completions and 64 on Responses.
   */
  toolCallIds?: { maxLength: number; anyCharacters: boolean };
  /** Target takes the field parallel_tool_calls. */
  parallelToolCalls: boolean;
  /** Most stop sequences it takes; 0: the field is refused. */
  maxStopSequences: number;
  promptCache: "none" | "key" | "markers";
  /** Target takes stream_options.include_usage. */
  streamUsage: boolean;
  /** Target takes response_format / text.format with a JSON schema. */
  structuredOutput: boolean;
  /** Target takes the field user (chat) or safety_identifier. */
  user: boolean;
  /** Fields merged last into the body (models.yaml's extra_body). */
  extraBody?: Readonly<Record<string, unknown>>;
}

/** What a translator needs to know of the request besides its body. */
export interface TranslationContext {
  /** "msg_…", the id of the answer. */
  messageId: string;
  /** What the answer's `model` says. */
  model: string;
  /** Estimate of the input in tokens, for message_start while the upstream has not reported. */
  estimatedInputTokens: number;
  /** Session and agent, for prompt cache keys; absent: none is sent. */
  sessionId?: string;
  agentId?: string;
  apiVersion: string;
  /**
   * Thinking that was kept aside when the call was answered, because the client had thinking off, by the
   * client's tool-use id (see `toolUseIdsOf`). Absent: none is known.
   */
  recallThinking?: (toolUseId: string) => MarkedThinking | undefined;
}

/** Client name of a tool ⇄ the name the upstream was given. */
export interface ToolNames {
  toUpstream(name: string): string;
  toClient(name: string): string;
}

/** A request ready to be sent; keep it until the answer is translated. */
export interface ConvertedRequest {
  body: Record<string, unknown>;
  warnings: Warning[];
  /** What the answer's translator needs from the request. */
  answerContext: AnswerContext;
}

export interface AnswerContext extends TranslationContext {
  target: TranslationTarget;
  toolNames: ToolNames;
  stopSequences: readonly string[];
  /** False when the client has thinking off: reasoning text is then left out, signatures that a target needs back still travel. */
  wantsThinking: boolean;
  /** True when the client asked for thinking with display "omitted". */
  omitsThinkingText: boolean;
}

/** Turns the parsed JSON of an upstream's chunks into events of the Messages API. One per answer. */
export interface StreamTranslator {
  /**
   * One parsed event of the upstream. message_start comes with the first output; a failure before it is
   * thrown as GatewayError, a later one is an `error` event, after which nothing more is returned.
   */
  push(chunk: unknown): StreamEvent[];
  /** The upstream's stream ended: completes the message, or says as above that it was cut off or had no content. */
  end(): StreamEvent[];
  /**
   * After the end: what the upstream needs back with which tool call (by tool_use id), while the client has
   * thinking off. To be kept together with the target's issuer.
   */
  sidecar?(): Record<string, ThinkingPayload>;
  /** After the end: what of the answer could not be told as it was. */
  warnings?(): Warning[];
}

export type TranslateAnswer = (answer: unknown, context: AnswerContext) => Message;
