import { z } from "zod";
import type { DialectContext, Exchange } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { nameOfCall, nameOfTool, partsOf, type ChatMessage, type ChatRequest } from "../../chat/chat-request.ts";
import { createChatSchema } from "../../chat/chat-schema.ts";
import { checkToolName } from "../../check-tools.ts";
import { estimateInputTokens } from "../../input-tokens.ts";
import { badRequest, firstProblem, problemIn, type RequestProblem } from "../../problem.ts";
import { checkShape } from "../../word-issue.ts";
import { checkImageUrl } from "../../check-images.ts";
import type { DeepSeekModel } from "./deepseek-models.ts";
import { lacksReasoning } from "./reasoning-content.ts";

/**
 * DeepSeek's request: api-docs.deepseek.com/api/create-chat-completion, seen 2026-11. It reads what it knows; sampling
 * beside thinking is taken and ignored (…/guides/thinking_mode).
 */
const SCHEMA = createChatSchema({
  unknownFields: "ignore",
  extension: {
    body: {
      thinking: z.looseObject({ type: z.enum(["enabled", "disabled"]) }).nullish(),
      reasoning_effort: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"]).nullish(),
      stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
      response_format: z.looseObject({ type: z.enum(["text", "json_object"]) }).nullish(),
      tools: z
        .array(z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: z.string() }) }))
        .nullish(),
    },
    assistant: { reasoning_content: z.string().nullish(), prefix: z.boolean().nullish() },
  },
});

export interface DeepSeekCheckDeps {
  context: DialectContext;
  models: readonly DeepSeekModel[];
}

export function checkDeepSeek(exchange: Exchange, deps: DeepSeekCheckDeps): RequestProblem | undefined {
  return firstProblem([
    () => checkDeepSeekKey(exchange, deps.context),
    () => checkObject(exchange),
    () => checkModel(exchange, deps),
    () => checkRoles(exchange),
    () => checkPictures(exchange, deps),
    () => checkShape(SCHEMA, exchange.json),
    () => checkWithModel(exchange, deps),
  ]);
}

/** github.com/linshenkx/prompt-optimizer/issues/170 (none), github.com/musistudio/claude-code-router/issues/142 (wrong), seen 2026-11. */
export function checkDeepSeekKey(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const key = readCredential(exchange.headers, []);
  if (isAccepted(key, context.credentials)) return undefined;
  const message =
    key === undefined
      ? "Authentication Fails (auth header format should be Bearer sk-...)"
      : `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`;
  return { status: 401, message, type: "authentication_error" };
}

function checkObject(exchange: Exchange): RequestProblem | undefined {
  const { json } = exchange;
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return undefined;
  return badRequest("Failed to parse the request body as JSON: EOF while parsing a value at line 1 column 0");
}

function checkModel(exchange: Exchange, { models }: DeepSeekCheckDeps): RequestProblem | undefined {
  const { model } = exchange.json as { model?: unknown };
  if (typeof model !== "string") {
    return failedToDeserialize(exchange, "missing field `model`");
  }
  if (models.some((one) => one.id === model)) return undefined;
  return badRequest(`The supported API model names are deepseek-flash, deepseek-v4-pro, but you passed ${model}.`);
}

/** Its parser's words: github.com/chatboxai/chatbox/issues/1740 and github.com/esengine/DeepSeek-Reasonix/issues/7859, seen 2026-11. */
function failedToDeserialize(exchange: Exchange, reason: string): RequestProblem {
  return {
    status: 400,
    message: `Failed to deserialize the JSON body into the target type: ${reason} at line 1 column ${exchange.request.body.length}`,
  };
}

const ROLES = ["system", "user", "assistant", "tool", "latest_reminder"];

/** github.com/BenedictKing/ccx/issues/149, seen 2026-11. */
function checkRoles(exchange: Exchange): RequestProblem | undefined {
  const { messages } = exchange.json as { messages?: unknown };
  if (!Array.isArray(messages)) return failedToDeserialize(exchange, "missing field `messages`");
  return problemIn(messages, (message: unknown, index) => {
    const { role } = (message ?? {}) as { role?: unknown };
    if (typeof role !== "string") return failedToDeserialize(exchange, `messages[${index}]: missing field \`role\``);
    if (ROLES.includes(role)) return undefined;
    const expected = ROLES.map((name) => `\`${name}\``).join(", ");
    return failedToDeserialize(
      exchange,
      `messages[${index}].role: unknown variant \`${role}\`, expected one of ${expected}`,
    );
  });
}

function checkPictures(exchange: Exchange, { models }: DeepSeekCheckDeps): RequestProblem | undefined {
  const { model: id, messages } = exchange.json as ChatRequest;
  const model = models.find((one) => one.id === id);
  const index = messages.findIndex((message) => partsOf(message).some((part) => part.image_url !== undefined));
  if (index < 0) return undefined;
  if (model?.images !== true) {
    return failedToDeserialize(exchange, `messages[${index}]: unknown variant \`image_url\`, expected \`text\``);
  }
  return problemIn(messages, (message, at) =>
    problemIn(partsOf(message), (part, partIndex) => {
      const place = `messages[${at}].content[${partIndex}].image_url.url`;
      return part.image_url === undefined
        ? undefined
        : checkImageUrl(part.image_url.url, place, `Invalid image URL: '${place}'`);
    }),
  );
}

function checkWithModel(exchange: Exchange, { models }: DeepSeekCheckDeps): RequestProblem | undefined {
  const request = exchange.json as ChatRequest;
  const model = models.find((one) => one.id === request.model);
  if (model === undefined) return undefined;
  return firstProblem([
    () => checkOutputLimit(request, model),
    () => checkTools(request),
    () => checkToolChoice(request),
    () => checkPairs(request.messages),
    () => checkReasoning(request),
    () => checkContext(exchange, model),
  ]);
}

/** github.com/nickscamara/open-deep-research/issues/19, seen 2026-11. */
function checkOutputLimit(request: ChatRequest, model: DeepSeekModel): RequestProblem | undefined {
  const wanted = request.max_tokens ?? request.max_completion_tokens ?? 0;
  if (wanted <= model.maxOutputTokens) return undefined;
  return badRequest(`Invalid max_tokens value, the valid range of max_tokens is [1, ${model.maxOutputTokens}]`);
}

/** api-docs.deepseek.com/api/create-chat-completion: at most 128 functions with names as OpenAI has them. */
function checkTools(request: ChatRequest): RequestProblem | undefined {
  return problemIn(request.tools ?? [], (tool, index) => {
    const name = nameOfTool(tool);
    const type = (tool.function?.parameters as { type?: unknown } | undefined)?.type;
    if (tool.function?.parameters === undefined || type === "object") {
      return checkToolName(name, `tools[${index}].function.name`);
    }
    return badRequest(
      `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"', got 'type: ${type === undefined ? "null" : JSON.stringify(type)}'.`,
    );
  });
}

/** github.com/deepseek-ai/DeepSeek-V3/issues/1376, seen 2026-11. */
function checkToolChoice(request: ChatRequest): RequestProblem | undefined {
  const choice = request.tool_choice ?? "auto";
  if (!isThinking(request) || choice === "auto" || choice === "none") return undefined;
  return badRequest("Thinking mode does not support this tool_choice");
}

/** github.com/FoundationAgents/OpenManus/issues/227 and github.com/zed-industries/zed/issues/51944, seen 2026-11. */
function checkPairs(messages: readonly ChatMessage[]): RequestProblem | undefined {
  let open = new Set<string>();
  for (const message of messages) {
    if (message.role === "tool") {
      if (!open.delete(message.tool_call_id ?? "")) {
        return badRequest("Messages with role 'tool' must be a response to a preceding message with 'tool_calls'");
      }
      continue;
    }
    if (open.size > 0) return insufficientAnswers();
    open = new Set((message.tool_calls ?? []).filter((call) => nameOfCall(call) !== "").map((call) => call.id));
  }
  return open.size > 0 ? insufficientAnswers() : undefined;
}

function insufficientAnswers(): RequestProblem {
  return badRequest(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. (insufficient tool messages following tool_calls message)",
  );
}

/** Thinking is on unless it is switched off: api-docs.deepseek.com/guides/thinking_mode, seen 2026-11. */
export function isThinking(request: ChatRequest): boolean {
  const { type } = (request["thinking"] ?? {}) as { type?: string };
  return type === "enabled" || (type !== "disabled" && request.reasoning_effort !== "none");
}

/** github.com/wavetermdev/waveterm/issues/3266, seen 2026-11. */
function checkReasoning(request: ChatRequest): RequestProblem | undefined {
  if (!isThinking(request)) return undefined;
  const isLacking = lacksReasoning(request.messages, (message) => (message["reasoning_content"] ?? "") !== "");
  return isLacking
    ? badRequest("The `reasoning_content` in the thinking mode must be passed back to the API.")
    : undefined;
}

function checkContext(exchange: Exchange, model: DeepSeekModel): RequestProblem | undefined {
  const tokens = estimateInputTokens(exchange.request.body);
  if (tokens <= model.contextWindow) return undefined;
  return badRequest(
    `This model's maximum context length is ${model.contextWindow} tokens. However, you requested ${tokens} tokens (${tokens} in the messages, 0 in the completion). Please reduce the length of the messages or completion.`,
  );
}
