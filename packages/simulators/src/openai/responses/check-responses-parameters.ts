import { inputLimitOf } from "../chat/check-context.ts";
import { checkTools } from "../check-tools.ts";
import { estimateInputTokens } from "../input-tokens.ts";
import { isReasoningModel, type OpenAiModel } from "../openai-models.ts";
import { badRequest, firstProblem, quoteList, type RequestProblem } from "../problem.ts";
import type { ResponsesRequest } from "./responses-request.ts";

/** OpenAI on the parameters of a Responses request beside each other and beside the model. */
export function checkResponsesParameters(
  request: ResponsesRequest,
  model: OpenAiModel,
  bodyText: string,
): RequestProblem | undefined {
  return firstProblem([
    () => checkStreamOptions(request),
    () => checkTools(toolsAtTheirPlaces(request)),
    () => checkToolChoice(request),
    () => checkEffort(request, model),
    () => checkSampling(request, model),
    () => checkInclude(request, model),
    () => checkOutputLimit(request, model),
    () => checkInputLength(bodyText, model),
  ]);
}

function checkStreamOptions(request: ResponsesRequest): RequestProblem | undefined {
  if ((request.stream_options ?? null) === null || request.stream === true) return undefined;
  return badRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options");
}

function toolsAtTheirPlaces(request: ResponsesRequest) {
  return (request.tools ?? []).flatMap((tool, index) =>
    tool.name === undefined
      ? []
      : [
          {
            name: tool.name,
            namePlace: `tools[${index}].name`,
            parameters: tool.parameters,
            parametersPlace: `tools[${index}].parameters`,
            strict: tool.strict === true,
          },
        ],
  );
}

/** A choice needs what it chooses from. */
function checkToolChoice(request: ResponsesRequest): RequestProblem | undefined {
  const choice = request.tool_choice;
  const tools = request.tools ?? [];
  if (choice === "required" && tools.length === 0) {
    return badRequest("Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice");
  }
  if (typeof choice !== "object" || choice === null) return undefined;
  const { type, name } = choice as { type: string; name?: string };
  if (type === "allowed_tools" || tools.some((tool) => tool.type === type && tool.name === name)) return undefined;
  return badRequest(`Tool choice '${type}' not found in 'tools' parameter.`, "tool_choice");
}

/** github.com/openai/codex/issues/6647, seen 2026-11. */
function checkEffort(request: ResponsesRequest, model: OpenAiModel): RequestProblem | undefined {
  const { effort, summary, generate_summary: generateSummary } = request.reasoning ?? {};
  if (!isReasoningModel(model)) {
    const field = Object.entries({ effort, summary, generate_summary: generateSummary }).find(
      ([, value]) => (value ?? null) !== null,
    )?.[0];
    return field === undefined ? undefined : unsupportedParameter(`reasoning.${field}`, "unsupported_parameter");
  }
  const efforts = [...model.efforts, ...model.responsesEfforts];
  if ((effort ?? null) === null || efforts.includes(effort ?? "")) return undefined;
  return badRequest(
    `Unsupported value: '${effort}' is not supported with the '${model.snapshot}' model. Supported values are: ${quoteList(efforts)}.`,
    "reasoning.effort",
    "unsupported_value",
  );
}

/** The wording is a recorded answer of the API: github.com/vercel/ai, packages/openai test fixtures, 2026-08. */
function checkSampling(request: ResponsesRequest, model: OpenAiModel): RequestProblem | undefined {
  if (!isReasoningModel(model) || (request.reasoning?.effort ?? model.defaultEffort) === "none") return undefined;
  const field = (["temperature", "top_p", "top_logprobs"] as const).find((name) => (request[name] ?? null) !== null);
  return field === undefined ? undefined : unsupportedParameter(field, null);
}

function unsupportedParameter(field: string, code: string | null): RequestProblem {
  return badRequest(`Unsupported parameter: '${field}' is not supported with this model.`, field, code);
}

/** github.com/pydantic/pydantic-ai/issues/3326, seen 2026-11. */
function checkInclude(request: ResponsesRequest, model: OpenAiModel): RequestProblem | undefined {
  const wanted = request.include?.includes("reasoning.encrypted_content") === true;
  if (!wanted || isReasoningModel(model)) return undefined;
  return badRequest("Encrypted content is not supported with this model.", "include");
}

function checkOutputLimit(request: ResponsesRequest, model: OpenAiModel): RequestProblem | undefined {
  const wanted = request.max_output_tokens ?? 0;
  if (wanted <= model.maxOutputTokens) return undefined;
  return badRequest(
    `Invalid 'max_output_tokens': integer above maximum value. Expected a value <= ${model.maxOutputTokens}, but got ${wanted} instead.`,
    "max_output_tokens",
    "integer_above_max_value",
  );
}

/** github.com/openai/codex/issues/20866, seen 2026-11. */
function checkInputLength(bodyText: string, model: OpenAiModel): RequestProblem | undefined {
  if (estimateInputTokens(bodyText) <= inputLimitOf(model)) return undefined;
  return badRequest(
    "Your input exceeds the context window of this model. Please adjust your input and try again.",
    "input",
    "context_length_exceeded",
  );
}
