import type { GatewayError, StreamEvent, Warning } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";
import { isRecord } from "../failure/is-record.ts";
import { readFailureInside } from "../failure/read-open-ai-failure.ts";
import { toGatewayError } from "../failure/upstream-failure.ts";
import type { ThinkingPayload } from "../thinking-signature.ts";
import type { AnswerTranslator } from "./answer-translator.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { ResponsesItem } from "./responses-item.ts";
import { ResponsesItemQueue, type ItemAction } from "./responses-item-queue.ts";
import { mapStopReason } from "./stop-reason.ts";
import { unusable } from "./unusable.ts";
import { readResponsesUsage } from "./usage.ts";

type ResponsesEvent = Readonly<Record<string, unknown>>;

/** Events of the Responses API → events of the Messages API. */
export class ResponsesTranslator implements AnswerTranslator {
  readonly #writer: AnswerWriter;
  readonly #items: ResponsesItemQueue;

  constructor(context: AnswerContext) {
    this.#writer = new AnswerWriter(context);
    this.#items = new ResponsesItemQueue((item) => new ResponsesItem(this.#writer, item));
  }

  push(event: unknown): StreamEvent[] {
    if (!this.#writer.isDone) this.#onEvent(event);
    return this.#writer.take();
  }

  end(): StreamEvent[] {
    this.#writer.end();
    return this.#writer.take();
  }

  fail(error: GatewayError): StreamEvent[] {
    this.#writer.fail(error);
    return this.#writer.take();
  }

  sidecar(): Record<string, ThinkingPayload> {
    return this.#writer.sidecar();
  }

  warnings(): Warning[] {
    return this.#writer.warnings();
  }

  #onEvent(event: unknown): void {
    if (!isRecord(event)) return this.#writer.fail(unusable("The upstream sent an event that is not an object"));
    switch (event["type"]) {
      case "response.output_item.added":
        return this.#items.add(keyOf(event), event["item"]);
      case "response.output_item.done":
        return this.#onItemDone(event);
      case "response.completed":
      case "response.incomplete":
      case "response.done":
        return this.#onResponse(event["response"]);
      case "response.failed":
      case "response.cancelled":
      case "error":
        return this.#onError(event);
      default:
        return this.#onDelta(event);
    }
  }

  #onDelta(event: ResponsesEvent): void {
    const action = readDelta(event);
    if (action !== undefined) this.#items.apply(keyOf(event), action);
    else if (event["type"] === undefined) this.#onBareObject(event);
  }

  /** An error without a type, or a whole answer where a stream was asked for. */
  #onBareObject(event: ResponsesEvent): void {
    if (event["object"] === "response" || Array.isArray(event["output"])) this.#onResponse(event);
    else if (event["error"] !== undefined || event["message"] !== undefined) this.#onError(event);
  }

  #onItemDone(event: ResponsesEvent): void {
    const { item } = event;
    if (isRecord(item)) this.#items.finish(keyOf(event), item);
  }

  #onResponse(response: unknown): void {
    if (!isRecord(response)) return this.#writer.fail(unusable("The upstream ended its answer without telling how"));
    const usage = readResponsesUsage(response["usage"]);
    if (usage !== undefined) this.#writer.usage(usage);
    if (isRecord(response["error"]) || response["status"] === "failed" || response["status"] === "cancelled") {
      return this.#onError(response);
    }
    const output = Array.isArray(response["output"]) ? response["output"] : [];
    this.#items.settle(output.filter(isRecord));
    const details = response["incomplete_details"];
    const reason = isRecord(details) && typeof details["reason"] === "string" ? details["reason"] : response["status"];
    this.#writer.finish(
      mapStopReason(reason === "incomplete" || typeof reason !== "string" ? "completed" : reason),
      null,
    );
    this.#writer.complete();
  }

  #onError(event: ResponsesEvent): void {
    const { response } = event;
    const error = isRecord(response) && isRecord(response["error"]) ? response : event;
    this.#writer.fail(toGatewayError(readFailureInside(isRecord(error["error"]) ? error : { error })));
  }
}

/** Items are told apart by their place; ids change with every event on some upstreams. */
function keyOf(event: ResponsesEvent): string {
  const { output_index: place, item_id: id, item } = event;
  if (typeof place === "number") return String(place);
  if (typeof id === "string") return id;
  return isRecord(item) && typeof item["id"] === "string" ? item["id"] : "";
}

function readDelta(event: ResponsesEvent): ItemAction | undefined {
  const piece = typeof event["delta"] === "string" ? event["delta"] : "";
  const part = numberOf(event["content_index"]);
  switch (event["type"]) {
    case "response.output_text.delta":
      return { type: "message", run: (item) => item.text(piece, part, false) };
    case "response.refusal.delta":
      return { type: "message", run: (item) => item.text(piece, part, true) };
    case "response.reasoning_summary_text.delta":
      return { type: "reasoning", run: (item) => item.reasoning(piece, numberOf(event["summary_index"])) };
    case "response.reasoning_text.delta":
    case "response.reasoning.delta":
      return { type: "reasoning", run: (item) => item.reasoning(piece, part) };
    case "response.function_call_arguments.delta":
    case "response.custom_tool_call_input.delta":
      return { type: "function_call", run: (item) => item.input(piece) };
    case "response.function_call_arguments.done": {
      const whole = typeof event["arguments"] === "string" ? event["arguments"] : "";
      return { type: "function_call", run: (item) => item.wholeInput(whole) };
    }
    default:
      return undefined;
  }
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
