import type { Exchange } from "../../../engine/dialect.ts";
import { isBase64, parseDataUrl } from "../../check-images.ts";
import { nameOfTool, partsOf, textOfChatMessage, type ChatMessage, type ChatRequest } from "../../chat/chat-request.ts";
import { estimateInputTokens } from "../../input-tokens.ts";
import { firstProblem, problemIn, type RequestProblem } from "../../problem.ts";
import type { SealedText } from "../../sealed-text.ts";
import { checkToolSchema } from "./check-tool-schema.ts";
import { invalidArgument, modelNotFound } from "./gemini-errors.ts";
import { bareName, type GeminiModel } from "./gemini-models.ts";
import { checkGeminiShape } from "./gemini-schema.ts";
import { checkSignatures } from "./thought-signatures.ts";

export interface GeminiCheckDeps {
  models: readonly GeminiModel[];
  signatures: SealedText;
}

/** Google on everything but the credential. */
export function checkGemini(exchange: Exchange, deps: GeminiCheckDeps): RequestProblem | undefined {
  return firstProblem([
    () => checkObject(exchange),
    () => checkGeminiShape(exchange.json),
    () => checkModel(requestOf(exchange), deps),
    () => checkKnownModel(exchange, deps),
  ]);
}

function checkObject(exchange: Exchange): RequestProblem | undefined {
  const { json } = exchange;
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return undefined;
  return invalidArgument("Invalid JSON payload received. Expected a value.\n\n^", undefined);
}

function checkModel(request: ChatRequest, { models }: GeminiCheckDeps): RequestProblem | undefined {
  const name = bareName(request.model);
  return models.some((model) => model.id === name) ? undefined : modelNotFound(name);
}

function checkKnownModel(exchange: Exchange, { models, signatures }: GeminiCheckDeps): RequestProblem | undefined {
  const request = requestOf(exchange);
  const model = models.find((one) => one.id === bareName(request.model));
  if (model === undefined) return undefined;
  return firstProblem([
    () => checkThinking(request, model),
    () => checkOutputLimit(request, model),
    () => checkTools(request),
    () => checkContents(request.messages),
    () => checkPairs(request.messages),
    () => checkSignatures(request.messages, signatures, model.signatures),
    () => checkInputLimit(exchange, model),
  ]);
}

/** ai.google.dev/gemini-api/docs/openai#thinking and …/thinking, seen 2026-11. */
function checkThinking(request: ChatRequest, model: GeminiModel): RequestProblem | undefined {
  const config = thinkingConfigOf(request);
  const effort = request.reasoning_effort ?? undefined;
  const fixed = config?.thinking_budget !== undefined || config?.thinking_level !== undefined;
  if (effort !== undefined && fixed) {
    return invalidArgument("Expected one of either `reasoning_effort` or custom `thinking_config`; found both.");
  }
  if (config?.thinking_budget !== undefined && config.thinking_level !== undefined) {
    return invalidArgument("You can only set only one of thinking budget and thinking level.");
  }
  const off = effort === "none" || config?.thinking_budget === 0;
  if (off && model.efforts.length > 0 && !model.efforts.includes("none")) {
    return invalidArgument("Budget 0 is invalid. This model only works in thinking mode.");
  }
  const level = effort ?? config?.thinking_level;
  if (level === undefined || level === "none" || model.efforts.includes(level)) return undefined;
  return invalidArgument(`Thinking level ${level.toUpperCase()} is not supported for this model.`);
}

export function thinkingConfigOf(
  request: ChatRequest,
): { thinking_budget?: number; thinking_level?: string; include_thoughts?: boolean } | undefined {
  const extra = request["extra_body"] as { google?: { thinking_config?: object } } | undefined;
  return extra?.google?.thinking_config;
}

/** github.com/stackblitz-labs/bolt.diy/issues/955, seen 2026-11. */
function checkOutputLimit(request: ChatRequest, model: GeminiModel): RequestProblem | undefined {
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? 0;
  if (wanted <= model.outputTokenLimit) return undefined;
  return invalidArgument(
    `Unable to submit request because it has a maxOutputTokens value of ${wanted} but the supported range is from 1 (inclusive) to ${model.outputTokenLimit + 1} (exclusive). Update the value and try again.`,
  );
}

const FUNCTION_NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;

/** Names: github.com/google-gemini/gemini-cli/issues/9535, seen 2026-11. */
function checkTools(request: ChatRequest): RequestProblem | undefined {
  const tools = request.tools ?? [];
  if (tools.length === 0) {
    if ((request.tool_choice ?? "auto") === "auto" || request.tool_choice === "none") return undefined;
    return invalidArgument("Function calling config is set without function_declarations.");
  }
  const names = new Set<string>();
  return problemIn(tools, (tool, index) => {
    const name = nameOfTool(tool);
    // The endpoint makes one tool of all functions.
    const place = `tools[0].function_declarations[${index}]`;
    if (!FUNCTION_NAME.test(name)) return invalidArgument(`* GenerateContentRequest.${place}.name: ${NAME_RULE}\n`);
    if (names.has(name)) return invalidArgument(`Duplicate function declaration found: ${name}`);
    names.add(name);
    const parameters = tool.function?.parameters;
    return parameters === undefined ? undefined : checkToolSchema(parameters, `${place}.parameters`);
  });
}

const NAME_RULE =
  "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.";

/**
 * Something to answer, and nothing empty in it: github.com/ikechan8370/chatgpt-plugin/issues/733 and
 * github.com/vercel/ai/issues/3775, seen 2026-11.
 */
function checkContents(messages: readonly ChatMessage[]): RequestProblem | undefined {
  const contents = messages.filter((message) => message.role !== "system" && message.role !== "developer");
  if (contents.length === 0) {
    return invalidArgument("* GenerateContentRequest.contents: contents is not specified\n");
  }
  return firstProblem([
    () => problemIn(contents, (message, index) => (isEmpty(message) ? emptyParts(index) : undefined)),
    () => problemIn(contents, checkImages),
  ]);
}

function isEmpty(message: ChatMessage): boolean {
  if (message.role === "tool") return false;
  if ((message.tool_calls ?? []).length > 0) return false;
  return textOfChatMessage(message) === "" && !partsOf(message).some((part) => part.type !== "text");
}

function emptyParts(index: number): RequestProblem {
  return invalidArgument(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.\n`);
}

/** ai.google.dev/gemini-api/docs/troubleshooting: pictures come as data URLs or addresses. */
function checkImages(message: ChatMessage): RequestProblem | undefined {
  return problemIn(partsOf(message), (part) => {
    const url = part.image_url?.url;
    if (url === undefined || /^https?:\/\//.test(url)) return undefined;
    const parsed = parseDataUrl(url);
    if (parsed === undefined || !isBase64(parsed.base64)) {
      return invalidArgument(
        "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
      );
    }
    if (parsed.mediaType.startsWith("image/")) return undefined;
    return invalidArgument(`Unsupported MIME type: ${parsed.mediaType}`);
  });
}

/** Calls and answers, step by step: github.com/google-gemini/gemini-cli/issues/16984, seen 2026-11. */
function checkPairs(messages: readonly ChatMessage[]): RequestProblem | undefined {
  const contents = messages.filter((message) => message.role !== "system" && message.role !== "developer");
  let open = 0;
  let answered = 0;
  for (const message of contents) {
    if (message.role === "tool") {
      if (open === 0) {
        return invalidArgument(
          "Please ensure that function response turn comes immediately after a function call turn.",
        );
      }
      answered += 1;
      continue;
    }
    if (answered !== open) return unevenPairs();
    open = message.tool_calls?.length ?? 0;
    answered = 0;
  }
  return answered === open ? undefined : unevenPairs();
}

function unevenPairs(): RequestProblem {
  return invalidArgument(
    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
  );
}

/** github.com/google-gemini/gemini-cli/issues/4231, seen 2026-11. */
function checkInputLimit(exchange: Exchange, model: GeminiModel): RequestProblem | undefined {
  const tokens = estimateInputTokens(exchange.request.body);
  if (tokens <= model.inputTokenLimit) return undefined;
  return invalidArgument(
    `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${model.inputTokenLimit}).`,
  );
}

function requestOf(exchange: Exchange): ChatRequest {
  return exchange.json as ChatRequest;
}
