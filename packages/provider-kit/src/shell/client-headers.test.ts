import { describe, expect, it } from "@jest/globals";

import { pickAnswerHeaders, pickClientCredential, pickClientHeaders } from "./client-headers.ts";

describe("a client's headers on their way up", () => {
  it("pass when nobody knows them: betas, versions and whatever is new", () => {
    const headers = {
      "anthropic-beta": "a,b",
      "anthropic-version": "2026-10-21",
      "x-claude-code-session-id": "s",
      "x-stainless-lang": "js",
      "user-agent": "claude-cli",
      "x-new-thing": "1",
    };
    expect(pickClientHeaders(headers)).toEqual(headers);
  });

  it.each([
    "authorization",
    "x-api-key",
    "cookie",
    "host",
    "connection",
    "transfer-encoding",
    "content-length",
    "content-type",
    "accept-encoding",
    "x-forwarded-for",
    "forwarded",
    "origin",
    "referer",
    "sec-fetch-site",
    "proxy-authorization",
    "x-switchyard-provider",
    "x-switchyard-key",
    "request-id",
  ])("%s does not pass", (name) => {
    expect(pickClientHeaders({ [name]: "x" })).toEqual({});
  });

  it("that Connection names are for one hop only", () => {
    const headers = { connection: "keep-alive, X-Mine", "x-mine": "1", "x-other": "2" };
    expect(pickClientHeaders(headers)).toEqual({ "x-other": "2" });
  });

  it("give the credential apart, and only what is one", () => {
    expect(pickClientCredential({ authorization: "Bearer t", "x-api-key": "", "api-key": "k" })).toEqual({
      authorization: "Bearer t",
    });
  });
});

describe("an upstream's headers on their way down", () => {
  it("pass where they tell of limits and retries", () => {
    const headers = {
      "anthropic-ratelimit-unified-5h-utilization": "0.5",
      "anthropic-ratelimit-requests-remaining": "9",
      "x-ratelimit-remaining-tokens": "1",
      "retry-after": "3",
      "retry-after-ms": "3000",
      "x-should-retry": "false",
    };
    expect(pickAnswerHeaders(headers)).toEqual(headers);
  });

  it.each(["set-cookie", "server", "request-id", "content-encoding", "x-switchyard-model", "location"])(
    "%s does not pass",
    (name) => {
      expect(pickAnswerHeaders({ [name]: "x" })).toEqual({});
    },
  );
});
