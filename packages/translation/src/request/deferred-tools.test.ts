import type { ToolDefinition } from "@switchyard/wire";
import { describe, expect, it } from "@jest/globals";

import { assistant, call, codesOf, convert, result, TOOL, user } from "./__fixtures__/convert.ts";
import { OPENAI_RESPONSES } from "./__fixtures__/targets.ts";

const SEARCH = { ...TOOL, name: "ToolSearch" };
const PLACEHOLDER = { ...TOOL, name: "DeferredToolPlaceholder", defer_loading: true };
const CRON = {
  name: "CronList",
  description: "Lists jobs.",
  input_schema: { type: "object", properties: {} },
  defer_loading: true,
};
const FETCH = { ...TOOL, name: "WebFetch", defer_loading: true };
const TOOLS = [SEARCH, PLACEHOLDER, CRON, FETCH];

function offeredAfter(messages: unknown[], tools: unknown[] = TOOLS): string[] {
  const { body } = convert({ messages, tools });
  return ((body["tools"] ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name);
}

function reference(...names: string[]): unknown[] {
  const references = names.map((tool_name) => ({ type: "tool_reference", tool_name }));
  return [user("go"), assistant(call("s", "ToolSearch")), user(result("s", references))];
}

function systemSays(...content: unknown[]): unknown[] {
  return [user("go"), { role: "system", content }];
}

const byName = (name: string): unknown => ({ type: "tool_reference", name });

describe("deferred tools", () => {
  it("are not offered before they are referenced", () => {
    expect(offeredAfter([user("hi")])).toEqual(["ToolSearch"]);
  });

  it("are offered from their reference on, at the end of the list", () => {
    expect(offeredAfter(reference("WebFetch"), [PLACEHOLDER, FETCH, CRON, SEARCH])).toEqual(["ToolSearch", "WebFetch"]);
    expect(offeredAfter([...reference("CronList"), assistant("ok"), user("go on")])).toEqual([
      "ToolSearch",
      "CronList",
    ]);
  });

  it("go without their mark", () => {
    const { body } = convert({ messages: reference("CronList"), tools: TOOLS });
    expect(JSON.stringify(body["tools"])).not.toContain("defer_loading");
  });

  it("leave out the tools altogether when none is offered", () => {
    const { body } = convert({ messages: [user("hi")], tools: [CRON], tool_choice: { type: "auto" } });
    expect(body).not.toHaveProperty("tools");
    expect(body).not.toHaveProperty("tool_choice");
  });

  it("that are the placeholder are never offered, even when referenced", () => {
    expect(offeredAfter(reference("DeferredToolPlaceholder"))).toEqual(["ToolSearch"]);
    expect(offeredAfter(systemSays({ type: "tool_addition", tool: byName("DeferredToolPlaceholder") }))).toEqual([
      "ToolSearch",
    ]);
  });

  it("become definitions in the search's result, one line each", () => {
    const { body } = convert({ messages: reference("CronList", "WebFetch"), tools: TOOLS });
    const messages = body["messages"] as { content: string }[];
    expect(messages[2]?.content).toBe(
      [
        "<functions>",
        `<function>{"description":"Lists jobs.","name":"CronList","parameters":{"type":"object","properties":{}}}</function>`,
        `<function>${JSON.stringify({ description: "Runs.", name: "WebFetch", parameters: TOOL.input_schema })}</function>`,
        "</functions>",
      ].join("\n"),
    );
  });

  it("are named in the definitions as they are offered", () => {
    const name = `mcp__server__${"long_".repeat(15)}`;
    const { body, answerContext } = convert({ messages: reference(name), tools: [SEARCH, { ...CRON, name }] });
    expect(JSON.stringify(body["messages"])).toContain(answerContext.toolNames.toUpstream(name));
    expect(JSON.stringify(body["messages"])).not.toContain(name);
  });

  it("keep the text that stands beside their references", () => {
    const content = [
      { type: "text", text: "Found:" },
      { type: "tool_reference", tool_name: "CronList" },
      { type: "text", text: "Use it." },
    ];
    const { body } = convert({
      messages: [user("go"), assistant(call("s")), user(result("s", content))],
      tools: TOOLS,
    });
    const messages = body["messages"] as { content: string }[];
    expect(messages[2]?.content).toMatch(/^Found:\n\n<functions>[^]*<\/functions>\n\nUse it\.$/);
  });

  it("that the request does not define are named to the model and in a warning", () => {
    const converted = convert({ messages: reference("Gone"), tools: TOOLS });
    const messages = converted.body["messages"] as { content: string }[];
    expect(messages[2]?.content).toBe("These tools are not available: Gone");
    expect(codesOf(converted)).toContain("unknown-tool-reference");
  });

  it("are offered after the API's own tool search found them", () => {
    const found = {
      type: "tool_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: {
        type: "tool_search_tool_search_result",
        tool_references: [{ type: "tool_reference", tool_name: "CronList" }],
      },
    };
    expect(offeredAfter([user("go"), assistant(found as never, "ok"), user("on")])).toEqual(["ToolSearch", "CronList"]);
  });

  it("are offered on Responses by the same rule", () => {
    const { body } = convert({ messages: reference("CronList"), tools: TOOLS }, OPENAI_RESPONSES);
    expect((body["tools"] as { name: string }[]).map(({ name }) => name)).toEqual(["ToolSearch", "CronList"]);
  });
});

describe("tools that system messages add and remove", () => {
  it("are offered after an addition by name", () => {
    expect(offeredAfter(systemSays({ type: "tool_addition", tool: byName("CronList") }))).toEqual([
      "ToolSearch",
      "CronList",
    ]);
  });

  it("are offered after an addition that brings the definition", () => {
    const definition: ToolDefinition = { ...TOOL, name: "New" };
    const addition = { type: "tool_addition", tool: { type: "tool_definition", definition } };
    expect(offeredAfter(systemSays(addition))).toEqual(["ToolSearch", "New"]);
  });

  it("are no longer offered after a removal, and again after another addition", () => {
    const removal = { type: "tool_removal", tool: byName("ToolSearch") };
    const addition = { type: "tool_addition", tool: byName("ToolSearch") };
    expect(offeredAfter(systemSays(removal))).toEqual([]);
    expect(offeredAfter(systemSays(removal, addition))).toEqual(["ToolSearch"]);
  });

  it("are told to the model", () => {
    const { body } = convert({
      messages: systemSays({ type: "tool_removal", tool: byName("ToolSearch") }, { type: "text", text: "Go on." }),
      tools: TOOLS,
    });
    expect((body["messages"] as unknown[])[1]).toEqual({
      role: "developer",
      content: "From here on the tool ToolSearch is no longer available.\n\nGo on.",
    });
  });

  it("keep their change when the message itself is no longer shown", () => {
    const note = {
      role: "system",
      clear_at: "next_user_message",
      content: [{ type: "tool_addition", tool: byName("CronList") }],
    };
    expect(offeredAfter([user("go"), note, user("on")])).toEqual(["ToolSearch", "CronList"]);
  });

  it("are refused where they need an MCP connector, so that another provider may serve them", () => {
    const tool = { type: "mcp_tool_reference", server_name: "s", name: "t" };
    expect(() => convert({ messages: systemSays({ type: "tool_addition", tool }), tools: TOOLS })).toThrow(
      expect.objectContaining({
        status: 400,
        failure: "capability",
        message: expect.stringMatching(/^messages\.1\.content\.0\.tool: /),
      }),
    );
  });
});
