import { createId } from "../../engine/create-id.ts";
import type { Dialect, DialectContext, DialectFactory, ErrorWish, Exchange, JsonAnswer } from "../../engine/dialect.ts";
import { createRateMeter } from "../../engine/rate-meter.ts";
import type { RateMeter } from "../../engine/rate-meter.ts";
import { isAccepted, readCredential } from "../../engine/read-credential.ts";
import { createPrefixCache } from "../answer/prefix-cache.ts";
import { createThinkingSeal } from "../answer/thinking-seal.ts";
import { checkLimits } from "../checks/check-limits.ts";
import { familyOf, findClaudeModel } from "../claude-models.ts";
import { createGeneration } from "../create-generation.ts";
import { countInput, inspectRequest } from "../inspect-request.ts";
import type { InspectionOptions } from "../inspect-request.ts";
import { readBetas, wordUnexpectedBetas } from "../read-headers.ts";
import { COUNT_TOKENS_REQUEST, MESSAGES_REQUEST } from "../shape/request-schema.ts";
import { thinkingModeOf } from "../thinking-mode.ts";
import { wordMessagesError } from "../word-error.ts";
import { wordGoogleError } from "../word-google-error.ts";

/**
 * Claude on Google Vertex AI: rawPredict, streamRawPredict, count-tokens.
 * Sources: docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude and …/count-tokens,
 * platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai; rejected betas as in QuantumNous/new-api issue 2975,
 * anthropics/claude-code issue 12429 and BerriAI/litellm pull request 39597; read 2026-11.
 */
export const createVertex: DialectFactory = (context) => {
  const meter = createRateMeter(context.limits, context.now);
  return {
    dialects: [createCountTokens(context), createPredict(context, meter)],
    createRequestId: () => createId("req_vrtx_011", 21),
    requestIdHeader: "request-id",
    notFound: () => ({ status: 404, headers: { "content-type": "text/html; charset=UTF-8" }, body: NOT_FOUND_PAGE }),
  };
};

const NOT_FOUND_PAGE =
  "<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n  <p><b>404.</b> <ins>That’s an error.</ins>\n";

const PARENT = String.raw`^/v1/projects/(?<project>[^/]+)/locations/(?<location>[^/]+)/publishers/anthropic/models/`;

// Among them what Claude Code 2.1.329 sends to Vertex of its own accord, recorded 2026-11.
const MESSAGES_BETAS: ReadonlySet<string> = new Set([
  "claude-code-20250219",
  "compact-2026-01-12",
  "computer-use-2025-01-24",
  "computer-use-2025-11-24",
  "context-1m-2025-08-07",
  "context-management-2025-06-27",
  "effort-2025-11-24",
  "fine-grained-tool-streaming-2025-05-14",
  "interleaved-thinking-2025-05-14",
  "thinking-token-count-2026-05-13",
  "token-efficient-tools-2025-02-19",
  "tool-search-tool-2025-10-19",
  "web-search-2025-03-05",
]);

const COUNT_TOKENS_BETAS: ReadonlySet<string> = new Set([
  "claude-code-20250219",
  "context-management-2025-06-27",
  "effort-2025-11-24",
  "interleaved-thinking-2025-05-14",
]);

function createPredict(context: DialectContext, meter: RateMeter): Dialect {
  const seal = createThinkingSeal(context.signatureSecret, context.kind);
  const generation = createGeneration(
    {
      modelOf,
      // The answer names the model without Google's way of writing the date.
      answerModelOf: (exchange) => modelOf(exchange).replace("@", "-"),
      ownerOf: (exchange) =>
        `${exchange.parameters["project"]} ${exchange.parameters["location"]} ${modelOf(exchange)}`,
      isComplete: () => false,
      thinkingOf: (exchange) => thinkingModeOf(exchange, findClaudeModel(modelOf(exchange))),
      sign: (exchange, thinking) => seal.sign(familyOf(modelOf(exchange)), thinking),
      messageIdPrefix: "msg_vrtx_01",
      toolIdPrefix: "toolu_vrtx_01",
      onUsage: (exchange, usage) =>
        meter.spend(quotaOf(exchange), {
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
    path: new RegExp(`${PARENT}(?<model>[^/:]+):(?<verb>rawPredict|streamRawPredict)$`),
    wordError: wordVertexError,
    check: (exchange) =>
      admit(context, exchange) ??
      (context.enforceLimits ? refuseByQuota(meter, exchange) : undefined) ??
      checkEnvelope(exchange) ??
      refuseBetas(exchange, MESSAGES_BETAS) ??
      inspect(exchange, { seal, schema: PREDICT_REQUEST, implied: { model: modelOf(exchange) } }),
    generation,
  };
}

function modelOf(exchange: Exchange): string {
  return exchange.parameters["model"] ?? "";
}

/** Two fields of Google's own stand in the body beside the Messages API's. */
const PREDICT_REQUEST = MESSAGES_REQUEST.extend({
  anthropic_version: MESSAGES_REQUEST.shape.model,
  anthropic_beta: MESSAGES_REQUEST.shape.stop_sequences,
});
const COUNT_REQUEST = COUNT_TOKENS_REQUEST.extend({
  anthropic_version: MESSAGES_REQUEST.shape.model.optional(),
  anthropic_beta: MESSAGES_REQUEST.shape.stop_sequences,
});

function createCountTokens(context: DialectContext): Dialect {
  const seal = createThinkingSeal(context.signatureSecret, context.kind);
  return {
    name: "count_tokens",
    method: "POST",
    path: new RegExp(`${PARENT}count-tokens:rawPredict$`),
    wordError: wordVertexError,
    check: (exchange) =>
      admit(context, exchange) ??
      refuseBetas(exchange, COUNT_TOKENS_BETAS) ??
      inspect(exchange, { seal, schema: COUNT_REQUEST, without: [checkLimits] }),
    respond: (exchange) => ({ status: 200, body: { input_tokens: countInput(exchange.json as object) } }),
  };
}

/** The quota that a request draws on is shared by the models of a lineage, per endpoint. */
function quotaOf({ parameters }: Exchange): string {
  return `${parameters["project"]} ${parameters["location"]} ${familyOf(parameters["model"] ?? "")}`;
}

function refuseByQuota(meter: RateMeter, exchange: Exchange): JsonAnswer | undefined {
  return meter.exhausted(quotaOf(exchange)) === undefined ? undefined : wordGoogleError({ status: 429 }, exchange);
}

function admit(context: DialectContext, exchange: Exchange): JsonAnswer | undefined {
  const token = readCredential(exchange.headers, []);
  if (token === undefined) {
    const message =
      "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid " +
      "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
    return wordGoogleError({ status: 401, message }, exchange);
  }
  if (!isAccepted(token, context.credentials)) return wordGoogleError({ status: 401 }, exchange);
  const model = exchange.parameters["model"];
  return model === undefined || findClaudeModel(model) !== undefined
    ? undefined
    : wordGoogleError({ status: 404 }, exchange);
}

function refuseWith(exchange: Exchange, message: string): JsonAnswer {
  return wordMessagesError({ status: 400, message }, exchange.requestId);
}

/** What Google's endpoint asks of the body beyond the Messages API. The stream's wording is this simulator's own. */
function checkEnvelope(exchange: Exchange): JsonAnswer | undefined {
  const body = exchange.json;
  if (typeof body !== "object" || body === null) return undefined;
  const { anthropic_version: version, stream } = body as { anthropic_version?: unknown; stream?: unknown };
  if (version === undefined) return refuseWith(exchange, "anthropic_version: Field required");
  if (version !== "vertex-2023-10-16")
    return refuseWith(exchange, "anthropic_version: Input should be 'vertex-2023-10-16'");
  if ("model" in body) return refuseWith(exchange, "model: Extra inputs are not permitted");
  const wantsStream = exchange.parameters["verb"] === "streamRawPredict";
  if (wantsStream === (stream === true)) return undefined;
  return refuseWith(exchange, `stream: Input should be ${wantsStream} for ${exchange.parameters["verb"]}`);
}

function betasOf(exchange: Exchange): ReadonlySet<string> {
  const inBody = (exchange.json as { anthropic_beta?: unknown } | undefined)?.anthropic_beta;
  return new Set([...readBetas(exchange), ...(Array.isArray(inBody) ? inBody.map(String) : [])]);
}

function refuseBetas(exchange: Exchange, allowed: ReadonlySet<string>): JsonAnswer | undefined {
  const unexpected = [...betasOf(exchange)].filter((beta) => !allowed.has(beta));
  return unexpected.length === 0 ? undefined : refuseWith(exchange, wordUnexpectedBetas(unexpected));
}

function inspect(
  exchange: Exchange,
  options: Pick<InspectionOptions, "schema" | "seal" | "without" | "implied">,
): JsonAnswer | undefined {
  const problem = inspectRequest(exchange, {
    ...options,
    version: "2023-06-01",
    betas: betasOf(exchange),
    platform: "vertex",
    findModel: findClaudeModel,
  });
  if (problem === undefined) return undefined;
  return wordMessagesError({ status: problem.status, message: problem.message }, exchange.requestId);
}

/** Google words what its own layers refuse; what reaches the model's server is worded as Anthropic does. */
function wordVertexError(error: ErrorWish, exchange: Exchange): JsonAnswer {
  return [401, 403, 404, 429, 500, 503].includes(error.status) && error.type === undefined
    ? wordGoogleError(error, exchange)
    : wordMessagesError(error, exchange.requestId);
}
