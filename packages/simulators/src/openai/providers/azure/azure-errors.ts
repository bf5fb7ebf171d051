import type { ErrorWish, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";
import { wordOpenAiError, wordOpenAiProblem } from "../openai/openai-errors.ts";
import { RESOURCE_NOT_FOUND, deploymentNotFound, wordRateLimit } from "./azure-access.ts";
import { BLOCKED_PROMPT } from "./content-filter.ts";

/** Codes of Azure's own gateway, which says no more than code and message. */
const GATEWAY_CODES = new Set<unknown>(["401", "404", "408", "DeploymentNotFound", "RateLimitReached"]);

/** Azure's gateway words what it refuses itself; the rest are OpenAI's refusals. */
export function wordAzureProblem(problem: RequestProblem): JsonAnswer {
  if (!GATEWAY_CODES.has(problem.code)) return wordOpenAiProblem(problem);
  return { status: problem.status, body: { error: { code: problem.code, message: problem.message } } };
}

/** By status; "content_filter" is the one type of its own. */
const BY_STATUS: Readonly<Record<number, RequestProblem>> = {
  401: {
    status: 401,
    code: "401",
    message:
      "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  },
  404: deploymentNotFound(),
  408: { status: 408, code: "408", message: "The operation was timeout." },
  429: { status: 429, code: "RateLimitReached", message: wordRateLimit("token", 6) },
};

export function wordAzureError(error: ErrorWish): JsonAnswer {
  if (error.type === "content_filter") return { status: error.status, body: BLOCKED_PROMPT };
  const own = error.type === undefined ? BY_STATUS[error.status] : undefined;
  if (own === undefined) return wordOpenAiError(error);
  const answer = wordAzureProblem({ ...own, message: error.message ?? own.message });
  return error.status === 429 ? { ...answer, headers: { "retry-after": "6", "retry-after-ms": "6000" } } : answer;
}

export function azureNotFound(): JsonAnswer {
  return wordAzureProblem(RESOURCE_NOT_FOUND);
}
