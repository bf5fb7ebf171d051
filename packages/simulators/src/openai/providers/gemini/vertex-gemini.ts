import type { DialectContext, Exchange, KindDefinition } from "../../../engine/dialect.ts";
import { isAccepted, readCredential } from "../../../engine/read-credential.ts";
import type { RequestProblem } from "../../problem.ts";
import { createGeminiChat } from "./gemini-chat.ts";
import { wordGeminiProblem } from "./gemini-errors.ts";

/**
 * Gemini on Google Cloud: the same OpenAI endpoint below a project and a location, for access tokens.
 * docs.cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview, seen 2026-11.
 */
export function createVertexGemini(context: DialectContext): KindDefinition {
  return {
    dialects: [
      createGeminiChat(context, {
        name: "openapi chat",
        path: /^\/v1(beta1)?\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/endpoints\/openapi\/chat\/completions$/,
        checkCredential: (exchange) => checkToken(exchange, context) ?? checkModelName(exchange),
      }),
    ],
    notFound: () => wordGeminiProblem({ status: 404, message: "Requested entity was not found." }),
  };
}

/** github.com/anthropics/claude-code/issues/9280, seen 2026-11. */
function checkToken(exchange: Exchange, context: DialectContext): RequestProblem | undefined {
  const token = readCredential(exchange.headers, []);
  if (token !== undefined && isAccepted(token, context.credentials)) return undefined;
  return {
    status: 401,
    message:
      "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
  };
}

/** Models are named with their publisher here. */
function checkModelName({ json }: Exchange): RequestProblem | undefined {
  const model = (json as { model?: unknown } | undefined)?.model;
  if (typeof model !== "string" || model.startsWith("google/")) return undefined;
  return {
    status: 400,
    message: `Malformed publisher model (model=${model}) for model garden endpoint call. Expected format 'publisher/model'.`,
  };
}
