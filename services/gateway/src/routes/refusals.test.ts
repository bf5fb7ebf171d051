import { describe, expect, it } from "@jest/globals";

import { answerText, modelInfo } from "../testing/fake-service.ts";

import { MINIMAL, post, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

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
    const queue = { maxWaitMs: 20, maxLength: 10 };
    const started = await mesh(1, { gateway: { maxConcurrentRequests: 1, queue } });
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
