import { describe, expect, it } from "@jest/globals";
import { readAnthropicFailure, readOpenAiFailure } from "@switchyard/translation";
import { GatewayError } from "@switchyard/wire";

import type { Family } from "../families/family.ts";
import type { Provider } from "../provider.ts";
import { guardCredential, nameErrorAnswer } from "./name-failure.ts";

const PROVIDER: Provider = {
  name: "anthropic",
  kind: "anthropic",
  credentialSetting: "ANTHROPIC_UPSTREAM_API_KEY",
  models: () => [],
  tiers: () => ({ big: [], middle: [], small: [] }),
  status: () => ({ status: "ok" }),
  authorize: async () => ({}),
  check: async () => {},
  close: async () => {},
};

const MESSAGES = { speaksMessages: true, readFailure: readAnthropicFailure } as unknown as Family;
const OPENAI = { speaksMessages: false, readFailure: readOpenAiFailure } as unknown as Family;

const envelope = (type: string, message: string) =>
  `{ "type":"error","error":{"type":"${type}","message":"${message}","details":{"error_code":"x"}},"request_id":"req_up"}`;

const readFailure = () => ({
  failure: "retired" as const,
  status: 404,
  type: "not_found_error" as const,
  message: "gone",
});

describe("an error answer of an upstream that speaks the Messages API", () => {
  it("reaches the client as it came, with its limits", () => {
    const body = envelope("rate_limit_error", "slow down");
    const headers = { "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0", "set-cookie": "a=1" };
    const error = nameErrorAnswer(PROVIDER, MESSAGES, { status: 429, headers, body });
    expect(error).toMatchObject({ status: 429, failure: "throttled", body });
    expect(error.headers).toEqual({ "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0" });
  });

  it("is worded anew where it is a page", () => {
    const error = nameErrorAnswer(PROVIDER, MESSAGES, { status: 502, headers: {}, body: "<title>Bad gateway</title>" });
    expect(error.body).toBeUndefined();
    expect(error).toMatchObject({ failure: "overloaded", message: expect.stringContaining("Bad gateway") });
  });

  it("is worded anew where the provider reads it in its own way", () => {
    const body = envelope("not_found_error", "model: x");
    const error = nameErrorAnswer({ ...PROVIDER, readFailure }, MESSAGES, { status: 404, headers: {}, body });
    expect(error).toMatchObject({ failure: "retired", message: "gone", body: undefined });
  });
});

describe("a refused credential", () => {
  it.each([
    [401, "authentication_error", "auth"],
    [403, "permission_error", "auth"],
    [402, "billing_error", "billing"],
  ])("of ours, %i, becomes a 503 that names provider, reason and setting", (status, type, failure) => {
    const error = nameErrorAnswer(PROVIDER, MESSAGES, { status, headers: {}, body: envelope(type, "no good") });
    expect(error).toMatchObject({ status: 503, type: "api_error", failure });
    expect(error.message).toMatch(/^anthropic refused .*no good.* Check ANTHROPIC_UPSTREAM_API_KEY\.$/);
    expect(error.body).toBeUndefined();
  });

  it("of the client's own keeps its status and words", () => {
    const body = envelope("authentication_error", "invalid x-api-key");
    const error = nameErrorAnswer({ ...PROVIDER, clientCredential: true }, MESSAGES, {
      status: 401,
      headers: {},
      body,
    });
    expect(error).toMatchObject({ status: 401, type: "authentication_error", failure: "auth", body });
  });

  it("inside a 200 is told the same way", () => {
    const inside = new GatewayError("billing_error", "no credit", { failure: "billing" });
    expect(guardCredential(PROVIDER, inside)).toMatchObject({ status: 503, type: "api_error", failure: "billing" });
  });

  it("that a provider words itself is not worded again", () => {
    const own = new GatewayError("api_error", "Log in with gcloud.", { status: 503, failure: "auth" });
    expect(guardCredential(PROVIDER, own)).toBe(own);
  });
});

describe("an error answer of an OpenAI-shaped upstream", () => {
  it("is put into the API's words", () => {
    const body =
      '{"error":{"message":"Rate limit reached. Please try again in 2s.","type":"requests","code":"rate_limit_exceeded"}}';
    const error = nameErrorAnswer(PROVIDER, OPENAI, { status: 429, headers: {}, body });
    expect(error).toMatchObject({ status: 429, type: "rate_limit_error", failure: "throttled", body: undefined });
    expect(error.headers["retry-after"]).toBe("2");
  });
});
