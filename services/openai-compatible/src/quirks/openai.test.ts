import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readStream } from "@switchyard/provider-kit/conformance";
import { HEADERS } from "@switchyard/wire";

import { continueWith, DialectBench, READ_TOOL } from "../dialect-bench.fixture.ts";

const bench = new DialectBench({ kind: "openai", model: "gpt-5.6-sol" });
const chat = new DialectBench({ kind: "openai", model: "gpt-4.1" });

beforeAll(() => Promise.all([bench.open(), chat.open()]));
beforeEach(() => {
  bench.reset();
  chat.reset();
});
afterAll(() => Promise.all([bench.close(), chat.close()]));

describe("OpenAI by Responses", () => {
  it("is asked for tools and effort together, and keeps nothing on OpenAI's side", async () => {
    const changes = { tools: [READ_TOOL], thinking: { type: "adaptive" }, output_config: { effort: "high" } };
    await (await bench.ask(changes)).text();
    expect(bench.lastSent().path).toBe("/v1/responses");
    expect(bench.lastSent().json).toMatchObject({
      model: "gpt-5.6-sol",
      store: false,
      include: ["reasoning.encrypted_content"],
      reasoning: { effort: "high" },
      max_output_tokens: 1024,
    });
  });

  it("gets its encrypted reasoning back with the results of its calls", async () => {
    const changes = { tools: [READ_TOOL], thinking: { type: "adaptive" } };
    bench.reset(
      {
        blocks: [
          { type: "reasoning", text: "Hm." },
          { type: "tool_call", name: "Read", input: {} },
        ],
      },
      { blocks: [{ type: "text", text: "ok" }] },
    );
    const first = await readStream(await bench.ask(changes));
    const second = await bench.ask({ ...changes, messages: continueWith(first.content) });
    expect((await readStream(second)).finished).toBe(true);
    expect(bench.lastSent().body).toContain('"encrypted_content":"');
  });

  it("knows an empty account from a limit that passes", async () => {
    bench.reset({ error: { status: 429, type: "insufficient_quota" } }, { error: { status: 429 } });
    const empty = await bench.ask();
    expect(empty.headers.get(HEADERS.failure)).toBe("billing");
    expect(await empty.text()).toContain("OPENAI_API_KEY");
    const limited = await bench.ask();
    expect(limited.status).toBe(429);
    expect(limited.headers.get(HEADERS.failure)).toMatch(/^throttled/);
  });

  it("says that a prompt is too long so that the client compacts", async () => {
    bench.reset({ error: { status: 400, type: "context_length_exceeded" } });
    const response = await bench.ask();
    expect(response.headers.get(HEADERS.failure)).toBe("context-too-long");
    expect(await response.text()).toContain("prompt is too long");
  });

  it("serves a model that came after this project, as the newest one is asked", async () => {
    const response = await bench.post({ body: bench.body({ model: "gpt-99-nova" }) });
    expect(bench.lastSent().path).toBe("/v1/responses");
    expect(bench.lastSent().json).toMatchObject({ model: "gpt-99-nova" });
    expect(response.status).toBe(404);
  });
});

describe("OpenAI by chat completions", () => {
  it("gets its limit in the field that all its models take", async () => {
    await (await chat.ask({ tools: [READ_TOOL] })).text();
    expect(chat.lastSent().path).toBe("/v1/chat/completions");
    expect(chat.lastSent().json).toMatchObject({
      max_completion_tokens: 1024,
      stream_options: { include_usage: true },
    });
    expect(chat.lastSent().json).not.toHaveProperty("max_tokens");
  });

  it("is named by organisation and project where headers say so", async () => {
    const service = await chat.start({ settings: { customHeaders: { "openai-organization": "org-1" } } });
    await (await chat.post({}, service)).text();
    expect(chat.lastSent().headers["openai-organization"]).toBe("org-1");
  });
});
