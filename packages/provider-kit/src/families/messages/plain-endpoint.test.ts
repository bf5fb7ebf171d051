import { describe, expect, it } from "@jest/globals";

import { edit } from "./__fixtures__/edit.ts";

const PLAIN = { edits: { plain: true } };
const schema = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } } });
const tool = (name: string, extra: object = {}) => ({
  name,
  description: `does ${name}`,
  input_schema: schema(name),
  ...extra,
});
const deferred = (name: string) => tool(name, { defer_loading: true });
const search = (...names: string[]) => ({
  role: "user",
  content: [
    {
      type: "tool_result",
      tool_use_id: "t",
      content: [...names.map((tool_name) => ({ type: "tool_reference", tool_name })), { type: "text", text: "found" }],
    },
  ],
});

describe("deferred tools for an endpoint that does not know them", () => {
  const tools = [tool("Bash"), deferred("CronList"), deferred("WebFetch"), deferred("DeferredToolPlaceholder")];
  const start = { role: "user", content: "go" };

  it("are not offered before they were referenced, and the placeholder never", () => {
    const { json } = edit({ model: "claude-opus-4-8", tools, messages: [start] }, PLAIN);
    expect(json["tools"]).toEqual([tool("Bash")]);
  });

  it("are offered from then on, in their place, without the mark of deferral", () => {
    const { json } = edit({ model: "claude-opus-4-8", tools, messages: [start, search("WebFetch")] }, PLAIN);
    expect(json["tools"]).toEqual([tool("Bash"), tool("WebFetch")]);
  });

  it("are described where they were referenced, as ToolSearch promises, and the text beside it stays", () => {
    const { json } = edit(
      { model: "claude-opus-4-8", tools, messages: [start, search("CronList", "WebFetch")] },
      PLAIN,
    );
    const lines = ["CronList", "WebFetch"].map(
      (name) =>
        `<function>${JSON.stringify({ description: `does ${name}`, name, parameters: schema(name) })}</function>\n`,
    );
    const [result] = (json["messages"] as { content: { content: unknown[] }[] }[])[1]?.content ?? [];
    expect(result?.content).toEqual([
      { type: "text", text: `<functions>\n${lines.join("")}</functions>` },
      { type: "text", text: "found" },
    ]);
  });

  it("that are referenced but not defined are noted, and do no harm", () => {
    const { json, codes } = edit({ model: "claude-opus-4-8", tools, messages: [start, search("Nope")] }, PLAIN);
    expect(codes).toEqual(["unknown-tool-reference"]);
    expect(json["tools"]).toEqual([tool("Bash")]);
  });

  it("take tool_choice along when none of them is left", () => {
    const only = {
      model: "claude-opus-4-8",
      tools: [deferred("CronList")],
      tool_choice: { type: "auto" },
      messages: [start],
    };
    expect(edit(only, PLAIN).json).toEqual({ model: "claude-opus-4-8", messages: [start] });
  });

  it("that a system message adds are offered, and those that it removes are not", () => {
    const added = { type: "tool_addition", tool: { type: "tool_definition", definition: tool("Néw") } };
    const named = { type: "tool_addition", tool: { type: "tool_reference", name: "CronList" } };
    const removed = { type: "tool_removal", tool: { type: "tool_reference", name: "Bash" } };
    const { json } = edit(
      { model: "claude-opus-4-8", tools, messages: [start, { role: "system", content: [added, named, removed] }] },
      PLAIN,
    );
    expect(json["tools"]).toEqual([tool("CronList"), tool("Néw")]);
    expect(JSON.stringify(json["messages"])).not.toContain("tool_addition");
  });

  it("go, too, when only the beta for them is refused", () => {
    const body = { model: "claude-opus-4-8", tools, messages: [start] };
    expect(edit(body, { removedBetas: ["advanced-tool-use-2025-11-20"] }).json["tools"]).toEqual([tool("Bash")]);
    expect(edit(body).json["tools"]).toEqual(tools);
  });

  it("leave everything else byte for byte", () => {
    const body = `{"model":"claude-opus-4-8","2":1e2,"tools":[{"name":"Bash","input_schema":{"9":1,"8":2}}, {"name":"X","defer_loading":true,"input_schema":{}}],"messages":[{"role":"user","content":"\\u0041"}]}`;
    const expected = `{"model":"claude-opus-4-8","2":1e2,"tools":[{"name":"Bash","input_schema":{"9":1,"8":2}}],"messages":[{"role":"user","content":"\\u0041"}]}`;
    expect(edit(body, PLAIN).text).toBe(expected);
  });
});

const messages = (system: object) => [
  { role: "user", content: "a" },
  { role: "system", ...system },
  { role: "user", content: "b" },
];

const convert = (system: object, options: object = PLAIN) =>
  (edit({ model: "claude-opus-4-8", messages: messages(system) }, options).json["messages"] as unknown[])[1];

describe("messages of role system for an endpoint that does not know them", () => {
  const open = { type: "text", text: "<system-reminder>" };
  const close = { type: "text", text: "</system-reminder>" };

  it("become user messages in their place that say what they are", () => {
    expect(convert({ content: "env: \u00e9\n" })).toEqual({
      role: "user",
      content: [open, { type: "text", text: "env: é\n" }, close],
    });
  });

  it("keep their blocks and cache markers", () => {
    const block = { type: "text", text: "x", cache_control: { type: "ephemeral" } };
    expect(convert({ content: [block] })).toEqual({ role: "user", content: [open, block, close] });
    expect(convert({ content: [] })).toEqual({ role: "user", content: [open, close] });
  });

  it("lose what only they may carry", () => {
    expect(convert({ output_config: { effort: "low" }, content: "x", clear_at: "never" })).toEqual({
      role: "user",
      content: [open, { type: "text", text: "x" }, close],
    });
  });

  it("that were meant until the next user message are gone once it has come", () => {
    const { json } = edit(
      { model: "claude-opus-4-8", messages: messages({ content: "x", clear_at: "next_user_message" }) },
      PLAIN,
    );
    expect(json["messages"]).toEqual([
      { role: "user", content: "a" },
      { role: "user", content: "b" },
    ]);
  });

  it("stay as they are where the endpoint knows them", () => {
    expect(convert({ content: "x" }, {})).toEqual({ role: "system", content: "x" });
  });

  it("are converted, too, when only the beta for them is refused", () => {
    expect(convert({ content: "x" }, { removedBetas: ["mid-conversation-system-2026-04-07"] })).toMatchObject({
      role: "user",
    });
  });
});
