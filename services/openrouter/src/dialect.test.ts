import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { ConformanceBench, readStream } from "@switchyard/provider-kit/conformance";
import { CLAUDE_CODE_BETAS, createClaudeCodeRequest } from "@switchyard/provider-kit/testing";
import { startSimulator, type RecordedRequest } from "@switchyard/simulators";
import { HEADERS, readUsage, type ProviderInfo } from "@switchyard/wire";

import { createOpenRouterProvider } from "./openrouter-provider.ts";

const CLAUDE = "anthropic/claude-opus-4.8";
const OTHER = "deepseek/deepseek-v4-pro";

const bench = new ConformanceBench({
  createProvider: createOpenRouterProvider,
  startSimulator: () => startSimulator("openrouter"),
  settings: ({ baseUrl }) => ({ kind: "openrouter", baseUrl }),
  model: CLAUDE,
  countsTokens: false,
});

beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

function lastSent(): RecordedRequest {
  const request = bench.generations().at(-1);
  if (request === undefined) throw new Error("nothing reached the upstream");
  return request;
}

/** As the gateway asks: one attempt, failures by name. */
const ask = (model: string, changes: object = {}) =>
  bench.post({ body: bench.body({ model, ...changes }), inner: true, headers: { [HEADERS.model]: model } });

const tools = [{ name: "Read", description: "reads", input_schema: { type: "object", properties: {} } }];

describe("Claude on OpenRouter", () => {
  it("is reached by the Messages endpoint, with who asks and the key as a Bearer", async () => {
    await (await ask(CLAUDE)).text();
    expect(lastSent().path).toBe("/api/v1/messages");
    expect(lastSent().headers).toMatchObject({
      authorization: "Bearer test-key",
      "http-referer": "http://localhost:8080",
      "x-title": "Switchyard",
    });
    expect(lastSent().headers).not.toHaveProperty("x-api-key");
  });

  it("is named as OpenRouter names it, the rest of the body untouched", async () => {
    const rest = `,"max_tokens":64,"messages":[{"role":"user","content":"n 12345678901234567890"}],"cache_control":{"type":"ephemeral"}}`;
    await (await bench.post({ body: `{"model":"claude-opus-4-8"${rest}` })).text();
    expect(lastSent().body).toBe(`{"model":"${CLAUDE}"${rest}`);
  });

  it.each([CLAUDE, "anthropic/claude-haiku-4.5", "anthropic/claude-sonnet-4.6"])(
    "takes a session of Claude Code on %s",
    async (model) => {
      bench.reset({ blocks: [{ type: "text", text: "done" }] });
      const response = await bench.post({
        body: createClaudeCodeRequest(),
        inner: true,
        headers: { "anthropic-beta": CLAUDE_CODE_BETAS, [HEADERS.model]: model },
        path: "/v1/messages?beta=true",
      });
      expect(lastSent().refused).toBeUndefined();
      expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
    },
  );

  it("says in its usage what OpenRouter charged", async () => {
    bench.reset({ blocks: [{ type: "text", text: "x" }], usage: { input: 1000, output: 100 } });
    const { usage } = await readStream(await ask(CLAUDE));
    // 1,000 tokens at $5 and 100 at $25 a million.
    expect(readUsage(usage).reportedCostNanoDollars).toBe(7_500_000);
  });

  it("has thinking of its own back unchanged", async () => {
    const thinking = { type: "adaptive", display: "summarized" };
    bench.reset(
      {
        blocks: [
          { type: "reasoning", text: "Hm." },
          { type: "tool_call", name: "Read", input: {} },
        ],
      },
      { blocks: [{ type: "text", text: "ok" }] },
    );
    const first = await readStream(await ask(CLAUDE, { tools, thinking }));
    const call = first.content.find(({ type }) => type === "tool_use");
    const messages = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: call?.["id"], content: "x" }] },
    ];
    expect((await readStream(await ask(CLAUDE, { tools, thinking, messages }))).finished).toBe(true);
    expect(lastSent().body).toContain(JSON.stringify(first.content[0]?.["signature"]));
  });
});

describe("another model on OpenRouter", () => {
  it("is reached by chat completions and asked to reason in OpenRouter's way", async () => {
    await (await ask(OTHER, { thinking: { type: "adaptive" }, output_config: { effort: "high" } })).text();
    expect(lastSent().path).toBe("/api/v1/chat/completions");
    expect(lastSent().json).toMatchObject({ model: OTHER, reasoning: { effort: "high" } });
  });

  it("takes a session of Claude Code", async () => {
    bench.reset({ blocks: [{ type: "text", text: "done" }] });
    const response = await bench.post({
      body: createClaudeCodeRequest(),
      inner: true,
      headers: { "anthropic-beta": CLAUDE_CODE_BETAS, [HEADERS.model]: "openai/gpt-5.6-sol" },
    });
    expect(lastSent().refused).toBeUndefined();
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
  });

  it("gets its reasoning details back with the results of its calls", async () => {
    const thinking = { type: "adaptive" };
    bench.reset(
      {
        blocks: [
          { type: "reasoning", text: "Hm." },
          { type: "tool_call", name: "Read", input: {} },
        ],
      },
      { blocks: [{ type: "text", text: "ok" }] },
    );
    const first = await readStream(await ask(OTHER, { tools, thinking }));
    expect(first.content[0]).toMatchObject({ type: "thinking", thinking: "Hm." });
    const call = first.content.find(({ type }) => type === "tool_use");
    const messages = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: first.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: call?.["id"], content: "x" }] },
    ];
    expect((await readStream(await ask(OTHER, { tools, thinking, messages }))).finished).toBe(true);
    expect(lastSent().body).toContain('"reasoning_details":[');
    expect(lastSent().body).toContain("Hm.");
  });

  it("says in its usage what OpenRouter charged", async () => {
    bench.reset({ blocks: [{ type: "text", text: "x" }], usage: { input: 1000, output: 100 } });
    const { usage } = await readStream(await ask(OTHER));
    expect(readUsage(usage).reportedCostNanoDollars).toBeGreaterThan(0);
  });

  it("may take its time behind OpenRouter's comments", async () => {
    bench.reset({ blocks: [{ type: "text", text: "late" }], delivery: { comments: true, firstByteDelayMs: 100 } });
    expect(await readStream(await ask(OTHER))).toMatchObject({ finished: true, content: [{ text: "late" }] });
  });
});

describe.each([
  ["the Messages endpoint", CLAUDE],
  ["chat completions", OTHER],
])("OpenRouter's own errors by %s", (_endpoint, model) => {
  const metadata = { reason: "in_flight_budget_exhausted", limit_source: "openrouter_in_flight_budget" };
  const message = "This request would exceed your available credits given your current in-flight requests.";

  it("know an in-flight budget, which passes, from an empty account, which does not", async () => {
    const error = { code: 402, message, metadata };
    bench.reset(
      { error: { status: 402, body: { error }, headers: { "retry-after": "7" } } },
      { error: { status: 402, body: { error: { code: 402, message: "Insufficient credits" } } } },
    );
    const passing = await ask(model);
    expect(passing.status).toBe(429);
    expect(passing.headers.get("retry-after")).toBe("7");
    expect(passing.headers.get(HEADERS.failure)).toBe("throttled");
    const empty = await ask(model);
    expect(empty.status).toBe(503);
    expect(empty.headers.get(HEADERS.failure)).toBe("billing");
    expect(await empty.text()).toContain("OPENROUTER_API_KEY");
  });

  it("know flagged input from a refused key", async () => {
    const flagged = {
      code: 403,
      message: "Input was flagged",
      metadata: { reasons: ["violence"], flagged_input: "…" },
    };
    bench.reset({ error: { status: 403, body: { error: flagged } } });
    const response = await ask(model);
    expect(response.status).toBe(400);
    expect(response.headers.get(HEADERS.failure)).toBe("content-policy");
  });

  it("are found inside a 200, streamed and whole, before anything was said", async () => {
    for (const stream of [true, false]) {
      bench.reset({ fault: { type: "error_in_200", message: "Provider disconnected", status: 502 } });
      const response = await ask(model, { stream });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.headers.get(HEADERS.failure)).not.toBeNull();
      expect(await response.text()).toContain("Provider disconnected");
    }
  });

  it("end a stream that has begun, and never look like its end", async () => {
    bench.reset({
      blocks: [{ type: "text", text: "word ".repeat(40) }],
      fault: { type: "error_in_200", afterEvents: 8, message: "Provider disconnected", status: 502 },
    });
    const stream = await readStream(await ask(model));
    expect(stream.finished).toBe(false);
    expect(stream.error?.message).toContain("Provider disconnected");
  });
});

const priceOf = ({ models }: ProviderInfo) => models.find(({ id }) => id === OTHER)?.price;

describe("the service", () => {
  it("tells windows and prices as OpenRouter lists them", async () => {
    const service = await bench.start();
    const infoOf = async () => (await (await bench.get("/info", service)).json()) as ProviderInfo;
    const deadline = Date.now() + 5000;
    let info = await infoOf();
    // The catalogue knows no price of a model that many hosts serve.
    while (priceOf(info) === undefined && Date.now() < deadline) info = await infoOf();
    expect(priceOf(info)).toMatchObject({ input: 0.435, output: 0.87 });
    expect(info.models.find(({ id }) => id === CLAUDE)).toMatchObject({
      dialect: "messages",
      context_window: 1_000_000,
    });
  });
});
