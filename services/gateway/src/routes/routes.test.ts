import { afterEach, describe, expect, it } from "@jest/globals";

import {
  answerError,
  answerText,
  modelInfo,
  sendJson,
  startFakeService,
  textMessage,
  textStream,
} from "../testing/fake-service.ts";
import { gatewaySettings, providerSettings } from "../testing/gateway-settings.ts";
import { get, type MeshOptions, MINIMAL, post, startMesh, type TestMesh } from "../testing/test-mesh.ts";

const open: TestMesh[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((started) => started.close()));
});

async function mesh(count: number, options: MeshOptions = {}): Promise<TestMesh> {
  const started = await startMesh(count, options);
  open.push(started);
  return started;
}

describe("requests that are wrong", () => {
  it.each([
    [
      "malformed JSON",
      '{"model": }',
      400,
      "invalid_request_error",
      /expected a value, found "}": line 1 column 11 \(byte 10\)/,
    ],
    ["a truncated body", '{"model":"claude', 400, "invalid_request_error", /closing quote/],
    [
      "a wrong type",
      { ...MINIMAL, messages: "hi" },
      400,
      "invalid_request_error",
      /^messages: Input should be a valid list$/,
    ],
    [
      "a wrong role",
      { ...MINIMAL, messages: [{ role: "tool", content: "" }] },
      400,
      "invalid_request_error",
      /^messages\.0\.role: /,
    ],
    [
      "no max_tokens",
      { ...MINIMAL, max_tokens: undefined },
      400,
      "invalid_request_error",
      /^max_tokens: Field required$/,
    ],
    ["too large a body", { ...MINIMAL, padding: "x".repeat(20_000) }, 413, "request_too_large", /./],
  ])("%s is refused with the place", async (_name, ...row) => {
    const [body, status, type, message] = row as [unknown, number, string, RegExp];
    const started = await mesh(1, { gateway: { maxBodyBytes: 10_000 } });
    const received = await post(started, body);
    expect(received).toMatchObject({
      status,
      json: { type: "error", error: { type, message: expect.stringMatching(message) } },
    });
    expect(received.headers.get("request-id")).toMatch(/^req_/);
    expect(received.json["request_id"]).toBe(received.headers.get("request-id"));
    expect(started.services[0]?.requests).toHaveLength(0);
  });

  it("takes a body of almost 32 MB", async () => {
    const started = await mesh(1);
    const body = JSON.stringify({ ...MINIMAL, messages: [{ role: "user", content: "x".repeat(33_000_000) }] });
    expect((await post(started, body, { "x-switchyard-substitution": "never" })).status).toBe(200);
    expect(started.services[0]?.requests[0]?.body.length).toBe(body.length);
    expect((await post(started, `${body}${" ".repeat(600_000)}`)).status).toBe(413);
  });

  it("names the providers when a pinned one does not exist, and the choices of substitution", async () => {
    const started = await mesh(2);
    const pinned = await post(started, MINIMAL, { "x-switchyard-provider": "nobody" });
    expect(pinned).toMatchObject({ status: 400 });
    expect(pinned.text).toContain("the providers are one, two");
    expect((await post(started, MINIMAL, { "x-switchyard-substitution": "maybe" })).text).toContain("when_unavailable");
  });

  it("names the tool that nobody executes, and who could", async () => {
    const able = modelInfo("claude-able", {
      capabilities: { tools: true, images: true, documents: true, thinking: true, server_tools: ["web_search"] },
    });
    const started = await mesh(2, { models: [[modelInfo("claude-test")], [able]], providers: [{}, {}] });
    const body = { ...MINIMAL, tools: [{ type: "web_search_20250305", name: "web_search" }] };
    expect((await post(started, body)).headers.get("x-switchyard-provider")).toBe("two");
    const refused = await post(started, body, { "x-switchyard-provider": "one" });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/web_search_20250305 is not executed .* claude-able on two/);
  });

  it("answers 404 for an unknown model where nothing may stand in for it", async () => {
    const started = await mesh(1);
    const received = await post(started, { ...MINIMAL, model: "unheard-of" }, { "x-switchyard-substitution": "never" });
    expect(received).toMatchObject({
      status: 404,
      json: { error: { type: "not_found_error", message: "model: unheard-of" } },
    });
  });

  it("answers 503 that says what to set when no provider is configured", async () => {
    const started = await mesh(1, { providers: [{ enabled: false, missing: ["ONE_API_KEY"] }] });
    const received = await post(started);
    expect(received).toMatchObject({ status: 503, json: { error: { type: "api_error" } } });
    expect(received.text).toContain("set ONE_API_KEY");
  });

  it("refuses more requests than it may answer at once, honestly", async () => {
    const started = await mesh(1, { gateway: { maxConcurrentRequests: 1 } });
    let release: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      started.services[0]?.answers((response, request) => {
        release = () => answerText("one")(response, request);
        resolve();
      });
    });
    const first = post(started);
    await arrived;
    const second = await post(started);
    expect(second).toMatchObject({ status: 429, json: { error: { type: "rate_limit_error" } } });
    expect(second.headers.get("retry-after")).toBe("1");
    release?.();
    expect((await first).status).toBe(200);
    started.services[0]?.answers(answerText("one"));
    expect((await post(started)).status).toBe(200);
  });
});

describe("GET /v1/models", () => {
  const models = [
    [modelInfo("claude-test"), modelInfo("gpt-x", { id: "vendor/gpt-x", tier: "middle" })],
    [modelInfo("claude-test"), modelInfo("gemini-y", { tier: "small" })],
  ];

  it("lists every model once, in both shapes, the others under ids that contain claude", async () => {
    const started = await mesh(2, { models });
    const { json, status } = await get(started, "/v1/models?limit=1000");
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: "list",
      has_more: false,
      first_id: "claude-test",
      last_id: "claude-via-mesh/gemini-y",
    });
    expect(json["data"]).toMatchObject([
      {
        type: "model",
        object: "model",
        id: "claude-test",
        display_name: "claude-test",
        owned_by: "one",
        providers: ["one", "two"],
      },
      { id: "claude-via-mesh/gpt-x", provider_model: "vendor/gpt-x", provider: "one" },
      { id: "claude-via-mesh/gemini-y", provider: "two" },
    ]);
  });

  it("goes by pages in both directions", async () => {
    const started = await mesh(2, { models });
    const ids = async (query: string) => {
      const { json } = await get(started, `/v1/models?${query}`);
      return [(json["data"] as { id: string }[]).map(({ id }) => id), json["has_more"]];
    };
    expect(await ids("limit=2")).toEqual([["claude-test", "claude-via-mesh/gpt-x"], true]);
    expect(await ids("limit=2&after_id=claude-via-mesh%2Fgpt-x")).toEqual([["claude-via-mesh/gemini-y"], false]);
    expect(await ids("limit=1&before_id=claude-via-mesh/gemini-y")).toEqual([["claude-via-mesh/gpt-x"], true]);
    expect((await get(started, "/v1/models?limit=0")).status).toBe(400);
    expect((await get(started, "/v1/models?after_id=nothing")).status).toBe(400);
  });

  it("shows one model, by an id with a slash too", async () => {
    const started = await mesh(2, { models });
    expect((await get(started, "/v1/models/claude-via-mesh/gpt-x")).json).toMatchObject({
      id: "claude-via-mesh/gpt-x",
    });
    expect((await get(started, "/v1/models/claude-via-mesh%2Fgpt-x")).json).toMatchObject({
      id: "claude-via-mesh/gpt-x",
    });
    expect((await get(started, "/v1/models/nothing")).status).toBe(404);
  });

  it("gives requests under such an id to that model", async () => {
    const started = await mesh(2, { models });
    const received = await post(started, { ...MINIMAL, model: "claude-via-mesh/gemini-y" });
    expect(received.headers.get("x-switchyard-model")).toBe("gemini-y");
  });
});

describe("POST /v1/messages/count_tokens", () => {
  const counting = [[modelInfo("claude-test", { native_count_tokens: true })]];
  const body = { model: "claude-test", messages: MINIMAL.messages };
  const deps = { countTokens: async (parsed: unknown) => Promise.resolve(JSON.stringify(parsed).length) };

  it("asks the upstream that would answer, where it can count", async () => {
    const started = await mesh(1, { models: counting, deps });
    started.services[0]?.answers((response) => sendJson(response, 200, { input_tokens: 42, more: true }));
    const received = await post(
      started,
      body,
      { "anthropic-version": "2026-10-21" },
      "/v1/messages/count_tokens?beta=true",
    );
    expect(received).toMatchObject({ status: 200, json: { input_tokens: 42, more: true } });
    expect(started.services[0]?.requests[0]).toMatchObject({
      url: "/v1/messages/count_tokens?beta=true",
      headers: { "anthropic-version": "2026-10-21", "x-switchyard-model": "claude-test" },
    });
  });

  it.each([
    ["fails", answerError(500, "api_error", "overloaded")],
    ["refuses", answerError(429, "rate_limit_error", "throttled")],
    ["answers nonsense", (response: Parameters<ReturnType<typeof answerText>>[0]) => sendJson(response, 200, "[]")],
    [
      "counts nothing",
      (response: Parameters<ReturnType<typeof answerText>>[0]) => sendJson(response, 200, { input_tokens: 0 }),
    ],
  ])("counts here when the upstream %s", async (_name, answerer) => {
    const started = await mesh(1, { models: counting, deps });
    started.services[0]?.answers(answerer);
    const received = await post(started, body, {}, "/v1/messages/count_tokens");
    expect(received).toMatchObject({ status: 200, json: { input_tokens: JSON.stringify(body).length } });
  });

  it("counts here where the model cannot, where no provider is configured, and with the real tokenizer", async () => {
    const started = await mesh(1, { providers: [{ enabled: false }] });
    const { json, status } = await post(started, body, {}, "/v1/messages/count_tokens");
    expect(status).toBe(200);
    expect(json["input_tokens"]).toBeGreaterThan(0);
  });

  it("refuses what is malformed, with the place", async () => {
    const started = await mesh(1, { deps });
    expect((await post(started, { model: "x" }, {}, "/v1/messages/count_tokens")).text).toContain(
      "messages: Field required",
    );
  });
});

describe("signs of life", () => {
  it("answers the probes of clients and orchestrators", async () => {
    const started = await mesh(1);
    for (const path of ["/", "/api/hello"]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await fetch(started.gateway.url + path, { method: "HEAD" })).status).toBe(200);
    }
    for (const path of ["/health/live", "/health/ready", "/health", "/info", "/stats", "/v1/stats", "/metrics", "/"]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await get(started, path)).status).toBe(200);
    }
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
});

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

describe("POST /v1/messages/test_conversion", () => {
  const models = [[modelInfo("claude-test")], [modelInfo("gpt-x", { id: "vendor/gpt-x", dialect: "chat" })]];

  it("sends to the named model alone", async () => {
    const started = await mesh(2, { models });
    started.services[1]?.answers(answerError(529, "overloaded_error", "overloaded"), answerText("two"));
    const path = "/v1/messages/test_conversion";
    expect((await post(started, { ...MINIMAL, model: "gpt-x" }, {}, path)).status).toBe(529);
    expect((await post(started, { ...MINIMAL, model: "gpt-x" }, {}, path)).text).toBe(
      JSON.stringify(textMessage("two")),
    );
    expect((await post(started, { ...MINIMAL, model: "gpt-x", stream: true }, {}, path)).text).toBe(textStream("two"));
    expect(started.services[0]?.requests).toHaveLength(0);
    expect((await post(started, { ...MINIMAL, model: "unknown" }, {}, path)).status).toBe(404);
  });

  it("shows the converted request without sending it", async () => {
    const started = await mesh(2, { models });
    const path = "/v1/messages/test_conversion?dry_run=true";
    const chat = await post(started, { ...MINIMAL, model: "gpt-x", system: "be brief" }, {}, path);
    expect(chat).toMatchObject({
      status: 200,
      json: {
        provider: "two",
        model: "vendor/gpt-x",
        dialect: "chat",
        request: { model: "vendor/gpt-x", messages: expect.any(Array) },
      },
    });
    expect(JSON.stringify(chat.json)).toContain("be brief");
    expect((await post(started, MINIMAL, {}, path)).json).toMatchObject({ dialect: "messages", request: MINIMAL });
    expect(started.services.map(({ requests }) => requests.length)).toEqual([0, 0]);
  });
});

describe("/admin", () => {
  it("shows who would get a request, and why not the others", async () => {
    const models = [
      [modelInfo("claude-test")],
      [modelInfo("claude-old", { retires_at: "2020-01-01" }), modelInfo("claude-other")],
    ];
    const started = await mesh(3, { models, providers: [{}, {}, { enabled: false, missing: ["KEY"] }] });
    const { json } = await post(started, MINIMAL, {}, "/admin/route");
    expect(json).toMatchObject({
      candidates: [
        { provider: "one", model: "claude-test", reason: "offers the model that was asked for" },
        { provider: "two", model: "claude-other", reason: "listed for the tier big" },
      ],
      excluded: [
        { provider: "three", reason: "not configured: set KEY" },
        { provider: "two", model: "claude-old", reason: "retired on 2020-01-01" },
      ],
    });
    expect(started.services.map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
  });

  it("shows one provider's health", async () => {
    const started = await mesh(1);
    await post(started);
    expect((await get(started, "/admin/provider/one/health")).json).toMatchObject({
      provider: "one",
      status: "healthy",
      metrics: { success_count: 1, error_count: 0 },
    });
    expect((await get(started, "/admin/provider/nobody/health")).status).toBe(404);
  });
});

describe("settings that are replaced under load", () => {
  it("drop no request: each ends with the settings it began with", async () => {
    const started = await mesh(1);
    const other = await startFakeService("other", [modelInfo("claude-test")]);
    const held: (() => void)[] = [];
    started.services[0]?.answers((response, request) => void held.push(() => answerText("one")(response, request)));
    const before = Array.from({ length: 20 }, () => post(started, { ...MINIMAL, stream: true }));
    const busy = performance.now() + 5000;
    // oxlint-disable-next-line no-await-in-loop
    while (held.length < 20 && performance.now() < busy) await new Promise((resolve) => setImmediate(resolve));
    started.holder.replace(gatewaySettings([providerSettings("other", other.url)]));
    const after = Array.from({ length: 20 }, () => post(started, { ...MINIMAL, stream: true }));
    const answered = await Promise.all(after);
    expect(new Set(answered.map(({ text }) => text))).toEqual(new Set([textStream("other")]));
    for (const release of held) release();
    expect(new Set((await Promise.all(before)).map(({ text }) => text))).toEqual(new Set([textStream("one")]));
    other.close();
  });
});
