import { outputFormat } from "./output-format.ts";
import { responsesReasoningFields } from "./reasoning-fields.ts";
import { outputSchema, promptCacheKey, samplingFields, userKey } from "./request-options.ts";
import type { RequestParts } from "./request-parts.ts";
import { responsesInput, textOf } from "./responses-input.ts";
import { functionFields, parallelFields } from "./tool-fields.ts";

const NO_PARAMETERS = Object.freeze({ type: "object", properties: {} });

/**
 * The body of POST /responses (platform.openai.com/docs/api-reference/responses/create). Nothing is stored there:
 * the conversation travels whole, reasoning encrypted.
 */
export function responsesBody(parts: RequestParts): Record<string, unknown> {
  const { request, target, reasoning, warnings } = parts;
  const body: Record<string, unknown> = {
    model: target.model,
    ...(parts.system.length > 0 ? { instructions: textOf(parts.system) } : {}),
    input: responsesInput(parts.turns, target),
    max_output_tokens: parts.maxTokens,
    store: false,
    ...toolFields(parts),
    ...responsesReasoningFields(reasoning, target, parts.wantsThinkingText),
    ...samplingFields(request, target, reasoning.on, warnings),
  };
  if (target.reasoningHistory === "encrypted") body["include"] = ["reasoning.encrypted_content"];
  if (request.stream === true) body["stream"] = true;
  const schema = outputSchema(request, target, warnings);
  if (schema !== undefined) body["text"] = { format: { type: "json_schema", ...outputFormat(schema, target) } };
  const user = target.user ? userKey(request) : undefined;
  if (user !== undefined) body["safety_identifier"] = user;
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
    // strict is on here unless it is told off, and parameters are demanded.
    tools: offered.map((tool) => {
      const { parameters = NO_PARAMETERS, ...rest } = functionFields(tool, target, toolNames, warnings);
      return { type: "function", ...rest, parameters };
    }),
  };
  if (choice !== undefined)
    fields["tool_choice"] = typeof choice === "string" ? choice : { type: "function", ...choice };
  return { ...fields, ...parallelFields(request.tool_choice, target, warnings) };
}
