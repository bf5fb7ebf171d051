import { describe, expect, it } from "@jest/globals";
import type { Rejection } from "@switchyard/wire";

import { OWN_ISSUER, edit, signedBy } from "./__fixtures__/edit.ts";
import { planBetas } from "./beta-header.ts";
import { planLeaveOut } from "./leave-out.ts";

const field = (name: string): Rejection => ({ kind: "field", name });
const beta = (name: string): Rejection => ({ kind: "beta", name });

const schema = { type: "object", properties: { strict: { type: "boolean" } } };
const marker = { type: "ephemeral", scope: "global" };
const BODY = {
  model: "claude-opus-4-8",
  max_tokens: 64,
  thinking: { type: "adaptive", display: "omitted" },
  temperature: 1,
  output_config: { effort: "high", format: { type: "json_schema" } },
  context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
  system: [{ type: "text", text: "s", cache_control: marker }],
  tools: [
    { name: "a", input_schema: schema, eager_input_streaming: true, strict: true, cache_control: marker },
    { name: "b", input_schema: schema },
  ],
  messages: [
    { role: "user", content: [{ type: "text", text: '"strict"', cache_control: marker }] },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "t", signature: "claude" },
        { type: "tool_use", id: "toolu_1", name: "a", input: { "10": 1, strict: 2 }, caller: { type: "direct" } },
      ],
    },
    {
      role: "user",
      content: [
        {
          type: "tool_result",
          tool_use_id: "toolu_1",
          content: [{ type: "text", text: "r", cache_control: marker }],
        },
      ],
    },
  ],
};

const without = (...leaveOut: Rejection[]) => edit(BODY, { leaveOut });

describe("what a target goes without", () => {
  it("is nothing by itself", () => {
    expect(edit(BODY).text).toBe(JSON.stringify(BODY));
  });

  it.each([
    ["a field", "temperature", '"temperature":1,'],
    ["a member", "output_config.effort", '"effort":"high",'],
    ["a member of thinking", "thinking.display", ',"display":"omitted"'],
    ["a tool's field", "tools[*].eager_input_streaming", '"eager_input_streaming":true,'],
    ["a tool's field, and none of the same name in its schema", "tools[*].strict", '"strict":true,'],
    ["a block's field", "messages[*].content[*].caller", ',"caller":{"type":"direct"}'],
    ["a field of every cache marker", "cache_control.scope", ',"scope":"global"'],
  ])("leaves every other byte as it was: %s", (_what, name, gone) => {
    expect(without(field(name)).text).toBe(JSON.stringify(BODY).replaceAll(gone, ""));
  });

  it("takes an object with its last member", () => {
    const { json } = without(field("output_config.effort"), field("output_config.format"));
    expect(json).not.toHaveProperty("output_config");
  });

  it("goes from every marker, also from those that no beta is known for", () => {
    const { text } = edit(JSON.stringify(BODY).replaceAll('"scope":"global"', '"until":"x"'), {
      leaveOut: [field("cache_control.until")],
    });
    expect(text).not.toContain("until");
    expect(text.match(/"cache_control":\{"type":"ephemeral"\}/g)).toHaveLength(4);
  });

  it("takes with thinking what is refused without it", () => {
    const { json } = without(field("thinking"));
    expect(json).not.toHaveProperty("thinking");
    expect(json).not.toHaveProperty("context_management.edits");
  });

  it("is the thinking of the history, whoever issued it, and no more", () => {
    const { json, codes } = without(field("thinking_signature"));
    const [, assistant] = json["messages"] as { content: { type: string }[] }[];
    expect(assistant?.content.map(({ type }) => type)).toEqual(["tool_use"]);
    expect(json["thinking"]).toEqual(BODY.thinking);
    expect(codes).toContain("foreign-thinking-left-out");
  });

  it("is the history's thinking for a target that signs with marks, too", () => {
    const text = JSON.stringify(BODY).replace('"claude"', JSON.stringify(signedBy(OWN_ISSUER)));
    const { json } = edit(text, { edits: { claude: false }, leaveOut: [field("thinking_signature")] });
    expect(JSON.stringify(json)).not.toContain('"type":"thinking"');
  });

  it("is thinking for one request, where a loop began without", () => {
    const { json, codes } = without(field("thinking_in_tool_loop"));
    expect(json["thinking"]).toEqual({ type: "disabled" });
    expect(codes).toContain("thinking-off-in-foreign-loop");
  });

  it("is the role of system messages, whose words stay", () => {
    const messages = [...BODY.messages, { role: "system", content: "the environment" }];
    const { json, text } = edit({ ...BODY, messages }, { leaveOut: [field("system_messages")] });
    expect(text).toContain("the environment");
    expect((json["messages"] as { role: string }[]).map(({ role }) => role)).not.toContain("system");
  });

  it("may be many things at once, in any order, and things that are not there", () => {
    const { json } = without(
      field("tools[*].defer_loading"),
      field("tools[*].eager_input_streaming"),
      field("tools[*].strict"),
      field("cache_control.scope"),
      field("cache_control.ttl"),
      field("nobody.knows[*].it"),
      field("messages[*].content[*].caller"),
      field("thinking_signature"),
      field("output_config"),
      field("output_config.effort"),
      field("temperature"),
      beta("never-sent-2026-01-01"),
    );
    expect(json["tools"]).toEqual([
      { name: "a", input_schema: schema, cache_control: { type: "ephemeral" } },
      { name: "b", input_schema: schema },
    ]);
    expect(json).not.toHaveProperty("output_config");
  });

  it.each(["", "..", "[*]", "tools[*]", "a b", "__proto__", "constructor.prototype"])(
    "is nothing where a name is no place: %j",
    (name) => {
      expect(without(field(name)).text.length).toBeGreaterThan(100);
      expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
    },
  );
});

const inTheirWords = (name: string) => (name === "effort-2025-11-24" ? "their-effort-2025-01-01" : name);

describe("betas that a target goes without", () => {
  const HEADER = "claude-code-20250219,context-management-2025-06-27,effort-2025-11-24";
  const plan = (...leaveOut: Rejection[]) => planBetas(HEADER, {}, planLeaveOut(leaveOut));

  it("go by their name, with the field that belongs to them", () => {
    expect(plan(beta("context-management-2025-06-27"))).toEqual({
      header: "claude-code-20250219,effort-2025-11-24",
      removed: ["context-management-2025-06-27"],
    });
  });

  it("go with the field that was refused: never one half of the pair", () => {
    expect(plan(field("context_management")).header).toBe("claude-code-20250219,effort-2025-11-24");
    expect(plan(field("output_config.effort")).header).toBe("claude-code-20250219,context-management-2025-06-27");
    expect(plan(field("output_config")).header).toBe("claude-code-20250219,context-management-2025-06-27");
  });

  it("go by the name under which the upstream got them", () => {
    const { removed } = planBetas(
      HEADER,
      { renameBeta: inTheirWords },
      planLeaveOut([beta("their-effort-2025-01-01")]),
    );
    expect(removed).toEqual(["effort-2025-11-24"]);
  });

  it("stay as they came, byte for byte, where nothing was refused", () => {
    expect(planBetas("a , b", {}, planLeaveOut([])).header).toBe("a , b");
    expect(planBetas(undefined, {}, planLeaveOut([beta("a")])).header).toBeUndefined();
  });
});
