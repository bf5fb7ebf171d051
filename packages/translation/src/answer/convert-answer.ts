import type { GatewayError, Message, Warning } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";
import { isRecord } from "../failure/is-record.ts";
import { readFailureInside } from "../failure/read-open-ai-failure.ts";
import { toGatewayError } from "../failure/upstream-failure.ts";
import type { ThinkingPayload } from "../thinking-signature.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";
import { buildMessage } from "./message-builder.ts";
import { unusable } from "./unusable.ts";

export interface TranslatedAnswer {
  message: Message;
  /** What the upstream needs back with which tool call, while the client has thinking off. */
  sidecar: Record<string, ThinkingPayload>;
  warnings: Warning[];
}

/**
 * An answer that was not streamed, as a message. It goes the same way as a streamed one, so that both mean
 * the same. Throws GatewayError for an error inside a 200, for an answer without content, and for anything
 * that is no answer.
 */
export function translateAnswer(answer: unknown, context: AnswerContext): TranslatedAnswer {
  const whole: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (!isAnswer(whole)) throw refuse(whole);
  const translator = createStreamTranslator(context);
  const message = buildMessage([...translator.push(withReason(whole)), ...translator.end()]);
  if (message === undefined || message.stop_reason === null) throw refuse(whole);
  return { message, sidecar: translator.sidecar(), warnings: translator.warnings() };
}

/** `translateAnswer` for callers that need the message alone. */
export function convertAnswer(answer: unknown, context: AnswerContext): Message {
  return translateAnswer(answer, context).message;
}

function isAnswer(answer: unknown): answer is Record<string, unknown> {
  if (!isRecord(answer)) return false;
  return Array.isArray(answer["choices"]) || Array.isArray(answer["output"]);
}

/** A body that arrived is whole, even where the upstream does not say why it stopped. */
function withReason(answer: Record<string, unknown>): Record<string, unknown> {
  const [choice, ...others] = Array.isArray(answer["choices"]) ? answer["choices"] : [];
  if (!isRecord(choice) || Boolean(choice["finish_reason"])) return answer;
  return { ...answer, choices: [{ ...choice, finish_reason: "stop" }, ...others] };
}

function refuse(answer: unknown): GatewayError {
  const hasWords = isRecord(answer) && ["error", "message", "detail"].some((name) => Boolean(answer[name]));
  if (hasWords) return toGatewayError(readFailureInside(answer));
  return unusable("The upstream's answer is neither an answer nor an error");
}
