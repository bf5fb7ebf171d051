import { z } from "zod";
import type { DialectContext, Exchange } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { partsOf, type ChatRequest } from "../../chat/chat-request.ts";
import { createChatSchema } from "../../chat/chat-schema.ts";
import { estimateInputTokens } from "../../input-tokens.ts";
import { badRequest, firstProblem, type RequestProblem } from "../../problem.ts";
import { checkVendor } from "./check-vendor.ts";
import { notEnoughCredits } from "./openrouter-errors.ts";
import type { OpenRouterModel } from "./openrouter-models.ts";
import { REASONING_DETAIL, type ReasoningVoice } from "./reasoning-details.ts";
import { reasoningOf } from "./reasoning-wish.ts";

export interface OpenRouterCheckDeps {
  context: DialectContext;
  models: ReadonlyMap<string, OpenRouterModel>;
  reasoning: ReasoningVoice;
}

const CACHE_CONTROL = z.looseObject({ type: z.literal("ephemeral"), ttl: z.enum(["5m", "1h"]).optional() }).optional();
const EFFORT = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

/** OpenRouter's request: openrouter.ai/docs/api-reference/overview, seen 2026-11. What it does not know it ignores. */
const SCHEMA = createChatSchema({
  unknownFields: "ignore",
  extension: {
    body: {
      // Some vendors take their own efforts and lists; the fields that OpenAI bounds are bounded by the host.
      reasoning_effort: EFFORT.nullish(),
      reasoning: z
        .looseObject({
          effort: EFFORT.nullish(),
          max_tokens: z.int().min(0).nullish(),
          exclude: z.boolean().optional(),
          enabled: z.boolean().nullish(),
        })
        .nullish(),
      provider: z.looseObject({}).nullish(),
      models: z.array(z.string()).optional(),
      top_k: z.int().min(0).nullish(),
    },
    assistant: {
      reasoning: z.string().nullish(),
      reasoning_content: z.string().nullish(),
      reasoning_details: z.array(REASONING_DETAIL).nullish(),
    },
    part: { cache_control: CACHE_CONTROL },
    tool: { cache_control: CACHE_CONTROL },
  },
});

/** OpenRouter, and then the host that the model runs on. */
export function checkOpenRouter(exchange: Exchange, deps: OpenRouterCheckDeps): RequestProblem | undefined {
  return firstProblem([
    () => checkOpenRouterKey(exchange, deps.context),
    () => checkObject(exchange),
    () => checkModel(exchange, deps),
    () => checkShape(exchange.json),
    () => checkReasoning(exchange.json as ChatRequest),
    () => checkWithModel(exchange, deps),
  ]);
}

/** github.com/continuedev/continue/issues/10153 (none), github.com/RooCodeInc/Roo-Code/issues/2445 (wrong), seen 2026-11. */
export function checkOpenRouterKey(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const key = readCredential(exchange.headers, []);
  if (key === undefined) return { status: 401, message: "No cookie auth credentials found" };
  return isAccepted(key, context.credentials) ? undefined : { status: 401, message: "User not found." };
}

function checkObject(exchange: Exchange): RequestProblem | undefined {
  const { json } = exchange;
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return undefined;
  return badRequest("Invalid JSON in request body");
}

/** github.com/maxnowack/anthropic-proxy/issues/4, seen 2026-11. */
function checkModel(exchange: Exchange, { models }: OpenRouterCheckDeps): RequestProblem | undefined {
  const { model } = exchange.json as { model?: unknown };
  if (typeof model !== "string" || model === "") return badRequest("No models provided");
  return models.has(model) ? undefined : badRequest(`${model} is not a valid model ID`);
}

/** Findings of its schema as they are: github.com/2389-research/tracker/issues/114, seen 2026-11. */
function checkShape(body: unknown): RequestProblem | undefined {
  const { error } = SCHEMA.safeParse(body);
  return error === undefined ? undefined : badRequest(JSON.stringify(error.issues, null, 2));
}

/** github.com/omeryasirkucuk/amx/pull/66, seen 2026-11. */
function checkReasoning(request: ChatRequest): RequestProblem | undefined {
  const { effort, max_tokens: budget } = reasoningOf(request);
  if ((effort ?? null) === null || (budget ?? null) === null) return undefined;
  return badRequest('Only one of "reasoning.effort" and "reasoning.max_tokens" can be specified');
}

function checkWithModel(exchange: Exchange, deps: OpenRouterCheckDeps): RequestProblem | undefined {
  const request = exchange.json as ChatRequest;
  const model = deps.models.get(request.model);
  if (model === undefined) return undefined;
  return firstProblem([
    () => checkAbilities(request, model),
    () => checkCredits(request, deps.context),
    () => checkContext(exchange, model),
    () => checkVendor(request, model, deps.reasoning),
  ]);
}

/** openrouter.ai/docs/guides/routing/provider-selection: a model without a host that can is as good as none. */
function checkAbilities(request: ChatRequest, model: OpenRouterModel): RequestProblem | undefined {
  const hasImage = request.messages.some((message) => partsOf(message).some((part) => part.image_url !== undefined));
  if (!hasImage || model.images) return undefined;
  return { status: 404, message: "No endpoints found that support image input" };
}

/** What the limit on output tokens leaves is what the account can pay. */
function checkCredits(request: ChatRequest, context: DialectContext): RequestProblem | undefined {
  if (!context.enforceLimits) return undefined;
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? 65_536;
  const affordable = context.limits.outputTokens;
  return wanted > affordable ? notEnoughCredits(wanted, affordable) : undefined;
}

/** openrouter.ai/docs/guides/features/message-transforms, seen 2026-11. */
function checkContext(exchange: Exchange, model: OpenRouterModel): RequestProblem | undefined {
  const tokens = estimateInputTokens(exchange.request.body);
  if (tokens <= model.contextWindow) return undefined;
  return badRequest(
    `This endpoint's maximum context length is ${model.contextWindow} tokens. However, you requested about ${tokens} tokens (${tokens} of text input). Please reduce the length of either one, or use the "middle-out" transform to compress your prompt automatically.`,
  );
}
