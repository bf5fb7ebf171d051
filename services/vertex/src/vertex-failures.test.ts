import { describe, expect, it } from "@jest/globals";

import { readVertexFailure } from "./vertex-failures.ts";

function google(code: number, status: string, message: string, details: unknown[] = []): string {
  return JSON.stringify({ error: { code, status, message, details } });
}

describe("readVertexFailure", () => {
  const quota =
    "Quota exceeded for aiplatform.googleapis.com/online_prediction_input_tokens_per_minute_per_base_model with base model: anthropic-claude-opus-4. Please submit a quota increase request.";

  it("rests a minute for a quota per minute", () => {
    const expected = { failure: "throttled", status: 429, message: quota, retryAfterSeconds: 60 };
    expect(readVertexFailure(429, google(429, "RESOURCE_EXHAUSTED", quota))).toMatchObject(expected);
    expect(readVertexFailure(429, `[${google(429, "RESOURCE_EXHAUSTED", quota)}]`)).toMatchObject(expected);
  });

  it("leaves shared capacity that is used up, which has no window, to the family", () => {
    const body = google(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.");
    expect(readVertexFailure(429, body)).toBeUndefined();
  });

  it("tells a project without billing from one without permission", () => {
    const off = google(403, "PERMISSION_DENIED", "x", [{ reason: "BILLING_DISABLED" }]);
    expect(readVertexFailure(403, off)).toMatchObject({ failure: "billing" });
    const worded = google(403, "PERMISSION_DENIED", "This API method requires billing to be enabled.");
    expect(readVertexFailure(403, worded)).toMatchObject({ failure: "billing" });
    expect(readVertexFailure(403, google(403, "PERMISSION_DENIED", "no access"))).toBeUndefined();
  });

  it("knows a model that this project or location does not have", () => {
    for (const message of [
      "Project `1` is not allowed to use Publisher Model `projects/p/locations/us/publishers/anthropic/models/m`",
      "claude-opus-5 is not servable in region asia-south1.",
    ])
      expect(readVertexFailure(400, google(400, "FAILED_PRECONDITION", message))).toMatchObject({
        failure: "model-not-found",
        status: 404,
      });
  });

  it("leaves errors in Anthropic's envelope to the family", () => {
    const envelope = JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
    for (const status of [400, 403, 429, 529]) expect(readVertexFailure(status, envelope)).toBeUndefined();
  });

  it.each(["", "<html>", "null", "[]", "{", '{"error":null}'])("reads nothing into %j", (body) => {
    for (const status of [400, 403, 429, 500]) expect(readVertexFailure(status, body)).toBeUndefined();
  });
});
