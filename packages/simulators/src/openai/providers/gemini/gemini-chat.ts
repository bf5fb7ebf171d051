import type { Dialect, DialectContext, Exchange } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import { createChatDialect } from "../../chat/chat-dialect.ts";
import { createLimitCounter } from "../../limit-counter.ts";
import { firstProblem, type RequestProblem } from "../../problem.ts";
import { checkGemini } from "./check-gemini.ts";
import { INVALID_KEY, MISSING_KEY, quotaExceeded, wordGeminiError, wordGeminiProblem } from "./gemini-errors.ts";
import { listGeminiModels } from "./gemini-models.ts";
import { createGeminiStyle } from "./gemini-style.ts";
import { createThoughtSignatures } from "./thought-signatures.ts";

export interface GeminiChatOptions {
  name?: string;
  path: RegExp;
  /** Instead of Google's check of an API key, e.g. where tokens are asked for. */
  checkCredential?: (exchange: Exchange) => RequestProblem | undefined;
}

/** Google's OpenAI endpoint at one path; its cloud serves the same below paths of its own. */
export function createGeminiChat(context: DialectContext, options: GeminiChatOptions): Dialect {
  const models = listGeminiModels(context.models);
  const signatures = createThoughtSignatures(context.signatureSecret);
  const count = createLimitCounter(context);
  const checkCredential = options.checkCredential ?? ((exchange) => checkGeminiKey(exchange, context));
  return createChatDialect({
    name: options.name ?? "chat",
    path: options.path,
    style: createGeminiStyle({ models, signatures }),
    check: (exchange) =>
      firstProblem([
        () => checkCredential(exchange),
        () => checkGemini(exchange, { models, signatures }),
        () => checkQuota(exchange),
      ]),
    wordProblem: wordGeminiProblem,
    wordError: wordGeminiError,
    answerHeaders: () => ({ "x-gemini-service-tier": "standard" }),
  });

  function checkQuota(exchange: Exchange): RequestProblem | undefined {
    const { exceeded } = count(exchange);
    if (exceeded === undefined || !context.enforceLimits) return undefined;
    const { model } = exchange.json as { model: string };
    return quotaExceeded(model, Math.ceil(exceeded.retryAfterMs) / 1000);
  }
}

/** Bearer token, or Google's own header. */
export function checkGeminiKey(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const key = readCredential(exchange.headers, ["x-goog-api-key"]);
  if (key === undefined) return MISSING_KEY;
  return isAccepted(key, context.credentials) ? undefined : INVALID_KEY;
}
