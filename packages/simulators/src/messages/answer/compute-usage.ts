import { estimateTokens } from "../../engine/estimate-tokens.ts";
import type { Scenario } from "../../scenario.ts";
import type { PromptTokens } from "./prefix-cache.ts";

/** The figures of one answer, in disjoint buckets; thinking is a part of output. */
export interface AnswerUsage extends PromptTokens {
  output: number;
  thinking: number;
}

/** The scenario's figures where it has any; else counted by length. A given input without cache figures is all uncached. */
export function computeUsage(scenario: Scenario, counted: PromptTokens): AnswerUsage {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h = 0, reasoning } = scenario.usage ?? {};
  const thinking = reasoning ?? estimateBlocks(scenario, "reasoning");
  const prompt: PromptTokens =
    input === undefined && cacheRead === undefined && cacheWrite === undefined
      ? counted
      : splitInput(input ?? sum(counted), cacheRead ?? 0, { all: cacheWrite ?? 0, hour: cacheWrite1h });
  return {
    ...prompt,
    thinking,
    output: output ?? Math.max(1, thinking + estimateBlocks(scenario, "text") + estimateBlocks(scenario, "tool_call")),
  };
}

function splitInput(input: number, cacheRead: number, write: { all: number; hour: number }): PromptTokens {
  return {
    uncached: Math.max(0, input - cacheRead - write.all),
    cacheRead,
    cacheWrite5m: write.all - write.hour,
    cacheWrite1h: write.hour,
  };
}

function sum({ uncached, cacheRead, cacheWrite5m, cacheWrite1h }: PromptTokens): number {
  return uncached + cacheRead + cacheWrite5m + cacheWrite1h;
}

function estimateBlocks(scenario: Scenario, type: "text" | "reasoning" | "tool_call"): number {
  let tokens = 0;
  for (const block of scenario.blocks ?? []) {
    if (block.type !== type) continue;
    tokens += estimateTokens(block.type === "tool_call" ? block.name + JSON.stringify(block.input) : block.text);
  }
  return tokens;
}

/** `usage` of a message. */
export function toMessageUsage(
  usage: AnswerUsage,
  options: { complete: boolean; output?: number },
): Record<string, unknown> {
  return {
    input_tokens: usage.uncached,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: options.output ?? usage.output,
    ...(options.output === undefined || options.complete
      ? { output_tokens_details: { thinking_tokens: usage.thinking } }
      : {}),
    service_tier: "standard",
    inference_geo: "global",
    ...(options.complete ? { server_tool_use: null, speed: "standard" } : {}),
  };
}

/** `usage` of message_delta: cumulative, input repeated. */
export function toDeltaUsage(usage: AnswerUsage, complete: boolean): Record<string, unknown> {
  return {
    input_tokens: usage.uncached,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.thinking },
    ...(complete ? { server_tool_use: null } : {}),
  };
}
