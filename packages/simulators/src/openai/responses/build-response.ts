import type { Exchange } from "../../engine/dialect.ts";
import type { Scenario } from "../../scenario.ts";
import { createdAt } from "../chat/build-chat-answer.ts";
import { stopReasonOf } from "../chat/chat-content.ts";
import { createIdentifiers } from "../identifiers.ts";
import type { OpenAiModel } from "../openai-models.ts";
import { countUsage } from "../usage-figures.ts";
import { buildItemEvents, type ResponseEvent } from "./response-events.ts";
import { buildOutputItems, type OutputItem } from "./response-items.ts";
import { buildResponseObject, endingOf, wordResponsesUsage, type ResponseState } from "./response-object.ts";
import type { ResponseStore } from "./response-store.ts";
import type { InputItem, ResponsesRequest } from "./responses-request.ts";
import type { SealedReasoning } from "./sealed-reasoning.ts";

type Fields = Record<string, unknown>;

export interface ResponseVoice {
  sealed: SealedReasoning;
  store: ResponseStore;
  modelOf: (exchange: Exchange) => OpenAiModel;
  hostFields: (status: string) => Fields;
}

/** The scenario as one response. */
export function buildResponse(voice: ResponseVoice, exchange: Exchange, scenario: Scenario): Fields {
  return finishResponse(voice, exchange, scenario, makeItems(voice, exchange, scenario));
}

/**
 * The scenario as the events of a stream, without numbers, in the order of recorded streams: created, in_progress,
 * the items, then completed or incomplete.
 */
export function buildResponseEvents(voice: ResponseVoice, exchange: Exchange, scenario: Scenario): ResponseEvent[] {
  const items = makeItems(voice, exchange, scenario);
  const begun = beginResponse(voice, exchange);
  const response = finishResponse(voice, exchange, scenario, items);
  const request = requestOf(exchange);
  const word = (extraDeltas: number): ResponseEvent[] => [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    ...buildItemEvents(items, {
      delivery: scenario.delivery ?? {},
      extraDeltas,
      ...(request.stream_options?.include_obfuscation === false
        ? {}
        : { obfuscation: createIdentifiers(exchange.requestId).alphanumeric("padding", 12) }),
    }),
    { type: `response.${String(response["status"])}`, response },
  ];
  const events = word(0);
  const missing = (scenario.delivery?.events ?? 0) - events.length;
  return missing > 0 ? word(missing) : events;
}

/**
 * A failure in the middle of a stream, as it was recorded (github.com/vercel/ai, packages/openai test fixtures,
 * 2026-08): the error under a field of its own, not flat as the API description has it, then the failed response.
 */
export function buildFailureEvents(voice: ResponseVoice, exchange: Exchange, errorBody: unknown): ResponseEvent[] {
  const { error } = errorBody as { error: { type?: unknown; code?: unknown; message?: unknown; param?: unknown } };
  const { type, code, message, param } = error;
  const failed = describeResponse(voice, exchange, {
    status: "failed",
    output: [],
    usage: null,
    error: { code: code ?? "server_error", message },
  });
  return [
    { type: "error", error: { type, code, message, param } },
    { type: "response.failed", response: failed },
  ];
}

/** The output items; what may be stored is remembered. */
function makeItems(voice: ResponseVoice, exchange: Exchange, scenario: Scenario): OutputItem[] {
  const request = requestOf(exchange);
  const whole = buildOutputItems(scenario, {
    ids: createIdentifiers(exchange.requestId),
    sealed: voice.sealed,
    encrypted: request.include?.includes("reasoning.encrypted_content") === true,
    summaries: (request.reasoning?.summary ?? request.reasoning?.generate_summary ?? null) !== null,
  });
  const items = endingOf(stopReasonOf(scenario)).status === "incomplete" ? markIncomplete(whole) : whole;
  if (request.store !== false) {
    const before = voice.store.find(request.previous_response_id ?? "") ?? [];
    voice.store.add(responseId(exchange), items as readonly object[] as readonly InputItem[], before);
  }
  return items;
}

function beginResponse(voice: ResponseVoice, exchange: Exchange): Fields {
  return describeResponse(voice, exchange, { status: "in_progress", output: [], usage: null });
}

function finishResponse(
  voice: ResponseVoice,
  exchange: Exchange,
  scenario: Scenario,
  items: readonly OutputItem[],
): Fields {
  const ending = endingOf(stopReasonOf(scenario));
  const usage = wordResponsesUsage(countUsage(exchange, scenario));
  return describeResponse(voice, exchange, {
    ...ending,
    output: items,
    usage: scenario.usage?.when === "never" ? null : usage,
    ...(ending.status === "completed" ? { completedAt: createdAt(exchange) + 1 } : {}),
  });
}

/** The last item is the one that was cut off. */
function markIncomplete(items: readonly OutputItem[]): OutputItem[] {
  return items.map((item, index) =>
    index === items.length - 1 && item.type !== "reasoning" ? { ...item, status: "incomplete" } : item,
  );
}

function describeResponse(voice: ResponseVoice, exchange: Exchange, state: Omit<ResponseState, "id">): Fields {
  return buildResponseObject(
    exchange,
    voice.modelOf(exchange),
    { id: responseId(exchange), ...state },
    voice.hostFields(state.status),
  );
}

function responseId(exchange: Exchange): string {
  return `resp_${createIdentifiers(exchange.requestId).hex("response", 48)}`;
}

function requestOf(exchange: Exchange): ResponsesRequest {
  return exchange.json as ResponsesRequest;
}
