import type { DialectContext, Exchange } from "../../engine/dialect.ts";
import { checkContextLength } from "../chat/check-context.ts";
import { checkConversation } from "../chat/check-conversation.ts";
import { checkChatParameters } from "../chat/check-parameters.ts";
import type { ChatRequest } from "../chat/chat-request.ts";
import { createChatSchema } from "../chat/chat-schema.ts";
import type { OpenAiModel } from "../openai-models.ts";
import { badRequest, firstProblem, type RequestProblem } from "../problem.ts";
import { checkShape } from "../word-issue.ts";
import { checkJsonObject, findOpenAiModel } from "./openai-account.ts";

const SCHEMA = createChatSchema({ unknownFields: "refuse" });
const KNOWN_FIELDS = new Set(
  Object.keys((SCHEMA as unknown as { shape: Record<string, unknown> }).shape).concat("functions", "function_call"),
);

/** OpenAI's chat completions on everything but the credential. */
export function checkOpenAiChat(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  return firstProblem([
    () => checkJsonObject(exchange),
    () => checkUnknownFields(exchange.json as object),
    () => checkModel(exchange, context),
    () => checkShape(SCHEMA, exchange.json),
    () => checkWithModel(exchange, findOpenAiModel(context, modelOf(exchange))),
  ]);
}

/** github.com/nashsu/llm_wiki/issues/336, seen 2026-11. */
function checkUnknownFields(body: object): RequestProblem | undefined {
  const unknown = Object.keys(body).filter((field) => !KNOWN_FIELDS.has(field));
  if (unknown.length === 0) return undefined;
  const noun = unknown.length === 1 ? "argument" : "arguments";
  return badRequest(`Unrecognized request ${noun} supplied: ${unknown.join(", ")}`);
}

/** github.com/danielmiessler/Fabric/issues/239 and github.com/shobrook/wut/issues/14, seen 2026-11. */
function checkModel(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const id = modelOf(exchange);
  if (id === "") return badRequest("you must provide a model parameter");
  if (findOpenAiModel(context, id) !== undefined) return undefined;
  return {
    status: 404,
    message: `The model \`${id}\` does not exist or you do not have access to it.`,
    code: "model_not_found",
  };
}

/** The checks that need to know the model. */
export function checkWithModel(exchange: Exchange, model: OpenAiModel | undefined): RequestProblem | undefined {
  if (model === undefined) return undefined;
  const request = exchange.json as ChatRequest;
  return firstProblem([
    () => checkChatParameters(request, model),
    () => checkConversation(request.messages),
    () => checkContextLength(exchange.request.body, model),
  ]);
}

function modelOf(exchange: Exchange): string {
  const { model } = exchange.json as { model?: unknown };
  return typeof model === "string" ? model : "";
}
