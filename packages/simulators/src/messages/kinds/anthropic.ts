import { createId } from "../../engine/create-id.ts";
import type { Dialect, DialectContext, DialectFactory, Exchange, JsonAnswer } from "../../engine/dialect.ts";
import { createRateMeter } from "../../engine/rate-meter.ts";
import type { RateMeter } from "../../engine/rate-meter.ts";
import { isAccepted, readCredential } from "../../engine/read-credential.ts";
import { createPrefixCache } from "../answer/prefix-cache.ts";
import { createThinkingSeal } from "../answer/thinking-seal.ts";
import { CLAUDE_MODELS, familyOf, findClaudeModel } from "../claude-models.ts";
import type { ClaudeModel } from "../claude-models.ts";
import { createGeneration } from "../create-generation.ts";
import { countInput, inspectRequest } from "../inspect-request.ts";
import type { InspectionOptions } from "../inspect-request.ts";
import { checkLimits } from "../checks/check-limits.ts";
import { rateLimitHeaders, refuseByRate } from "../rate-limit-headers.ts";
import { readBetas, readVersion, wordUnexpectedBetas } from "../read-headers.ts";
import { COUNT_TOKENS_REQUEST, MESSAGES_REQUEST } from "../shape/request-schema.ts";
import { readModelName } from "../read-model-name.ts";
import { thinkingModeOf } from "../thinking-mode.ts";
import { wordMessagesError } from "../word-error.ts";

/**
 * api.anthropic.com: /v1/messages, /v1/messages/count_tokens, /v1/models.
 * Source: platform.claude.com/docs/en/api/{messages,messages-count-tokens,models-list,versioning,rate-limits}, read 2026-11.
 */
export const createAnthropic: DialectFactory = (context) => {
  const meter = createRateMeter(context.limits, context.now);
  return {
    dialects: [
      createMessages(context, meter),
      createCountTokens(context),
      createModelList(context),
      createModel(context),
    ],
    requestIdHeader: "request-id",
    createRequestId: () => createId("req_011", 21),
    notFound: (exchange) => refuse(exchange, 404, "Not found"),
  };
};

function refuse(exchange: Exchange, status: number, message?: string): JsonAnswer {
  return wordMessagesError({ status, ...(message === undefined ? {} : { message }) }, exchange.requestId);
}

function createMessages(context: DialectContext, meter: RateMeter): Dialect {
  const seal = createThinkingSeal(context.signatureSecret, context.kind);
  const generation = createGeneration(
    {
      modelOf: readModelName,
      answerModelOf: (exchange) => findClaudeModel(readModelName(exchange))?.id ?? readModelName(exchange),
      ownerOf: (exchange) => `${credentialOf(exchange)} ${readModelName(exchange)}`,
      isComplete: (exchange) => readVersion(exchange) === "2026-10-21",
      thinkingOf: (exchange) => thinkingModeOf(exchange, findClaudeModel(readModelName(exchange))),
      sign: (exchange, thinking) => seal.sign(familyOf(readModelName(exchange)), thinking),
      messageIdPrefix: "msg_01",
      toolIdPrefix: "toolu_01",
      headers: (exchange) => rateLimitHeaders(meter.read(credentialOf(exchange))),
      onUsage: (exchange, usage) =>
        // Cached reads do not count against the input limit (rate-limits page).
        meter.spend(credentialOf(exchange), {
          requests: 1,
          inputTokens: usage.uncached + usage.cacheWrite5m + usage.cacheWrite1h,
          outputTokens: usage.output,
        }),
    },
    createPrefixCache(context.now, context.promptCacheMs),
  );
  return {
    name: "messages",
    method: "POST",
    path: /^\/v1\/messages$/,
    wordError: (error, exchange) => wordMessagesError(error, exchange.requestId),
    check: (exchange) =>
      admit(context, exchange) ??
      (context.enforceLimits ? refuseByRate(meter, credentialOf(exchange), exchange.requestId) : undefined) ??
      inspect(exchange, { seal, schema: MESSAGES_REQUEST }),
    generation,
  };
}

function createCountTokens(context: DialectContext): Dialect {
  const seal = createThinkingSeal(context.signatureSecret, context.kind);
  return {
    name: "count_tokens",
    method: "POST",
    path: /^\/v1\/messages\/count_tokens$/,
    wordError: (error, exchange) => wordMessagesError(error, exchange.requestId),
    // There is no max_tokens to hold against a limit, and an over-long prompt may be counted.
    check: (exchange) =>
      admit(context, exchange) ?? inspect(exchange, { seal, schema: COUNT_TOKENS_REQUEST, without: [checkLimits] }),
    respond: (exchange) => ({ status: 200, body: { input_tokens: countInput(exchange.json as object) } }),
  };
}

function inspect(
  exchange: Exchange,
  options: Pick<InspectionOptions, "schema" | "seal" | "without">,
): JsonAnswer | undefined {
  const problem = inspectRequest(exchange, {
    ...options,
    version: readVersion(exchange) ?? "2023-06-01",
    betas: readBetas(exchange),
    platform: "anthropic",
    findModel: findClaudeModel,
  });
  return problem === undefined ? undefined : refuse(exchange, problem.status, problem.message);
}

/** Credential, version and betas; the same for every endpoint. */
function admit(context: DialectContext, exchange: Exchange): JsonAnswer | undefined {
  const credential = readCredential(exchange.headers);
  if (credential === undefined) return refuse(exchange, 401, "x-api-key header is required");
  if (!isAccepted(credential, context.credentials)) {
    const isBearer = exchange.headers["authorization"] !== undefined;
    return refuse(exchange, 401, isBearer ? "Invalid bearer token" : "invalid x-api-key");
  }
  const version = exchange.headers["anthropic-version"];
  if (version === undefined) return refuse(exchange, 400, "anthropic-version: header is required");
  if (readVersion(exchange) === undefined)
    return refuse(exchange, 400, `anthropic-version: "${version}" is not a valid version`);
  // New betas keep coming, so any that has the form of one is let through: a name and a date.
  const malformed = [...readBetas(exchange)].filter((beta) => !/^[a-z0-9-]+-\d{4}-?\d{2}-?\d{2}$/.test(beta));
  return malformed.length === 0 ? undefined : refuse(exchange, 400, wordUnexpectedBetas(malformed));
}

function credentialOf(exchange: Exchange): string {
  return readCredential(exchange.headers) ?? "";
}

function createModelList(context: DialectContext): Dialect {
  return {
    name: "models",
    method: "GET",
    path: /^\/v1\/models$/,
    wordError: (error, exchange) => wordMessagesError(error, exchange.requestId),
    check: (exchange) => admit(context, exchange),
    respond({ query }) {
      const limit = Math.min(1_000, Number(query.get("limit") ?? 20));
      const after = CLAUDE_MODELS.findIndex((model) => model.id === query.get("after_id"));
      const page = CLAUDE_MODELS.slice(after + 1, after + 1 + limit);
      const body = {
        data: page.map(toModelInfo),
        has_more: after + 1 + limit < CLAUDE_MODELS.length,
        first_id: page[0]?.id ?? null,
        last_id: page.at(-1)?.id ?? null,
      };
      return { status: 200, body };
    },
  };
}

function createModel(context: DialectContext): Dialect {
  return {
    name: "model",
    method: "GET",
    path: /^\/v1\/models\/(?<model>[^/]+)$/,
    wordError: (error, exchange) => wordMessagesError(error, exchange.requestId),
    check: (exchange) => admit(context, exchange),
    respond(exchange) {
      const name = exchange.parameters["model"] ?? "";
      const model = findClaudeModel(name);
      return model === undefined ? refuse(exchange, 404, `model: ${name}`) : { status: 200, body: toModelInfo(model) };
    },
  };
}

function toModelInfo(model: ClaudeModel): Record<string, unknown> {
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt,
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutput,
    line: familyOf(model.id),
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    capabilities: null,
  };
}
