import { describe, expect, it } from "@jest/globals";
import type { ApiErrorType, FailureName } from "@switchyard/wire";
import { readAnthropicFailure } from "./read-anthropic-failure.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");

function envelope(type: string, message: string): string {
  return JSON.stringify({ type: "error", error: { type, message }, request_id: "req_1" });
}

function google(code: number, status: string, message: string): string {
  return JSON.stringify({ error: { code, message, status } });
}

describe("an Anthropic-shaped upstream", () => {
  // platform.claude.com/docs/en/api/errors and code.claude.com/docs/en/errors
  it.each<[number, ApiErrorType, string, FailureName]>([
    [400, "invalid_request_error", "messages.1: `tool_use` ids were found without `tool_result` blocks", "bad-request"],
    [400, "invalid_request_error", "prompt is too long: 213462 tokens > 200000 maximum", "context-too-long"],
    [
      400,
      "invalid_request_error",
      "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again",
      "context-too-long",
    ],
    [
      400,
      "invalid_request_error",
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      "billing",
    ],
    [400, "invalid_request_error", "Output blocked by content filtering policy", "content-policy"],
    [400, "invalid_request_error", "context_management: Extra inputs are not permitted", "capability"],
    [
      400,
      "invalid_request_error",
      "Unexpected value(s) `context-1m-2025-08-07` for the `anthropic-beta` header.",
      "capability",
    ],
    [400, "invalid_request_error", "messages.1.content.0: Invalid `signature` in `thinking` block", "bad-request"],
    [401, "authentication_error", "invalid x-api-key", "auth"],
    [402, "billing_error", "Your account has no credits", "billing"],
    [403, "permission_error", "Your API key does not have permission to use the specified resource.", "auth"],
    [404, "not_found_error", "model: claude-opus-9", "model-not-found"],
    [404, "not_found_error", "The model claude-2 has been retired", "retired"],
    [409, "conflict_error", "The resource is being changed", "overloaded"],
    [413, "request_too_large", "Request exceeds the maximum size", "context-too-long"],
    [
      429,
      "rate_limit_error",
      "Number of request tokens has exceeded your per-minute rate limit",
      "throttled-without-window",
    ],
    [429, "billing_error", "You have reached your spend limit", "billing"],
    [500, "api_error", "Internal server error", "overloaded"],
    [504, "timeout_error", "Request timed out", "timeout"],
    [529, "overloaded_error", "Overloaded", "overloaded"],
  ])("%i %s: %s", (status, type, message, failure) => {
    expect(readAnthropicFailure(status, {}, envelope(type, message), NOW)).toEqual({ failure, status, type, message });
  });

  it.each<[string, Record<string, string>, number]>([
    ["retry-after", { "retry-after": "17" }, 17],
    [
      "its own date header where no clock is given",
      { "retry-after": "Fri, 20 Nov 2026 12:00:20 GMT", date: "Fri, 20 Nov 2026 12:00:00 GMT" },
      20,
    ],
  ])("that is throttled tells when to come back by %s", (_name, headers, retryAfterSeconds) => {
    const clock = headers["date"] === undefined ? NOW : undefined;
    expect(readAnthropicFailure(429, headers, envelope("rate_limit_error", "slow down"), clock)).toMatchObject({
      failure: "throttled",
      retryAfterSeconds,
    });
  });

  it("keeps the words as they came, whatever they quote", () => {
    const message = "  spaces and sk-words-here stay  ";
    expect(readAnthropicFailure(400, {}, envelope("invalid_request_error", message)).message).toBe(message);
  });

  it("may use a type that is unknown: the status then tells", () => {
    expect(readAnthropicFailure(429, {}, envelope("brand_new_error", "x"))).toMatchObject({
      type: "rate_limit_error",
      failure: "throttled-without-window",
    });
    expect(readAnthropicFailure(418, {}, envelope("toString", "x"))).toMatchObject({
      type: "invalid_request_error",
      failure: "bad-request",
    });
  });
});

describe("Google's own errors before Claude", () => {
  // cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/troubleshooting
  it.each<[number, string, string, { type: ApiErrorType; failure: FailureName }]>([
    [
      429,
      "RESOURCE_EXHAUSTED",
      "Quota exceeded for aiplatform.googleapis.com/global_online_prediction_requests_per_base_model with base model: anthropic-claude-opus.",
      { type: "rate_limit_error", failure: "throttled-without-window" },
    ],
    [
      404,
      "NOT_FOUND",
      "Publisher Model `projects/p/locations/global/publishers/anthropic/models/claude-x` was not found or your project does not have access to it.",
      { type: "not_found_error", failure: "model-not-found" },
    ],
    [
      400,
      "FAILED_PRECONDITION",
      "Publisher Model `projects/p/locations/x/publishers/anthropic/models/claude-y` is not servable in region x.",
      { type: "invalid_request_error", failure: "model-not-found" },
    ],
    [
      403,
      "PERMISSION_DENIED",
      "Permission 'aiplatform.endpoints.predict' denied on resource",
      { type: "permission_error", failure: "auth" },
    ],
    [
      401,
      "UNAUTHENTICATED",
      "Request had invalid authentication credentials.",
      { type: "authentication_error", failure: "auth" },
    ],
    [503, "UNAVAILABLE", "The service is currently unavailable.", { type: "overloaded_error", failure: "overloaded" }],
    [500, "INTERNAL", "Internal error encountered.", { type: "api_error", failure: "overloaded" }],
    [
      400,
      "INVALID_ARGUMENT",
      "Request contains an invalid argument.",
      { type: "invalid_request_error", failure: "bad-request" },
    ],
    [504, "DEADLINE_EXCEEDED", "Deadline expired", { type: "timeout_error", failure: "timeout" }],
  ])("%i %s", (status, code, message, expected) => {
    for (const body of [google(status, code, message), `[${google(status, code, message)}]`]) {
      expect(readAnthropicFailure(status, {}, body, NOW)).toEqual({ ...expected, status, message });
    }
  });
});

describe("bodies that are no JSON", () => {
  it.each<[number, string, { status: number; type: ApiErrorType; failure: FailureName }]>([
    [
      413,
      "<html><head><title>413 Payload Too Large</title></head></html>",
      { status: 413, type: "request_too_large", failure: "context-too-long" },
    ],
    [
      502,
      "<html><head><title>502 Bad Gateway</title></head></html>",
      { status: 502, type: "api_error", failure: "overloaded" },
    ],
    [503, "no healthy upstream", { status: 503, type: "overloaded_error", failure: "overloaded" }],
    [
      520,
      "<html><title>520: Web server is returning an unknown error</title></html>",
      { status: 502, type: "api_error", failure: "overloaded" },
    ],
    [
      524,
      "<html><title>524: A timeout occurred</title></html>",
      { status: 504, type: "timeout_error", failure: "timeout" },
    ],
    [403, "<html><title>Just a moment...</title></html>", { status: 403, type: "permission_error", failure: "auth" }],
    [500, "", { status: 500, type: "api_error", failure: "overloaded" }],
    [529, "{broken", { status: 529, type: "overloaded_error", failure: "overloaded" }],
  ])("%i %s", (status, body, expected) => {
    const read = readAnthropicFailure(status, {}, body);
    expect(read).toMatchObject(expected);
    expect(read.message).toContain(String(status));
  });
});
