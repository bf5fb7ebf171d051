import type { Exchange } from "../../../engine/dialect.ts";
import { checkContextLength } from "../../chat/check-context.ts";
import { checkConversation } from "../../chat/check-conversation.ts";
import { checkChatParameters } from "../../chat/check-parameters.ts";
import type { ChatRequest } from "../../chat/chat-request.ts";
import { createChatSchema } from "../../chat/chat-schema.ts";
import type { OpenAiModel } from "../../openai-models.ts";
import { badRequest, firstProblem, type RequestProblem } from "../../problem.ts";
import { checkShape } from "../../word-issue.ts";
import { checkJsonObject } from "./openai-account.ts";

const SCHEMA = createChatSchema({ unknownFields: "refuse" });
const KNOWN_FIELDS = new Set(
  Object.keys((SCHEMA as unknown as { shape: Record<string, unknown> }).shape).concat("functions", "function_call"),
);

/** What a host of OpenAI's models knows of them. */
export interface ModelKnowledge {
  findModel: (id: string) => OpenAiModel | undefined;
  /** What is said of a name that `findModel` does not know. */
  modelNotFound: (id: string) => RequestProblem;
}

/** OpenAI's chat completions on everything but the credential. */
export function checkOpenAiChat(exchange: Exchange, knowledge: ModelKnowledge): RequestProblem | undefined {
  return firstProblem([
    () => checkJsonObject(exchange),
    () => checkUnknownFields(exchange.json as object),
    () => checkModel(exchange, knowledge),
    () => checkShape(SCHEMA, exchange.json),
    () => checkWithModel(exchange, knowledge.findModel(modelOf(exchange))),
  ]);
}

/** github.com/nashsu/llm_wiki/issues/336, seen 2026-11. */
function checkUnknownFields(body: object): RequestProblem | undefined {
  const unknown = Object.keys(body).filter((field) => !KNOWN_FIELDS.has(field));
  if (unknown.length === 0) return undefined;
  const noun = unknown.length === 1 ? "argument" : "arguments";
  return badRequest(`Unrecognized request ${noun} supplied: ${unknown.join(", ")}`);
}

function checkModel(exchange: Exchange, { findModel, modelNotFound }: ModelKnowledge): RequestProblem | undefined {
  const id = modelOf(exchange);
  if (id === "") return badRequest("you must provide a model parameter");
  return findModel(id) === undefined ? modelNotFound(id) : undefined;
}

/** The checks that need to know the model. */
function checkWithModel(exchange: Exchange, model: OpenAiModel | undefined): RequestProblem | undefined {
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
