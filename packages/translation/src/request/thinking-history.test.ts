import { describe, expect, it } from "@jest/globals";

import type { TranslationTarget } from "../contract.ts";
import type { MarkedThinking, ThinkingPayload } from "../thinking-signature.ts";
import { encodeThinkingSignature } from "../thinking-signature.ts";
import {
  assistant,
  call,
  chatMessagesOf,
  codesOf,
  convert,
  inputOf,
  result,
  TOOL,
  user,
} from "./__fixtures__/convert.ts";
import { ALL_TARGETS, DEEPSEEK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES, OPENROUTER } from "./__fixtures__/targets.ts";
import { toolUseIdsOf } from "./tool-use-ids.ts";

const BYPASS = "skip_thought_signature_validator";

function thinking(target: TranslationTarget, payload: ThinkingPayload, text = ""): unknown {
  return { type: "thinking", thinking: text, signature: encodeThinkingSignature({ issuer: target.issuer, payload }) };
}

function turn(...content: unknown[]): unknown[] {
  return [user("go"), assistant(...content, call("a"), call("b")), user(result("a", "A"), result("b", "B"))];
}

function assistantMessage(
  content: unknown[],
  target: TranslationTarget,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const { body } = convert(
    { messages: turn(...content), tools: [TOOL], thinking: { type: "adaptive" }, ...more },
    target,
  );
  return (body["messages"] as Record<string, unknown>[])[1] ?? {};
}

const item = (id: string): unknown => ({
  type: "reasoning",
  id,
  summary: [{ type: "summary_text", text: "s" }],
  encrypted_content: `e-${id}`,
  status: null,
});

const encryptedItem = (id: string): unknown => thinking(OPENAI_RESPONSES, { kind: "encrypted", items: [item(id)] });

const items = (...ids: string[]): ThinkingPayload => ({
  kind: "encrypted",
  items: ids.map((id) => ({
    type: "reasoning",
    id,
    summary: [],
    ...(id === "plain" ? {} : { encrypted_content: id }),
  })),
});

describe("the target's own reasoning", () => {
  it("goes back as reasoning_content, from the block's text", () => {
    const block = thinking(DEEPSEEK, { kind: "reasoning_content" }, "First look.");
    expect(assistantMessage([block], DEEPSEEK)).toMatchObject({ reasoning_content: "First look." });
  });

  it("goes back as reasoning_content from the mark, where the client had the text omitted", () => {
    const block = thinking(DEEPSEEK, { kind: "reasoning_content", text: "First look." });
    expect(assistantMessage([block], DEEPSEEK)).toMatchObject({ reasoning_content: "First look." });
  });

  it("goes back as reasoning_content in one piece", () => {
    const blocks = ["One. ", "Two."].map((text) => thinking(DEEPSEEK, { kind: "reasoning_content" }, text));
    expect(assistantMessage(blocks, DEEPSEEK)).toMatchObject({ reasoning_content: "One. Two." });
  });

  it("goes back as reasoning_details, unchanged", () => {
    const details = [{ type: "reasoning.encrypted", data: "x", id: "r1", format: "f", index: 0 }];
    expect(assistantMessage([thinking(OPENROUTER, { kind: "reasoning_details", details })], OPENROUTER)).toMatchObject({
      reasoning_details: details,
    });
  });

  it("goes back as thought signatures on the calls that had them, and on the text", () => {
    const block = thinking(GEMINI, { kind: "thought_signature", signatures: { a: "sigA", "": "sigText" } });
    const message = assistantMessage([block, "Looking."], GEMINI);
    expect(message["extra_content"]).toEqual({ google: { thought_signature: "sigText" } });
    expect(message["tool_calls"]).toEqual([
      expect.objectContaining({ id: "a", extra_content: { google: { thought_signature: "sigA" } } }),
      expect.not.objectContaining({ extra_content: expect.anything() }),
    ]);
  });

  it("goes back as encrypted items, each before what came of it", () => {
    const messages = [
      user("go"),
      assistant(encryptedItem("r1"), "Text.", encryptedItem("r2"), call("a"), encryptedItem("r3"), call("b")),
      user(result("a"), result("b")),
    ];
    const input = inputOf(messages, OPENAI_RESPONSES).slice(1);
    expect(input.map((its) => its["id"] ?? its["call_id"] ?? its["content"])).toEqual([
      "r1",
      "Text.",
      "r2",
      "a",
      "r3",
      "b",
      "a",
      "b",
    ]);
    expect(input[0]).toEqual({
      type: "reasoning",
      id: "r1",
      summary: [{ type: "summary_text", text: "s" }],
      encrypted_content: "e-r1",
    });
  });

  it("is left out on Responses where nothing came of it, where it is not encrypted, and the second time", () => {
    const messages = [
      user("go"),
      assistant(thinking(OPENAI_RESPONSES, items("r1", "plain")), "One.", thinking(OPENAI_RESPONSES, items("cut off"))),
      user("and"),
      assistant(thinking(OPENAI_RESPONSES, items("r1", "r2")), "Two."),
      user("so"),
    ];
    const input = inputOf(messages, OPENAI_RESPONSES).filter(({ type }) => type === "reasoning");
    expect(input.map(({ id }) => id)).toEqual(["r1", "r2"]);
  });

  it("asks Responses to store nothing and to send reasoning encrypted", () => {
    expect(convert({}, OPENAI_RESPONSES).body).toMatchObject({
      store: false,
      include: ["reasoning.encrypted_content"],
    });
  });

  it("is left out while thinking is off, where it could only be refused", () => {
    const block = thinking(DEEPSEEK, { kind: "reasoning_content" }, "First look.");
    expect(assistantMessage([block], DEEPSEEK, { thinking: { type: "disabled" } })).not.toHaveProperty(
      "reasoning_content",
    );
  });

  it("is not enough for an assistant turn of its own", () => {
    const block = thinking(DEEPSEEK, { kind: "reasoning_content" }, "Hm.");
    expect(
      chatMessagesOf([user("one"), assistant(block), user("two")], DEEPSEEK).map(({ role }) => role),
    ).not.toContain("assistant");
  });
});

describe("reasoning that another issued", () => {
  const foreign: [string, unknown][] = [
    ["Claude", { type: "thinking", thinking: "secret thought", signature: "EqQBCgIYAhIk" }],
    ["Claude, redacted", { type: "redacted_thinking", data: "EqQBsecret thought" }],
    ["nobody", { type: "thinking", thinking: "secret thought" }],
    ["a mark that cannot be read", { type: "thinking", thinking: "secret thought", signature: "sw1.%%%" }],
    [
      "the same model of another account",
      thinking(
        { ...DEEPSEEK, issuer: { ...DEEPSEEK.issuer, account: "other" } },
        { kind: "reasoning_content" },
        "secret thought",
      ),
    ],
    [
      "another model of the same provider",
      thinking(
        { ...DEEPSEEK, issuer: { ...DEEPSEEK.issuer, model: "other" } },
        { kind: "reasoning_content" },
        "secret thought",
      ),
    ],
  ];

  it.each(foreign)("%s is left out for every target, and told", (_kind, block) => {
    for (const target of Object.values(ALL_TARGETS)) {
      const converted = convert({ messages: turn(block), tools: [TOOL], thinking: { type: "adaptive" } }, target);
      expect(JSON.stringify(converted.body)).not.toMatch(/secret thought|sw1\.|EqQB/);
      expect(codesOf(converted)).toContain("foreign-thinking-left-out");
    }
  });

  it("leaves Google's documented stand-in on the first call of each turn", () => {
    const message = assistantMessage([{ type: "thinking", thinking: "", signature: "Claude" }], GEMINI);
    expect(message["tool_calls"]).toEqual([
      expect.objectContaining({ extra_content: { google: { thought_signature: BYPASS } } }),
      expect.not.objectContaining({ extra_content: expect.anything() }),
    ]);
  });

  it("leaves no stand-in for targets that know no signatures", () => {
    expect(JSON.stringify(assistantMessage([], OPENAI_CHAT))).not.toContain(BYPASS);
  });
});

const details = (...list: unknown[]): unknown => thinking(OPENROUTER, { kind: "reasoning_details", details: list });

describe("reasoning details that a target demands of calls which another model made", () => {
  const GOOGLE: TranslationTarget = { ...OPENROUTER, reasoningStandIn: "signature" };
  const TEXT: TranslationTarget = { ...OPENROUTER, reasoningStandIn: "text" };
  const detailsOf = (...content: unknown[]): unknown => assistantMessage(content, GOOGLE)["reasoning_details"];
  // github.com/RooCodeInc/Roo-Code/pull/10640
  const standIn = { type: "reasoning.encrypted", data: BYPASS, id: "a", format: "google-gemini-v1", index: 0 };

  it("are one stand-in for a signature, under the id of the first call", () => {
    expect(detailsOf()).toEqual([standIn]);
    expect(detailsOf({ type: "thinking", thinking: "", signature: "Claude" })).toEqual([standIn]);
  });

  it("are added to the target's own text, which is no signature", () => {
    const shown = { type: "reasoning.text", text: "Hm.", format: "google-gemini-v1", index: 0 };
    expect(detailsOf(details(shown))).toEqual([shown, standIn]);
  });

  it("are not needed beside the target's own signature", () => {
    const own = { ...standIn, data: "sealed" };
    expect(detailsOf(details(own))).toEqual([own]);
  });

  it("name the call by the id that it has now", () => {
    const own = { ...standIn, data: "sealed" };
    const messages = [...turn(details(own)), ...turn(details(own))];
    const replies = chatMessagesOf(messages, GOOGLE).filter(({ role }) => role === "assistant");
    const ids = replies.map((reply) => (reply["tool_calls"] as { id: string }[])[0]?.id);
    expect(new Set(ids).size).toBe(2);
    expect(replies.map((reply) => reply["reasoning_details"])).toEqual(ids.map((id) => [{ ...own, id }]));
  });

  it("are not demanded of turns without calls", () => {
    const [, reply] = chatMessagesOf([user("hi"), assistant("hello"), user("so")], GOOGLE);
    expect(reply).toEqual({ role: "assistant", content: "hello" });
  });

  // github.com/danny-avila/LibreChat/issues/13366
  it("are a text in past loops while the target thinks, where it wants reasoning on each turn", () => {
    const messages = [...turn(), assistant("Done."), user("next")];
    const { body } = convert({ messages, tools: [TOOL], thinking: { type: "adaptive" } }, TEXT);
    const replies = (body["messages"] as Record<string, unknown>[]).filter(({ role }) => role === "assistant");
    expect(replies.map((reply) => reply["reasoning"])).toEqual([" ", " "]);
  });

  it("are none while it does not think, nor beside its own", () => {
    expect(assistantMessage([], TEXT, { thinking: { type: "disabled" } })).not.toHaveProperty("reasoning");
    const own = { type: "reasoning.text", text: "Hm.", format: "unknown", index: 0 };
    const message = assistantMessage([details(own)], TEXT);
    expect(message["reasoning_details"]).toEqual([own]);
    expect(message).not.toHaveProperty("reasoning");
  });

  it("turn thinking off for as long as another model's loop lasts, however it was asked for", () => {
    for (const asked of [{ thinking: { type: "adaptive" } }, { output_config: { effort: "high" } }]) {
      const converted = convert({ messages: turn(), tools: [TOOL], ...asked }, TEXT);
      expect(converted.body["reasoning"]).toEqual({ enabled: false });
      expect(codesOf(converted)).toContain("thinking-off-in-foreign-loop");
    }
  });

  it("are nothing where the target demands nothing", () => {
    expect(assistantMessage([], OPENROUTER)).not.toHaveProperty("reasoning_details");
    expect(assistantMessage([], OPENROUTER)).not.toHaveProperty("reasoning");
  });
});

const recalled =
  (target: TranslationTarget, payload: ThinkingPayload): ((id: string) => MarkedThinking | undefined) =>
  (id) =>
    id === "a" ? { issuer: target.issuer, payload } : undefined;

describe("thinking that was kept aside because the client has it off", () => {
  it("goes back with its call", () => {
    const recallThinking = recalled(GEMINI, { kind: "thought_signature", signatures: { a: "sigA" } });
    const { body } = convert({ messages: turn(), tools: [TOOL] }, GEMINI, { recallThinking });
    const [, message] = body["messages"] as { tool_calls: unknown[] }[];
    expect(message?.tool_calls[0]).toMatchObject({ extra_content: { google: { thought_signature: "sigA" } } });
  });

  it("stays away from other targets", () => {
    const recallThinking = recalled(
      { ...GEMINI, issuer: OPENAI_CHAT.issuer },
      { kind: "thought_signature", signatures: { a: "sigA" } },
    );
    const { body } = convert({ messages: turn(), tools: [TOOL] }, GEMINI, { recallThinking });
    expect(JSON.stringify(body)).not.toContain("sigA");
  });

  it("can be looked up for all calls of a conversation at once", () => {
    expect(toolUseIdsOf({ messages: turn() as never })).toEqual(["a", "b"]);
  });
});
