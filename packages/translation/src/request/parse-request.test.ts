import { describe, expect, it } from "@jest/globals";
import type { MessagesRequest } from "@switchyard/wire";
import * as fc from "fast-check";

import { CONTEXT, OPENAI_CHAT, OPENAI_RESPONSES } from "./__fixtures__/targets.ts";
import { convertRequest } from "./convert-request.ts";
import { parseRequest } from "./parse-request.ts";

const MARK = "sw-text-4d9fk2-";

/** Long enough for its body to be worth it. */
const long = (text: string): string => text + "x".repeat(40_000);

const bodyOf = (request: object): Buffer => Buffer.from(JSON.stringify(request));

describe("parseRequest", () => {
  it("leaves long texts out of what is parsed, and puts their bytes back as they came", () => {
    const text = long('quotes \\" and \\u00e9 and \\/ ');
    const body = Buffer.from(`{"messages":[{"role":"user","content":"${text}"}]}`);
    const { request, complete } = parseRequest(body, MARK);
    expect(JSON.stringify(request).length).toBeLessThan(200);
    expect(complete(JSON.stringify(request))).toEqual(body);
  });

  it("parses a small request whole", () => {
    const small = { messages: [{ role: "user", content: "y".repeat(5000) }] };
    const { request, complete } = parseRequest(bodyOf(small), MARK);
    expect(request).toEqual(small);
    expect(complete('{"é":1}').toString()).toBe('{"é":1}');
  });

  it("puts a text back wherever and however often it stands, beside other text too", () => {
    const request = { messages: [{ content: long("one\n") }, { content: long('two"') }] };
    const { request: parsed, complete } = parseRequest(bodyOf(request), MARK);
    const [one, two] = parsed.messages.map(({ content }) => content as string);
    const json = JSON.stringify({ both: `é ${two}\n\n${one}`, again: one });
    expect(JSON.parse(complete(json).toString())).toEqual({
      both: `é ${long('two"')}\n\n${long("one\n")}`,
      again: long("one\n"),
    });
  });

  it("tells its tokens apart by their numbers, with digits behind them too", () => {
    const messages = Array.from({ length: 12 }, (_, index) => ({ content: long(`${index}:`) }));
    const { request, complete } = parseRequest(bodyOf({ messages }), MARK);
    const joined = request.messages.map(({ content }) => `${content as string}7`).join("");
    expect(JSON.parse(complete(JSON.stringify(joined)).toString())).toBe(
      messages.map(({ content }) => `${content}7`).join(""),
    );
  });

  it("fails on a token that nobody gave", () => {
    const { complete } = parseRequest(bodyOf({ messages: [{ content: long("a") }] }), MARK);
    expect(() => complete(`"${MARK}99!"`)).toThrow(RangeError);
  });

  it.each(["", "{", `{"messages":[{"content":"${long("cut")}"`])("throws on what is no JSON: %#", (text) => {
    expect(() => parseRequest(Buffer.from(text), MARK)).toThrow(SyntaxError);
  });
});

const text = fc
  .tuple(fc.string({ unit: "binary" }), fc.constantFrom(10, 700, 5000))
  .map(([some, times]) => `${some}. ${"long text ".repeat(times)}`);
const textBlock = text.map((value) => ({ type: "text", text: value }));
const result = fc.oneof(text, fc.array(textBlock, { maxLength: 3 }));
const turn = fc.tuple(fc.array(textBlock, { maxLength: 2 }), result, fc.boolean());

describe("a conversion of what was parsed so", () => {
  it.each([
    ["chat completions", OPENAI_CHAT],
    ["Responses", OPENAI_RESPONSES],
  ])("is that of the whole request, for %s", (_name, target) => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), text, (turns, last) => {
        const request = {
          model: "claude",
          max_tokens: 1000,
          system: "Be brief.",
          messages: [
            { role: "user", content: "Begin." },
            ...turns.flatMap(([said, content, isError], index) => [
              {
                role: "assistant",
                content: [...said, { type: "tool_use", id: `toolu_${index}`, name: "Read", input: { said } }],
              },
              {
                role: "user",
                content: [{ type: "tool_result", tool_use_id: `toolu_${index}`, content, is_error: isError }, ...said],
              },
            ]),
            { role: "user", content: last },
          ],
        };
        const body = bodyOf(request);
        const { request: parsed, complete } = parseRequest(body, MARK);
        const whole = JSON.parse(body.toString("utf8")) as MessagesRequest;
        expect(JSON.parse(complete(JSON.stringify(convertRequest(parsed, target, CONTEXT).body)).toString())).toEqual(
          JSON.parse(JSON.stringify(convertRequest(whole, target, CONTEXT).body)),
        );
      }),
      { numRuns: 40 },
    );
  });
});
