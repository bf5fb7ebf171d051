import type { Dialect, DialectContext, KindDefinition } from "../../../engine/dialect.ts";
import { checkGeminiKey, createGeminiChat } from "./gemini-chat.ts";
import { wordGeminiError, wordGeminiProblem } from "./gemini-errors.ts";
import { listGeminiModels } from "./gemini-models.ts";

/** Gemini's OpenAI endpoint: ai.google.dev/gemini-api/docs/openai, seen 2026-11. */
export function createGemini(context: DialectContext): KindDefinition {
  return {
    basePath: "/v1beta/openai",
    requestIdHeader: "x-request-id",
    dialects: [
      createGeminiChat(context, { path: /^(\/v1beta\/openai|\/v1)\/chat\/completions$/ }),
      createModels(context),
    ],
    notFound: () => wordGeminiProblem({ status: 404, message: "Requested entity was not found." }),
  };
}

function createModels(context: DialectContext): Dialect {
  return {
    name: "models",
    method: "GET",
    path: /^(\/v1beta\/openai|\/v1)\/models$/,
    check(exchange) {
      const problem = checkGeminiKey(exchange, context);
      return problem === undefined ? undefined : wordGeminiProblem(problem);
    },
    wordError: wordGeminiError,
    respond: () => ({
      status: 200,
      body: {
        object: "list",
        data: listGeminiModels(context.models).map(({ id }) => ({
          id: `models/${id}`,
          object: "model",
          owned_by: "google",
          display_name: id,
        })),
      },
    }),
  };
}
