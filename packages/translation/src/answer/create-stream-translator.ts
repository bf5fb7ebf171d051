import type { AnswerContext } from "../contract.ts";
import type { AnswerTranslator } from "./answer-translator.ts";
import { ChatTranslator } from "./chat-translator.ts";
import { ResponsesTranslator } from "./responses-translator.ts";

/** A translator for one streamed answer of the target's dialect. */
export function createStreamTranslator(context: AnswerContext): AnswerTranslator {
  return context.target.dialect === "responses" ? new ResponsesTranslator(context) : new ChatTranslator(context);
}
