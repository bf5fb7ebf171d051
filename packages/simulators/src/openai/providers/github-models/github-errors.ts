import type { ErrorWish, JsonAnswer } from "../../../engine/dialect.ts";
import type { RequestProblem } from "../../problem.ts";
import { wordOpenAiError, wordOpenAiProblem } from "../openai/openai-errors.ts";

/** What GitHub says itself has a code of its own; the rest are the words of the models' host, which are OpenAI's. */
const OWN_CODES = new Set<unknown>(["unauthorized", "unknown_model", "tokens_limit_reached", "RateLimitReached"]);

export function wordGithubProblem(problem: RequestProblem): JsonAnswer {
  if (problem.code === VERSION_CODE) return wordVersionProblem(problem.message);
  if (!OWN_CODES.has(problem.code)) return wordOpenAiProblem(problem);
  const { message, code } = problem;
  return { status: problem.status, body: { error: { code, message, details: message } } };
}

const VERSION_CODE = "api_version";

/** Versions that GitHub's API takes: docs.github.com/en/rest/about-the-rest-api/api-versions, seen 2026-11. */
const VERSIONS = new Set(["2022-11-28", "2026-03-10"]);

/** A version that is no longer served is answered 410 (same page). */
export function checkVersion(version: string | undefined): RequestProblem | undefined {
  if (version === undefined || VERSIONS.has(version)) return undefined;
  return { status: 410, code: VERSION_CODE, message: `API version ${version} is not supported.` };
}

function wordVersionProblem(message: string): JsonAnswer {
  return {
    status: 410,
    body: {
      message,
      documentation_url: "https://docs.github.com/rest/about-the-rest-api/api-versions",
      status: "410",
    },
  };
}

/** What a token that is none, or none for models, is told. */
export const UNAUTHORIZED: RequestProblem = {
  status: 401,
  code: "unauthorized",
  message: "Bad credentials",
};

export function unknownModel(id: string): RequestProblem {
  return { status: 404, code: "unknown_model", message: `Unknown model: ${id}` };
}

/** github.com/cline/cline/issues/995 and github.com/actions/ai-inference/issues/128, seen 2026-11. */
export function tooManyTokens(model: string, limit: number): RequestProblem {
  return {
    status: 413,
    code: "tokens_limit_reached",
    message: `Request body too large for ${model} model. Max size: ${limit} tokens.`,
  };
}

/** Limits per user and model: docs.github.com/en/github-models/use-github-models/prototyping-with-ai-models#rate-limits. */
export function rateLimited({ limit, seconds, what }: { limit: number; seconds: number; what: string }): JsonAnswer {
  const perDay = what.endsWith("Day");
  const message = `Rate limit of ${limit} per ${perDay ? 86_400 : 60}s exceeded for ${what}. Please wait ${seconds} seconds before retrying.`;
  return {
    status: 429,
    headers: { "retry-after": String(seconds), "x-ratelimit-type": what, "x-ratelimit-timeremaining": String(seconds) },
    body: { error: { code: "RateLimitReached", message, details: message } },
  };
}

/** The service itself ended on 2026-07-30: github.blog/changelog, seen 2026-11. */
const RETIRED =
  "GitHub Models was retired on July 30, 2026. See https://docs.github.com/github-models for your options.";

/** By status; "UserByModelByDay" and its like are types of a 429. */
export function wordGithubError(error: ErrorWish): JsonAnswer {
  switch (error.status) {
    case 401:
      return wordGithubProblem({ ...UNAUTHORIZED, message: error.message ?? UNAUTHORIZED.message });
    case 404:
      return wordGithubProblem({ ...unknownModel("unknown/model"), ...messageOf(error) });
    case 410:
      return {
        status: 410,
        body: { error: { code: "gone", message: error.message ?? RETIRED, details: RETIRED } },
      };
    case 413:
      return wordGithubProblem({ ...tooManyTokens("gpt-4.1", 8_000), ...messageOf(error) });
    case 429:
      return wordRateLimit(error);
    default:
      return wordOpenAiError(error);
  }
}

function wordRateLimit(error: ErrorWish): JsonAnswer {
  const what = error.type ?? "UserByModelByMinute";
  const answer = rateLimited(
    what.endsWith("Day") ? { limit: 50, seconds: 24_367, what } : { limit: 10, seconds: 24, what },
  );
  if (error.message === undefined) return answer;
  return {
    ...answer,
    body: { error: { code: "RateLimitReached", message: error.message, details: error.message } },
  };
}

function messageOf({ message }: ErrorWish): { message?: string } {
  return message === undefined ? {} : { message };
}
