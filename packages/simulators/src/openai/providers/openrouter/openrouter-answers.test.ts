import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ScenarioBlock } from "../../../scenario.ts";
import { tool, user } from "../../__fixtures__/chat-bodies.ts";
import {
  at,
  callsOf,
  closeSessions,
  deltasOf,
  joinDeltas,
  openSession,
  type Fields,
  type Session,
} from "../../__fixtures__/session.ts";

const PATH = "/api/v1/chat/completions";
const BODY = { messages: [user()], tools: [tool()] };
const BLOCKS: ScenarioBlock[] = [
  { type: "reasoning", text: "thinking about it" },
  { type: "text", text: "let me look" },
  { type: "tool_call", name: "read", input: { path: "a" }, id: "call_1" },
  { type: "tool_call", name: "read", input: { path: "b" }, id: "call_2" },
];

let session: Session;
beforeEach(async () => {
  session = await openSession("openrouter", { path: PATH });
});
afterEach(closeSessions);

const SIGNATURE = expect.stringMatching(/^Er/);
const SHAPES: readonly (readonly [model: string, details: Fields[]])[] = [
  [
    "anthropic/claude-opus-5.5",
    [
      {
        type: "reasoning.text",
        text: "thinking about it",
        signature: SIGNATURE,
        format: "anthropic-claude-v1",
        index: 0,
      },
    ],
  ],
  [
    "openai/gpt-5.6-luna",
    [
      { type: "reasoning.summary", summary: "thinking about it", format: "openai-responses-v1", index: 0 },
      {
        type: "reasoning.encrypted",
        data: SIGNATURE,
        id: expect.stringMatching(/^rs_/),
        format: "openai-responses-v1",
        index: 0,
      },
    ],
  ],
  [
    "google/gemini-3.8-flash",
    [
      { type: "reasoning.text", text: "thinking about it", format: "google-gemini-v1", index: 0 },
      { type: "reasoning.encrypted", data: SIGNATURE, id: "call_1", format: "google-gemini-v1", index: 0 },
    ],
  ],
  ["deepseek/deepseek-v4-pro", [{ type: "reasoning.text", text: "thinking about it", format: "unknown", index: 0 }]],
  ["openai/gpt-oss-120b", [{ type: "reasoning.text", text: "thinking about it", format: "unknown", index: 0 }]],
];

describe("OpenRouter's reasoning", () => {
  it.each(SHAPES)("of %s has its vendor's form", async (model, details) => {
    session.simulator.script({ blocks: BLOCKS });
    const { json } = await session.ask({ ...BODY, model });
    expect(at(json, "choices", 0, "message")).toMatchObject({
      content: "let me look",
      reasoning: "thinking about it",
      reasoning_details: details,
      tool_calls: [
        { index: 0, id: "call_1" },
        { index: 1, id: "call_2" },
      ],
    });
  });

  it.each(SHAPES)("of %s says the same when streamed", async (model, details) => {
    session.simulator.script({ blocks: BLOCKS, delivery: { deltaCharacters: 6 } });
    const streamed = await session.ask({ ...BODY, model, stream: true });
    expect(joinDeltas(streamed, "reasoning")).toBe("thinking about it");
    const pieces = deltasOf(streamed).flatMap((delta) => (delta["reasoning_details"] ?? []) as Fields[]);
    const shown = pieces
      .map((piece) => [piece["text"], piece["summary"]].find((value) => typeof value === "string") ?? "")
      .join("");
    expect(shown).toBe("thinking about it");
    const last = details.at(-1) ?? {};
    const seal =
      "data" in last ? { data: SIGNATURE } : "signature" in last ? { signature: SIGNATURE } : { text: "ut it" };
    expect(pieces.at(-1)).toMatchObject({ format: last["format"], ...seal });
  });

  it("that is redacted is encrypted alone", async () => {
    session.simulator.script({ blocks: [{ type: "reasoning", text: "secret", redacted: true }], times: 2 });
    const body = { ...BODY, model: "anthropic/claude-opus-5.5" };
    const { json, text } = await session.ask(body);
    expect(at(json, "choices", 0, "message", "reasoning_details")).toEqual([
      { type: "reasoning.encrypted", data: SIGNATURE, format: "anthropic-claude-v1", index: 0 },
    ]);
    const streamed = await session.ask({ ...body, stream: true });
    const pieces = deltasOf(streamed).flatMap((delta) => (delta["reasoning_details"] ?? []) as Fields[]);
    expect(pieces).toMatchObject([{ type: "reasoning.encrypted", data: SIGNATURE }]);
    expect(pieces).toHaveLength(1);
    expect(text + streamed.text).not.toContain("secret");
  });

  it.each([[{ exclude: true }], [{ enabled: false }], [{ effort: "none" }]])(
    "is left out for %j",
    async (reasoning) => {
      session.simulator.script({ blocks: BLOCKS, times: 2 });
      const body = { ...BODY, model: "anthropic/claude-opus-5.5", reasoning };
      expect((await session.ask(body)).text).not.toContain("thinking about it");
      expect((await session.ask({ ...body, stream: true })).text).not.toContain("thinking about it");
    },
  );
});

describe("OpenRouter's answers", () => {
  it("name host, generation and the host's own ending", async () => {
    session.simulator.script({ blocks: [{ type: "text", text: "hello" }] });
    const { json, headers } = await session.ask({ ...BODY, model: "anthropic/claude-opus-5.5" });
    expect(json).toMatchObject({
      id: headers.get("x-generation-id"),
      provider: "Anthropic",
      model: "anthropic/claude-opus-5.5",
      choices: [{ finish_reason: "stop", native_finish_reason: "end_turn" }],
    });
    expect(String(json?.["id"])).toMatch(/^gen-\d+-\w{20}$/);
  });

  it("tell what they cost, by the prices of the list", async () => {
    session.simulator.script({
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 1000, output: 100, cacheRead: 400, cacheWrite: 200, reasoning: 40 },
    });
    const { json } = await session.ask({ ...BODY, model: "anthropic/claude-opus-5.5" });
    // 400 at $4, 400 at $0.20, 200 at $5, and 100 at $20 a million.
    expect(at(json, "usage")).toEqual({
      prompt_tokens: 1000,
      completion_tokens: 100,
      total_tokens: 1100,
      cost: 0.00468,
      is_byok: false,
      prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 200, audio_tokens: 0, video_tokens: 0 },
      cost_details: {
        upstream_inference_cost: 0.00468,
        upstream_inference_prompt_cost: 0.00268,
        upstream_inference_completions_cost: 0.002,
      },
      completion_tokens_details: { reasoning_tokens: 40, image_tokens: 0 },
    });
  });

  it("stream usage and cost in a chunk after the finish, asked for or not", async () => {
    session.simulator.script({ blocks: BLOCKS });
    const streamed = await session.ask({ ...BODY, model: "google/gemini-3.8-flash", stream: true });
    expect(callsOf(streamed)).toMatchObject([{ arguments: '{"path":"a"}' }, { arguments: '{"path":"b"}' }]);
    const [finish, usage] = streamed.events.slice(-2);
    expect(finish).toMatchObject({ choices: [{ finish_reason: "tool_calls", native_finish_reason: "STOP" }] });
    expect(usage).toMatchObject({ choices: [{ finish_reason: null }], usage: { cost: expect.any(Number) } });
    expect(streamed.done).toBe(true);
  });

  it("are kept alive by comments of their own", async () => {
    session.simulator.script({ blocks: BLOCKS, delivery: { comments: true } });
    const streamed = await session.ask({ ...BODY, model: "openai/gpt-4.1", stream: true });
    expect(streamed.text).toMatch(/^: OPENROUTER PROCESSING\n\n/);
    expect(joinDeltas(streamed, "content")).toBe("let me look");
  });

  it("add up in what the key has spent", async () => {
    session.simulator.script({
      times: "always",
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 1e6, output: 0 },
    });
    const spent = async (): Promise<unknown> => at((await session.get("/api/v1/key")).json, "data", "usage");
    expect(await spent()).toBe(0);
    await session.ask({ ...BODY, model: "openai/gpt-4.1" });
    await session.ask({ ...BODY, model: "openai/gpt-4.1", stream: true });
    expect(await spent()).toBe(4);
    expect(at((await session.get("/api/v1/key")).json, "data")).toMatchObject({
      limit: 100,
      limit_remaining: 96,
      is_free_tier: false,
      rate_limit: { requests: -1, interval: "10s" },
    });
  });
});

describe("OpenRouter's list of models", () => {
  it("tells prices per token, as text and never in exponents", async () => {
    const { json } = await session.get("/api/v1/models", {});
    const models = at(json, "data") as Fields[];
    const haiku = models.find((model) => model["id"] === "anthropic/claude-haiku-5.5");
    expect(haiku).toMatchObject({
      context_length: 1_000_000,
      architecture: { input_modalities: ["text", "image"], modality: "text+image->text" },
      pricing: {
        prompt: "0.0000001",
        completion: "0.0000005",
        input_cache_read: "0.00000001",
        input_cache_write: "0.000000125",
      },
      top_provider: { max_completion_tokens: 128_000 },
      supported_parameters: expect.arrayContaining(["tools", "reasoning"]),
    });
    expect(JSON.stringify(models.map((model) => model["pricing"]))).not.toContain("e-");
  });

  it("holds the models that it was told of", async () => {
    const { get, ask } = await openSession("openrouter", {
      path: PATH,
      models: [{ id: "acme/coder", contextWindow: 9000 }],
    });
    const models = at((await get("/api/v1/models")).json, "data") as Fields[];
    expect(models.find((model) => model["id"] === "acme/coder")).toMatchObject({ context_length: 9000 });
    expect((await ask({ ...BODY, model: "acme/coder" })).status).toBe(200);
  });
});
