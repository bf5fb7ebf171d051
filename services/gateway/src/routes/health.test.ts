import { describe, expect, it } from "@jest/globals";

import { answerError, delta, PREAMBLE, startStream } from "../testing/fake-service.ts";
import { costSettings } from "../testing/gateway-settings.ts";

import { get, MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

describe("signs of life", () => {
  it("answers the probes of clients and orchestrators", async () => {
    const started = await mesh(1);
    for (const path of ["/", "/api/hello"]) {
      expect((await fetch(started.gateway.url + path, { method: "HEAD" })).status).toBe(200);
    }
    for (const path of ["/health/live", "/health/ready", "/health", "/info", "/stats", "/v1/stats", "/metrics", "/"]) {
      expect((await get(started, path)).status).toBe(200);
    }
  });

  it("says what it is, whom it has behind it and what can be asked of it", async () => {
    const started = await mesh(2);
    const { json } = await get(started, "/info");
    expect(json).toMatchObject({
      service_name: "gateway",
      status: "healthy",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptime: expect.any(Number),
      port: expect.any(Number),
      providers: ["one", "two"],
      routing_strategy: "priority",
      client_key_required: false,
    });
    expect(json["endpoints"]).toContain("POST /v1/messages");
    expect((await get(started, "/")).json).toMatchObject({ service_name: "gateway" });
  });

  it("computes health from what happened", async () => {
    const started = await mesh(3, { providers: [{}, {}, { enabled: false, missing: ["THREE_KEY"] }] });
    expect((await get(started, "/health")).json).toMatchObject({
      status: "healthy",
      providers: {
        one: { status: "healthy", priority: 0, failure_count: 0, success_rate: null, models: { big: ["claude-test"] } },
        three: { status: "unconfigured", missing: ["THREE_KEY"] },
      },
    });
    started.services[0]?.answers(answerError(401, "authentication_error", "auth"));
    await post(started);
    expect((await get(started, "/health")).json).toMatchObject({
      status: "degraded",
      providers: {
        one: { status: "resting", failure_count: 1, success_rate: 0, last_failure_reason: "auth", last_success: null },
        two: {
          status: "healthy",
          success_rate: 1,
          avg_latency_ms: expect.any(Number),
          p95_latency_ms: expect.any(Number),
        },
      },
      stats: { total_requests: 1, successful_requests: 1, fallback_requests: 1 },
    });
  });

  it("is unhealthy with 503 when nobody can answer, and alive and ready all the same", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(answerError(401, "authentication_error", "auth"));
    await post(started);
    expect(await get(started, "/health")).toMatchObject({ status: 503, json: { status: "unhealthy" } });
    expect((await get(started, "/health/live")).status).toBe(200);
    expect((await get(started, "/health/ready")).status).toBe(200);
  });

  it("counts tokens and requests in its statistics", async () => {
    const started = await mesh(1);
    await post(started, { ...MINIMAL, stream: true });
    await post(started);
    expect((await get(started, "/v1/stats")).json).toMatchObject({
      total_requests: 2,
      total_input_tokens: 14,
      total_output_tokens: 18,
      total_tokens: 32,
      model_usage_count: { "claude-test": 2 },
      active_requests: 0,
      provider_stats: { one: { total_requests: 2, successful_requests: 2 } },
    });
    expect((await get(started, "/metrics")).text).toMatch(/switchyard_requests_total\{[^}]*provider="one"[^}]*\} 2/);
  });

  it("tells what attempts have cost, by provider and model, those that failed halfway too", async () => {
    const prices = [{ model: "claude-test", price: { input: 3, output: 15 } }];
    const started = await mesh(2, { settings: { costs: costSettings({ prices }) } });
    started.services[0]?.answers(answerError(500, "api_error"));
    await post(started);
    started.services[0]?.answers((response) =>
      startStream(response).write(PREAMBLE + delta("a"), () => response.destroy()),
    );
    await post(started, { ...MINIMAL, stream: true });
    const answered = (7 * 3 + 9 * 15) / 1e6;
    const brokenOff = (7 * 3 + 1 * 15) / 1e6;
    const { json } = await get(started, "/v1/stats");
    expect(json["total_cost"]).toBeCloseTo(answered + brokenOff, 12);
    expect(json["cost_by_provider"]).toEqual({ one: brokenOff, two: answered });
    expect(json["cost_by_model"]).toEqual({ "claude-test": expect.closeTo(answered + brokenOff, 12) });
  });
});
