import { describe, expect, it } from "@jest/globals";

import type { TranslationTarget } from "../contract.ts";
import { codesOf, convert, TOOL } from "./__fixtures__/convert.ts";
import { DEEPSEEK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES } from "./__fixtures__/targets.ts";

const THINKS = { thinking: { type: "adaptive" } };
const FORCED = [
  ["any tool", { type: "any" }, "required"],
  ["one tool", { type: "tool", name: "Bash" }, { type: "function", function: { name: "Bash" } }],
] as const;

// "Thinking mode does not support this tool_choice": github.com/deepseek-ai/DeepSeek-V3/issues/1376
const WHILE_NOT_THINKING: TranslationTarget = { ...DEEPSEEK, forcedToolChoice: "without_reasoning" };

describe.each(FORCED)("a choice of %s on a target that thinks or is forced", (_kind, tool_choice, sent) => {
  const request = { tools: [TOOL], tool_choice };

  it("counts more than thinking, which is off for the request, and told", () => {
    const converted = convert({ ...request, ...THINKS }, WHILE_NOT_THINKING);
    expect(converted.body).toMatchObject({ thinking: { type: "disabled" }, tool_choice: sent });
    expect(converted.body).not.toHaveProperty("reasoning_effort");
    expect(codesOf(converted)).toEqual(["thinking-off-for-forced-tool"]);
  });

  it("goes without a word while thinking is off anyway", () => {
    const converted = convert({ ...request, thinking: { type: "disabled" } }, WHILE_NOT_THINKING);
    expect(converted.body).toMatchObject({ thinking: { type: "disabled" }, tool_choice: sent });
    expect(codesOf(converted)).toEqual([]);
  });

  it("is left to the model where thinking cannot be turned off, and told", () => {
    const converted = convert({ ...request, ...THINKS }, { ...WHILE_NOT_THINKING, reasoningAlwaysOn: true });
    expect(converted.body).toMatchObject({ thinking: { type: "enabled" }, tool_choice: "auto" });
    expect(codesOf(converted)).toEqual(["tool-choice-relaxed"]);
  });

  it("is left to the model where it is never taken, whatever becomes of thinking", () => {
    for (const thinking of [THINKS, {}]) {
      const converted = convert({ ...request, ...thinking }, { ...DEEPSEEK, forcedToolChoice: "never" });
      expect(converted.body["tool_choice"]).toBe("auto");
      expect(codesOf(converted)).toEqual(["tool-choice-relaxed"]);
    }
  });

  it("stays beside thinking where the target takes both", () => {
    const converted = convert({ ...request, ...THINKS }, OPENAI_CHAT);
    expect(converted.body).toMatchObject({ reasoning_effort: "high", tool_choice: sent });
    expect(codesOf(converted)).toEqual([]);
  });
});

describe("a choice that forces nothing", () => {
  it.each(["auto", "none"])("%s leaves thinking on", (type) => {
    const converted = convert({ tools: [TOOL], tool_choice: { type }, ...THINKS }, WHILE_NOT_THINKING);
    expect(converted.body).toMatchObject({ thinking: { type: "enabled" }, tool_choice: type });
    expect(codesOf(converted)).toEqual([]);
  });
});

describe("a tool's description", () => {
  const long = { ...TOOL, description: `Runs. ${"x".repeat(2000)}` };

  function descriptionAt(target: TranslationTarget, tool: object = long): string {
    const [sent] = convert({ tools: [tool] }, target).body["tools"] as Record<string, unknown>[];
    const described = (sent?.["function"] ?? sent) as { description: string };
    return described.description;
  }

  it("goes whole where there is no limit", () => {
    for (const target of [OPENAI_CHAT, OPENAI_RESPONSES, GEMINI]) expect(descriptionAt(target)).toBe(long.description);
  });

  // github.com/All-Hands-AI/OpenHands/issues/4838
  it.each([
    ["chat completions", OPENAI_CHAT],
    ["Responses", OPENAI_RESPONSES],
    ["a subset of schemas", GEMINI],
  ])("is cut to the target's limit on %s, and told", (_dialect, target) => {
    const limited = { ...target, maxToolDescriptionLength: 1024 };
    expect(descriptionAt(limited)).toBe(`${long.description.slice(0, 1023)}…`);
    const { warnings } = convert({ tools: [long] }, limited);
    expect(warnings).toEqual([
      expect.objectContaining({ code: "tool-description-shortened", path: "tools.Bash.description" }),
    ]);
  });

  it("of just the limit goes whole", () => {
    const exact = { ...TOOL, description: "x".repeat(1024) };
    const converted = convert({ tools: [exact] }, { ...OPENAI_CHAT, maxToolDescriptionLength: 1024 });
    expect(JSON.stringify(converted.body)).toContain(exact.description);
    expect(codesOf(converted)).toEqual([]);
  });

  it("is never cut through a character", () => {
    const emoji = { ...TOOL, description: "😀".repeat(20) };
    expect(descriptionAt({ ...OPENAI_CHAT, maxToolDescriptionLength: 10 }, emoji)).toBe("😀😀😀😀…");
  });
});
