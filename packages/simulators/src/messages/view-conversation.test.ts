import { describe, expect, it } from "@jest/globals";
import { viewConversation } from "./view-conversation.ts";

const user = (content: unknown): { role: string; content: unknown } => ({ role: "user", content });
const assistant = (content: unknown): { role: string; content: unknown } => ({ role: "assistant", content });
const call = (id: string, name: string): unknown => ({ type: "tool_use", id, name, input: {} });
const result = (id: string, content: unknown, isError?: boolean): unknown => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...(isError === undefined ? {} : { is_error: isError }),
});
const text = (words: string): unknown => ({ type: "text", text: words });

describe("the view of a Messages conversation", () => {
  it("is empty for an empty body", () => {
    expect(viewConversation({}, "m")).toEqual({
      model: "m",
      stream: false,
      system: "",
      lastUserText: "",
      tools: [],
      toolResults: [],
    });
  });

  it("joins system texts, those in the middle too", () => {
    const body = { system: [text("one"), text("two")], messages: [user("a"), { role: "system", content: "three" }] };
    expect(viewConversation(body, "m").system).toBe("one\ntwo\nthree");
  });

  it("finds the last text of the person, without reminders", () => {
    const messages = [
      user("first"),
      assistant("x"),
      user([
        text("<system-reminder>noise</system-reminder>"),
        text("second <system-reminder>more\nnoise</system-reminder>"),
      ]),
      { role: "system", content: "environment" },
    ];
    expect(viewConversation({ messages }, "m").lastUserText).toBe("second");
  });

  it("does not take text beside results, or in a message right after them, for the person's", () => {
    const messages = [
      user("do it"),
      assistant([call("t1", "Bash")]),
      user([result("t1", "done"), text("Tool loaded.")]),
      user("more of the same turn"),
    ];
    const view = viewConversation({ messages }, "m");
    expect([view.lastUserText, view.toolResults.length]).toEqual(["do it", 1]);
  });

  it("passes over a turn of nothing but reminders", () => {
    const messages = [user("real"), assistant("x"), user("<system-reminder>only this</system-reminder>")];
    expect(viewConversation({ messages }, "m").lastUserText).toBe("real");
  });

  it("lists results since that text, with name, picture and error", () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "" } };
    const messages = [
      user("old"),
      assistant([call("t0", "Old")]),
      user([result("t0", "x")]),
      assistant("finished"),
      user("new"),
      assistant([call("t1", "Read"), call("t2", "Bash")]),
      user([result("t1", [image]), result("t2", [text("no"), text("way")], true)]),
    ];
    expect(viewConversation({ messages }, "m").toolResults).toEqual([
      { callId: "t1", name: "Read", text: "", hasImage: true, isError: false },
      { callId: "t2", name: "Bash", text: "no\nway", hasImage: false, isError: true },
    ]);
  });

  it("offers a deferred tool only once it was referenced", () => {
    const tools = [
      { name: "ToolSearch" },
      { name: "CronList", defer_loading: true },
      { name: "Placeholder", defer_loading: true },
    ];
    const before = [user("a")];
    const after = [
      ...before,
      assistant([call("t1", "ToolSearch")]),
      user([result("t1", [{ type: "tool_reference", tool_name: "CronList" }])]),
    ];
    expect(viewConversation({ tools, messages: before }, "m").tools).toEqual(["ToolSearch"]);
    expect(viewConversation({ tools, messages: after }, "m").tools).toEqual(["ToolSearch", "CronList"]);
  });

  it("follows additions and removals of tools in system messages", () => {
    const messages = [
      user("a"),
      {
        role: "system",
        content: [
          { type: "tool_removal", tool: { type: "tool_reference", name: "One" } },
          { type: "tool_addition", tool: { type: "tool_definition", definition: { name: "Two" } } },
        ],
      },
    ];
    expect(viewConversation({ tools: [{ name: "One" }], messages }, "m").tools).toEqual(["Two"]);
  });
});
