import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import type { TranslationTarget } from "@switchyard/translation";
import type { MessagesRequest, Rejection } from "@switchyard/wire";

import { createTranslationTarget } from "../../create-translation-target.ts";
import { leaveOutOfBody, refusesThinkingHistory, withoutThinkingHistory } from "./leave-out.ts";

const catalog = createCatalog();
const [found] = catalog.offersOf("openai");
if (found === undefined) throw new Error("the catalogue offers no model of OpenAI's");
const model = { ...found, dialect: "chat" as const };
const TARGET = createTranslationTarget(model, catalog.profileOf(model.canonical, "openai"), {
  provider: "openai",
  account: "a",
});

const field = (name: string): Rejection => ({ kind: "field", name });

function without(body: Record<string, unknown>, rejections: Rejection[], target: Partial<TranslationTarget> = {}) {
  const copy = structuredClone(body);
  leaveOutOfBody(copy, { rejections, target: { ...TARGET, ...target } });
  return copy;
}

describe("a translated body", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["temperature", { temperature: 1, top_p: 1 }, { top_p: 1 }],
    ["reasoning.exclude", { reasoning: { effort: "high", exclude: true } }, { reasoning: { effort: "high" } }],
    ["reasoning.effort", { reasoning: { effort: "high" }, stream: true }, { stream: true }],
    [
      "tools[*].function.strict",
      { tools: [{ function: { name: "a", strict: true } }, { function: { name: "b" } }, null] },
      { tools: [{ function: { name: "a" } }, { function: { name: "b" } }, null] },
    ],
    ["messages[*].name", { messages: [{ role: "user", name: "n" }] }, { messages: [{ role: "user" }] }],
    ["max_tokens", { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ["max_completion_tokens", { max_completion_tokens: 5 }, { max_tokens: 5 }],
    ["max_tokens", { max_tokens: 5, max_completion_tokens: 4 }, { max_completion_tokens: 4 }],
    ["not.there[*].at.all", { temperature: 1 }, { temperature: 1 }],
    ["__proto__.x", { temperature: 1 }, { temperature: 1 }],
    ["thinking_signature", { temperature: 1 }, { temperature: 1 }],
  ])("goes without %s", (name, body, rest) => {
    expect(without(body, [field(name)])).toEqual(rest);
  });

  it("asks for no effort beside tools, where the model knows that, and else for none at all", () => {
    const body = { reasoning_effort: "high", tools: [{ type: "function" }] };
    const leaveOut = [field("reasoning_effort")];
    expect(without(body, leaveOut, { efforts: ["none", "low", "high"] })["reasoning_effort"]).toBe("none");
    expect(without(body, leaveOut, { efforts: ["low", "high"] })).not.toHaveProperty("reasoning_effort");
    const bare = { reasoning_effort: "high" };
    expect(without(bare, leaveOut, { efforts: ["none", "low"] })).not.toHaveProperty("reasoning_effort");
  });

  it("keeps its one name for the limit of an answer on Responses", () => {
    const body = { max_output_tokens: 5 };
    expect(without(body, [field("max_tokens")], { dialect: "responses" })).toEqual(body);
  });

  it("is untouched by betas and by nothing", () => {
    expect(without({ temperature: 1 }, [{ kind: "beta", name: "temperature" }])).toEqual({ temperature: 1 });
    expect(without({ temperature: 1 }, [])).toEqual({ temperature: 1 });
  });
});

describe("the thinking of a history", () => {
  it("goes, whoever issued it, and everything else stays", () => {
    const request = {
      model: "m",
      max_tokens: 1,
      messages: [
        { role: "user", content: "x" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "t", signature: "s" },
            { type: "redacted_thinking", data: "d" },
            { type: "text", text: "y" },
          ],
        },
      ],
    } as unknown as MessagesRequest;
    expect(withoutThinkingHistory(request).messages).toEqual([
      { role: "user", content: "x" },
      { role: "assistant", content: [{ type: "text", text: "y" }] },
    ]);
    expect(refusesThinkingHistory([field("thinking_signature")])).toBe(true);
    expect(refusesThinkingHistory([field("thinking")])).toBe(false);
    expect(refusesThinkingHistory(undefined)).toBe(false);
  });
});
