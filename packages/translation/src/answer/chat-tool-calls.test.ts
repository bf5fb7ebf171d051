import { describe, expect, it } from "@jest/globals";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { delta, finish, runChunks, toolDelta } from "./__fixtures__/run-stream.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

function said(chunks: readonly unknown[], context = newContext()): string[] {
  const events = runChunks(chunks, context);
  expectLegal(events);
  return summarize(events);
}

describe("tool calls", () => {
  it("stream their arguments as they come", () => {
    const translator = createStreamTranslator(newContext());
    translator.push(toolDelta(0, { id: "call_1", name: "Bash", arguments: "" }));
    expect(translator.push(toolDelta(0, { arguments: '{"com' }))).toEqual([
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"com' } },
    ]);
    expect(translator.push(toolDelta(0, { arguments: 'mand":"ls"}' }))).toHaveLength(1);
  });

  it("with no arguments at all get an empty object", () => {
    expect(said([toolDelta(0, { id: "a", name: "List", arguments: "" }), finish("tool_calls")])).toEqual([
      "tool_use List {}",
      "tool_use",
    ]);
  });

  it("keep arguments that come with the first delta", () => {
    expect(said([toolDelta(0, { id: "a", name: "Read", arguments: '{"f":1}' }), finish("tool_calls")])).toEqual([
      'tool_use Read {"f":1}',
      "tool_use",
    ]);
  });

  it("whose deltas interleave come out one after the other, the first one streaming", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(1, { id: "b", name: "Two", arguments: '{"y":' }),
      toolDelta(0, { arguments: "1" }),
      toolDelta(1, { arguments: "2" }),
      toolDelta(0, { arguments: "}" }),
      toolDelta(1, { arguments: "}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
    const translator = createStreamTranslator(newContext());
    const perChunk = chunks.map(
      (chunk) => translator.push(chunk).filter((event) => event.type === "content_block_delta").length,
    );
    expect(perChunk).toEqual([1, 0, 1, 0, 2, 1, 0]);
  });

  it("that all have index 0 are told apart by their ids", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }),
      toolDelta(0, { id: "b", name: "Two", arguments: '{"y":' }),
      toolDelta(0, { arguments: "2}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("that repeat id and name with every delta are one call", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(0, { id: "a", name: "One", arguments: "1}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("whose id changes with every delta are one call while no new name comes", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      toolDelta(0, { id: "b", arguments: "1}" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("without index and whole in one chunk, as Gemini sends them, are as many calls as there are ids", () => {
    const chunk = delta({
      tool_calls: [
        { id: "a", type: "function", function: { name: "One", arguments: '{"x":1}' } },
        { id: "b", type: "function", function: { name: "Two", arguments: '{"y":2}' } },
      ],
    });
    expect(said([chunk, finish("stop")])).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("without index or id are told apart by their names", () => {
    const chunks = [
      toolDelta(undefined, { name: "One", arguments: "{}" }),
      toolDelta(undefined, { name: "Two", arguments: "{}" }),
      finish("stop"),
    ];
    const events = runChunks(chunks, newContext());
    expectLegal(events);
    expect(summarize(events)).toEqual(["tool_use One {}", "tool_use Two {}", "tool_use"]);
    const ids = events.flatMap((event) =>
      event.type === "content_block_start" && "id" in event.content_block ? [event.content_block.id] : [],
    );
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/u);
  });

  it("with one id for two calls get two", () => {
    const events = runChunks(
      [
        toolDelta(0, { id: "same", name: "A", arguments: "{}" }),
        toolDelta(1, { id: "same", name: "B", arguments: "{}" }),
        finish("tool_calls"),
      ],
      newContext(),
    );
    const ids = events.flatMap((event) =>
      event.type === "content_block_start" && "id" in event.content_block ? [event.content_block.id] : [],
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids[0]).toBe("same");
  });

  it("wait for their name", () => {
    const translator = createStreamTranslator(newContext());
    expect(translator.push(toolDelta(0, { id: "a", arguments: '{"x":' }))).toEqual([]);
    const events = translator.push(toolDelta(0, { name: "One", arguments: "1}" }));
    expect(summarize([...events, ...translator.push(finish("tool_calls")), ...translator.end()])).toEqual([
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("with ids that the Messages API would refuse get legal ones, with names the client's own", () => {
    const context = newContext({
      toolNames: {
        toUpstream: (name) => name,
        toClient: (name) => (name === "mcp_short" ? "mcp__server__long" : name),
      },
    });
    const events = runChunks(
      [toolDelta(0, { id: "functions.Bash:0", name: "mcp_short", arguments: "{}" }), finish("tool_calls")],
      context,
    );
    const start = events.find((event) => event.type === "content_block_start");
    expect(start).toMatchObject({
      content_block: { name: "mcp__server__long", id: expect.stringMatching(/^[a-zA-Z0-9_-]+$/u) },
    });
  });

  it("in the form of function_call are calls", () => {
    const chunks = [
      delta({ function_call: { name: "One", arguments: '{"x"' } }),
      delta({ function_call: { arguments: ":1}" } }),
      finish("function_call"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("whose arguments are an object are calls like any other", () => {
    const chunk = delta({ tool_calls: [{ index: 0, id: "a", function: { name: "One", arguments: { x: 1 } } }] });
    expect(said([chunk, finish("tool_calls")])).toEqual(['tool_use One {"x":1}', "tool_use"]);
  });

  it("are followed by text in a block of its own", () => {
    const chunks = [
      delta({ content: "before" }),
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }),
      delta({ content: "after" }),
      delta({ reasoning_content: "hm" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(["text before", 'tool_use One {"x":1}', "text after", "thinking hm", "tool_use"]);
  });

  it("are not torn apart by text that comes between their deltas", () => {
    const chunks = [
      toolDelta(0, { id: "a", name: "One", arguments: '{"x":' }),
      delta({ content: "note" }),
      toolDelta(0, { arguments: "1}" }),
      delta({ content: " more" }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use One {"x":1}', "text note more", "tool_use"]);
  });

  it("inside a wrapper that the model made up are taken out of it", () => {
    const uses = {
      tool_uses: [
        { recipient_name: "functions.A", parameters: { x: 1 } },
        { recipient_name: "functions.B", parameters: {} },
      ],
    };
    const chunks = [
      toolDelta(0, { id: "w", name: "multi_tool_use.parallel", arguments: JSON.stringify(uses) }),
      finish("tool_calls"),
    ];
    expect(said(chunks)).toEqual(['tool_use A {"x":1}', "tool_use B {}", "tool_use"]);
  });

  it("of a tool that happens to be called like the wrapper stay what they are", () => {
    expect(said([toolDelta(0, { id: "w", name: "parallel", arguments: '{"jobs":2}' }), finish("tool_calls")])).toEqual([
      'tool_use parallel {"jobs":2}',
      "tool_use",
    ]);
  });

  it("that lack only closing brackets are completed when the upstream says that it was done", () => {
    const translator = createStreamTranslator(newContext());
    const events = [
      translator.push(toolDelta(0, { id: "a", name: "One", arguments: '{"x":["y"' })),
      translator.push(finish("tool_calls")),
      translator.end(),
    ].flat();
    expectLegal(events);
    expect(summarize(events)).toEqual(['tool_use One {"x":["y"]}', "tool_use"]);
    expect(translator.warnings?.().map((warning) => warning.code)).toEqual(["tool-arguments-repaired"]);
  });

  it("that break off inside a value end in an error, inside the open block", () => {
    const events = runChunks(
      [toolDelta(0, { id: "a", name: "Bash", arguments: '{"command":"rm -rf /tmp/a' }), finish("tool_calls")],
      newContext(),
    );
    expectLegal(events);
    expect(events.at(-1)).toMatchObject({ type: "error", error: { type: "api_error" } });
    expect(events.some((event) => event.type === "content_block_stop")).toBe(false);
  });

  it("that the limit cuts off end with max_tokens, so that no client runs them", () => {
    expect(
      said([toolDelta(0, { id: "a", name: "Bash", arguments: '{"command":"rm -rf /tmp/a' }), finish("length")]),
    ).toEqual(['tool_use Bash {"command":"rm -rf /tmp/a', "max_tokens"]);
  });

  it("that are whole are to be run, whatever word the upstream ends with", () => {
    for (const reason of ["stop", "length", "tool_calls", "something_new"]) {
      expect(said([toolDelta(0, { id: "a", name: "One", arguments: '{"x":1}' }), finish(reason)]).at(-1)).toBe(
        "tool_use",
      );
    }
  });

  it("without a name and without arguments are no calls", () => {
    expect(said([delta({ content: "hi" }), toolDelta(0, {}), finish("stop")])).toEqual(["text hi", "end_turn"]);
  });
});

describe("tool calls between markers in the reasoning", () => {
  const marked = '<|FunctionCallBegin|>[{"name":"Read","parameters":{"path":"a"}},{"name":"List"}]<|FunctionCallEnd|>';

  it("become tool_use blocks, wherever the markers are cut", () => {
    const text = `I will read. ${marked}`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const chunks = [
        delta({ reasoning_content: text.slice(0, cut) }),
        delta({ reasoning_content: text.slice(cut) }),
        finish("stop"),
      ];
      expect(said(chunks)).toEqual([
        "thinking I will read. ",
        'tool_use Read {"path":"a"}',
        "tool_use List {}",
        "tool_use",
      ]);
    }
  });

  it("are found without the end marker, and left as text when they are no calls", () => {
    expect(said([delta({ reasoning: '<|FunctionCallBegin|>{"name":"A","parameters":{}}' }), finish("stop")])).toEqual([
      "tool_use A {}",
      "tool_use",
    ]);
    expect(said([delta({ reasoning: "<|FunctionCallBegin|>nothing<|FunctionCallEnd|>" }), finish("stop")])).toEqual([
      "thinking <|FunctionCallBegin|>nothing<|FunctionCallEnd|>",
      "end_turn",
    ]);
  });

  it("leave other angle brackets alone", () => {
    expect(
      said([
        delta({ reasoning: "a < b <| c" }),
        delta({ reasoning: " <|Function" }),
        delta({ content: "ok" }),
        finish("stop"),
      ]),
    ).toEqual(["thinking a < b <| c <|Function", "text ok", "end_turn"]);
  });
});
