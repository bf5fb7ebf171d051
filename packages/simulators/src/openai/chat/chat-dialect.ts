import type { Dialect, ErrorWish, Exchange, Frame, JsonAnswer } from "../../engine/dialect.ts";
import type { RequestProblem } from "../problem.ts";
import { buildChatAnswer } from "./build-chat-answer.ts";
import { buildChatChunks } from "./build-chat-chunks.ts";
import type { ChatRequest } from "./chat-request.ts";
import type { ChatStyle } from "./chat-style.ts";
import { viewChatRequest } from "./chat-view.ts";
import { countUsage, weighRequest } from "../usage-figures.ts";

/** What makes a vendor's chat completions endpoint its own. */
export interface ChatProfile {
  /** Name of the dialect. */
  name: string;
  path: RegExp;
  style: ChatStyle;
  /** Credential, headers, body; undefined: nothing to object to. */
  check: (exchange: Exchange) => RequestProblem | undefined;
  wordProblem: (problem: RequestProblem, exchange: Exchange) => JsonAnswer;
  wordError: (error: ErrorWish, exchange: Exchange) => JsonAnswer;
  /** Headers of every answer that is no error. */
  answerHeaders: (exchange: Exchange) => Record<string, string>;
  /** The event that reports an error inside a stream; default: the error's body. */
  errorChunk?: (error: ErrorWish, exchange: Exchange) => unknown;
  /** Keep-alive comment without its colon. */
  comment?: string;
}

const DONE: Frame = { data: "[DONE]" };

/** A chat completions endpoint of the engine. */
export function createChatDialect(profile: ChatProfile): Dialect {
  const { style } = profile;
  const errorChunk = profile.errorChunk ?? ((error, exchange) => profile.wordError(error, exchange).body);
  return {
    name: profile.name,
    method: "POST",
    path: profile.path,
    check(exchange) {
      const problem = profile.check(exchange);
      return problem === undefined ? undefined : profile.wordProblem(problem, exchange);
    },
    wordError: profile.wordError,
    generation: {
      view: (exchange) => viewChatRequest(exchange.json as ChatRequest),
      weigh: weighRequest,
      countOutput: (exchange, scenario) => countUsage(exchange, scenario).output,
      answer: (exchange, scenario) => ({
        status: 200,
        headers: profile.answerHeaders(exchange),
        body: buildChatAnswer(style, exchange, scenario),
      }),
      stream: (exchange, scenario) => ({
        headers: profile.answerHeaders(exchange),
        frames: [
          ...buildChatChunks(style, exchange, scenario).map((chunk) => ({ data: JSON.stringify(chunk) })),
          ...(scenario.delivery?.noDone === true ? [] : [DONE]),
        ],
      }),
      errorFrames: (error, exchange) => [{ data: JSON.stringify(errorChunk(error, exchange)) }, DONE],
      recordedFrames: (lines) => [...lines.map((data) => ({ data })), DONE],
      ...(profile.comment === undefined ? {} : { comment: profile.comment }),
    },
  };
}
