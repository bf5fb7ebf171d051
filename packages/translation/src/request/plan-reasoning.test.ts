import { describe, expect, it } from "@jest/globals";

import type { TranslationTarget } from "../contract.ts";
import { encodeThinkingSignature } from "../thinking-signature.ts";
import { assistant, call, codesOf, convert, result, TOOL, user } from "./__fixtures__/convert.ts";
import { DEEPSEEK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES, OPENROUTER, PLAIN } from "./__fixtures__/targets.ts";

const REASONING_FIELDS = ["reasoning_effort", "reasoning", "thinking", "extra_body"];

function reasoningOf(overrides: Record<string, unknown>, target: TranslationTarget): Record<string, unknown> {
  const { body } = convert({ max_tokens: 64_000, ...overrides }, target);
  return Object.fromEntries(Object.entries(body).filter(([field]) => REASONING_FIELDS.includes(field)));
}

const adaptive = (effort?: string): Record<string, unknown> => ({
  thinking: { type: "adaptive" },
  ...(effort === undefined ? {} : { output_config: { effort } }),
});
const budget = (budget_tokens: number): Record<string, unknown> => ({ thinking: { type: "enabled", budget_tokens } });
const ALWAYS_ON: TranslationTarget = {
  ...OPENAI_CHAT,
  reasoningAlwaysOn: true,
  efforts: ["minimal", "low", "medium", "high"],
};

describe("thinking that is asked for", () => {
  it.each<[string, TranslationTarget, Record<string, unknown>, Record<string, unknown>]>([
    ["an effort", OPENAI_CHAT, adaptive("medium"), { reasoning_effort: "medium" }],
    ["an effort above the target's", OPENAI_CHAT, adaptive("max"), { reasoning_effort: "xhigh" }],
    [
      "an effort between two of the target's",
      DEEPSEEK,
      adaptive("medium"),
      { thinking: { type: "enabled" }, reasoning_effort: "high" },
    ],
    [
      "an effort that nobody knows yet",
      DEEPSEEK,
      adaptive("ultra"),
      { thinking: { type: "enabled" }, reasoning_effort: "max" },
    ],
    ["no effort, which means high", OPENAI_CHAT, adaptive(), { reasoning_effort: "high" }],
    ["thinking between tools", OPENAI_CHAT, { thinking: { type: "between_tools" } }, { reasoning_effort: "high" }],
    ["a small budget", OPENAI_CHAT, budget(4096), { reasoning_effort: "low" }],
    ["a middle budget", OPENAI_CHAT, budget(10_000), { reasoning_effort: "medium" }],
    ["a large budget", OPENAI_CHAT, budget(31_999), { reasoning_effort: "high" }],
    ["a huge budget", OPENAI_CHAT, budget(60_000), { reasoning_effort: "xhigh" }],
    [
      "a budget beside an effort, which counts more",
      OPENAI_CHAT,
      { ...budget(60_000), output_config: { effort: "low" } },
      { reasoning_effort: "low" },
    ],
    ["a budget on OpenRouter", OPENROUTER, budget(8000), { reasoning: { max_tokens: 8000 } }],
    ["an effort on OpenRouter", OPENROUTER, adaptive("xhigh"), { reasoning: { effort: "xhigh" } }],
    [
      "an effort where none can be named",
      { ...OPENROUTER, efforts: [] },
      adaptive("low"),
      { reasoning: { enabled: true } },
    ],
    [
      "a budget on Gemini",
      GEMINI,
      budget(8000),
      { extra_body: { google: { thinking_config: { thinking_budget: 8000, include_thoughts: true } } } },
    ],
    ["an effort on Gemini", GEMINI, adaptive("xhigh"), { reasoning_effort: "high" }],
    ["anything where there is no control", PLAIN, adaptive("high"), {}],
    ["an effort on Responses", OPENAI_RESPONSES, adaptive("low"), { reasoning: { effort: "low", summary: "auto" } }],
    [
      "thinking nobody reads on Responses",
      OPENAI_RESPONSES,
      { thinking: { type: "adaptive", display: "omitted" } },
      { reasoning: { effort: "high" } },
    ],
    [
      "a budget on a Responses endpoint of another vendor",
      { ...OPENROUTER, dialect: "responses" },
      budget(4096),
      { reasoning: { effort: "low", summary: "auto" } },
    ],
  ])("%s", (_kind, target, overrides, expected) => {
    expect(reasoningOf(overrides, target)).toEqual(expected);
  });

  it("tells when another effort than the one asked for is sent", () => {
    expect(codesOf(convert(adaptive("max"), OPENAI_CHAT))).toEqual(["effort-mapped"]);
    expect(codesOf(convert(adaptive("high"), OPENAI_CHAT))).toEqual([]);
  });

  it("tells when the target cannot be asked to think", () => {
    expect(codesOf(convert(adaptive("high"), PLAIN))).toEqual(["thinking-left-out"]);
  });
});

describe("thinking that is not asked for", () => {
  const disabled = { thinking: { type: "disabled" } };

  it.each<[string, TranslationTarget, Record<string, unknown>]>([
    ["OpenAI, which knows none", OPENAI_CHAT, { reasoning_effort: "none" }],
    ["DeepSeek", DEEPSEEK, { thinking: { type: "disabled" } }],
    ["OpenRouter", OPENROUTER, { reasoning: { enabled: false } }],
    ["a model that always thinks", ALWAYS_ON, { reasoning_effort: "minimal" }],
    ["Gemini, which always thinks", GEMINI, { reasoning_effort: "minimal" }],
    [
      "an OpenRouter model that always thinks",
      { ...OPENROUTER, reasoningAlwaysOn: true },
      { reasoning: { effort: "minimal" } },
    ],
    ["no control", PLAIN, {}],
    ["Responses", OPENAI_RESPONSES, { reasoning: { effort: "none" } }],
  ])("is off, or at its least, for %s", (_kind, target, expected) => {
    expect(reasoningOf(disabled, target)).toEqual(expected);
    expect(reasoningOf({}, target)).toEqual(expected);
    expect(reasoningOf({ thinking: null }, target)).toEqual(expected);
  });

  it("tells when a model thinks although the client turned it off, not when it only did not ask", () => {
    expect(codesOf(convert(disabled, ALWAYS_ON))).toEqual(["thinking-not-disabled"]);
    expect(codesOf(convert({}, ALWAYS_ON))).toEqual([]);
  });

  it("follows an effort that is given alone, where effort is a control of its own", () => {
    expect(reasoningOf({ output_config: { effort: "low" } }, OPENAI_CHAT)).toEqual({ reasoning_effort: "low" });
    expect(reasoningOf({ output_config: { effort: "low" } }, DEEPSEEK)).toEqual({ thinking: { type: "disabled" } });
    expect(reasoningOf({ ...disabled, output_config: { effort: "high" } }, OPENAI_CHAT)).toEqual({
      reasoning_effort: "none",
    });
    expect(reasoningOf({ ...disabled, output_config: { effort: "high" } }, ALWAYS_ON)).toEqual({
      reasoning_effort: "high",
    });
  });

  it("is told to the answer's translator", () => {
    expect(convert(disabled).answerContext.wantsThinking).toBe(false);
    expect(convert({}).answerContext.wantsThinking).toBe(false);
    expect(convert(adaptive()).answerContext).toMatchObject({ wantsThinking: true, omitsThinkingText: false });
  });
});

describe("thinking budgets", () => {
  it.each<[string, Record<string, unknown>, TranslationTarget, unknown]>([
    [
      "leave room for an answer",
      { ...budget(8000), max_tokens: 8000 },
      OPENROUTER,
      { reasoning: { max_tokens: 6976 } },
    ],
    [
      "leave a quarter of a small limit",
      { ...budget(4000), max_tokens: 2000 },
      OPENROUTER,
      { reasoning: { max_tokens: 1500 } },
    ],
    ["are raised to the least that is taken", { ...budget(10) }, OPENROUTER, { reasoning: { max_tokens: 1024 } }],
    [
      "give way to no thinking where there is no room",
      { ...budget(1024), max_tokens: 1200 },
      OPENROUTER,
      { reasoning: { enabled: false } },
    ],
    [
      "give way to the least thinking where it is always on",
      { ...budget(1024), max_tokens: 1200 },
      GEMINI,
      { reasoning_effort: "minimal" },
    ],
    [
      "stay below the target's own limit",
      { ...budget(31_999) },
      GEMINI,
      { extra_body: { google: { thinking_config: { thinking_budget: 24_576, include_thoughts: true } } } },
    ],
    [
      "fit into the clamped output limit",
      { ...budget(31_999) },
      { ...OPENROUTER, maxOutputTokens: 16_000 },
      { reasoning: { max_tokens: 14_976 } },
    ],
  ])("%s", (_kind, overrides, target, expected) => {
    expect(reasoningOf(overrides, target)).toEqual(expected);
  });
});

describe("an effort beside tools on chat completions that refuse the pair", () => {
  const target: TranslationTarget = { ...OPENAI_CHAT, toolsExcludeEffort: true };

  it("becomes none where the target has that, and is told", () => {
    const converted = convert({ ...adaptive("high"), tools: [TOOL] }, target);
    expect(converted.body).toMatchObject({ reasoning_effort: "none" });
    expect(codesOf(converted)).toEqual(["effort-left-out-with-tools"]);
  });

  it("is not told where none was asked for", () => {
    const converted = convert({ tools: [TOOL] }, target);
    expect(converted.body).toMatchObject({ reasoning_effort: "none" });
    expect(codesOf(converted)).toEqual([]);
  });

  it("makes the request one for another target where this one always thinks", () => {
    const always: TranslationTarget = { ...target, efforts: ["low", "high"], reasoningAlwaysOn: true };
    for (const thinking of [{}, adaptive("high"), { thinking: { type: "disabled" } }])
      expect(() => convert({ ...thinking, tools: [TOOL] }, always)).toThrow(
        expect.objectContaining({
          type: "invalid_request_error",
          failure: "capability",
          message: "tools: gpt-5.4 takes tools on the Responses API only, not on chat completions",
        }),
      );
    expect(convert(adaptive("high"), always).body).toMatchObject({ reasoning_effort: "high" });
  });

  it("stays without tools, and on Responses", () => {
    expect(reasoningOf(adaptive("high"), target)).toEqual({ reasoning_effort: "high" });
    const responses = { ...OPENAI_RESPONSES, toolsExcludeEffort: true };
    expect(reasoningOf({ ...adaptive("high"), tools: [TOOL] }, responses)).toMatchObject({
      reasoning: { effort: "high" },
    });
  });
});

const sets = (effort: string): unknown => ({ role: "system", content: [], output_config: { effort } });

describe("effort that system messages set", () => {
  const again = [assistant(call("a")), user(result("a", "ok"))];

  it.each<[string, unknown[], string]>([
    ["counts at once after new input", [user("hi"), sets("low")], "low"],
    ["counts from the next input on elsewhere", [user("hi"), assistant("ok"), sets("low"), user("next")], "low"],
    ["does not count before the next input", [user("hi"), ...again, sets("low")], "high"],
    ["is not begun by tool results alone", [user("hi"), assistant("ok"), sets("low"), ...again], "high"],
    [
      "stays until another changes it",
      [user("hi"), sets("low"), assistant("ok"), user("next"), sets("medium"), ...again],
      "medium",
    ],
  ])("%s", (_kind, messages, expected) => {
    expect(reasoningOf({ messages, tools: [TOOL], ...adaptive("high") }, OPENAI_CHAT)).toEqual({
      reasoning_effort: expected,
    });
  });
});

const loop = (...before: unknown[]): unknown[] => [
  user("go"),
  assistant(...before, call("a")),
  user(result("a", "ok")),
];

const thinkingOf = (messages: unknown[], target = DEEPSEEK): unknown =>
  convert({ messages, tools: [TOOL], ...adaptive("high") }, target).body["thinking"];

describe("a tool loop on a target that wants its reasoning back on every call", () => {
  const own = {
    type: "thinking",
    thinking: "So far so good.",
    signature: encodeThinkingSignature({ issuer: DEEPSEEK.issuer, payload: { kind: "reasoning_content" } }),
  };

  it("goes on with thinking when the target began it", () => {
    expect(thinkingOf(loop(own))).toEqual({ type: "enabled" });
  });

  it("goes on without thinking when another model began it, and tells", () => {
    const converted = convert(
      { messages: loop({ ...own, signature: "Claude" }), tools: [TOOL], ...adaptive("high") },
      DEEPSEEK,
    );
    expect(converted.body["thinking"]).toEqual({ type: "disabled" });
    expect(converted.body).not.toHaveProperty("reasoning_effort");
    expect(JSON.stringify(converted.body["messages"])).not.toContain("reasoning_content");
    expect(codesOf(converted)).toContain("thinking-off-in-foreign-loop");
  });

  it("counts as foreign when one of its calls is", () => {
    expect(thinkingOf([...loop(own), assistant(call("b")), user(result("b"))])).toEqual({ type: "disabled" });
  });

  it("is the same loop while only reminders stand beside the results", () => {
    expect(
      thinkingOf([
        user("go"),
        assistant(call("a")),
        user(result("a"), "reminder"),
        assistant(own, call("b")),
        user(result("b")),
      ]),
    ).toEqual({ type: "disabled" });
  });

  it("ends with the user's next prompt: thinking is on again, with stand-ins where others wrote", () => {
    const { body } = convert(
      { messages: [...loop(), assistant("done"), user("next")], tools: [TOOL], ...adaptive("high") },
      DEEPSEEK,
    );
    expect(body["thinking"]).toEqual({ type: "enabled" });
    const replies = (body["messages"] as Record<string, unknown>[]).filter(({ role }) => role === "assistant");
    expect(replies.map((reply) => reply["reasoning_content"])).toEqual([" ", " "]);
  });

  it("keeps thinking with stand-ins where it cannot be turned off", () => {
    const target: TranslationTarget = { ...DEEPSEEK, reasoningAlwaysOn: true };
    const converted = convert({ messages: loop(), tools: [TOOL], ...adaptive("high") }, target);
    expect(converted.body["thinking"]).toEqual({ type: "enabled" });
    expect((converted.body["messages"] as Record<string, unknown>[])[1]).toMatchObject({ reasoning_content: " " });
    expect(codesOf(converted)).toEqual([]);
  });
});
