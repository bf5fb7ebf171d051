import type { Exchange } from "../../engine/dialect.ts";
import { interleave, repeatDeltas, splitIntoDeltas } from "../../engine/deltas.ts";
import type { Delivery, Scenario } from "../../scenario.ts";
import { countUsage } from "../usage-figures.ts";
import { collectFacts, createdAt } from "./build-chat-answer.ts";
import { stopReasonOf, type AnsweredCall, type ChatPiece } from "./chat-content.ts";
import type { AnswerFacts, ChatStyle } from "./chat-style.ts";

type Fields = Record<string, unknown>;

/** The scenario as the chunks of a stream, without the terminator. */
export function buildChatChunks(style: ChatStyle, exchange: Exchange, scenario: Scenario): Fields[] {
  const chunks = wordChunks(style, exchange, scenario, 0);
  const missing = (scenario.delivery?.events ?? 0) - chunks.length;
  return missing > 0 ? wordChunks(style, exchange, scenario, missing) : chunks;
}

function wordChunks(style: ChatStyle, exchange: Exchange, scenario: Scenario, extraDeltas: number): Fields[] {
  const facts = collectFacts(style, exchange, scenario);
  const deltas = wordDeltas(style, facts, scenario.delivery ?? {}, extraDeltas);
  const envelope = {
    id: style.createId(facts.ids),
    object: "chat.completion.chunk",
    created: createdAt(exchange),
    model: style.modelName(facts),
  };
  const fields = style.chunkFields(facts);
  const wrap = (delta: Fields, finishReason: string | null): Fields => ({
    ...envelope,
    choices: [{ index: 0, delta, ...style.chunkChoiceFields(delta, finishReason, facts), finish_reason: finishReason }],
    ...fields,
  });
  const first = style.firstDelta(facts);
  const chunks = [
    ...(first === undefined ? [] : [wrap(first, null)]),
    ...deltas.map((delta) => wrap({ ...style.deltaFields, ...delta }, null)),
    wrap(style.lastDelta(facts), style.finishReason(stopReasonOf(scenario))),
  ];
  const alone = { ...envelope, choices: style.usageChoices, ...fields };
  return [...style.prologue, ...reportUsage(style, { facts, scenario, chunks, alone })];
}

interface UsageReport {
  facts: AnswerFacts;
  scenario: Scenario;
  chunks: Fields[];
  /** The chunk that brings nothing but usage. */
  alone: Fields;
}

function reportUsage(style: ChatStyle, { facts, scenario, chunks, alone }: UsageReport): Fields[] {
  const { request, exchange } = facts;
  const allowed = style.usageWhen(request) !== "never";
  const when = allowed ? (scenario.usage?.when ?? style.usageWhen(request)) : "never";
  const usage = style.usage(countUsage(exchange, scenario), facts);
  const silent = style.usageInEveryChunk(request) ? { usage: null } : {};
  const reported = chunks.map((chunk, index) => {
    const isPlace = (when === "early" && index === 0) || (when === "late" && index === chunks.length - 1);
    return isPlace ? { ...chunk, usage } : { ...chunk, ...silent };
  });
  return when === "after" ? [...reported, { ...alone, usage }] : reported;
}

function wordDeltas(style: ChatStyle, facts: AnswerFacts, delivery: Delivery, extraDeltas: number): Fields[] {
  const stretched = extraDeltas > 0 ? pieceToStretch(facts.pieces) : undefined;
  return facts.pieces.flatMap((piece) => {
    if (piece.type === "calls") return wordCalls(style, piece.calls, facts, delivery);
    const texts = splitIntoDeltas(piece.text, delivery.deltaCharacters);
    const deltas = piece === stretched ? repeatDeltas(texts, extraDeltas) : texts;
    if (piece.type === "text") return deltas.map((text) => style.textDelta(text, facts));
    const reasoning = deltas.map((text, index) => style.reasoningDelta(text, facts, index === 0));
    return [...reasoning, style.reasoningEndDelta(piece, facts)].filter((delta) => delta !== undefined);
  });
}

/** More events are made of the first text; without one, of the reasoning. */
function pieceToStretch(pieces: readonly ChatPiece[]): ChatPiece | undefined {
  return pieces.find((piece) => piece.type === "text") ?? pieces.find((piece) => piece.type === "reasoning");
}

function wordCalls(style: ChatStyle, calls: readonly AnsweredCall[], facts: AnswerFacts, delivery: Delivery): Fields[] {
  const perCall = calls.map((call) => wordCallDeltas(style, call, facts, delivery));
  const deltas = delivery.interleave === true ? interleave(perCall) : perCall.flat();
  const before = style.beforeCalls(calls, facts);
  return [...(before === undefined ? [] : [before]), ...deltas.map((delta) => ({ tool_calls: [delta] }))];
}

function wordCallDeltas(style: ChatStyle, call: AnsweredCall, facts: AnswerFacts, delivery: Delivery): Fields[] {
  const manner = delivery.toolArguments ?? style.toolArguments;
  const start = (argumentsText: string): Fields => ({
    index: call.index,
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: argumentsText },
    ...style.callFields(call, facts),
  });
  if (manner === "empty") return [start("")];
  if (manner === "whole") return [start(call.arguments)];
  const pieces = splitIntoDeltas(call.arguments, delivery.deltaCharacters);
  const texts = manner === "cumulative" ? pieces.map((_, at) => pieces.slice(0, at + 1).join("")) : pieces;
  return [start(""), ...texts.map((text) => ({ index: call.index, function: { arguments: text } }))];
}
