import type { UpstreamFailure } from "@switchyard/provider-kit";

export const RETIREMENT =
  "GitHub Models was retired on 2026-07-30. Set GITHUB_MODELS_BASE_URL to a host that speaks its API, or use another provider.";

/** True for an answer that says the service itself is gone, not just a version of its API. */
export function isRetirement(status: number, body: string): boolean {
  return status === 410 && !isVersionProblem(body);
}

/** What GitHub's answers mean beyond their status; undefined: the family's reading does. */
export function readGithubFailure(status: number, body: string): UpstreamFailure | undefined {
  if (status !== 410) return undefined;
  if (isVersionProblem(body))
    return {
      failure: "unconfigured",
      status: 503,
      type: "api_error",
      message: "The host no longer serves this X-GitHub-Api-Version: set the provider's api_version.",
    };
  return { failure: "retired", status: 404, type: "not_found_error", message: RETIREMENT };
}

/** Versions of the API that are no longer served are 410 too (docs.github.com/en/rest/about-the-rest-api/api-versions). */
function isVersionProblem(body: string): boolean {
  return /api[- ]version|version .{0,40}not supported|unsupported version/i.test(body);
}
