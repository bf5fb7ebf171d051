import { errorTypeOfStatus } from "@switchyard/wire";
import type {
  Dialect,
  DialectContext,
  DialectFactory,
  ErrorWish,
  Exchange,
  Frame,
  JsonAnswer,
} from "../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../engine/read-credential.ts";
import { createPrefixCache } from "../answer/prefix-cache.ts";
import { createThinkingSeal } from "../answer/thinking-seal.ts";
import type { ThinkingSeal } from "../answer/thinking-seal.ts";
import { checkBetas } from "../checks/check-betas.ts";
import { familyOf, findClaudeModel } from "../claude-models.ts";
import type { ClaudeModel } from "../claude-models.ts";
import { createGeneration } from "../create-generation.ts";
import { inspectRequest } from "../inspect-request.ts";
import { readBetas } from "../read-headers.ts";
import { MESSAGES_REQUEST } from "../shape/request-schema.ts";
import { readModelName } from "../read-model-name.ts";
import { thinkingModeOf } from "../thinking-mode.ts";

/**
 * OpenRouter's Messages endpoint, /api/v1/messages.
 * Source: github.com/OpenRouterTeam/typescript-sdk .speakeasy/in.openapi.yaml (path /messages, AnthropicMessagesErrorResponse,
 * MessagesResult) and openrouter.ai/docs/guides/guides/claude-code-integration, read 2026-11.
 */
export const createOpenRouterMessages: DialectFactory = (context) => ({
  dialects: [createMessages(context)],
  basePath: "/api/v1",
});

/** Unknown fields are stripped, not refused; several of its own stand beside the Messages API's. */
const REQUEST = MESSAGES_REQUEST.strip();

/** Dollars per million tokens, for the reported cost. */
const PRICE = { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 } as const;

function createMessages(context: DialectContext): Dialect {
  const seal = createThinkingSeal(context.signatureSecret, "openrouter");
  const generation = createGeneration(
    {
      modelOf: readModelName,
      ownerOf: (exchange) => `${readCredential(exchange.headers)} ${readModelName(exchange)}`,
      isComplete: () => true,
      thinkingOf: (exchange) => thinkingModeOf(exchange, findModel(readModelName(exchange))),
      sign: (exchange, thinking) => seal.sign(familyOf(readModelName(exchange)), thinking),
      messageIdPrefix: "gen-",
      toolIdPrefix: "toolu_01",
      decorateMessage: (message) => ({ ...message, provider: "Anthropic" }),
      decorateUsage: (usage, figures) => {
        const cost =
          (figures.uncached * PRICE.input +
            figures.output * PRICE.output +
            figures.cacheRead * PRICE.cacheRead +
            (figures.cacheWrite5m + figures.cacheWrite1h) * PRICE.cacheWrite) /
          1_000_000;
        return { ...usage, cost, is_byok: false, cost_details: { upstream_inference_cost: null } };
      },
      errorFrames: wordErrorFrames,
      comment: " OPENROUTER PROCESSING",
    },
    createPrefixCache(context.now, context.promptCacheMs),
  );
  return {
    name: "messages",
    method: "POST",
    path: /^\/api\/v1\/messages$/,
    wordError,
    check: (exchange) => admit(context, exchange) ?? inspect(exchange, seal),
    generation,
  };
}

/** Its ids are `vendor/model`, with a dot in the version and perhaps a variant after a colon. */
function findModel(name: string): ClaudeModel | undefined {
  return name.startsWith("anthropic/")
    ? findClaudeModel(name.slice("anthropic/".length).replace(/:.*$/, ""))
    : undefined;
}

function admit(context: DialectContext, exchange: Exchange): JsonAnswer | undefined {
  const credential = readCredential(exchange.headers);
  if (isAccepted(credential, context.credentials)) return undefined;
  return wordError(
    { status: 401, message: credential === undefined ? "No auth credentials found" : "User not found." },
    exchange,
  );
}

/** Claude models are held to Claude's rules; betas are the upstream's matter, and other vendors' models follow their own. */
function inspect(exchange: Exchange, seal: ThinkingSeal): JsonAnswer | undefined {
  const name = (exchange.json as { model?: unknown } | undefined)?.model;
  if (typeof name === "string" && !/^~?[a-z0-9-]+\/[a-z0-9._:-]+$/i.test(name)) {
    return wordError({ status: 400, message: `${name} is not a valid model ID` }, exchange);
  }
  if (typeof name === "string" && !name.startsWith("anthropic/")) return inspectShape(exchange);
  const problem = inspectRequest(exchange, {
    schema: REQUEST,
    version: "2023-06-01",
    betas: readBetas(exchange),
    platform: "anthropic",
    seal,
    findModel,
    without: [checkBetas],
  });
  if (problem === undefined) return undefined;
  return wordError(
    { status: problem.status, message: problem.status === 404 ? "Model not found" : problem.message },
    exchange,
  );
}

function inspectShape(exchange: Exchange): JsonAnswer | undefined {
  const parsed = REQUEST.safeParse(exchange.json);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  return wordError(
    { status: 400, message: `Invalid request: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}` },
    exchange,
  );
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Invalid request",
  401: "Invalid API key",
  402: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
  403: "Only management keys can perform this operation",
  404: "Model not found",
  413: "Request entity too large",
  429: "Rate limit exceeded",
  500: "Internal server error",
  503: "Service temporarily overloaded",
  529: "Provider is temporarily overloaded",
};

function wordError(wish: ErrorWish, _exchange?: Exchange): JsonAnswer {
  const type = wish.type ?? errorTypeOfStatus(wish.status);
  const message = wish.message ?? MESSAGES[wish.status] ?? "Provider returned error";
  return { status: wish.status, body: { type: "error", error: { type, message }, request_id: null } };
}

function wordErrorFrames(wish: ErrorWish): Frame[] {
  return [{ event: "error", data: JSON.stringify(wordError(wish).body) }];
}
