import { GatewayError } from "@switchyard/wire";
import { describe, expect, it } from "@jest/globals";

import type { TranslationTarget } from "../contract.ts";
import { assistant, call, codesOf, convert, result, TOOL, user } from "./__fixtures__/convert.ts";
import { DEEPSEEK, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES } from "./__fixtures__/targets.ts";

const NEW_VERSION = { apiVersion: "2026-10-21" };
const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const TEXT_DOCUMENT = { type: "document", source: { type: "text", media_type: "text/plain", data: "plain" } };
const PDF = { type: "document", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } };

function errorOf(
  overrides: Record<string, unknown>,
  target: TranslationTarget = OPENAI_CHAT,
  context = {},
): GatewayError {
  try {
    convert(overrides, target, context);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

const block = (content: unknown): Record<string, unknown> => ({ messages: [user(content)] });
const inResult = (content: unknown): Record<string, unknown> => ({
  messages: [user("go"), assistant(call("a")), user("x", result("a", [content]))],
});

describe("what is wrong for every target is a 400 that says where", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["no messages", { messages: [] }, "messages: "],
    ["messages that are no list", { messages: "hi" }, "messages: "],
    ["a message that is no object", { messages: ["hi"] }, "messages.0: "],
    ["null for a message", { messages: [null] }, "messages.0: "],
    ["an unknown role", { messages: [user("hi"), { role: "tool", content: "x" }] }, "messages.1.role: "],
    ["content that is no list", { messages: [{ role: "user", content: 5 }] }, "messages.0.content: "],
    ["a block that is no object", { messages: [{ role: "user", content: ["hi"] }] }, "messages.0.content.0.type: "],
    ["a block without a type", block({ text: "hi" }), "messages.0.content.0.type: "],
    ["a text that is none", block({ type: "text", text: 5 }), "messages.0.content.0.text: "],
    ["nothing said at all", { messages: [user("")] }, "messages: "],
    ["an unknown block", block({ type: "hologram" }), "messages.0.content.0: content blocks of type 'hologram'"],
    [
      "an unknown block in a result",
      inResult({ type: "hologram" }),
      "messages.2.content.1.content.0: content blocks of type 'hologram'",
    ],
    [
      "an unknown block of the assistant",
      { messages: [user("x"), assistant({ type: "hologram" })] },
      "messages.1.content.0: content blocks of type 'hologram'",
    ],
    [
      "an unknown block of the system",
      { messages: [user("x"), { role: "system", content: [IMAGE] }] },
      "messages.1.content.0: content blocks of type 'image'",
    ],
    ["an image of the assistant", { messages: [user("x"), assistant(IMAGE)] }, "messages.1.content.0: image blocks"],
    [
      "a result of the assistant",
      { messages: [user("x"), assistant(result("a"))] },
      "messages.1.content.0: tool_result blocks",
    ],
    [
      "a call without a name",
      { messages: [user("x"), assistant({ type: "tool_use", id: "a", input: {} })] },
      "messages.1.content.0.name: ",
    ],
    [
      "a call without an id",
      { messages: [user("x"), assistant({ type: "tool_use", name: "a", input: {} })] },
      "messages.1.content.0.id: ",
    ],
    [
      "a call with a list as input",
      { messages: [user("x"), assistant(call("a", "b", []))] },
      "messages.1.content.0.input: ",
    ],
    ["a result without an id", block({ type: "tool_result", content: "x" }), "messages.0.content.0.tool_use_id: "],
    ["a result with a number in it", { messages: [user(result("a", 5))] }, "messages.0.content.0.content: "],
    ["an image without a source", block({ type: "image" }), "messages.0.content.0.source: "],
    [
      "an image of an unknown kind",
      block({ type: "image", source: { type: "base64", media_type: "image/tiff", data: "" } }),
      "messages.0.content.0.source.media_type: ",
    ],
    [
      "an image from an unknown source",
      block({ type: "image", source: { type: "ether" } }),
      "messages.0.content.0.source.type: ",
    ],
    [
      "a document of an unknown kind",
      block({ type: "document", source: { type: "base64", media_type: "image/png", data: "" } }),
      "messages.0.content.0.source.media_type: ",
    ],
    [
      "a document from an unknown source",
      block({ type: "document", source: { type: "ether" } }),
      "messages.0.content.0.source.type: ",
    ],
    ["a system prompt that is a number", { system: 5 }, "system: "],
    ["a system block that is no text", { system: [{ type: "text", text: "a" }, IMAGE] }, "system.1.type: "],
    ["no max_tokens", { max_tokens: undefined }, "max_tokens: "],
    ["max_tokens of zero", { max_tokens: 0 }, "max_tokens: "],
    ["a fraction of max_tokens", { max_tokens: 1.5 }, "max_tokens: "],
    ["a temperature of 2", { temperature: 2 }, "temperature: "],
    ["a top_p in words", { top_p: "high" }, "top_p: "],
    ["a negative top_k", { top_k: -1 }, "top_k: "],
    ["stream in words", { stream: "yes" }, "stream: "],
    ["an empty stop sequence", { stop_sequences: ["a", ""] }, "stop_sequences.1: "],
    ["stop sequences that are no list", { stop_sequences: "a" }, "stop_sequences: "],
    ["unknown thinking", { thinking: { type: "deep" } }, "thinking.type: "],
    ["thinking without its budget", { thinking: { type: "enabled" } }, "thinking.enabled.budget_tokens: "],
    ["an effort in numbers", { output_config: { effort: 5 } }, "output_config.effort: "],
    ["output_config in words", { output_config: "high" }, "output_config: "],
    ["tools that are no list", { tools: {} }, "tools: "],
    ["null for a tool", { tools: [null] }, "tools.0: "],
    ["a tool without a name", { tools: [{ input_schema: {} }] }, "tools.0.name: "],
    ["a tool without a schema", { tools: [TOOL, { name: "x" }] }, "tools.1.input_schema: "],
    ["a tool described by a number", { tools: [{ ...TOOL, description: 5 }] }, "tools.0.description: "],
    ["two tools of one name", { tools: [TOOL, TOOL] }, "tools.1.name: "],
    ["an unknown tool choice", { tools: [TOOL], tool_choice: { type: "some" } }, "tool_choice.type: "],
    ["a choice of no tool", { tools: [TOOL], tool_choice: { type: "tool" } }, "tool_choice.tool.name: "],
    [
      "a choice of a tool that is not there",
      { tools: [TOOL], tool_choice: { type: "tool", name: "Gone" } },
      "tool_choice.tool.name: ",
    ],
    [
      "a choice of a tool that is still deferred",
      { tools: [TOOL, { ...TOOL, name: "Later", defer_loading: true }], tool_choice: { type: "tool", name: "Later" } },
      "tool_choice.tool.name: ",
    ],
    ["a choice among no tools", { tool_choice: { type: "any" } }, "tool_choice: "],
    [
      "an addition without a tool",
      { messages: [user("x"), { role: "system", content: [{ type: "tool_addition" }] }] },
      "messages.1.content.0.tool: ",
    ],
  ])("%s", (_kind, overrides, start) => {
    const error = errorOf(overrides);
    expect(error).toMatchObject({ type: "invalid_request_error", status: 400, failure: undefined });
    expect(error.message.slice(0, start.length)).toBe(start);
    expect(errorOf(overrides, OPENAI_RESPONSES).message).toBe(error.message);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["temperature", { temperature: 1 }, "temperature: Extra inputs are not permitted"],
    ["top_p", { top_p: 1 }, "top_p: Extra inputs are not permitted"],
    ["top_k", { top_k: 5 }, "top_k: Extra inputs are not permitted"],
    [
      "a document of the assistant",
      { messages: [user("x"), assistant("a", TEXT_DOCUMENT)] },
      "messages.1.content.1: document blocks are not permitted in assistant messages",
    ],
    [
      "citations on a user's text",
      block({ type: "text", text: "x", citations: [{}] }),
      "messages.0.content.0.citations: Extra inputs are not permitted on text blocks of user messages",
    ],
  ])("%s in API version 2026-10-21", (_kind, overrides, message) => {
    expect(errorOf(overrides, OPENAI_CHAT, NEW_VERSION)).toMatchObject({ status: 400, failure: undefined, message });
    expect(() => convert(overrides)).not.toThrow();
  });

  it("leaves empty citations and documents of the user alone in that version", () => {
    const messages = [user({ type: "text", text: "x", citations: [] }, TEXT_DOCUMENT)];
    expect(() => convert({ messages }, OPENAI_CHAT, NEW_VERSION)).not.toThrow();
  });
});

describe("what only this target cannot take is a capability failure that says where", () => {
  it.each<[string, Record<string, unknown>, TranslationTarget, string]>([
    [
      "an image of the Files API",
      block({ type: "image", source: { type: "file", file_id: "f" } }),
      OPENAI_CHAT,
      "messages.0.content.0.source: ",
    ],
    ["any document", block(TEXT_DOCUMENT), GEMINI, "messages.0.content.0: "],
    ["a PDF", block(PDF), DEEPSEEK, "messages.0.content.0: "],
    [
      "a PDF by URL",
      block({ type: "document", source: { type: "url", url: "https://x/a.pdf" } }),
      OPENAI_CHAT,
      "messages.0.content.0.source: ",
    ],
    [
      "a document of the Files API",
      block({ type: "document", source: { type: "file", file_id: "f" } }),
      OPENAI_CHAT,
      "messages.0.content.0.source: ",
    ],
    ["a PDF of the assistant", { messages: [user("x"), assistant(PDF)] }, OPENAI_CHAT, "messages.1.content.0: "],
    [
      "a web search",
      { tools: [TOOL, { type: "web_search_20250305", name: "web_search" }] },
      OPENAI_CHAT,
      "tools.1: tool 'web_search' of type 'web_search_20250305'",
    ],
    [
      "a tool that brings no name",
      { tools: [{ type: "mcp_toolset", mcp_server_name: "s" }] },
      OPENAI_CHAT,
      "tools.0: tool 'mcp_toolset'",
    ],
    [
      "a web search that a system message adds",
      {
        messages: [
          user("x"),
          {
            role: "system",
            content: [
              {
                type: "tool_addition",
                tool: { type: "tool_definition", definition: { type: "web_search_20260318", name: "web_search" } },
              },
            ],
          },
        ],
      },
      OPENAI_CHAT,
      "messages.1.content.0.tool.definition: tool 'web_search'",
    ],
  ])("%s", (_kind, overrides, target, start) => {
    const error = errorOf(overrides, target);
    expect(error).toMatchObject({ type: "invalid_request_error", status: 400, failure: "capability" });
    expect(error.message.slice(0, start.length)).toBe(start);
  });
});

describe("null where the API takes it", () => {
  it("means not given", () => {
    const nulls = {
      system: null,
      tools: null,
      tool_choice: null,
      thinking: null,
      temperature: null,
      top_p: null,
      top_k: null,
      stop_sequences: null,
      output_config: null,
      stream: null,
      metadata: null,
      container: null,
    };
    const converted = convert(nulls);
    expect(codesOf(converted)).toEqual([]);
    expect(converted.body).toEqual({
      model: "gpt-5.4",
      messages: [{ role: "user", content: "hi" }],
      max_completion_tokens: 1000,
      reasoning_effort: "none",
      prompt_cache_key: expect.any(String),
    });
  });
});
