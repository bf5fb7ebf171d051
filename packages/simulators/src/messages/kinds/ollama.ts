import type { Dialect, DialectContext, DialectFactory, ErrorWish, Exchange, JsonAnswer } from "../../engine/dialect.ts";
import { createPrefixCache } from "../answer/prefix-cache.ts";
import { createGeneration } from "../create-generation.ts";
import type { AnswerUsage } from "../answer/compute-usage.ts";
import { readModelName } from "../read-model-name.ts";
import { wordMessagesError } from "../word-error.ts";

/**
 * Ollama's Messages endpoint, /v1/messages: lenient, on this machine without a credential.
 * Source: github.com/ollama/ollama anthropic/anthropic.go and middleware/anthropic.go, docs.ollama.com/api/anthropic-compatibility,
 * read 2026-11.
 */
export const createOllamaMessages: DialectFactory = (context) => ({ dialects: [createMessages(context)] });

function createMessages(context: DialectContext): Dialect {
  return {
    name: "messages",
    method: "POST",
    path: /^\/v1\/messages$/,
    wordError,
    check: inspect,
    generation: createGeneration(
      {
        modelOf: readModelName,
        ownerOf: () => "",
        isComplete: () => false,
        thinkingOf: (exchange) => (bodyOf(exchange).thinking?.type === "disabled" ? "none" : "shown"),
        // It signs nothing.
        sign: () => "",
        messageIdPrefix: "msg_",
        toolIdPrefix: "call_",
        decorateUsage: (_usage, figures) => plainUsage(figures),
      },
      createPrefixCache(context.now, context.promptCacheMs),
    ),
  };
}

/** It counts input and output and nothing else. */
function plainUsage({ uncached, cacheRead, cacheWrite5m, cacheWrite1h, output }: AnswerUsage): Record<string, unknown> {
  return { input_tokens: uncached + cacheRead + cacheWrite5m + cacheWrite1h, output_tokens: output };
}

interface Block {
  type?: string;
  id?: string;
  name?: string;
  source?: { type?: string } | null;
}

interface Body {
  model?: string;
  max_tokens?: number;
  messages?: { role?: string; content?: unknown }[];
  thinking?: { type?: string } | null;
}

function bodyOf(exchange: Exchange): Body {
  return typeof exchange.json === "object" && exchange.json !== null ? exchange.json : {};
}

function inspect(exchange: Exchange): JsonAnswer | undefined {
  const message = findProblem(exchange);
  if (message !== undefined) return wordError({ status: 400, message }, exchange);
  // Only pulled models answer; the simulator has pulled every one but those that say they are missing.
  const model = readModelName(exchange);
  return model.startsWith("missing")
    ? wordError({ status: 404, message: `model '${model}' not found` }, exchange)
    : undefined;
}

function findProblem(exchange: Exchange): string | undefined {
  if (exchange.jsonError !== undefined) return exchange.jsonError;
  const body = bodyOf(exchange);
  if (body.model === undefined || body.model === "") return "model is required";
  if (typeof body.max_tokens !== "number" || body.max_tokens <= 0) return "max_tokens is required and must be positive";
  if (body.messages === undefined || body.messages.length === 0) return "messages is required";
  for (const { content } of body.messages) {
    for (const block of Array.isArray(content) ? (content as Block[]) : []) {
      const problem = findBlockProblem(block);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function findBlockProblem(block: Block): string | undefined {
  if (block.type === "tool_use" && !block.id) return "tool_use block missing required 'id' field";
  if (block.type === "tool_use" && !block.name) return "tool_use block missing required 'name' field";
  if (block.type !== "image") return undefined;
  if (block.source === undefined || block.source === null) return "invalid image source";
  const known = block.source.type === "base64" || block.source.type === "url";
  return known
    ? undefined
    : `invalid image source type: ${block.source.type ?? ""}. Only base64 and url images are supported.`;
}

function wordError(wish: ErrorWish, exchange: Exchange): JsonAnswer {
  return wordMessagesError(wish, exchange.requestId);
}
