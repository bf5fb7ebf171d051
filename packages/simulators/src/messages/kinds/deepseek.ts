import type { Dialect, DialectContext, DialectFactory, ErrorWish, Exchange, JsonAnswer } from "../../engine/dialect.ts";
import { createId } from "../../engine/create-id.ts";
import { isAccepted, readCredential } from "../../engine/read-credential.ts";
import { createPrefixCache } from "../answer/prefix-cache.ts";
import { createGeneration } from "../create-generation.ts";
import { readModelName } from "../read-model-name.ts";
import { wordMessagesError } from "../word-error.ts";

/**
 * DeepSeek's Messages endpoint, /anthropic/v1/messages.
 * Source: api-docs.deepseek.com/guides/anthropic_api (which fields count, how models are mapped), …/guides/thinking_mode
 * (thinking of tool turns comes back), …/quick_start/error_codes; read 2026-11.
 */
export const createDeepSeekMessages: DialectFactory = (context) => ({ dialects: [createMessages(context)] });

function createMessages(context: DialectContext): Dialect {
  return {
    name: "messages",
    method: "POST",
    path: /^\/anthropic\/v1\/messages$/,
    wordError,
    check: (exchange) => admit(context, exchange) ?? inspect(exchange),
    generation: createGeneration(
      {
        modelOf: readModelName,
        answerModelOf: (exchange) => mapModel(readModelName(exchange)) ?? "",
        ownerOf: (exchange) => `${readCredential(exchange.headers)} ${mapModel(readModelName(exchange))}`,
        isComplete: () => false,
        thinkingOf: (exchange) => (isThinking(bodyOf(exchange)) ? "shown" : "none"),
        // Its signature is an id that nobody checks.
        sign: () => createId("", 32),
        messageIdPrefix: "",
        toolIdPrefix: "call_00_",
        comment: " keep-alive",
      },
      createPrefixCache(context.now, context.promptCacheMs),
    ),
  };
}

interface Body {
  model?: unknown;
  max_tokens?: unknown;
  messages?: { role?: unknown; content?: unknown }[];
  thinking?: { type?: unknown } | null;
}

function bodyOf(exchange: Exchange): Body {
  return typeof exchange.json === "object" && exchange.json !== null ? exchange.json : {};
}

const MODELS = ["deepseek-v4-pro", "deepseek-flash", "deepseek-v4-flash", "deepseek-v4-flash-vision-exp"];

/** Names of Claude models are mapped; any other that is not its own is refused. */
function mapModel(name: string): string | undefined {
  if (MODELS.includes(name)) return name;
  if (name.startsWith("claude-opus")) return "deepseek-v4-pro";
  return name.startsWith("claude") ? "deepseek-flash" : undefined;
}

/** Thinking is on unless it is switched off. */
function isThinking(body: Body): boolean {
  return body.thinking?.type !== "disabled";
}

function admit(context: DialectContext, exchange: Exchange): JsonAnswer | undefined {
  return isAccepted(readCredential(exchange.headers), context.credentials)
    ? undefined
    : wordError({ status: 401 }, exchange);
}

function inspect(exchange: Exchange): JsonAnswer | undefined {
  const message = findProblem(exchange);
  return message === undefined ? undefined : wordError({ status: 400, message }, exchange);
}

const DESERIALIZE = "Failed to deserialize the JSON body into the target type: ";

function findProblem(exchange: Exchange): string | undefined {
  if (exchange.jsonError !== undefined) return `Failed to parse the request body as JSON: ${exchange.jsonError}`;
  const body = bodyOf(exchange);
  for (const field of ["model", "max_tokens", "messages"] as const) {
    if (body[field] === undefined) return `${DESERIALIZE}missing field \`${field}\``;
  }
  if (!Array.isArray(body.messages) || body.messages.length === 0) return "Empty input messages";
  if (mapModel(readModelName(exchange)) === undefined) {
    return `The supported API model names are deepseek-v4-pro or deepseek-flash, but you passed ${readModelName(exchange)}.`;
  }
  return findBadMessage(body.messages) ?? findUnansweredCall(body.messages) ?? findLostThinking(body);
}

/** Content types that its compatibility table calls supported. */
const CONTENT: ReadonlySet<unknown> = new Set([
  "text",
  "thinking",
  "tool_use",
  "tool_result",
  "server_tool_use",
  "web_search_tool_result",
]);
const RESULT_CONTENT: ReadonlySet<unknown> = new Set(["text"]);

function findBadMessage(messages: NonNullable<Body["messages"]>): string | undefined {
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "user" && role !== "assistant") {
      return `${DESERIALIZE}messages[${index}].role: unknown variant \`${String(role)}\`, expected \`user\` or \`assistant\``;
    }
    const problem = findBadBlock(blocksOf(content), `messages[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findBadBlock(blocks: readonly Block[], place: string): string | undefined {
  const bad = blocks.find((block) => !CONTENT.has(block.type));
  const results = blocks.filter((block) => block.type === "tool_result");
  const badInside = results
    .flatMap((block) => blocksOf(block.content))
    .find((block) => !RESULT_CONTENT.has(block.type));
  const type = bad?.type ?? badInside?.type;
  return type === undefined
    ? undefined
    : `${DESERIALIZE}${place}: unknown variant \`${type}\`, expected one of \`text\`, \`tool_use\`, \`tool_result\``;
}

interface Block {
  type: string;
  id?: string;
  tool_use_id?: string;
  content?: unknown;
}

function blocksOf(content: unknown): Block[] {
  return Array.isArray(content) ? (content as Block[]) : [];
}

function findUnansweredCall(messages: NonNullable<Body["messages"]>): string | undefined {
  for (const [index, { role, content }] of messages.entries()) {
    const calls = role === "assistant" ? blocksOf(content).filter((block) => block.type === "tool_use") : [];
    const answers = new Set(blocksOf(messages[index + 1]?.content).map((block) => block.tool_use_id));
    const missing = calls.filter((call) => !answers.has(call.id));
    if (missing.length === 0) continue;
    const ids = missing.map((call) => call.id).join(", ");
    return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}.`;
  }
  return undefined;
}

/** While it thinks, every turn of its own that called tools has to come back with the thinking. */
function findLostThinking(body: Body): string | undefined {
  if (!isThinking(body)) return undefined;
  const lost = (body.messages ?? []).some(({ role, content }) => {
    const types = role === "assistant" ? blocksOf(content).map((block) => block.type) : [];
    return types.includes("tool_use") && !types.includes("thinking");
  });
  return lost ? "The `content[].thinking` in the thinking mode must be passed back to the API." : undefined;
}

const MESSAGES: Readonly<Record<number, string>> = {
  401: "Authentication Fails (governor)",
  402: "Insufficient Balance",
  429: "Rate limit reached",
  500: "Internal server error",
  503: "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.",
};

function wordError(wish: ErrorWish, _exchange: Exchange): JsonAnswer {
  const message = wish.message ?? MESSAGES[wish.status];
  return wordMessagesError({ ...wish, ...(message === undefined ? {} : { message }) }, undefined);
}
