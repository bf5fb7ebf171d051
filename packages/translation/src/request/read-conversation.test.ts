import { describe, expect, it } from "@jest/globals";

import { assistant, call, chatMessagesOf, codesOf, convert, result, user } from "./__fixtures__/convert.ts";
import { OPENAI_CHAT, OPENAI_RESPONSES } from "./__fixtures__/targets.ts";

const IMAGE = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const PICTURE = { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } };

function shapeOf(messages: unknown[]): unknown[] {
  return chatMessagesOf(messages).map(({ role, content, tool_call_id, tool_calls }) => {
    const calls = (tool_calls as { id: string }[] | undefined)?.map(({ id }) => id);
    return [
      role,
      ...(tool_call_id === undefined ? [] : [tool_call_id]),
      content,
      ...(calls === undefined ? [] : [calls]),
    ];
  });
}

describe("tool results", () => {
  it("stand right after their calls, in the order of the calls, before the text beside them", () => {
    const messages = [
      user("go"),
      assistant("On it.", call("a"), call("b")),
      user("first", result("b", "B"), result("a", "A"), "last"),
    ];
    expect(shapeOf(messages)).toEqual([
      ["user", "go"],
      ["assistant", "On it.", ["a", "b"]],
      ["tool", "a", "A"],
      ["tool", "b", "B"],
      ["user", "first\n\nlast"],
    ]);
  });

  it("are found in any of the user messages in a row", () => {
    const messages = [
      user("go"),
      assistant(call("a"), call("b")),
      user(result("a", "A")),
      user(result("b", "B"), "next"),
    ];
    expect(shapeOf(messages).slice(2)).toEqual([
      ["tool", "a", "A"],
      ["tool", "b", "B"],
      ["user", "next"],
    ]);
  });

  it("go before a system message that stands between call and result", () => {
    const messages = [user("go"), assistant(call("a")), { role: "system", content: "Hurry." }, user(result("a", "A"))];
    expect(shapeOf(messages).slice(2)).toEqual([
      ["tool", "a", "A"],
      ["developer", "Hurry."],
    ]);
  });

  it("are made up for calls that were interrupted", () => {
    const converted = convert({
      messages: [user("go"), assistant(call("a"), call("b")), user(result("b", "B"), "never mind")],
    });
    const messages = converted.body["messages"] as Record<string, unknown>[];
    expect(messages[2]).toEqual({
      role: "tool",
      tool_call_id: "a",
      content: "The tool call was interrupted; there is no result.",
    });
    expect(messages[3]).toEqual({ role: "tool", tool_call_id: "b", content: "B" });
    expect(codesOf(converted)).toEqual(["unanswered-tool-use"]);
  });

  it("are made up where the conversation ends with a call", () => {
    expect(shapeOf([user("go"), assistant(call("a"))]).at(-1)).toEqual([
      "tool",
      "a",
      expect.stringContaining("interrupted"),
    ]);
  });

  it("become text where there is no call", () => {
    const converted = convert({ messages: [user("go"), assistant("Hm."), user(result("gone", "left over"), "so?")] });
    const messages = converted.body["messages"] as Record<string, unknown>[];
    expect(messages.at(-1)).toEqual({
      role: "user",
      content: "[Result of an earlier tool call gone]\n\nleft over\n\nso?",
    });
    expect(converted.warnings).toEqual([
      expect.objectContaining({ code: "orphan-tool-result", path: "messages.2.content.0" }),
    ]);
  });

  it("become text where the call has its result already", () => {
    expect(shapeOf([user("go"), assistant(call("a")), user(result("a", "1"), result("a", "2"))]).slice(2)).toEqual([
      ["tool", "a", "1"],
      ["user", "[Result of an earlier tool call a]\n\n2"],
    ]);
  });

  it("become text where their call stands further up", () => {
    const messages = [user("go"), assistant(call("a")), user("no"), assistant("ok"), user(result("a", "late"))];
    expect(chatMessagesOf(messages).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "user",
      "assistant",
      "user",
    ]);
  });

  it.each([
    ["no content", undefined, "(no output)"],
    ["an empty string", "", "(no output)"],
    ["an empty list", [], "(no output)"],
    ["an empty text block", [{ type: "text", text: "" }], "(no output)"],
    [
      "blocks",
      [
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ],
      "one\n\ntwo",
    ],
    [
      "a search result",
      [{ type: "search_result", title: "T", source: "https://x", content: [{ type: "text", text: "found" }] }],
      "T (https://x)\nfound",
    ],
  ])("with %s say %j", (_kind, content, expected) => {
    expect(shapeOf([user("go"), assistant(call("a")), user(result("a", content))])[2]).toEqual(["tool", "a", expected]);
  });

  it.each([
    ["exit 1", "Error: exit 1"],
    ["Error: no such file", "Error: no such file"],
    ["<error>bad</error>", "<error>bad</error>"],
    [undefined, "Error: (no output)"],
  ])("that failed with %j say so to the model", (content, expected) => {
    const messages = [user("go"), assistant(call("a")), user(result("a", content, { is_error: true }))];
    expect(shapeOf(messages)[2]).toEqual(["tool", "a", expected]);
  });

  it("that failed with an image say so in words", () => {
    const messages = [user("go"), assistant(call("a")), user(result("a", [IMAGE], { is_error: true }))];
    expect(shapeOf(messages)[2]).toEqual(["tool", "a", "Error: the tool failed."]);
  });
});

describe("images in tool results", () => {
  it("move into the user message that follows, before its own text", () => {
    const messages = [
      user("go"),
      assistant(call("a"), call("b", "Read")),
      user(result("a", "A"), result("b", [{ type: "text", text: "a logo" }, IMAGE]), "thanks"),
    ];
    expect(shapeOf(messages).slice(2)).toEqual([
      ["tool", "a", "A"],
      ["tool", "b", "a logo"],
      [
        "user",
        [{ type: "text", text: "Content of the result of Read (b):" }, PICTURE, { type: "text", text: "thanks" }],
      ],
    ]);
  });

  it("get a user message of their own before whatever else follows", () => {
    const messages = [
      user("go"),
      assistant(call("a", "Read")),
      user(result("a", [IMAGE])),
      { role: "system", content: "S" },
      assistant("ok"),
    ];
    expect(shapeOf(messages).slice(2)).toEqual([
      ["tool", "a", "(the content follows in the next user message)"],
      ["user", [{ type: "text", text: "Content of the result of Read (a):" }, PICTURE]],
      ["developer", "S"],
      ["assistant", "ok"],
    ]);
  });

  it("stay in the result on Responses", () => {
    const messages = [user("go"), assistant(call("a")), user(result("a", [{ type: "text", text: "a logo" }, IMAGE]))];
    const { body } = convert({ messages }, OPENAI_RESPONSES);
    expect((body["input"] as unknown[]).at(-1)).toEqual({
      type: "function_call_output",
      call_id: "a",
      output: [
        { type: "input_text", text: "a logo" },
        { type: "input_image", image_url: "data:image/png;base64,aGk=", detail: "auto" },
      ],
    });
  });
});

describe("turns", () => {
  it("drop empty text blocks and messages that say nothing", () => {
    expect(shapeOf([user("", "hi"), assistant(""), user(""), { role: "system", content: "" }, user("there")])).toEqual([
      ["user", "hi"],
      ["user", "there"],
    ]);
  });

  it("join assistant messages in a row with all their calls", () => {
    expect(
      shapeOf([
        user("go"),
        assistant("One."),
        assistant("Two.", call("a")),
        assistant(call("b")),
        user(result("a", "A"), result("b", "B")),
      ]),
    ).toEqual([
      ["user", "go"],
      ["assistant", "One.\n\nTwo.", ["a", "b"]],
      ["tool", "a", "A"],
      ["tool", "b", "B"],
    ]);
  });

  it("keep a call that has no text beside it", () => {
    expect(shapeOf([user("go"), assistant(call("a")), user(result("a", "A"))])[1]).toEqual(["assistant", null, ["a"]]);
  });

  it("keep system messages where they stand, content as string or blocks", () => {
    const messages = [
      user("one"),
      { role: "system", content: "A" },
      assistant("two"),
      {
        role: "system",
        content: [
          { type: "text", text: "B" },
          { type: "text", text: "C" },
        ],
      },
      user("three"),
    ];
    expect(shapeOf(messages)).toEqual([
      ["user", "one"],
      ["developer", "A"],
      ["assistant", "two"],
      ["developer", "B\n\nC"],
      ["user", "three"],
    ]);
  });

  it("leave out a system message that was meant for its own turn only, once a user message follows", () => {
    const note = { role: "system", content: "only now", clear_at: "next_user_message" };
    expect(chatMessagesOf([user("one"), note, assistant("two"), user("three")]).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "user",
    ]);
    expect(shapeOf([user("one"), note]).at(-1)).toEqual(["developer", "only now"]);
  });

  it("take a system message without content, which only sets the effort", () => {
    const { body } = convert({
      messages: [user("one"), { role: "system", content: [], output_config: { effort: "low" } }],
      thinking: { type: "adaptive" },
      output_config: { effort: "high" },
    });
    expect(body).toMatchObject({ reasoning_effort: "low", messages: [{ role: "user", content: "one" }] });
  });
});

function idsOf(...ids: string[]): unknown[] {
  return shapeOf([user("go"), assistant(...ids.map((id) => call(id))), user(...ids.map((id) => result(id, id)))]);
}

describe("ids of calls", () => {
  it("stay where the target takes them", () => {
    expect(idsOf("toolu_01A", "call-b")[1]).toEqual(["assistant", null, ["toolu_01A", "call-b"]]);
  });

  it.each(["functions.Bash:0", "x".repeat(41), "id with spaces", "ï"])(
    "are replaced alike in call and result for %j",
    (id) => {
      const [, [, , ids] = [], [, resultId, content] = []] = idsOf(id) as unknown[][];
      expect((ids as string[])[0]).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
      expect(resultId).toBe((ids as string[])[0]);
      expect(content).toBe(id);
    },
  );

  it("go back as the upstream gave them where it takes any characters", () => {
    const target = { ...OPENAI_CHAT, toolCallIds: { maxLength: 64, anyCharacters: true } };
    const id = "swid_ZnVuY3Rpb25zLkJhc2g6MA";
    const messages = chatMessagesOf([user("go"), assistant(call(id)), user(result(id, "ok"))], target);
    expect(messages[2]).toMatchObject({ tool_call_id: "functions.Bash:0" });
  });

  it("fit into a target's own length", () => {
    const target = { ...OPENAI_CHAT, toolCallIds: { maxLength: 9, anyCharacters: false } };
    const messages = chatMessagesOf(
      [user("go"), assistant(call("toolu_0123456789")), user(result("toolu_0123456789", "ok"))],
      target,
    );
    expect(messages[2]?.["tool_call_id"]).toMatch(/^[a-z0-9]{9}$/);
  });

  it("are told apart where a provider numbers its calls anew on every turn", () => {
    const messages = [
      user("go"),
      assistant(call("call_0")),
      user(result("call_0", "1")),
      assistant(call("call_0")),
      user(result("call_0", "2")),
    ];
    const tools = chatMessagesOf(messages).filter(({ role }) => role === "tool");
    expect(tools.map(({ content }) => content)).toEqual(["1", "2"]);
    expect(new Set(tools.map(({ tool_call_id }) => tool_call_id)).size).toBe(2);
  });

  it("that stand twice in one turn are answered in order", () => {
    const messages = chatMessagesOf([
      user("go"),
      assistant(call("a"), call("a")),
      user(result("a", "1"), result("a", "2")),
    ]);
    expect(messages.slice(2).map(({ content }) => content)).toEqual(["1", "2"]);
  });
});
