import type { Exchange } from "../../engine/dialect.ts";
import type { Scenario } from "../../scenario.ts";
import { createIdentifiers } from "../identifiers.ts";
import { countUsage } from "../usage-figures.ts";
import { arrangePieces, stopReasonOf } from "./chat-content.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { AnswerFacts, ChatStyle } from "./chat-style.ts";

/** The scenario as one chat completion. */
export function buildChatAnswer(style: ChatStyle, exchange: Exchange, scenario: Scenario): Record<string, unknown> {
  const facts = collectFacts(style, exchange, scenario);
  const { when } = scenario.usage ?? {};
  const finishReason = style.finishReason(stopReasonOf(scenario));
  return {
    id: style.createId(facts.ids),
    object: "chat.completion",
    created: createdAt(exchange),
    model: style.modelName(facts),
    choices: [
      {
        index: 0,
        message: style.message(facts),
        ...style.choiceFields(finishReason, facts),
        finish_reason: finishReason,
      },
    ],
    ...(when === "never" ? {} : { usage: style.usage(countUsage(exchange, scenario), facts) }),
    ...style.answerFields(facts),
  };
}

export function collectFacts(style: ChatStyle, exchange: Exchange, scenario: Scenario): AnswerFacts {
  const ids = createIdentifiers(exchange.requestId);
  return {
    exchange,
    request: exchange.json as ChatRequest,
    ids,
    pieces: arrangePieces(scenario, ids, style.createCallId),
  };
}

/** Seconds since the epoch. */
export function createdAt(exchange: Exchange): number {
  return Math.floor(exchange.request.at / 1000);
}
