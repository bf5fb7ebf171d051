import { keepMarkers, NO_MARKERS } from "./cache-markers.ts";
import { chatMessages } from "./chat-messages.ts";
import { outputSchema, promptCacheKey, samplingFields, userKey } from "./request-options.ts";
import { chatReasoningFields } from "./reasoning-fields.ts";
import type { RequestParts } from "./request-parts.ts";
import { outputFormat } from "./output-format.ts";
import type { FunctionFields } from "./tool-fields.ts";
import { functionFields, parallelFields } from "./tool-fields.ts";

/** The body of POST /chat/completions (platform.openai.com/docs/api-reference/chat/create). */
export function chatBody(parts: RequestParts): Record<string, unknown> {
  const { request, target, reasoning, warnings } = parts;
  const markers = target.promptCache === "markers" ? keepMarkers(parts.system, parts.turns) : NO_MARKERS;
  const body: Record<string, unknown> = {
    model: target.model,
    messages: chatMessages(parts.system, parts.turns, { target, markers, reasoningOn: reasoning.on }),
    [target.outputTokensField]: parts.maxTokens,
    ...toolFields(parts),
    ...chatReasoningFields(reasoning, target),
    ...samplingFields(request, target, reasoning.on, warnings),
  };
  if (request.stream === true) {
    body["stream"] = true;
    if (target.streamUsage) body["stream_options"] = { include_usage: true };
  }
  if (parts.stopSequences.length > 0) body["stop"] = parts.stopSequences;
  const schema = outputSchema(request, target, warnings);
  if (schema !== undefined)
    body["response_format"] = { type: "json_schema", json_schema: outputFormat(schema, target) };
  const user = target.user ? userKey(request) : undefined;
  if (user !== undefined) body["user"] = user;
  const cacheKey = target.promptCache === "key" ? promptCacheKey(parts.context) : undefined;
  if (cacheKey !== undefined) body["prompt_cache_key"] = cacheKey;
  return body;
}

function toolFields({
  request,
  target,
  offered,
  toolNames,
  toolChoice: choice,
  warnings,
}: RequestParts): Record<string, unknown> {
  if (offered.length === 0) return {};
  const fields: Record<string, unknown> = {
    tools: offered.map((tool) => ({
      type: "function",
      function: withoutFalse(functionFields(tool, target, toolNames, warnings)),
    })),
  };
  if (choice !== undefined)
    fields["tool_choice"] = typeof choice === "string" ? choice : { type: "function", function: choice };
  return { ...fields, ...parallelFields(request.tool_choice, target, warnings) };
}

/** false is what is meant without the field, and not every target knows it. */
function withoutFalse({ strict, ...fields }: FunctionFields): Record<string, unknown> {
  return strict ? { ...fields, strict } : fields;
}
