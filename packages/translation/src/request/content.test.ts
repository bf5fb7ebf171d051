import { describe, expect, it } from "@jest/globals";

import { assistant, chatMessagesOf, convert, inputOf, user } from "./__fixtures__/convert.ts";
import { DEEPSEEK, OPENAI_CHAT, OPENAI_RESPONSES, OPENROUTER } from "./__fixtures__/targets.ts";

const DATA = "aGk=";
const PDF_SOURCE = { type: "base64", media_type: "application/pdf", data: DATA };

function chatContent(block: unknown, target = OPENAI_CHAT): unknown {
  return chatMessagesOf([user(block)], target)[0]?.["content"];
}

function responsesContent(block: unknown): unknown {
  return inputOf([user(block)], OPENAI_RESPONSES)[0]?.["content"];
}

describe("images", () => {
  it.each([
    ["base64", { type: "base64", media_type: "image/webp", data: DATA }, `data:image/webp;base64,${DATA}`],
    ["URL", { type: "url", url: "https://example.com/a.png" }, "https://example.com/a.png"],
  ])("by %s go as image parts", (_kind, source, url) => {
    expect(chatContent({ type: "image", source })).toEqual([{ type: "image_url", image_url: { url } }]);
    expect(responsesContent({ type: "image", source })).toEqual([
      { type: "input_image", image_url: url, detail: "auto" },
    ]);
  });

  it("keep their place between texts", () => {
    const image = { type: "image", source: { type: "url", url: "https://example.com/a.png" } };
    expect(chatMessagesOf([user("before", image, "after")])[0]?.["content"]).toEqual([
      { type: "text", text: "before" },
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
      { type: "text", text: "after" },
    ]);
  });
});

describe("images for a model that sees none", () => {
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: DATA } };
  const blind = { ...OPENAI_CHAT, images: false };
  const SENTENCE = "[An image stood here. This model cannot see images.]";

  it("become a sentence in their place, and one warning counts them", () => {
    const messages = [user("before", image, "after"), assistant("x"), user(image)];
    const { body, warnings } = convert({ messages }, blind);
    expect(JSON.stringify(body)).not.toContain(DATA);
    expect(JSON.stringify(body).split(SENTENCE)).toHaveLength(3);
    expect(warnings.filter(({ code }) => code === "image-not-seen")).toEqual([
      { code: "image-not-seen", message: expect.stringContaining("2 image(s)") },
    ]);
  });

  it("become a sentence in a tool result too, so that the session can go on", () => {
    const call = { type: "tool_use", id: "toolu_1", name: "Read", input: {} };
    const result = { type: "tool_result", tool_use_id: "toolu_1", content: [image] };
    const messages = chatMessagesOf([user("look"), assistant(call), user(result)], blind);
    expect(messages.at(-1)).toMatchObject({ role: "tool", content: SENTENCE });
  });
});

describe("documents", () => {
  it("as PDF go as file parts under their title", () => {
    const block = { type: "document", source: PDF_SOURCE, title: "Paper 1/2" };
    const data = `data:application/pdf;base64,${DATA}`;
    expect(chatContent(block)).toEqual([{ type: "file", file: { filename: "Paper 1_2.pdf", file_data: data } }]);
    expect(responsesContent(block)).toEqual([{ type: "input_file", filename: "Paper 1_2.pdf", file_data: data }]);
  });

  it("as PDF with context tell it first", () => {
    const content = chatContent({ type: "document", source: PDF_SOURCE, title: "a.PDF", context: "From the archive." });
    expect(content).toEqual([
      { type: "text", text: "From the archive." },
      { type: "file", file: { filename: "a.PDF", file_data: expect.any(String) } },
    ]);
  });

  it("by URL go where they are taken", () => {
    const block = { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } };
    expect(responsesContent(block)).toEqual([{ type: "input_file", file_url: "https://example.com/a.pdf" }]);
    expect(chatContent(block, OPENROUTER)).toEqual([
      { type: "file", file: { filename: "document.pdf", file_data: "https://example.com/a.pdf" } },
    ]);
  });

  it.each([
    ["plain text", { type: "text", media_type: "text/plain", data: "Body." }, "# T\n\nC\n\nBody."],
    ["text in base64", { type: "base64", media_type: "text/plain", data: "Qm9keS4=" }, "# T\n\nC\n\nBody."],
    ["a string", { type: "content", content: "Body." }, "# T\n\nC\n\nBody."],
    [
      "blocks",
      {
        type: "content",
        content: [
          { type: "text", text: "One." },
          { type: "text", text: "Two." },
        ],
      },
      "# T\n\nC\n\nOne.\n\nTwo.",
    ],
  ])("as %s go as text under title and context", (_kind, source, expected) => {
    expect(chatContent({ type: "document", source, title: "T", context: "C" }, DEEPSEEK)).toBe(expected);
  });

  it("as text of the assistant, which the older API version allows, stay text", () => {
    const source = { type: "text", media_type: "text/plain", data: "Body." };
    expect(chatMessagesOf([user("x"), assistant({ type: "document", source }), user("y")])[1]).toEqual({
      role: "assistant",
      content: "Body.",
    });
  });
});

describe("blocks of tools that the Messages API executed", () => {
  const history: [string, unknown, RegExp][] = [
    [
      "a call",
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "weather" } },
      /web_search.*"query":"weather"/,
    ],
    [
      "found pages",
      {
        type: "web_search_tool_result",
        tool_use_id: "s",
        content: [{ type: "web_search_result", title: "Rain", url: "https://x", encrypted_content: "OPAQUE" }],
      },
      /- Rain: https:\/\/x/,
    ],
    [
      "a failed search",
      {
        type: "web_search_tool_result",
        tool_use_id: "s",
        content: { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" },
      },
      /failed: max_uses_exceeded/,
    ],
    [
      "a fetched page",
      {
        type: "web_fetch_tool_result",
        tool_use_id: "s",
        content: {
          type: "web_fetch_result",
          url: "https://x",
          content: {
            type: "document",
            title: "T",
            source: { type: "text", media_type: "text/plain", data: "The page." },
          },
        },
      },
      /The page\./,
    ],
    [
      "a fetched PDF",
      {
        type: "web_fetch_tool_result",
        tool_use_id: "s",
        content: {
          type: "web_fetch_result",
          url: "https://x",
          content: { type: "document", source: { type: "base64", media_type: "application/pdf", data: "OPAQUE" } },
        },
      },
      /https:\/\/x/,
    ],
    [
      "run code",
      {
        type: "bash_code_execution_tool_result",
        tool_use_id: "s",
        content: { type: "bash_code_execution_result", stdout: "42", stderr: "", return_code: 0 },
      },
      /stdout: 42\nreturn_code: 0/,
    ],
    ["a call of an MCP server", { type: "mcp_tool_use", id: "m", name: "echo", server_name: "s", input: {} }, /echo/],
    [
      "an answer of an MCP server",
      { type: "mcp_tool_result", tool_use_id: "m", is_error: false, content: [{ type: "text", text: "pong" }] },
      /pong/,
    ],
    ["a summary", { type: "compaction", content: "So far we fixed a bug." }, /So far we fixed a bug/],
  ];

  it.each(history)("%s can be read by any model", (_kind, block, expected) => {
    const converted = convert({ messages: [user("go"), assistant(block, "Done."), user("next")] });
    const text = (converted.body["messages"] as { content: string }[])[1]?.content ?? "";
    expect(text).toMatch(expected);
    expect(text).toMatch(/\n\nDone\.$/);
    expect(text).not.toContain("OPAQUE");
    expect(converted.warnings).toEqual([
      expect.objectContaining({ code: "server-tool-history-as-text", path: "messages.1.content.0" }),
    ]);
  });

  it("are cut where they are endless", () => {
    const block = { type: "mcp_tool_result", tool_use_id: "m", content: "x".repeat(100_000) };
    const [, message] = chatMessagesOf([user("go"), assistant(block), user("next")]);
    expect(String(message?.["content"]).length).toBeLessThan(21_000);
  });

  it.each([
    { type: "fallback", from: { model: "a" }, to: { model: "b" } },
    { type: "compaction", content: null },
  ])("of type $type without words say nothing", (block) => {
    expect(chatMessagesOf([user("go"), assistant(block, "Done."), user("next")])[1]?.["content"]).toBe("Done.");
  });
});

const systemText = (value: string): unknown => ({ type: "text", text: value });

describe("the system prompt", () => {
  const ATTRIBUTION = "x-anthropic-billing-header: cc_version=2.1.329; cc_entrypoint=cli;";

  it.each<[string, unknown, string | undefined]>([
    ["a string", "Be kind.", "Be kind."],
    ["blocks", [systemText("One."), systemText("Two.")], "One.\n\nTwo."],
    ["the attribution block first", [systemText(ATTRIBUTION), systemText("One.")], "One."],
    ["the attribution block alone", [systemText(ATTRIBUTION)], undefined],
    ["the attribution's words elsewhere", [systemText("One."), systemText(ATTRIBUTION)], `One.\n\n${ATTRIBUTION}`],
    ["empty blocks", [systemText(""), systemText("One.")], "One."],
    ["an empty string", "", undefined],
    ["no blocks", [], undefined],
  ])("of %s", (_kind, system, expected) => {
    const chat = convert({ system }).body["messages"] as { role: string; content: string }[];
    expect(chat.find(({ role }) => role === "developer")?.content).toBe(expected);
    expect(convert({ system }, OPENAI_RESPONSES).body["instructions"]).toBe(expected);
    const others = convert({ system }, DEEPSEEK).body["messages"] as { role: string; content: string }[];
    expect(others.find(({ role }) => role === "system")?.content).toBe(expected);
  });
});

const marked = (text: string): unknown => ({ type: "text", text, cache_control: { type: "ephemeral" } });

describe("cache markers", () => {
  it("go along for targets that take them, in text parts", () => {
    const { body } = convert({ system: [marked("S")], messages: [user("plain", marked("marked"))] }, OPENROUTER);
    expect(body["messages"]).toEqual([
      { role: "system", content: [{ type: "text", text: "S", cache_control: { type: "ephemeral" } }] },
      {
        role: "user",
        content: [
          { type: "text", text: "plain" },
          { type: "text", text: "marked", cache_control: { type: "ephemeral" } },
        ],
      },
    ]);
  });

  it("are dropped without a word for all others", () => {
    const converted = convert(
      { system: [marked("S")], messages: [user(marked("U"))], cache_control: { type: "ephemeral" } },
      DEEPSEEK,
    );
    expect(JSON.stringify(converted.body)).not.toContain("cache_control");
    expect(converted.warnings).toEqual([]);
  });

  it("are four at most, the last ones", () => {
    const { body } = convert(
      {
        system: [marked("1"), marked("2")],
        messages: [user(marked("3"), marked("4")), assistant(marked("5")), user(marked("6"))],
      },
      OPENROUTER,
    );
    const kept = JSON.stringify(body["messages"]).match(/"text":"(\d)","cache_control"/g);
    expect(kept?.map((match) => match[8])).toEqual(["3", "4", "5", "6"]);
  });

  it("on a tool result stand on its last part", () => {
    const messages = [
      user("go"),
      assistant({ type: "tool_use", id: "a", name: "Bash", input: {} }),
      user({ type: "tool_result", tool_use_id: "a", content: "ok", cache_control: { type: "ephemeral", ttl: "1h" } }),
    ];
    expect(chatMessagesOf(messages, OPENROUTER).at(-1)).toEqual({
      role: "tool",
      tool_call_id: "a",
      content: [{ type: "text", text: "ok", cache_control: { type: "ephemeral", ttl: "1h" } }],
    });
  });
});
