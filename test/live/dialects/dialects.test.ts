import { createCatalog } from "@switchyard/catalog";
import { describe, expect, it } from "@jest/globals";
import type { LiveTarget, RawAnswer } from "../live-case.ts";
import { alterText } from "./alter-text.ts";
import { CHAT_DIALECT } from "./chat.ts";
import { MESSAGES_DIALECT } from "./messages.ts";
import type { RawDialect } from "./raw-dialect.ts";
import { RESPONSES_DIALECT } from "./responses.ts";

const catalog = createCatalog();

function targetOf(
  dialect: RawDialect,
  canonical: string,
  kind: "anthropic" | "openai" | "deepseek" | "openrouter",
): LiveTarget {
  const model = catalog.offersOf(kind).find((offer) => offer.canonical === canonical);
  const claude = catalog.findModel(canonical)?.model.claude;
  if (model === undefined) throw new Error(`no offer of ${canonical}`);
  return {
    provider: kind,
    kind,
    model,
    dialect,
    profile: catalog.profileOf(canonical, kind),
    ...(claude === undefined ? {} : { claude }),
  };
}

const MESSAGES = targetOf(MESSAGES_DIALECT, "claude-haiku-5-5", "anthropic");
const CHAT = targetOf(CHAT_DIALECT, "deepseek-v4-pro", "deepseek");
const RESPONSES = targetOf(RESPONSES_DIALECT, "gpt-6-luna", "openai");

const TOOL = { name: "get_weather", description: "tells it", schema: { type: "object" } };
const CALL_INPUT = { city: "Paris" };

const whole = (body: unknown): RawAnswer => ({ status: 200, headers: {}, text: JSON.stringify(body) });
const stream = (...events: unknown[]): RawAnswer => ({
  status: 200,
  headers: {},
  text: "",
  events: events.map((event) => JSON.stringify(event)),
});

describe("the Messages dialect", () => {
  const thinking = { type: "thinking", thinking: "Hm.", signature: "EqQBCkYIBRgC" };
  const call = { type: "tool_use", id: "toolu_1", name: "get_weather", input: CALL_INPUT };
  const answer = whole({
    type: "message",
    model: "m",
    content: [thinking, { type: "text", text: "So." }, call],
    stop_reason: "tool_use",
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 5,
      output_tokens: 7,
      output_tokens_details: { thinking_tokens: 3 },
    },
  });

  it("asks for adaptive thinking where the model takes it, else for the least budget", () => {
    const wish = { prompt: "p", maxTokens: 100, thinking: true };
    expect(MESSAGES_DIALECT.body(MESSAGES, wish)).toMatchObject({ thinking: { type: "adaptive" } });
    const older = targetOf(MESSAGES_DIALECT, "claude-haiku-4-5", "anthropic");
    expect(MESSAGES_DIALECT.body(older, wish)).toMatchObject({ thinking: { type: "enabled", budget_tokens: 1024 } });
  });

  it("reads blocks, calls and the whole prompt", () => {
    expect(MESSAGES_DIALECT.read(answer)).toEqual({
      blocks: [
        { type: "reasoning", text: "Hm." },
        { type: "text", text: "So." },
        { type: "tool_call", name: "get_weather", input: CALL_INPUT },
      ],
      calls: [{ id: "toolu_1", name: "get_weather" }],
      stopReason: "tool_use",
      usage: { input: 15, output: 7, reasoning: 3 },
    });
  });

  it("hands results back beside the answer as it was", () => {
    const body = MESSAGES_DIALECT.body(MESSAGES, { prompt: "p", maxTokens: 9, tools: [TOOL] });
    expect(MESSAGES_DIALECT.withResults(body, answer, ["sunny"], MESSAGES)).toMatchObject({
      messages: [
        { role: "user", content: "p" },
        { role: "assistant", content: [thinking, { type: "text" }, call] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "sunny" }] },
      ],
    });
  });

  it("alters the signature, and nothing else", () => {
    const body = MESSAGES_DIALECT.body(MESSAGES, { prompt: "p", maxTokens: 9, tools: [TOOL] });
    const going = MESSAGES_DIALECT.withResults(body, answer, ["sunny"], MESSAGES);
    const altered = JSON.stringify(MESSAGES_DIALECT.withAlteredSignature(going));
    expect(altered).not.toContain(thinking.signature);
    expect(altered.replace(alterText(thinking.signature), thinking.signature)).toBe(JSON.stringify(going));
    expect(MESSAGES_DIALECT.withAlteredSignature(body)).toBeUndefined();
  });

  it("has no results to hand back to an answer without calls", () => {
    const text = whole({ type: "message", content: [{ type: "text", text: "No." }] });
    expect(() => MESSAGES_DIALECT.withResults({}, text, [], MESSAGES)).toThrow("no tool call");
  });
});

const part = (delta: object, rest: object = {}) => ({ choices: [{ index: 0, delta, ...rest }] });

describe("the chat completions dialect", () => {
  const answer = stream(
    part({ role: "assistant", content: "" }),
    part({ reasoning_content: "Hm" }),
    part({ reasoning_content: "." }),
    part({
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "get_weather", arguments: "" } }],
    }),
    part({
      tool_calls: [{ index: 1, id: "call_2", type: "function", function: { name: "get_weather", arguments: '{"ci' } }],
    }),
    part({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Paris"}' } }] }),
    part({ tool_calls: [{ index: 1, function: { arguments: 'ty":"Oslo"}' } }] }),
    part({}, { finish_reason: "tool_calls" }),
    {
      choices: [],
      usage: { prompt_tokens: 8, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 2 } },
    },
  );

  it("puts interleaved calls together by their index", () => {
    expect(CHAT_DIALECT.read(answer)).toEqual({
      blocks: [
        { type: "reasoning", text: "Hm." },
        { type: "tool_call", name: "get_weather", input: { city: "Paris" } },
        { type: "tool_call", name: "get_weather", input: { city: "Oslo" } },
      ],
      calls: [
        { id: "call_1", name: "get_weather" },
        { id: "call_2", name: "get_weather" },
      ],
      stopReason: "tool_use",
      usage: { input: 8, output: 4, reasoning: 2 },
    });
  });

  it("gives reasoning back to a vendor that wants it, and calls without their index", () => {
    const body = CHAT_DIALECT.body(CHAT, { prompt: "p", maxTokens: 9, tools: [TOOL], thinking: true });
    expect(body).toMatchObject({ thinking: { type: "enabled" } });
    const going = CHAT_DIALECT.withResults(body, answer, ["sunny", "rain"], CHAT);
    expect(going).toMatchObject({
      messages: [
        { role: "user" },
        { role: "assistant", reasoning_content: "Hm.", tool_calls: [{ id: "call_1" }, { id: "call_2" }] },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
        { role: "tool", tool_call_id: "call_2", content: "rain" },
      ],
    });
    expect(JSON.stringify(going)).not.toContain('"index"');
  });

  it("says that there is no effort where tools exclude one", () => {
    const target = targetOf(CHAT_DIALECT, "gpt-6-luna", "openai");
    expect(CHAT_DIALECT.body(target, { prompt: "p", maxTokens: 9, tools: [TOOL] })).toMatchObject({
      reasoning_effort: "none",
    });
    expect(CHAT_DIALECT.body(target, { prompt: "p", maxTokens: 9 })).not.toHaveProperty("reasoning_effort");
  });

  it("believes the cost that a provider tells", () => {
    const told = whole({
      choices: [{ message: { content: "a" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1, cost: 0.002 },
    });
    expect(CHAT_DIALECT.read(told)?.usage).toEqual({ input: 1, output: 0, dollars: 0.002 });
  });

  it("labels a chunk by what it carries", () => {
    expect(CHAT_DIALECT.labelEvent(part({ role: "assistant", content: "a" }))).toBe("chunk(content+role)");
    expect(CHAT_DIALECT.labelEvent({ ...part({}, { finish_reason: "stop" }), usage: {} })).toBe("chunk(finish+usage)");
    expect(CHAT_DIALECT.labelEvent({ choices: [] })).toBe("chunk(empty)");
    expect(CHAT_DIALECT.labelEvent({ error: {} })).toBe("error");
  });
});

describe("the Responses dialect", () => {
  const reasoning = {
    type: "reasoning",
    id: "rs_1",
    summary: [{ type: "summary_text", text: "Hm." }],
    encrypted_content: "gAAAAABo",
  };
  const call = {
    type: "function_call",
    id: "fc_1",
    call_id: "call_1",
    name: "get_weather",
    arguments: '{"city":"Paris"}',
  };
  const response = { status: "completed", output: [reasoning, call], usage: { input_tokens: 8, output_tokens: 4 } };

  it("reads a response from its JSON and from its last event alike", () => {
    const content = RESPONSES_DIALECT.read(whole(response));
    expect(content).toMatchObject({
      blocks: [
        { type: "reasoning", text: "Hm." },
        { type: "tool_call", input: CALL_INPUT },
      ],
      calls: [{ id: "call_1" }],
      stopReason: "tool_use",
    });
    expect(
      RESPONSES_DIALECT.read(stream({ type: "response.created" }, { type: "response.completed", response })),
    ).toEqual(content);
  });

  it("hands everything back, reasoning included, and alters that where it is asked to", () => {
    const body = RESPONSES_DIALECT.body(RESPONSES, { prompt: "p", maxTokens: 9, tools: [TOOL], thinking: true });
    expect(body).toMatchObject({ store: false, include: ["reasoning.encrypted_content"] });
    const going = RESPONSES_DIALECT.withResults(body, whole(response), ["sunny"], RESPONSES);
    expect(going).toMatchObject({
      input: [{ role: "user" }, reasoning, call, { type: "function_call_output", call_id: "call_1", output: "sunny" }],
    });
    expect(RESPONSES_DIALECT.withAlteredSignature(going)).toMatchObject({
      input: [{}, { encrypted_content: alterText("gAAAAABo") }, call, {}],
    });
    expect(RESPONSES_DIALECT.withAlteredSignature(body)).toBeUndefined();
  });
});

describe("every dialect", () => {
  it.each([MESSAGES_DIALECT, CHAT_DIALECT, RESPONSES_DIALECT])(
    "$name reads nothing from a refusal, a page or an empty stream",
    (dialect) => {
      const page = { status: 502, headers: {}, text: "<html>" };
      expect(dialect.read(page)).toBeUndefined();
      expect(dialect.read(whole({ error: { message: "no" } }))).toBeUndefined();
      expect(dialect.read(stream())).toBeUndefined();
      expect(dialect.read(stream({ type: "error", error: { message: "no" } }))).toBeUndefined();
    },
  );
});

describe("alterText", () => {
  it.each(["EqQBCkYIBRgC", "A", "====", ""])("changes %j in one place", (text) => {
    expect(alterText(text)).not.toBe(text);
  });
});
