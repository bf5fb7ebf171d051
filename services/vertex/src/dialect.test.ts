import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ConformanceBench, readStream } from "@switchyard/provider-kit/conformance";
import { CLAUDE_CODE_BETAS, createClaudeCodeRequest, createSecret } from "@switchyard/provider-kit/testing";
import { startSimulator, type RecordedRequest } from "@switchyard/simulators";
import { HEADERS } from "@switchyard/wire";

import { createVertexProvider } from "./vertex-provider.ts";

const GEMINI = "google/gemini-3.1-pro-preview";
const PARENT = "/v1/projects/team-1/locations/europe-west1";

const bench = new ConformanceBench({
  createProvider: createVertexProvider,
  startSimulator: () => startSimulator("vertex"),
  settings: ({ baseUrl }) => ({
    kind: "vertex",
    baseUrl,
    credential: {
      type: "google",
      project: "team-1",
      location: "europe-west1",
      accessToken: createSecret("ya29.secret"),
    },
  }),
  model: "claude-opus-4-8",
  countsTokens: true,
});

beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

function lastSent(): RecordedRequest {
  const request = bench.simulator.requests.at(-1);
  if (request === undefined) throw new Error("nothing reached the upstream");
  return request;
}

/** As the gateway sends it on: written for the newest model, served by the one that it chose. */
const asClaudeCode = (model: string) =>
  bench.post({
    body: createClaudeCodeRequest(),
    inner: true,
    headers: { "anthropic-beta": CLAUDE_CODE_BETAS, [HEADERS.model]: model },
    path: "/v1/messages?beta=true",
  });

const tools = [{ name: "Read", description: "reads", input_schema: { type: "object", properties: {} } }];

describe("Claude on Vertex AI", () => {
  it("has its model in the address and Vertex's version in the body", async () => {
    await (await bench.post()).text();
    expect(lastSent().path).toBe(`${PARENT}/publishers/anthropic/models/claude-opus-4-8:streamRawPredict`);
    expect(lastSent().json).toMatchObject({ anthropic_version: "vertex-2023-10-16", stream: true });
    expect(lastSent().json).not.toHaveProperty("model");
    await (await bench.post({ body: bench.body({ stream: false }) })).text();
    expect(lastSent().path).toBe(`${PARENT}/publishers/anthropic/models/claude-opus-4-8:rawPredict`);
  });

  it("gets the rest of the body byte for byte", async () => {
    const rest = `"max_tokens":64,"messages":[{"role":"user","content":[{"type":"text","text":"n: 12345678901234567890"}]}],"tools":[{"name":"t","description":"d","input_schema":{"type":"object","properties":{"2":{"type":"string"},"1":{"type":"number","maximum":1e400}}}}]`;
    const response = await bench.post({ body: `{"model":"claude-opus-4-8",${rest}}` });
    await response.text();
    expect(lastSent().body).toContain(rest);
  });

  it.each(["claude-opus-4-8", "claude-sonnet-5", "claude-haiku-4-5@20251001", "claude-sonnet-4-6"])(
    "takes a session of Claude Code on %s",
    async (model) => {
      bench.reset({ blocks: [{ type: "text", text: "done" }] });
      const response = await asClaudeCode(model);
      expect(lastSent().refused).toBeUndefined();
      expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
    },
  );

  it("gets only betas that it knows, under its own names, each with its field", async () => {
    await (await asClaudeCode("claude-opus-4-8")).text();
    expect(lastSent().headers["anthropic-beta"]?.split(",").toSorted()).toEqual([
      "claude-code-20250219",
      "context-management-2025-06-27",
      "effort-2025-11-24",
      "interleaved-thinking-2025-05-14",
      "thinking-token-count-2026-05-13",
      "tool-search-tool-2025-10-19",
    ]);
    expect(lastSent().json).toMatchObject({ output_config: { effort: "medium" } });
    expect(lastSent().json).toHaveProperty("context_management");
  });

  it("keeps what a system message said on a model that knows none inside a conversation", async () => {
    await (await asClaudeCode("claude-sonnet-4-6")).text();
    const { messages } = lastSent().json as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).not.toContain("system");
    expect(lastSent().body).toContain("Working directory: /repo");
  });

  it("counts tokens with the model in the body, and without the betas that counting refuses", async () => {
    const { messages, system, tools: offered } = createClaudeCodeRequest();
    const body = { model: "claude-opus-4-8", messages, system, tools: offered };
    const response = await bench.post({
      path: "/v1/messages/count_tokens",
      body,
      headers: { "anthropic-beta": `${CLAUDE_CODE_BETAS},web-search-2025-03-05` },
    });
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(lastSent().path).toBe(`${PARENT}/publishers/anthropic/models/count-tokens:rawPredict`);
    expect(lastSent().json).toMatchObject({ model: "claude-opus-4-8", anthropic_version: "vertex-2023-10-16" });
    expect(lastSent().headers["anthropic-beta"]).not.toContain("web-search");
  });

  it("rests a minute when a quota per minute is used up, in Google's words", async () => {
    const message =
      "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_minute_per_base_model with base model: anthropic-claude-opus.";
    const body = { error: { code: 429, message, status: "RESOURCE_EXHAUSTED" } };
    bench.reset({ error: { status: 429, body } });
    const response = await bench.post({ inner: true });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("x-switchyard-failure")).toBe("throttled");
    expect(await response.text()).toContain(message);
  });

  it("knows a location that does not have the model", async () => {
    const message = "claude-opus-4-8 is not servable in region europe-west1.";
    const body = { error: { code: 400, message, status: "FAILED_PRECONDITION" } };
    bench.reset({ error: { status: 400, body } });
    const response = await bench.post({ inner: true });
    expect(response.headers.get("x-switchyard-failure")).toBe("model-not-found");
  });

  it("says which credential was refused", async () => {
    bench.reset({ error: { status: 401 } });
    const response = await bench.post({ inner: true });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("VERTEX_ACCESS_TOKEN");
  });

  it("has a bill of its own: a project without billing", async () => {
    const message = "This API method requires billing to be enabled.";
    bench.reset({ error: { status: 403, body: { error: { code: 403, message, status: "PERMISSION_DENIED" } } } });
    const response = await bench.post({ inner: true });
    expect(response.headers.get("x-switchyard-failure")).toBe("billing");
  });
});

describe("Gemini on Vertex AI", () => {
  it("is asked by its full name at Google's OpenAI endpoint", async () => {
    await (await bench.post({ body: bench.body({ model: GEMINI }) })).text();
    expect(lastSent().path).toBe(`${PARENT}/endpoints/openapi/chat/completions`);
    expect(lastSent().json).toMatchObject({ model: GEMINI });
    expect(lastSent().headers["authorization"]).toBe("Bearer ya29.secret");
  });

  it("takes a session of Claude Code", async () => {
    bench.reset({ blocks: [{ type: "text", text: "done" }] });
    const response = await asClaudeCode(GEMINI);
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
  });

  it("gets its thought signatures back with the results of its calls", async () => {
    bench.reset(
      { blocks: [{ type: "tool_call", name: "Read", input: {} }] },
      { blocks: [{ type: "text", text: "ok" }] },
    );
    const thinking = { type: "adaptive" };
    const first = await readStream(await bench.post({ body: bench.body({ model: GEMINI, tools, thinking }) }));
    const call = first.content.find(({ type }) => type === "tool_use");
    const messages = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: call?.["id"], content: "x" }] },
    ];
    const second = await bench.post({ body: bench.body({ model: GEMINI, tools, thinking, messages }) });
    expect(await readStream(second)).toMatchObject({ finished: true, content: [{ text: "ok" }] });
    expect(lastSent().body).toContain('"thought_signature":"');
    expect(lastSent().body).not.toContain("skip_thought_signature_validator");
  });
});
