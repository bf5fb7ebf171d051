import { estimateInputTokens } from "../input-tokens.ts";
import { isReasoningModel, type OpenAiModel } from "../openai-models.ts";
import { badRequest, type RequestProblem } from "../problem.ts";

/** What a prompt may count: a reasoning model keeps room for its longest answer. */
export function inputLimitOf(model: OpenAiModel): number {
  return isReasoningModel(model) ? model.contextWindow - model.maxOutputTokens : model.contextWindow;
}

/**
 * A prompt that does not fit. Wordings, seen 2026-11: github.com/cline/cline/issues/5474 (reasoning models),
 * github.com/dimagi/open-chat-studio/issues/463 (others).
 */
export function checkContextLength(bodyText: string, model: OpenAiModel): RequestProblem | undefined {
  const limit = inputLimitOf(model);
  const tokens = estimateInputTokens(bodyText);
  if (tokens <= limit) return undefined;
  const lead = isReasoningModel(model)
    ? `Input tokens exceed the configured limit of ${limit} tokens. Your messages`
    : `This model's maximum context length is ${limit} tokens. However, your messages`;
  return badRequest(
    `${lead} resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    "messages",
    "context_length_exceeded",
  );
}
