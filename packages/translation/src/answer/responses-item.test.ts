import { describe, expect, it } from "@jest/globals";
import {
  added,
  args,
  call,
  completed,
  context,
  done,
  freeText,
  message,
  said,
  text,
} from "./__fixtures__/responses-events.ts";
import { summarize } from "./__fixtures__/event-laws.ts";
import { createStreamTranslator } from "./create-stream-translator.ts";

describe("items", () => {
  it("of text and calls stream and keep their order", () => {
    const events = [
      added(0, { type: "message", content: [] }),
      text(0, "Hel"),
      text(0, "lo"),
      done(0, message("Hello")),
      added(1, call("call_1", "Bash")),
      args(1, '{"a"'),
      args(1, ":1}"),
      { type: "response.function_call_arguments.done", output_index: 1, arguments: '{"a":1}' },
      done(1, call("call_1", "Bash", '{"a":1}')),
      completed(),
    ];
    expect(said(events)).toEqual(["text Hello", 'tool_use Bash {"a":1}', "tool_use"]);
    const translator = createStreamTranslator(context);
    const perEvent = events.map((event) => translator.push(event).length);
    expect(perEvent.slice(0, 8)).toEqual([0, 3, 1, 1, 1, 1, 1, 0]);
  });

  it("that interleave come out one after the other", () => {
    const events = [
      added(0, call("a", "One")),
      added(1, call("b", "Two")),
      args(1, '{"y":'),
      args(0, '{"x":'),
      args(1, "2}"),
      args(0, "1}"),
      done(1, call("b", "Two", '{"y":2}')),
      done(0, call("a", "One", '{"x":1}')),
      completed(),
    ];
    expect(said(events)).toEqual(['tool_use One {"x":1}', 'tool_use Two {"y":2}', "tool_use"]);
  });

  it("that are told only at their end lose nothing", () => {
    expect(said([done(0, message("Hello")), done(1, call("a", "One", '{"x":1}')), completed()])).toEqual([
      "text Hello",
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("that are told only with the whole response lose nothing", () => {
    expect(said([completed([message("Hello"), call("a", "One", '{"x":1}')])])).toEqual([
      "text Hello",
      'tool_use One {"x":1}',
      "tool_use",
    ]);
  });

  it("are not told twice where the response repeats them, ids and places changed", () => {
    const events = [
      added(0, { ...message(), id: "m1" }),
      text(0, "Hello"),
      done(0, { ...message("Hello"), id: "m2" }),
      completed([{ ...message("Hello"), id: "m3" }]),
    ];
    expect(said(events)).toEqual(["text Hello", "end_turn"]);
    const skipped = [done(0, message("A")), done(2, message("B")), completed([message("A"), message("B")])];
    expect(said(skipped)).toEqual(["text A", "text B", "end_turn"]);
  });

  it("whose last pieces are missing are completed from their end", () => {
    expect(said([added(0, message()), text(0, "Hel"), done(0, message("Hello")), completed()])).toEqual([
      "text Hello",
      "end_turn",
    ]);
  });

  it("that never end are ended by the response", () => {
    expect(
      said([added(0, message()), text(0, "Hi"), added(1, call("a", "One")), args(1, '{"x":1}'), completed()]),
    ).toEqual(["text Hi", 'tool_use One {"x":1}', "tool_use"]);
  });

  it("with several parts get a block for each", () => {
    expect(
      said([added(0, message()), text(0, "A", 0), text(0, "B", 1), done(0, message("A", "B")), completed()]),
    ).toEqual(["text A", "text B", "end_turn"]);
  });

  it("of custom tools carry their text as input", () => {
    const custom = { type: "custom_tool_call", call_id: "c", name: "sql", input: "" };
    expect(
      said([
        added(0, custom),
        freeText(0, 'SELECT "'),
        freeText(0, "ä\n"),
        done(0, { ...custom, input: 'SELECT "ä\n' }),
        completed(),
      ]),
    ).toEqual([`tool_use sql ${JSON.stringify({ input: 'SELECT "ä\n' })}`, "tool_use"]);
  });

  it("that the upstream executes leave only their text", () => {
    const events = [
      added(0, { type: "web_search_call" }),
      done(0, { type: "web_search_call", status: "completed" }),
      done(1, message("Found.")),
      completed(),
    ];
    expect(said(events)).toEqual(["text Found.", "end_turn"]);
  });

  it("that no one offered are shown as text, with a warning", () => {
    const translator = createStreamTranslator(context);
    const events = [
      ...translator.push(done(0, { type: "shell_call", id: "x", action: { commands: ["ls"] } })),
      ...translator.push(completed()),
    ];
    expect(summarize(events)).toEqual(['text [shell_call] {"action":{"commands":["ls"]}}', "end_turn"]);
    expect(translator.warnings?.().map((warning) => warning.code)).toEqual(["output-item-as-text"]);
  });

  it("that decline end the turn as a refusal", () => {
    const refusal = { type: "response.refusal.delta", output_index: 0, content_index: 0, delta: "No." };
    expect(
      said([
        added(0, message()),
        refusal,
        done(0, { type: "message", content: [{ type: "refusal", refusal: "No." }] }),
        completed(),
      ]),
    ).toEqual(["text No.", "refusal"]);
    expect(said([done(0, { type: "message", content: [{ type: "refusal", refusal: "No." }] }), completed()])).toEqual([
      "text No.",
      "refusal",
    ]);
  });

  it("of calls without arguments let the text behind them stream", () => {
    const translator = createStreamTranslator(context);
    translator.push(added(0, call("a", "One")));
    translator.push(args(0, "{}"));
    translator.push(done(0, call("a", "One", "{}")));
    translator.push(added(1, message()));
    expect(translator.push(text(1, "x")).map((event) => event.type)).toContain("content_block_delta");
  });
});
