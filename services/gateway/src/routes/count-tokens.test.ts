import { describe, expect, it } from "@jest/globals";

import { type Answerer, answerError, modelInfo, sendJson } from "../testing/fake-service.ts";

import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

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
    ["answers nonsense", (response: Parameters<Answerer>[0]) => sendJson(response, 200, "[]")],
    ["counts nothing", (response: Parameters<Answerer>[0]) => sendJson(response, 200, { input_tokens: 0 })],
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
