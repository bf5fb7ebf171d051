import { describe, expect, it } from "@jest/globals";

import type { TranslationContext, TranslationTarget } from "../contract.ts";
import { codesOf, convert, TOOL } from "./__fixtures__/convert.ts";
import { DEEPSEEK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES, OPENROUTER, PLAIN } from "./__fixtures__/targets.ts";

describe("max_tokens", () => {
  it.each<[string, TranslationTarget, number, Record<string, unknown>, string[]]>([
    ["goes as it is", OPENAI_CHAT, 500, { max_completion_tokens: 500 }, []],
    ["goes in the target's field", PLAIN, 500, { max_tokens: 500 }, []],
    ["is clamped to the target's limit", GEMINI, 128_000, { max_tokens: 65_536 }, ["max-tokens-clamped"]],
    ["is never raised", GEMINI, 1, { max_tokens: 1 }, []],
    [
      "is not clamped where no limit is known",
      { ...PLAIN, maxOutputTokens: undefined } as never,
      1_000_000,
      { max_tokens: 1_000_000 },
      [],
    ],
    ["goes to Responses in its own field", OPENAI_RESPONSES, 500, { max_output_tokens: 500 }, []],
    [
      "meets the floor of Responses, below which it is refused",
      OPENAI_RESPONSES,
      1,
      { max_output_tokens: 16 },
      ["max-tokens-at-floor"],
    ],
  ])("%s", (_kind, target, max_tokens, ...[expected, codes]) => {
    const converted = convert({ max_tokens }, target);
    expect(converted.body).toMatchObject(expected);
    expect(Object.keys(converted.body).filter((field) => /max_/.test(field))).toEqual(Object.keys(expected));
    expect(codesOf(converted)).toEqual(codes);
  });
});

describe("sampling parameters", () => {
  const asked = { temperature: 0.2, top_p: 0.8, top_k: 40 };
  const thinking = { thinking: { type: "adaptive" }, output_config: { effort: "high" } };

  it.each<[string, TranslationTarget, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["go where they are always taken", OPENROUTER, asked, asked, []],
    [
      "go without reasoning where reasoning excludes them",
      OPENAI_CHAT,
      asked,
      { temperature: 0.2, top_p: 0.8 },
      ["top-k-left-out"],
    ],
    [
      "stay away with reasoning there",
      OPENAI_CHAT,
      { ...asked, ...thinking },
      {},
      ["temperature-left-out", "top-p-left-out", "top-k-left-out"],
    ],
    [
      "stay away where they are never taken",
      { ...OPENAI_CHAT, sampling: "never" },
      asked,
      {},
      ["temperature-left-out", "top-p-left-out", "top-k-left-out"],
    ],
    [
      "stay away without a word where they are the default",
      { ...OPENAI_CHAT, sampling: "never" },
      { temperature: 1 },
      {},
      [],
    ],
    [
      "stay away where reasoning cannot be turned off",
      { ...OPENAI_CHAT, reasoningAlwaysOn: true },
      { temperature: 0.2 },
      {},
      ["temperature-left-out"],
    ],
    ["of zero go", OPENROUTER, { temperature: 0 }, { temperature: 0 }, []],
    ["go to Responses by the same rule", OPENAI_RESPONSES, { temperature: 0.2 }, { temperature: 0.2 }, []],
  ])("%s", (_kind, target, overrides, ...[expected, codes]) => {
    const converted = convert(overrides, target);
    const { temperature, top_p, top_k } = converted.body;
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(expected);
    expect(codesOf(converted)).toEqual(codes);
  });
});

describe("stop sequences", () => {
  const stop_sequences = ["a", "b", "c", "d", "e"];

  it.each<[string, TranslationTarget, string[]]>([
    ["all that the target takes", DEEPSEEK, stop_sequences],
    ["no more than it takes", OPENAI_CHAT, ["a", "b", "c", "d"]],
    ["none where it takes none", PLAIN, []],
    ["none on Responses", OPENAI_RESPONSES, []],
  ])("are %s, and the answer's translator knows them", (_kind, target, expected) => {
    const converted = convert({ stop_sequences }, target);
    expect(converted.body["stop"]).toEqual(expected.length === 0 ? undefined : expected);
    expect(converted.answerContext.stopSequences).toEqual(expected);
    expect(codesOf(converted)).toEqual(expected.length === 5 ? [] : ["stop-sequences-left-out"]);
  });
});

const user_id = (session: string): string =>
  JSON.stringify({ device_id: "d3v1ce", account_uuid: "acc0unt", session_id: session });

const userOf = (id: unknown, target: TranslationTarget = OPENAI_CHAT): unknown => {
  const { body } = convert({ metadata: { user_id: id } }, target);
  return target.dialect === "chat" ? body["user"] : body["safety_identifier"];
};

describe("the user", () => {
  it("is named by a hash, the same in every session", () => {
    expect(userOf(user_id("1"))).toMatch(/^[0-9a-f]{64}$/);
    expect(userOf(user_id("1"))).toBe(userOf(user_id("2")));
    expect(userOf("user_1_account__session_a")).toBe(userOf("user_1_account__session_b"));
    expect(userOf("user-1")).not.toBe(userOf("user-2"));
    expect(userOf(user_id("1"), OPENAI_RESPONSES)).toBe(userOf(user_id("1")));
  });

  it("never tells device, account or session", () => {
    for (const target of [OPENAI_CHAT, OPENAI_RESPONSES, DEEPSEEK])
      expect(JSON.stringify(convert({ metadata: { user_id: user_id("s3ss1on") } }, target).body)).not.toMatch(
        /d3v1ce|acc0unt|s3ss1on/,
      );
  });

  it.each([[null], [""], [undefined], [5], ["{not json"]])("may be %j", (id) => {
    expect(userOf(id)).toEqual(id === "{not json" ? expect.stringMatching(/^[0-9a-f]{64}$/) : undefined);
  });

  it("is not named to targets that do not ask", () => {
    expect(convert({ metadata: { user_id: "user-1" } }, DEEPSEEK).body).not.toHaveProperty("user");
  });
});

const keyOf = (context: Partial<TranslationContext>, target = OPENAI_CHAT): unknown =>
  convert({}, target, context).body["prompt_cache_key"];

describe("the prompt cache key", () => {
  it("is the session's, and another for each of its agents", () => {
    expect(keyOf({ sessionId: "s" })).toBe("s");
    expect(keyOf({ sessionId: "s", agentId: "a" })).toBe("s:a");
    expect(keyOf({ sessionId: "s" }, OPENAI_RESPONSES)).toBe("s");
  });

  it("is never longer than 64 characters", () => {
    const long = keyOf({ sessionId: "s".repeat(60), agentId: "agent" });
    expect(long).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf({ sessionId: "s".repeat(60), agentId: "other" })).not.toBe(long);
  });

  it("is absent for other targets", () => {
    expect(keyOf({ sessionId: "s" }, DEEPSEEK)).toBeUndefined();
  });
});

describe("streaming", () => {
  it.each<[string, TranslationTarget, unknown, Record<string, unknown>]>([
    ["asks for usage where it can", OPENAI_CHAT, true, { stream: true, stream_options: { include_usage: true } }],
    ["asks for none where it cannot", PLAIN, true, { stream: true }],
    ["is as asked on Responses", OPENAI_RESPONSES, true, { stream: true }],
    ["is off as asked", OPENAI_CHAT, false, {}],
    ["is off by default", OPENAI_CHAT, undefined, {}],
  ])("%s", (_kind, target, stream, expected) => {
    const { body } = convert({ stream }, target);
    expect(JSON.parse(JSON.stringify({ stream: body["stream"], stream_options: body["stream_options"] }))).toEqual(
      expected,
    );
  });
});

const asked = (schema: unknown): Record<string, unknown> => ({
  output_config: { format: { type: "json_schema", schema } },
});

describe("an output schema", () => {
  const open = { type: "object", properties: { a: { type: "string" } } };
  const closed = { ...open, required: ["a"], additionalProperties: false };

  it("goes along, strict where it qualifies", () => {
    expect(convert(asked(closed)).body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema: closed, strict: true },
    });
    expect(convert(asked(open)).body["response_format"]).toMatchObject({
      json_schema: { schema: open, strict: false },
    });
    expect(convert(asked(closed), OPENAI_RESPONSES).body["text"]).toEqual({
      format: { type: "json_schema", name: "answer", schema: closed, strict: true },
    });
  });

  it("goes in the target's schema dialect", () => {
    const { body } = convert(asked(closed), GEMINI);
    expect(body["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "answer", schema: { ...open, required: ["a"] }, strict: true },
    });
  });

  it("is read from its older field too", () => {
    expect(convert({ output_format: { type: "json_schema", schema: open } }).body).toHaveProperty("response_format");
  });

  it("is told where the target cannot be held to it", () => {
    const converted = convert(asked(open), DEEPSEEK);
    expect(converted.body).not.toHaveProperty("response_format");
    expect(codesOf(converted)).toEqual(["output-format-left-out"]);
  });
});

describe("tool choice", () => {
  const tools = [TOOL, { ...TOOL, name: "a tool" }];

  it.each<[string, unknown, unknown, unknown]>([
    ["auto", { type: "auto" }, "auto", "auto"],
    ["any", { type: "any" }, "required", "required"],
    ["none", { type: "none" }, "none", "none"],
    [
      "a tool",
      { type: "tool", name: "Bash" },
      { type: "function", function: { name: "Bash" } },
      { type: "function", name: "Bash" },
    ],
    ["nothing", undefined, undefined, undefined],
  ])("of %s", (_kind, tool_choice, chat, responses) => {
    expect(convert({ tools, tool_choice }).body["tool_choice"]).toEqual(chat);
    expect(convert({ tools, tool_choice }, OPENAI_RESPONSES).body["tool_choice"]).toEqual(responses);
  });

  it("names a tool as the upstream knows it", () => {
    const converted = convert({ tools, tool_choice: { type: "tool", name: "a tool" } });
    expect(converted.body["tool_choice"]).toEqual({
      type: "function",
      function: { name: converted.answerContext.toolNames.toUpstream("a tool") },
    });
  });

  it.each(["auto", "any", "tool"])("of one call at a time with %s goes where it is taken, else it is told", (type) => {
    const tool_choice = { type, name: "Bash", disable_parallel_tool_use: true };
    expect(convert({ tools, tool_choice }).body["parallel_tool_calls"]).toBe(false);
    expect(convert({ tools, tool_choice }, OPENAI_RESPONSES).body["parallel_tool_calls"]).toBe(false);
    const other = convert({ tools, tool_choice }, DEEPSEEK);
    expect(other.body).not.toHaveProperty("parallel_tool_calls");
    expect(codesOf(other)).toEqual(["parallel-tool-use-not-disabled"]);
  });

  it("says nothing of parallel calls when nothing is asked", () => {
    expect(convert({ tools, tool_choice: { type: "auto", disable_parallel_tool_use: false } }).body).not.toHaveProperty(
      "parallel_tool_calls",
    );
  });
});

describe("fields that only the Messages API knows", () => {
  it("are named, each once", () => {
    const converted = convert({
      context_management: {},
      container: "c",
      service_tier: "auto",
      output_config: { task_budget: { type: "tokens", total: 5 } },
    });
    expect(converted.warnings.map(({ code, path }) => [code, path])).toEqual([
      ["field-left-out", "context_management"],
      ["field-left-out", "container"],
      ["field-left-out", "service_tier"],
      ["field-left-out", "output_config.task_budget"],
    ]);
    expect(Object.keys(converted.body)).not.toContain("container");
  });
});
