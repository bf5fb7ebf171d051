import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "@jest/globals";

import { parseRpcStatus, readRpcFailure, secondsToPacificMidnight } from "./rpc-status.ts";

const NOON_UTC = Date.parse("2026-11-20T12:00:00Z");

function rpc(code: number, status: string, message: string, details: unknown[] = []): string {
  return JSON.stringify({ error: { code, status, message, details } });
}

describe("parseRpcStatus", () => {
  it("is undefined for what is no such error", () => {
    for (const body of ["", "<html>", "{}", '{"error":"x"}', '{"error":{"message":"no code"}}', "[]", "null"])
      expect(parseRpcStatus(body)).toBeUndefined();
  });

  it("finds the error in an array, and in the text of another error's message", () => {
    const inner = rpc(429, "RESOURCE_EXHAUSTED", "used up");
    expect(parseRpcStatus(`[${inner}]`)?.message).toBe("used up");
    const outer = JSON.stringify({ error: { code: 429, status: "Too Many Requests", message: inner } });
    expect(parseRpcStatus(outer)).toMatchObject({ status: "RESOURCE_EXHAUSTED", message: "used up" });
  });

  it("stops looking in a body that nests without end", () => {
    let body = rpc(400, "INVALID_ARGUMENT", "deep");
    for (let depth = 0; depth < 20; depth += 1) body = JSON.stringify({ error: { code: 500, message: body } });
    expect(parseRpcStatus(body)?.code).toBe(500);
  });
});

describe("readRpcFailure", () => {
  it("takes the delay that RetryInfo names", () => {
    const body = rpc(429, "RESOURCE_EXHAUSTED", "quota", [
      { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.4s" },
    ]);
    expect(readRpcFailure(429, body, NOON_UTC)).toMatchObject({
      failure: "throttled",
      status: 429,
      type: "rate_limit_error",
      retryAfterSeconds: 34.4,
    });
  });

  it("takes the delay that stands in the message alone", () => {
    const body = rpc(429, "RESOURCE_EXHAUSTED", "Quota exceeded.\nPlease retry in 20.5s.");
    expect(readRpcFailure(429, body, NOON_UTC)?.retryAfterSeconds).toBe(20.5);
  });

  it("rests until midnight Pacific time for a daily quota, whatever delay is named", () => {
    const body = rpc(429, "RESOURCE_EXHAUSTED", "quota", [
      { violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] },
      { retryDelay: "3s" },
    ]);
    // Noon UTC is four in the morning in Los Angeles in November.
    expect(readRpcFailure(429, body, NOON_UTC)).toMatchObject({ failure: "throttled", retryAfterSeconds: 20 * 3600 });
  });

  it("reads the daily quota from ErrorInfo's metadata too", () => {
    const body = rpc(429, "RESOURCE_EXHAUSTED", "quota", [{ metadata: { quota_limit: "RequestsPerDayPerProject" } }]);
    expect(readRpcFailure(429, body, NOON_UTC)?.retryAfterSeconds).toBe(20 * 3600);
  });

  it("names shared capacity that is used up apart from a quota: it has no window", () => {
    const body = rpc(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.");
    expect(readRpcFailure(429, body, NOON_UTC)).toMatchObject({ failure: "throttled-without-window" });
    expect(readRpcFailure(429, body, NOON_UTC)).not.toHaveProperty("retryAfterSeconds");
  });

  it("knows a quota per minute by its name", () => {
    const message =
      "Quota exceeded for aiplatform.googleapis.com/online_prediction_input_tokens_per_minute_per_base_model with base model: anthropic-claude-opus-4.";
    expect(readRpcFailure(429, rpc(429, "RESOURCE_EXHAUSTED", message), NOON_UTC)?.failure).toBe("throttled");
  });

  it.each([
    [401, rpc(401, "UNAUTHENTICATED", "no token"), "auth", 401],
    [400, rpc(400, "INVALID_ARGUMENT", "API key not valid.", [{ reason: "API_KEY_INVALID" }]), "auth", 401],
    [403, rpc(403, "PERMISSION_DENIED", "no permission"), "auth", 403],
    [403, rpc(403, "PERMISSION_DENIED", "This API method requires billing to be enabled."), "billing", 403],
    [403, rpc(403, "PERMISSION_DENIED", "x", [{ reason: "BILLING_DISABLED" }]), "billing", 403],
    [404, rpc(404, "NOT_FOUND", "Publisher Model was not found"), "model-not-found", 404],
    [503, rpc(503, "UNAVAILABLE", "The model is overloaded."), "overloaded", 529],
    [504, rpc(504, "DEADLINE_EXCEEDED", "deadline"), "timeout", 504],
  ])("reads %i %s as %s", (status, body, failure, clientStatus) => {
    expect(readRpcFailure(status, body, NOON_UTC)).toMatchObject({ failure, status: clientStatus });
  });

  it("words an over-long prompt so that the client compacts", () => {
    const message = "The input token count (1200345) exceeds the maximum number of tokens allowed (1048576).";
    expect(readRpcFailure(400, rpc(400, "INVALID_ARGUMENT", message), NOON_UTC)).toEqual({
      failure: "context-too-long",
      status: 400,
      type: "invalid_request_error",
      message: "prompt is too long: 1200345 tokens > 1048576 maximum",
    });
  });

  it("leaves any other 400 to the reading by status", () => {
    const body = rpc(400, "INVALID_ARGUMENT", 'Unknown name "foo": Cannot find field. 1 of 2 exceeded.');
    expect(readRpcFailure(400, body, NOON_UTC)).toBeUndefined();
  });

  const fixtures =
    process.env["SWITCHYARD_FIXTURES"] ?? fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));
  const recorded = resolve(fixtures, "recorded/google/google-429-retry-info.json");
  (existsSync(recorded) ? it : it.skip)("reads a recorded answer (skipped: no recorded fixtures here)", () => {
    expect(readRpcFailure(429, readFileSync(recorded, "utf8"), NOON_UTC)).toMatchObject({
      failure: "throttled",
      retryAfterSeconds: 34.4,
    });
  });
});

describe("secondsToPacificMidnight", () => {
  it("follows summer time", () => {
    expect(secondsToPacificMidnight(Date.parse("2026-07-01T06:59:00Z"))).toBe(60);
    expect(secondsToPacificMidnight(Date.parse("2026-12-01T07:59:00Z"))).toBe(60);
  });

  it("is a whole day at midnight itself", () => {
    expect(secondsToPacificMidnight(Date.parse("2026-12-01T08:00:00Z"))).toBe(86_400);
  });
});
