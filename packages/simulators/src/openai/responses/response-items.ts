import type { Scenario, ScenarioBlock } from "../../scenario.ts";
import type { Identifiers } from "../identifiers.ts";
import type { SealedReasoning } from "./sealed-reasoning.ts";

/** One output item of an answer, finished. */
export type OutputItem = MessageItem | ReasoningItem | CallItem;

export interface MessageItem {
  id: string;
  type: "message";
  status: "completed" | "incomplete";
  content: { type: "output_text"; annotations: unknown[]; logprobs: unknown[]; text: string }[];
  role: "assistant";
}

export interface ReasoningItem {
  id: string;
  type: "reasoning";
  encrypted_content?: string;
  summary: { type: "summary_text"; text: string }[];
}

export interface CallItem {
  id: string;
  type: "function_call";
  status: "completed" | "incomplete";
  arguments: string;
  call_id: string;
  name: string;
}

export interface ItemOptions {
  ids: Identifiers;
  sealed: SealedReasoning;
  /** The request asked for encrypted reasoning. */
  encrypted: boolean;
  /** The request asked for summaries. */
  summaries: boolean;
}

/** The output items of a scenario's answer. Text that stands together is one message with one part. */
export function buildOutputItems(scenario: Scenario, options: ItemOptions): OutputItem[] {
  return (scenario.blocks ?? []).map((block, index) => {
    // The ids of OpenAI's items share what stands behind their prefix with the response.
    const tail = options.ids.hex(`item ${index}`, 48);
    if (block.type === "text") return messageItem(`msg_${tail}`, block.text);
    if (block.type === "reasoning") return reasoningItem(`rs_${tail}`, block, options);
    return callItem(`fc_${tail}`, block, options.ids.alphanumeric(`call ${index}`, 24));
  });
}

function messageItem(id: string, text: string): MessageItem {
  return {
    id,
    type: "message",
    status: "completed",
    content: [{ type: "output_text", annotations: [], logprobs: [], text }],
    role: "assistant",
  };
}

function reasoningItem(
  id: string,
  block: Extract<ScenarioBlock, { type: "reasoning" }>,
  options: ItemOptions,
): ReasoningItem {
  const shown = options.summaries && block.redacted !== true && block.text !== "";
  return {
    id,
    type: "reasoning",
    ...(options.encrypted ? { encrypted_content: options.sealed.seal(id, block.text) } : {}),
    summary: shown ? [{ type: "summary_text", text: block.text }] : [],
  };
}

function callItem(id: string, block: Extract<ScenarioBlock, { type: "tool_call" }>, callId: string): CallItem {
  return {
    id,
    type: "function_call",
    status: "completed",
    arguments: typeof block.input === "string" ? block.input : JSON.stringify(block.input ?? {}),
    call_id: block.id ?? `call_${callId}`,
    name: block.name,
  };
}
