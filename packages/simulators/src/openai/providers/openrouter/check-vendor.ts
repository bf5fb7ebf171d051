import type { ChatMessage, ChatRequest } from "../../chat/chat-request.ts";
import { checkConversation } from "../../chat/check-conversation.ts";
import { toolsAtTheirPlaces } from "../../chat/check-parameters.ts";
import { checkTools } from "../../check-tools.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { describeGeminiError, invalidArgument } from "../gemini/gemini-errors.ts";
import { findUnsignedCall, missingSignature } from "../gemini/thought-signatures.ts";
import { lacksReasoning } from "../deepseek/reasoning-content.ts";
import { wordOpenAiProblem } from "../openai/openai-errors.ts";
import { providerError } from "./openrouter-errors.ts";
import { vendorOf, type OpenRouterModel } from "./openrouter-models.ts";
import { areDetailsValid, detailsOf, type ReasoningVoice } from "./reasoning-details.ts";
import { isReasoningOn } from "./reasoning-wish.ts";

type VendorCheck = (request: ChatRequest, model: OpenRouterModel, voice: ReasoningVoice) => RequestProblem | undefined;

const CHECKS: Readonly<Record<string, VendorCheck>> = {
  openai: checkOpenAi,
  google: checkGoogle,
  anthropic: checkAnthropic,
  deepseek: checkDeepSeek,
};

/** The host of the model, in its own words, which OpenRouter passes on. */
export function checkVendor(
  request: ChatRequest,
  model: OpenRouterModel,
  voice: ReasoningVoice,
): RequestProblem | undefined {
  return CHECKS[vendorOf(model.id)]?.(request, model, voice);
}

function checkOpenAi(request: ChatRequest, model: OpenRouterModel, voice: ReasoningVoice): RequestProblem | undefined {
  const problem = firstProblem([
    () => checkTools(toolsAtTheirPlaces(request)),
    () => checkConversation(request.messages.map(withPlainResult)),
  ]);
  if (problem !== undefined) return providerError(model.id, wordOpenAiProblem(problem).body);
  const foreign = findForeign(request, model, voice, new Set());
  if (foreign === undefined) return undefined;
  const id = detailsOf(foreign).find((detail) => detail.type === "reasoning.encrypted")?.id ?? "";
  return providerError(
    model.id,
    wordOpenAiProblem({
      status: 400,
      code: "invalid_encrypted_content",
      message: `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    }).body,
  );
}

/** OpenRouter turns pictures in results into what the vendor takes. */
function withPlainResult(message: ChatMessage): ChatMessage {
  return message.role === "tool" ? { ...message, content: "result" } : message;
}

/** One entry per step, or the documented stand-in: github.com/RooCodeInc/Roo-Code/pull/10640, seen 2026-11. */
const GOOGLE_BYPASSES = new Set(["skip_thought_signature_validator"]);

/** Wordings: github.com/massgen/MassGen/issues/665 and github.com/LibreChat-AI/agents/issues/37, seen 2026-11. */
function checkGoogle(request: ChatRequest, model: OpenRouterModel, voice: ReasoningVoice): RequestProblem | undefined {
  if (findForeign(request, model, voice, GOOGLE_BYPASSES) !== undefined) {
    return providerError(model.id, describeGeminiError(invalidArgument("Corrupted thought signature.")));
  }
  if (model.id.startsWith("google/gemini-2")) return undefined;
  const unsigned = findUnsignedCall(request.messages, (call, message) =>
    detailsOf(message).some((detail) => detail.type === "reasoning.encrypted" && detail.id === call.id),
  );
  if (unsigned === undefined) return undefined;
  const upstream = JSON.stringify(describeGeminiError(missingSignature(unsigned.name, unsigned.position)), null, 2);
  return providerError(
    model.id,
    `Gemini models require OpenRouter reasoning details to be preserved in each request. Please refer to our docs: https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks. Upstream error: ${upstream}\n`,
  );
}

/** Wording: github.com/anthropics/claude-code/issues/10627, seen 2026-11. */
function checkAnthropic(
  request: ChatRequest,
  model: OpenRouterModel,
  voice: ReasoningVoice,
): RequestProblem | undefined {
  const foreign = findForeign(request, model, voice, new Set());
  if (foreign === undefined) return undefined;
  const index = request.messages.filter((message) => message.role !== "system").indexOf(foreign);
  return providerError(model.id, {
    type: "error",
    error: {
      type: "invalid_request_error",
      message: `messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`,
    },
  });
}

/** github.com/danny-avila/LibreChat/issues/13366, seen 2026-11. */
function checkDeepSeek(request: ChatRequest, model: OpenRouterModel): RequestProblem | undefined {
  if (!isReasoningOn(request)) return undefined;
  const isLacking = lacksReasoning(
    request.messages,
    (message) =>
      [message["reasoning"], message["reasoning_content"]].some((text) => typeof text === "string" && text !== "") ||
      detailsOf(message).length > 0,
  );
  if (!isLacking) return undefined;
  return providerError(model.id, {
    error: {
      message: "The `reasoning_content` in the thinking mode must be passed back to the API.",
      type: "invalid_request_error",
      param: null,
      code: "invalid_request_error",
    },
  });
}

function findForeign(
  request: ChatRequest,
  model: OpenRouterModel,
  voice: ReasoningVoice,
  bypasses: ReadonlySet<string>,
): ChatMessage | undefined {
  const sealed = voice.sealedFor(model.id);
  return request.messages.find((message) => !areDetailsValid(message, sealed, bypasses));
}
