import { describe, expect, it } from "@jest/globals";

import { findMessageTexts } from "./find-message-texts.ts";

const LONG = "A text that is long enough to be found. ";
const long = (mark: string): string => `${mark} ${LONG}`;

/** What the texts found in this JSON say. */
function found(json: string, atLeastBytes = 20): unknown[] {
  const body = Buffer.from(json);
  return findMessageTexts(body, atLeastBytes).map(
    ({ start, end }) => JSON.parse(body.toString("utf8", start, end)) as unknown,
  );
}

const foundIn = (messages: unknown): unknown[] => found(JSON.stringify({ model: "m", messages }));

describe("findMessageTexts", () => {
  it("finds content that is a string, text blocks and results of tools, in their order", () => {
    const messages = [
      { role: "user", content: long("a") },
      { role: "assistant", content: [{ type: "text", text: long("b") }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: long("c") }] },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            content: [{ type: "text", text: long("d") }, { type: "image" }, { type: "text", text: long("e") }],
          },
          { type: "text", text: long("f") },
        ],
      },
    ];
    expect(foundIn(messages)).toEqual(["a", "b", "c", "d", "e", "f"].map(long));
  });

  it.each([
    ["input of a tool call", { type: "tool_use", input: { text: LONG, content: LONG } }],
    ["a document", { type: "document", source: { type: "content", content: [{ type: "text", text: LONG }] } }],
    ["a search result", { type: "search_result", content: [{ type: "text", text: LONG }] }],
    ["a result of a server's tool", { type: "web_search_tool_result", content: [{ type: "text", text: LONG }] }],
    ["a summary", { type: "compaction", content: LONG }],
    ["thinking", { type: "thinking", thinking: LONG, signature: LONG }],
    ["a block without a type", { text: LONG, content: LONG }],
    ["a result inside a result", { type: "tool_result", content: [{ type: "tool_result", content: LONG }] }],
    ["a text that is none", { type: "text", text: { text: LONG } }],
  ])("leaves %s alone", (_what, block) => {
    expect(foundIn([{ role: "user", content: [block] }])).toEqual([]);
  });

  it("takes a block by its type wherever that stands", () => {
    const json = `{"messages":[{"content":[{"text":${JSON.stringify(LONG)},"type":"text"},{"content":${JSON.stringify(LONG)},"type":"other"}]}]}`;
    expect(found(json)).toEqual([LONG]);
  });

  it("reads escapes, other scripts and spaces between", () => {
    const text = `${LONG}\\" \\\\" ünïcödé 文字 \u0001 \n`;
    const json = ` { "system" : ${JSON.stringify(text)} , "messages" : [ { "role" : "user" , "content" : ${JSON.stringify(text)} } ] } `;
    expect(found(json)).toEqual([text]);
  });

  it("passes over texts that are shorter than asked for", () => {
    const json = JSON.stringify({ messages: [{ content: "12345678" }, { content: "123456789" }] });
    expect(found(json, 11)).toEqual(["123456789"]);
  });

  it("takes the last of two fields of the name, as a parser does", () => {
    const of = (mark: string): string => JSON.stringify([{ content: long(mark) }]);
    expect(found(`{"messages":${of("a")},"messages":${of("b")}}`)).toEqual([long("b")]);
  });

  it.each([
    ["nothing", ""],
    ["no object", "[1]"],
    ["a list that ends early", `{"messages":[{"content":"${LONG}"}`],
    ["a string that does not end", `{"messages":[{"content":"${LONG}`],
    ["messages that are no list", `{"messages":{"content":"${LONG}"}}`],
    ["messages that are no objects", `{"messages":["${LONG}",["${LONG}"]]}`],
    ["too deep a nest", `{"messages":[{"content":"${LONG}","x":${"[".repeat(300)}${"]".repeat(300)}}]}`],
  ])("finds none in %s", (_what, json) => {
    expect(found(json)).toEqual([]);
  });
});
