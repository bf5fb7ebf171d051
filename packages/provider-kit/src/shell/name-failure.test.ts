import { describe, expect, it } from "@jest/globals";
import { readAnthropicFailure, readOpenAiFailure } from "@switchyard/translation";
import { GatewayError } from "@switchyard/wire";

import type { Family } from "../families/family.ts";
import type { Provider } from "../provider.ts";
import { type ErrorAnswer, guardCredential, nameErrorAnswer } from "./name-failure.ts";

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

const nameError = (provider: Provider, family: Family, answer: Omit<ErrorAnswer, "dialect">) =>
  nameErrorAnswer(provider, family, { ...answer, dialect: family === MESSAGES ? "messages" : "chat" }).error;

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
    const error = nameError(PROVIDER, MESSAGES, { status: 429, headers, body });
    expect(error).toMatchObject({ status: 429, failure: "throttled", body });
    expect(error.headers).toEqual({ "retry-after": "7", "anthropic-ratelimit-requests-remaining": "0" });
  });

  it("is worded anew where it is a page", () => {
    const error = nameError(PROVIDER, MESSAGES, { status: 502, headers: {}, body: "<title>Bad gateway</title>" });
    expect(error.body).toBeUndefined();
    expect(error).toMatchObject({ failure: "overloaded", message: expect.stringContaining("Bad gateway") });
  });

  it("is worded anew where the provider reads it in its own way", () => {
    const body = envelope("not_found_error", "model: x");
    const error = nameError({ ...PROVIDER, readFailure }, MESSAGES, { status: 404, headers: {}, body });
    expect(error).toMatchObject({ failure: "retired", message: "gone", body: undefined });
  });
});

describe("an error answer that tells of limits", () => {
  const NOW = Date.parse("2026-11-20T12:00:00Z");
  const date = new Date(NOW).toUTCString();
  const throttled = envelope("rate_limit_error", "slow down");

  it.each<[string, Record<string, string>, string]>([
    ["fractions, rounded up to whole seconds", { "retry-after": "1.2" }, "2"],
    ["less than a second, told as one", { "retry-after-ms": "40" }, "1"],
    ["an HTTP date", { "retry-after": "Fri, 20 Nov 2026 12:00:20 GMT" }, "20"],
    [
      "the reset of the limit that is used up",
      {
        "anthropic-ratelimit-requests-remaining": "40",
        "anthropic-ratelimit-requests-reset": "2026-11-20T12:00:01Z",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-input-tokens-reset": "2026-11-20T12:00:45Z",
      },
      "45",
    ],
    ["a subscription's reset", { "anthropic-ratelimit-unified-reset": String(NOW / 1000 + 7200) }, "7200"],
    [
      "days, for a subscription's week",
      {
        "anthropic-ratelimit-unified-status": "rejected",
        "anthropic-ratelimit-unified-representative-claim": "seven_day",
        "anthropic-ratelimit-unified-reset": String(NOW / 1000 + 200_000),
      },
      "200000",
    ],
  ])("gives seconds to wait: %s", (_name, headers, seconds) => {
    const error = nameError(PROVIDER, MESSAGES, { status: 429, headers: { ...headers, date }, body: throttled });
    expect(error).toMatchObject({ status: 429, failure: "throttled" });
    expect(error.headers["retry-after"]).toBe(seconds);
  });

  it("gives none where nothing tells any", () => {
    const headers = { "anthropic-ratelimit-requests-remaining": "0", "retry-after": "0" };
    const error = nameError(PROVIDER, MESSAGES, { status: 429, headers, body: throttled });
    expect(error.failure).toBe("throttled-without-window");
  });

  it.each([
    [529, envelope("overloaded_error", "Overloaded"), "overloaded"],
    [400, envelope("invalid_request_error", "Your credit balance is too low"), "billing"],
  ])("is no throttling for all that at %i", (status, body, failure) => {
    const headers = {
      date,
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-20T12:01:00Z",
    };
    expect(nameError(PROVIDER, MESSAGES, { status, headers, body }).failure).toBe(failure);
  });
});

describe("a refused credential", () => {
  it.each([
    [401, "authentication_error", "auth"],
    [403, "permission_error", "auth"],
    [402, "billing_error", "billing"],
  ])("of ours, %i, becomes a 503 that names provider, reason and setting", (status, type, failure) => {
    const error = nameError(PROVIDER, MESSAGES, { status, headers: {}, body: envelope(type, "no good") });
    expect(error).toMatchObject({ status: 503, type: "api_error", failure });
    expect(error.message).toMatch(/^anthropic refused .*no good.* Check ANTHROPIC_UPSTREAM_API_KEY\.$/);
    expect(error.body).toBeUndefined();
  });

  it("of the client's own keeps its status and words", () => {
    const body = envelope("authentication_error", "invalid x-api-key");
    const error = nameError({ ...PROVIDER, clientCredential: true }, MESSAGES, {
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
    const error = nameError(PROVIDER, OPENAI, { status: 429, headers: {}, body });
    expect(error).toMatchObject({ status: 429, type: "rate_limit_error", failure: "throttled", body: undefined });
    expect(error.headers["retry-after"]).toBe("2");
  });
});
