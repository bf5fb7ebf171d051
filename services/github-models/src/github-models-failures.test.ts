import { describe, expect, it } from "@jest/globals";

import { isRetirement, readGithubFailure } from "./github-models-failures.ts";

describe("readGithubFailure", () => {
  it("takes 410 for the retirement of the service", () => {
    const body = '{"message":"GitHub Models has been retired."}';
    expect(readGithubFailure(410, body)).toMatchObject({ failure: "retired", status: 404 });
    expect(isRetirement(410, body)).toBe(true);
    expect(isRetirement(410, "")).toBe(true);
  });

  it("tells a version of the API that is no longer served from that: api_version mends it", () => {
    const body = '{"message":"The API version 2022-11-28 is not supported. Use X-GitHub-Api-Version 2026-03-10."}';
    expect(readGithubFailure(410, body)).toMatchObject({ failure: "unconfigured", status: 503 });
    expect(readGithubFailure(410, body)?.message).toContain("api_version");
    expect(isRetirement(410, body)).toBe(false);
  });

  it("leaves every other answer to the family", () => {
    for (const status of [400, 401, 403, 404, 413, 429, 500]) {
      expect(readGithubFailure(status, '{"message":"API version"}')).toBeUndefined();
      expect(isRetirement(status, "")).toBe(false);
    }
  });
});
