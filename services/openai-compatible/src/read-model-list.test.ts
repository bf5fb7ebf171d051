import { describe, expect, it } from "@jest/globals";

import { readModelList } from "./read-model-list.ts";

const one = (entry: Record<string, unknown>) => readModelList({ object: "list", data: [{ id: "m", ...entry }] })[0];

describe("readModelList", () => {
  it.each([
    ["vLLM", { max_model_len: 32_768 }, 32_768],
    ["Groq", { context_window: 131_072, max_completion_tokens: 65_536 }, 131_072],
    ["Mistral", { max_context_length: 262_144 }, 262_144],
    ["llama.cpp", { meta: { n_ctx: 16_384, n_params: 1 } }, 16_384],
    ["OpenAI, which does not say", { object: "model", owned_by: "openai" }, undefined],
  ])("reads the window as %s tells it", (_server, entry, contextWindow) => {
    expect(one(entry)).toMatchObject({ id: "m", contextWindow });
  });

  it("reads the longest answer where it is told", () => {
    expect(one({ max_completion_tokens: 65_536 })?.maxOutputTokens).toBe(65_536);
    expect(one({})?.maxOutputTokens).toBeUndefined();
  });

  it("takes no window from what is none", () => {
    for (const value of [0, -1, "big", null, {}]) expect(one({ max_model_len: value })?.contextWindow).toBeUndefined();
  });

  it("leaves out what does not write text, and what cannot be read", () => {
    const ids = ["nomic-embed-text", "whisper-large-v3", "llama-guard-4", "qwen3-coder"];
    const data = [...ids.map((id) => ({ id })), { name: "no id" }, null, "text"];
    expect(readModelList({ data }).map(({ id }) => id)).toEqual(["qwen3-coder"]);
  });

  it.each([[{}], [{ data: [] }], [null], [[]], [{ data: [{ id: "bge-m3" }] }]])(
    "takes nothing for a list that names no model: %j",
    (json) => {
      expect(() => readModelList(json)).toThrow("names no model");
    },
  );
});
