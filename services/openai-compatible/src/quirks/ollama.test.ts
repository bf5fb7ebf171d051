import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readStream } from "@switchyard/provider-kit/conformance";
import { HEADERS, type ProviderInfo } from "@switchyard/wire";

import { continueWith, DialectBench, READ_TOOL } from "../dialect-bench.fixture.ts";

const local = { credential: { type: "none" } } as const;
const messages = new DialectBench({ kind: "ollama", model: "gpt-oss:20b", settings: local });
const chat = new DialectBench({ kind: "ollama", model: "gpt-oss:20b", settings: { ...local, dialect: "chat" } });

beforeAll(() => Promise.all([messages.open(), chat.open()]));
beforeEach(() => {
  messages.reset();
  chat.reset();
});
afterAll(() => Promise.all([messages.close(), chat.close()]));

describe("Ollama by its Messages endpoint", () => {
  it("is asked at /v1/messages without any key", async () => {
    await (await messages.ask()).text();
    expect(messages.lastSent().path).toBe("/v1/messages");
    for (const name of ["authorization", "x-api-key", "api-key"])
      expect(messages.lastSent().headers).not.toHaveProperty(name);
  });

  it("marks thinking that bears no signature of its own, and gives it back", async () => {
    const thinks = { tools: [READ_TOOL], thinking: { type: "adaptive" } };
    messages.reset({
      blocks: [
        { type: "reasoning", text: "Hm." },
        { type: "tool_call", name: "Read", input: {} },
      ],
    });
    const first = await readStream(await messages.ask(thinks));
    expect(first.content[0]).toMatchObject({ type: "thinking", thinking: "Hm." });
    expect(first.content[0]?.["signature"]).toMatch(/^sw1\./);
    await (await messages.ask({ ...thinks, messages: continueWith(first.content) })).text();
    expect(messages.lastSent().refused).toBeUndefined();
    expect(messages.lastSent().body).toContain("Hm.");
  });

  it("offers what is installed, and only that", async () => {
    const info = (await (await messages.get("/info")).json()) as ProviderInfo;
    expect(info.models.map(({ id }) => id)).toContain("qwen3-coder:latest");
    expect(info.tiers.big[0]).toMatch(/^qwen3-coder/);
    for (const ids of Object.values(info.tiers))
      for (const id of ids) expect(info.models.map((model) => model.id)).toContain(id);
  });

  it("says that a model is not installed", async () => {
    const model = "missing-model:7b";
    const response = await messages.post({
      body: messages.body({ model }),
      inner: true,
      headers: { [HEADERS.model]: model },
    });
    expect(response.headers.get(HEADERS.failure)).toBe("model-not-found");
  });
});

describe("Ollama by chat completions", () => {
  it("is asked at /v1/chat/completions", async () => {
    await (await chat.ask()).text();
    expect(chat.lastSent().path).toBe("/v1/chat/completions");
    expect(chat.lastSent().json).toMatchObject({ model: "gpt-oss:20b", max_tokens: 1024 });
  });

  it("tells its reasoning as thinking", async () => {
    chat.reset({
      blocks: [
        { type: "reasoning", text: "Hm." },
        { type: "text", text: "ok" },
      ],
    });
    const { content } = await readStream(await chat.ask({ thinking: { type: "adaptive", display: "summarized" } }));
    expect(content).toMatchObject([
      { type: "thinking", thinking: "Hm." },
      { type: "text", text: "ok" },
    ]);
  });
});
