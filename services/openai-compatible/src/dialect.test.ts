import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readStream } from "@switchyard/provider-kit/conformance";

import type { ProviderInfo } from "@switchyard/wire";

import { continueWith, DialectBench, READ_TOOL, type DialectBenchOptions } from "./dialect-bench.fixture.ts";

const VENDORS: Readonly<Record<string, DialectBenchOptions>> = {
  "OpenAI by Responses": { kind: "openai", model: "gpt-5.6-sol" },
  "OpenAI by chat completions": { kind: "openai", model: "gpt-4.1" },
  "OpenAI's reasoning models by chat completions": {
    kind: "openai",
    model: "gpt-5.6-sol",
    settings: { dialect: "chat" },
  },
  "Azure's v1 API": { kind: "azure", model: "gpt-5.6-sol" },
  "Azure's dated API": {
    kind: "azure",
    model: "gpt-5.6-sol",
    settings: { apiVersion: "2025-04-01-preview" },
    baseUrl: (simulated) => simulated.replace("/openai/v1", ""),
  },
  Gemini: { kind: "gemini", model: "gemini-3.1-pro-preview" },
  "DeepSeek by chat completions": { kind: "deepseek", model: "deepseek-v4-pro" },
  "DeepSeek by its Messages endpoint": {
    kind: "deepseek",
    model: "deepseek-v4-pro",
    settings: { dialect: "messages" },
  },
  "Ollama by its Messages endpoint": {
    kind: "ollama",
    model: "gpt-oss:20b",
    settings: { credential: { type: "none" } },
  },
  "Ollama by chat completions": {
    kind: "ollama",
    model: "gpt-oss:20b",
    settings: { credential: { type: "none" }, dialect: "chat" },
  },
};

describe.each(Object.entries(VENDORS))("%s", (_name, options) => {
  const bench = new DialectBench(options);
  beforeAll(() => bench.open());
  beforeEach(() => bench.reset());
  afterAll(() => bench.close());

  it("takes a session of Claude Code: system messages, deferred tools, parallel calls, images where it sees", async () => {
    bench.reset({ blocks: [{ type: "text", text: "done" }] });
    const { models } = (await (await bench.get("/info")).json()) as ProviderInfo;
    const image = models.find(({ id }) => id === options.model)?.capabilities.images === true;
    const response = await bench.askAsClaudeCode({ image });
    expect(bench.lastSent().refused).toBeUndefined();
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "done" }] });
    const { body } = bench.lastSent();
    expect(body).toContain("Working directory: /repo");
    for (const gone of ["DeferredToolPlaceholder", "defer_loading", "tool_reference", "x-anthropic-billing-header"])
      expect(body).not.toContain(gone);
  });

  it("goes through a loop of parallel calls with thinking on, and says nothing twice", async () => {
    const thinking = { type: "adaptive", display: "summarized" };
    const call = { type: "tool_call", name: "Read", input: { file_path: "/a" } } as const;
    bench.reset(
      { blocks: [{ type: "reasoning", text: "First." }, call, call] },
      { blocks: [{ type: "reasoning", text: "Second." }, call] },
      { blocks: [{ type: "text", text: "read" }] },
    );
    const first = await readStream(await bench.ask({ tools: [READ_TOOL], thinking }));
    expect(first.content.filter(({ type }) => type === "tool_use")).toHaveLength(2);
    const second = await readStream(
      await bench.ask({ tools: [READ_TOOL], thinking, messages: continueWith(first.content) }),
    );
    const messages = [...continueWith(first.content), ...continueWith(second.content).slice(1)];
    const last = await bench.ask({ tools: [READ_TOOL], thinking, messages });
    expect(bench.lastSent().refused).toBeUndefined();
    expect(await readStream(last)).toMatchObject({ finished: true, content: [{ text: "read" }] });
  });

  it("does not take a Claude model's name for one of its own: the tier's model answers", async () => {
    bench.reset({ blocks: [{ type: "text", text: "here" }] });
    const answer = await readStream(await bench.post({ body: bench.body({ model: "claude-opus-5" }) }));
    expect(answer.finished).toBe(true);
    expect(JSON.stringify(bench.lastSent().json)).not.toContain("claude-opus-5");
  });
});
