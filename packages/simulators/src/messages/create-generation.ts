import { createId } from "../engine/create-id.ts";
import type { ErrorWish, Exchange, Frame, Generation } from "../engine/dialect.ts";
import type { Scenario } from "../scenario.ts";
import { buildContent, stopReasonOf } from "./answer/build-content.ts";
import type { AnswerBlock } from "./answer/build-content.ts";
import { buildEvents, PING } from "./answer/build-events.ts";
import { computeUsage, toDeltaUsage, toMessageUsage } from "./answer/compute-usage.ts";
import type { AnswerUsage } from "./answer/compute-usage.ts";
import type { PrefixCache } from "./answer/prefix-cache.ts";
import { viewConversation } from "./view-conversation.ts";
import type { LooseBody } from "./view-conversation.ts";
import { wordMessagesErrorFrames } from "./word-error.ts";

/** How one provider's Messages endpoint answers; what it refuses is its dialect's business. */
export interface AnswerStyle {
  /** The model that was asked for. */
  modelOf(exchange: Exchange): string;
  /** The model that the answer names; default: the same. */
  answerModelOf?(exchange: Exchange): string;
  /** Whose prefixes the cache remembers. */
  ownerOf(exchange: Exchange): string;
  /** Fields that only the newest API version has. */
  isComplete(exchange: Exchange): boolean;
  thinkingOf(exchange: Exchange): "shown" | "omitted" | "none";
  sign(exchange: Exchange, thinking: string): string;
  messageIdPrefix: string;
  toolIdPrefix: string;
  headers?(exchange: Exchange): Record<string, string>;
  /** Last word on `usage` of message and of message_delta. */
  decorateUsage?(usage: Record<string, unknown>, figures: AnswerUsage): Record<string, unknown>;
  /** Last word on the message; its stop fields are not yet set. */
  decorateMessage?(message: Record<string, unknown>): Record<string, unknown>;
  errorFrames?: (error: ErrorWish, exchange: Exchange) => readonly Frame[];
  onUsage?(exchange: Exchange, usage: AnswerUsage): void;
  ping?: Frame;
  comment?: string;
}

interface Draft {
  /** The message without content, stop fields and usage. */
  envelope: Record<string, unknown>;
  content: AnswerBlock[];
  stop: Record<string, unknown>;
  usage: AnswerUsage;
  complete: boolean;
}

export function createGeneration(style: AnswerStyle, cache: PrefixCache): Generation {
  const draft = (exchange: Exchange, scenario: Scenario): Draft => createDraft(style, cache, exchange, scenario);
  const decorate = (usage: Record<string, unknown>, figures: AnswerUsage): Record<string, unknown> =>
    style.decorateUsage?.(usage, figures) ?? usage;
  return {
    view: (exchange) => viewConversation(bodyOf(exchange), style.modelOf(exchange)),
    answer(exchange, scenario) {
      const { envelope, content, stop, usage, complete } = draft(exchange, scenario);
      const figures = scenario.usage?.when === "never" ? NOTHING : usage;
      const body = { ...envelope, content, ...stop, usage: decorate(toMessageUsage(figures, { complete }), figures) };
      return { status: 200, headers: style.headers?.(exchange) ?? {}, body };
    },
    stream(exchange, scenario) {
      const { envelope, content, stop, usage, complete } = draft(exchange, scenario);
      const { early, late } = scheduleUsage(scenario, usage);
      const start = {
        ...envelope,
        content: [],
        ...openStop(stop),
        usage: toMessageUsage(early, { complete, output: Math.min(1, early.output) }),
      };
      const end = {
        delta: { ...stop, ...(complete ? { container: null } : {}) },
        usage: decorate(toDeltaUsage(late, complete), late),
        ...contextManagement(exchange),
      };
      const delivery = scenario.delivery ?? {};
      const frames = buildEvents({ start, content, end, delivery, countThinking: countsThinking(exchange) });
      return { headers: style.headers?.(exchange) ?? {}, frames };
    },
    // Written parts count as input, parts that are read do not (platform.claude.com/docs/en/api/rate-limits, read 2026-11).
    weigh(exchange) {
      const body = bodyOf(exchange);
      const tokens = cache.peek(style.ownerOf(exchange), { ...body, messages: body.messages ?? [] });
      const input = tokens.uncached + tokens.cacheWrite5m + tokens.cacheWrite1h;
      const { max_tokens: limit } = body as { max_tokens?: unknown };
      return { input, prompt: input + tokens.cacheRead, ...(typeof limit === "number" ? { maxOutput: limit } : {}) };
    },
    countOutput: (_exchange, scenario) => computeUsage(scenario, NOTHING).output,
    errorFrames: style.errorFrames ?? wordMessagesErrorFrames,
    recordedFrames: (lines) => lines.map((data) => ({ event: eventNameOf(data), data })),
    ping: style.ping ?? PING,
    ...(style.comment === undefined ? {} : { comment: style.comment }),
  };
}

const NOTHING: AnswerUsage = { uncached: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, thinking: 0 };

/** The real API tells input at the start and everything at the end; scripts can make it tell less. */
function scheduleUsage(scenario: Scenario, usage: AnswerUsage): { early: AnswerUsage; late: AnswerUsage } {
  switch (scenario.usage?.when) {
    case "never":
      return { early: NOTHING, late: NOTHING };
    case "late":
    case "after":
      return { early: NOTHING, late: usage };
    default:
      return { early: usage, late: usage };
  }
}

function createDraft(style: AnswerStyle, cache: PrefixCache, exchange: Exchange, scenario: Scenario): Draft {
  const body = bodyOf(exchange);
  const complete = style.isComplete(exchange);
  const source = { ...body, messages: body.messages ?? [] };
  const usage = computeUsage(scenario, cache.use(style.ownerOf(exchange), source));
  style.onUsage?.(exchange, usage);
  const envelope = {
    model: style.answerModelOf?.(exchange) ?? style.modelOf(exchange),
    id: createId(style.messageIdPrefix, 22),
    type: "message",
    role: "assistant",
    ...(complete ? { container: null, diagnostics: null } : {}),
    ...contextManagement(exchange),
  };
  return {
    envelope: style.decorateMessage?.(envelope) ?? envelope,
    content: buildContent({
      scenario,
      complete,
      thinking: style.thinkingOf(exchange),
      toolIdPrefix: style.toolIdPrefix,
      sign: (thinking) => style.sign(exchange, thinking),
    }),
    stop: {
      stop_reason: stopReasonOf(scenario),
      stop_sequence: scenario.stopSequence ?? null,
      ...stopDetails(scenario, complete),
    },
    usage,
    complete,
  };
}

function stopDetails(scenario: Scenario, complete: boolean): Record<string, unknown> {
  if (stopReasonOf(scenario) !== "refusal") return complete ? { stop_details: null } : {};
  return { stop_details: { type: "refusal", category: null, explanation: null } };
}

/** How the stop fields look before the end is known. */
function openStop(stop: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(stop).map((name) => [name, null]));
}

/** Whoever asks for context management is told what was done; the simulator clears nothing. */
function contextManagement(exchange: Exchange): Record<string, unknown> {
  const asked = (exchange.json as { context_management?: unknown } | undefined)?.context_management;
  return asked === undefined || asked === null ? {} : { context_management: { applied_edits: [] } };
}

function countsThinking(exchange: Exchange): boolean {
  return exchange.headers["anthropic-beta"]?.includes("thinking-token-count-2026-05-13") === true;
}

function bodyOf(exchange: Exchange): LooseBody {
  const body = exchange.json;
  return typeof body === "object" && body !== null ? body : {};
}

function eventNameOf(data: string): string {
  return /^\{"type":\s*"([a-z_]+)"/.exec(data)?.[1] ?? "message";
}
