import { isReasoningModel, type OpenAiModel } from "../openai-models.ts";
import { checkTools } from "../check-tools.ts";
import { badRequest, firstProblem, quoteList, type RequestProblem } from "../problem.ts";
import { nameOfTool, type ChatRequest } from "./chat-request.ts";

/** OpenAI on parameters beside each other and beside the model. */
export function checkChatParameters(request: ChatRequest, model: OpenAiModel): RequestProblem | undefined {
  return firstProblem([
    () => checkStreamOptions(request),
    () => checkToolParameters(request),
    () => checkTools(toolsAtTheirPlaces(request)),
    () => checkOutputLimit(request, model),
    () => checkEffort(request, model),
    () => checkSampling(request, model),
    () => checkToolsBesideEffort(request, model),
  ]);
}

/** github.com/BerriAI/litellm/issues/5803, seen 2026-11. */
function checkStreamOptions(request: ChatRequest): RequestProblem | undefined {
  if ((request.stream_options ?? null) === null || request.stream === true) return undefined;
  return badRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
}

/** github.com/openai/swarm/issues/30 and github.com/writer/writer-framework/pull/1013, seen 2026-11. */
function checkToolParameters(request: ChatRequest): RequestProblem | undefined {
  const names = (request.tools ?? []).map(nameOfTool);
  for (const field of ["tool_choice", "parallel_tool_calls"] as const) {
    if (names.length > 0 || (request[field] ?? null) === null) continue;
    return badRequest(`Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`, field);
  }
  const chosen = request.tool_choice;
  if (typeof chosen !== "object" || chosen === null || chosen.type !== "function") return undefined;
  if (names.includes(chosen.function.name)) return undefined;
  return badRequest(
    `Invalid value for 'tool_choice': no function named '${chosen.function.name}' was specified in the 'tools' parameter.`,
    "tool_choice",
  );
}

export function toolsAtTheirPlaces(request: ChatRequest) {
  return (request.tools ?? []).map((tool, index) => ({
    name: nameOfTool(tool),
    namePlace: `tools[${index}].${tool.type}.name`,
    parameters: tool.function?.parameters,
    parametersPlace: `tools[${index}].function.parameters`,
    strict: tool.function?.strict === true,
  }));
}

/**
 * `max_tokens` belongs to models that do not reason: the wording is a recorded answer of the API
 * (github.com/vercel/ai, packages/openai test fixtures, 2026-08); too large: github.com/ChatGPTNextWeb/NextChat/issues/3195.
 */
function checkOutputLimit(request: ChatRequest, model: OpenAiModel): RequestProblem | undefined {
  if ((request.max_tokens ?? null) !== null && isReasoningModel(model)) {
    return badRequest(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
      "unsupported_parameter",
    );
  }
  for (const field of ["max_tokens", "max_completion_tokens"] as const) {
    const wanted = request[field] ?? 0;
    if (wanted <= model.maxOutputTokens) continue;
    return badRequest(
      `${field} is too large: ${wanted}. This model supports at most ${model.maxOutputTokens} completion tokens, whereas you provided ${wanted}.`,
      field,
    );
  }
  return undefined;
}

/** github.com/davidmigloz/langchain_dart/issues/712 and github.com/livekit/agents/pull/7169, seen 2026-11. */
function checkEffort(request: ChatRequest, model: OpenAiModel): RequestProblem | undefined {
  const effort = request.reasoning_effort ?? null;
  if (effort === null) return undefined;
  if (!isReasoningModel(model)) return badRequest("Unrecognized request argument supplied: reasoning_effort");
  if (model.efforts.includes(effort)) return undefined;
  return badRequest(
    `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model. Supported values are: ${quoteList(model.efforts)}.`,
    "reasoning_effort",
    "unsupported_value",
  );
}

const DEFAULTS = { temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 } as const;
const NEVER_WHILE_REASONING = ["logprobs", "top_logprobs", "logit_bias", "stop"] as const;

/**
 * Sampling is the business of models that do not reason, or not now (effort "none": github.com/vercel/ai/issues/10932).
 * The two wordings: github.com/johny-b/llmcomp/issues/69 (value) and a recorded answer (parameter; vercel/ai fixtures).
 */
function checkSampling(request: ChatRequest, model: OpenAiModel): RequestProblem | undefined {
  if (!isReasoningModel(model) || (request.reasoning_effort ?? model.defaultEffort) === "none") return undefined;
  for (const [field, only] of Object.entries(DEFAULTS)) {
    const value = request[field] ?? null;
    if (value === null || value === only) continue;
    return model.samplingWording === "value" && field === "temperature"
      ? badRequest(
          `Unsupported value: '${field}' does not support ${JSON.stringify(value)} with this model. Only the default (${only}) value is supported.`,
          field,
          "unsupported_value",
        )
      : unsupportedParameter(field);
  }
  const field = NEVER_WHILE_REASONING.find((name) => (request[name] ?? null) !== null && request[name] !== false);
  return field === undefined ? undefined : unsupportedParameter(field);
}

function unsupportedParameter(field: string): RequestProblem {
  return badRequest(
    `Unsupported parameter: '${field}' is not supported with this model.`,
    field,
    "unsupported_parameter",
  );
}

/**
 * Newer reasoning models leave tools to the Responses API. 5.6 refuses them even without an effort in the request:
 * github.com/BerriAI/litellm/pull/34569; 5.4 and 5.5 only beside one: github.com/pipecat-ai/pipecat/issues/4043.
 */
function checkToolsBesideEffort(request: ChatRequest, model: OpenAiModel): RequestProblem | undefined {
  if ((request.tools ?? []).length === 0 || model.chatTools === "always") return undefined;
  const effort = request.reasoning_effort ?? null;
  if (effort === "none" || (effort === null && model.chatTools === "without_effort")) return undefined;
  const advice =
    model.chatTools === "only_with_none"
      ? "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
      : "Please use /v1/responses instead.";
  return badRequest(
    `Function tools with reasoning_effort are not supported for ${model.id} in /v1/chat/completions. ${advice}`,
    "reasoning_effort",
  );
}
