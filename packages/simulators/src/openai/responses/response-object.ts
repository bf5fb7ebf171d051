import type { Exchange } from "../../engine/dialect.ts";
import { createdAt } from "../chat/build-chat-answer.ts";
import type { OpenAiModel } from "../openai-models.ts";
import type { UsageFigures } from "../usage-figures.ts";
import type { ResponsesRequest } from "./responses-request.ts";

type Fields = Record<string, unknown>;

export interface ResponseState {
  id: string;
  status: "in_progress" | "completed" | "incomplete" | "failed";
  output: readonly unknown[];
  usage: Fields | null;
  error?: Fields;
  incompleteReason?: string;
  completedAt?: number;
}

/**
 * A response as it stands, with the fields of recorded answers in their order (github.com/vercel/ai, packages/openai
 * and packages/azure test fixtures, 2026-08).
 */
export function buildResponseObject(
  exchange: Exchange,
  model: OpenAiModel,
  state: ResponseState,
  vendorFields: Fields,
): Fields {
  const request = exchange.json as ResponsesRequest;
  return {
    id: state.id,
    object: "response",
    created_at: createdAt(exchange),
    status: state.status,
    background: false,
    ...(state.completedAt === undefined ? {} : { completed_at: state.completedAt }),
    ...vendorFields,
    error: state.error ?? null,
    incomplete_details: state.incompleteReason === undefined ? null : { reason: state.incompleteReason },
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    max_tool_calls: request["max_tool_calls"] ?? null,
    model: model.snapshot,
    output: state.output,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    prompt_cache_key: request["prompt_cache_key"] ?? null,
    prompt_cache_retention: request["prompt_cache_retention"] ?? null,
    reasoning: {
      effort: request.reasoning?.effort ?? (model.efforts.length > 0 ? model.defaultEffort : null),
      summary: request.reasoning?.summary ?? null,
    },
    safety_identifier: request["safety_identifier"] ?? null,
    service_tier: state.status === "in_progress" ? "auto" : "default",
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: request.text?.format ?? { type: "text" }, verbosity: request.text?.verbosity ?? "medium" },
    tool_choice: request.tool_choice ?? "auto",
    tools: (request.tools ?? []).map(echoTool),
    top_logprobs: request["top_logprobs"] ?? 0,
    top_p: request.top_p ?? 1,
    truncation: request["truncation"] ?? "disabled",
    usage: state.usage,
    user: request["user"] ?? null,
    metadata: request["metadata"] ?? {},
  };
}

function echoTool(tool: Fields): Fields {
  return tool["type"] === "function" ? { ...tool, description: tool["description"] ?? null } : tool;
}

export function wordResponsesUsage(usage: UsageFigures): Fields {
  return {
    input_tokens: usage.input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  };
}

/** How a stop reason ends a response. */
export function endingOf(stopReason: string): Pick<ResponseState, "status" | "incompleteReason"> {
  if (stopReason === "max_tokens" || stopReason === "model_context_window_exceeded") {
    return { status: "incomplete", incompleteReason: "max_output_tokens" };
  }
  if (stopReason === "refusal") return { status: "incomplete", incompleteReason: "content_filter" };
  return { status: "completed" };
}
