import { describe, expect, it } from "@jest/globals";

import { answerError, answerText, modelInfo } from "../testing/fake-service.ts";

import { get, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("GET /test-connection", () => {
  it("calls every provider and says who answers", async () => {
    const started = await mesh(2);
    expect(await get(started, "/test-connection")).toMatchObject({
      status: 200,
      json: {
        status: "success",
        results: { one: { status: "success", model_used: "claude-test", response_id: "msg_1" } },
      },
    });
    started.services[1]?.answers(answerError(401, "authentication_error", "auth"));
    const partial = await get(started, "/test-connection");
    expect(partial).toMatchObject({
      status: 207,
      json: {
        results: {
          two: {
            status: "failed",
            error_type: "auth",
            suggestions: [expect.stringContaining("credential"), expect.any(String)],
          },
        },
      },
    });
    started.services[0]?.close();
    expect(await get(started, "/test-connection")).toMatchObject({ status: 503, json: { status: "failed" } });
  });

  it("does not count what is not configured", async () => {
    const started = await mesh(2, { providers: [{}, { enabled: false, missing: ["TWO_KEY"] }] });
    expect(await get(started, "/test-connection")).toMatchObject({
      status: 200,
      json: { results: { two: { status: "not_configured", missing: ["TWO_KEY"] } } },
    });
  });
});

describe("POST /api/providers/:name/test", () => {
  it("tries small models first and goes on until one answers", async () => {
    const models = [[modelInfo("claude-big"), modelInfo("claude-small", { tier: "small" })]];
    const started = await mesh(1, { models });
    started.services[0]?.answers(answerError(404, "not_found_error", "model-not-found"), answerText("one"));
    const received = await post(started, "{}", {}, "/api/providers/one/test");
    expect(received).toMatchObject({
      status: 200,
      json: { status: "success", provider: "one", model_used: "claude-big" },
    });
    expect((await post(started, "{}", {}, "/api/providers/nobody/test")).status).toBe(404);
  });

  it("ends the rest of a provider that answers again", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(402, "billing_error", "billing"), answerText("one"));
    expect((await post(started)).status).toBe(503);
    expect((await post(started, "{}", {}, "/api/providers/one/test")).status).toBe(200);
    expect((await post(started)).status).toBe(200);
    expect((await get(started, "/health")).json).toMatchObject({ providers: { one: { failure_count: 0 } } });
  });

  it("gives advice when none does", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(402, "billing_error", "billing"));
    const received = await post(started, "{}", {}, "/api/providers/one/test");
    expect(received).toMatchObject({ status: 503, json: { status: "failed", error_type: "billing" } });
  });
});
