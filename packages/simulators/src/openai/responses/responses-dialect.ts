import type { Dialect, DialectContext, ErrorWish, Exchange, Frame, JsonAnswer } from "../../engine/dialect.ts";
import { checkJsonObject } from "../providers/openai/openai-account.ts";
import { addedModel, type OpenAiModel } from "../openai-models.ts";
import { firstProblem, type RequestProblem } from "../problem.ts";
import { checkShape } from "../word-issue.ts";
import { buildFailureEvents, buildResponse, buildResponseEvents, type ResponseVoice } from "./build-response.ts";
import { checkInput } from "./check-input.ts";
import { checkResponsesParameters } from "./check-responses-parameters.ts";
import { createResponseStore } from "./response-store.ts";
import type { ResponseEvent } from "./response-events.ts";
import type { ResponsesRequest } from "./responses-request.ts";
import { RESPONSES_SCHEMA } from "./responses-schema.ts";
import { viewResponsesRequest } from "./responses-view.ts";
import { createSealedReasoning } from "./sealed-reasoning.ts";
import { countUsage, weighRequest } from "../usage-figures.ts";

/** What makes a host's Responses endpoint its own. */
export interface ResponsesProfile {
  name: string;
  path: RegExp;
  context: DialectContext;
  /** Credential, version, limits. */
  checkAccess: (exchange: Exchange) => RequestProblem | undefined;
  findModel: (id: string) => OpenAiModel | undefined;
  /** What is said of a model that `findModel` does not know. */
  modelNotFound: (id: string) => RequestProblem;
  wordProblem: (problem: RequestProblem, exchange: Exchange) => JsonAnswer;
  wordError: (error: ErrorWish, exchange: Exchange) => JsonAnswer;
  answerHeaders: (exchange: Exchange) => Record<string, string>;
  /** Fields that the host adds to every response, by its status. */
  hostFields?: (status: string) => Record<string, unknown>;
}

/**
 * A Responses endpoint of the engine. What the request allows to be stored is remembered for
 * `previous_response_id` and for items named by id.
 */
export function createResponsesDialect(profile: ResponsesProfile): Dialect {
  const { context } = profile;
  const store = createResponseStore();
  const sealed = createSealedReasoning(context.kind, context.signatureSecret);
  const voice: ResponseVoice = {
    sealed,
    store,
    modelOf: (exchange) => modelOf(profile, exchange),
    hostFields: profile.hostFields ?? (() => ({})),
  };
  return {
    name: profile.name,
    method: "POST",
    path: profile.path,
    check(exchange) {
      const problem = firstProblem([
        () => profile.checkAccess(exchange),
        () => checkJsonObject(exchange),
        () => checkModel(profile, exchange.json),
        () => checkShape(RESPONSES_SCHEMA, exchange.json),
        () => checkResponsesParameters(requestOf(exchange), voice.modelOf(exchange), exchange.request.body),
        () => checkInput(requestOf(exchange), { store, sealed }),
      ]);
      return problem === undefined ? undefined : profile.wordProblem(problem, exchange);
    },
    wordError: profile.wordError,
    generation: {
      view: (exchange) => viewResponsesRequest(requestOf(exchange)),
      weigh: weighRequest,
      countOutput: (exchange, scenario) => countUsage(exchange, scenario).output,
      answer: (exchange, scenario) => ({
        status: 200,
        headers: profile.answerHeaders(exchange),
        body: buildResponse(voice, exchange, scenario),
      }),
      stream: (exchange, scenario) => ({
        headers: profile.answerHeaders(exchange),
        frames: number(buildResponseEvents(voice, exchange, scenario), 0),
      }),
      errorFrames: (error, exchange, framesBefore) =>
        number(buildFailureEvents(voice, exchange, profile.wordError(error, exchange).body), framesBefore),
      recordedFrames: (lines) =>
        lines.map((data) => ({ event: String((JSON.parse(data) as { type?: unknown }).type), data })),
    },
  };
}

/** Events count on from the first of their stream. */
function number(events: readonly ResponseEvent[], first: number): Frame[] {
  return events.map(({ type, ...fields }, index) => ({
    event: type,
    data: JSON.stringify({ type, sequence_number: first + index, ...fields }),
  }));
}

function requestOf(exchange: Exchange): ResponsesRequest {
  return exchange.json as ResponsesRequest;
}

function checkModel(profile: ResponsesProfile, json: unknown): RequestProblem | undefined {
  const { model } = json as { model?: unknown };
  if (typeof model !== "string" || profile.findModel(model) !== undefined) return undefined;
  return profile.modelNotFound(model);
}

/** The fixed answers of a benchmark are asked for any name at all. */
function modelOf(profile: ResponsesProfile, exchange: Exchange): OpenAiModel {
  const { model } = requestOf(exchange);
  return profile.findModel(model) ?? addedModel({ id: model });
}
