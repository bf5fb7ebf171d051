import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { countTokens } from "./count-tokens.ts";
import { LONGEST_RUN } from "./split-runs.ts";

const WEATHER_TOOL = {
  name: "get_weather",
  description: "Get the current weather in a given location",
  input_schema: {
    type: "object",
    properties: { location: { type: "string", description: "The city and state, e.g. San Francisco, CA" } },
    required: ["location"],
  },
};
const say = (content: unknown): unknown => ({ model: "gpt-4o", messages: [{ role: "user", content }] });

describe("against the documentation's own examples", () => {
  // https://platform.claude.com/docs/en/build-with-claude/token-counting: 14 and 403.
  it("a system prompt and a greeting count 14", async () => {
    const request = {
      model: "claude-opus-4-6",
      system: "You are a scientist",
      messages: [{ role: "user", content: "Hello, Claude" }],
    };
    expect(await countTokens(request)).toBe(14);
  });

  it("a request with a tool counts 403, give or take 5 %", async () => {
    const request = {
      model: "claude-opus-4-6",
      tools: [WEATHER_TOOL],
      messages: [{ role: "user", content: "What's the weather like in San Francisco?" }],
    };
    const counted = await countTokens(request);
    expect(Math.abs(counted - 403) / 403).toBeLessThan(0.05);
  });

  it("a page of prose as PDF counts 2,347 on Opus 5.5 and 2,115 on Haiku 4.5, give or take 5 %", async () => {
    const data = Buffer.from("<< /Type /Page >>").toString("base64");
    const source = { type: "base64", media_type: "application/pdf", data };
    const messages = [{ role: "user", content: [{ type: "document", source }] }];
    const onNew = await countTokens({ model: "claude-opus-5-5", messages });
    const onOlder = await countTokens({ model: "claude-haiku-4-5", messages });
    expect(Math.abs(onNew - 2347) / 2347).toBeLessThan(0.05);
    expect(Math.abs(onOlder - 2115) / 2115).toBeLessThan(0.05);
  });
});

describe("everything counts", () => {
  const words = "several words of plain text that surely take some tokens";
  it.each([
    ["system text", { system: words }],
    ["system blocks", { system: [{ type: "text", text: words }] }],
    ["a system message in the middle", { messages: [{ role: "system", content: words }] }],
    ["text blocks", say([{ type: "text", text: words }])],
    ["a tool's description", { tools: [{ name: "t", description: words }] }],
    ["a tool's schema", { tools: [{ name: "t", input_schema: { properties: { a: { description: words } } } }] }],
    ["a tool call's input", say([{ type: "tool_use", id: "1", name: "t", input: { path: words } }])],
    ["a tool result as text", say([{ type: "tool_result", tool_use_id: "1", content: words }])],
    [
      "a tool result in blocks",
      say([{ type: "tool_result", tool_use_id: "1", content: [{ type: "text", text: words }] }]),
    ],
    ["thinking", say([{ type: "thinking", thinking: words, signature: "c2ln" }])],
    ["thinking left out, by its signature", say([{ type: "thinking", thinking: "", signature: "A".repeat(200) }])],
    ["redacted thinking", say([{ type: "redacted_thinking", data: "A".repeat(200) }])],
    ["a text document", say([{ type: "document", source: { type: "text", media_type: "text/plain", data: words } }])],
    ["a document's title", say([{ type: "document", title: words, source: { type: "text", data: "x" } }])],
    [
      "a document of blocks",
      say([{ type: "document", source: { type: "content", content: [{ type: "text", text: words }] } }]),
    ],
    [
      "a text file in base64",
      say([
        {
          type: "document",
          source: { type: "base64", media_type: "text/csv", data: Buffer.from(words).toString("base64") },
        },
      ]),
    ],
    ["a document by URL", say([{ type: "document", source: { type: "url", url: "https://example.org/a.pdf" } }])],
    ["an image by URL", say([{ type: "image", source: { type: "url", url: "https://example.org/a.png" } }])],
    ["an image by file", say([{ type: "image", source: { type: "file", file_id: "file_1" } }])],
    [
      "an image inside a tool result",
      say([{ type: "tool_result", content: [{ type: "image", source: { type: "base64", data: "" } }] }]),
    ],
    ["an unknown block's words", say([{ type: "search_result", content: [{ type: "text", text: words }] }])],
  ])("%s", async (_, request) => {
    expect(await countTokens(request)).toBeGreaterThanOrEqual(10);
  });

  it("an image's tokens come from its size, not from its base64", async () => {
    const data = Buffer.concat([pngHeader(56, 56), Buffer.alloc(300_000, 7)]).toString("base64");
    const request = say([{ type: "image", source: { type: "base64", media_type: "image/png", data } }]);
    expect(await countTokens(request)).toBeLessThan(20);
  });

  it("text that looks like a special token is plain text", async () => {
    expect(await countTokens(say("<|endoftext|> <|im_start|>"))).toBeGreaterThan(5);
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "hello"],
    ["a list", []],
    ["an empty request", {}],
    ["messages that are none", { messages: "hello" }],
    ["blocks that are none", { messages: [null, 1, { content: [null, "x", 3] }] }],
    ["tools that are none", { tools: [null, "x"] }],
    ["a document without a source", say([{ type: "document" }])],
    ["an image without a source", say([{ type: "image" }])],
  ])("%s is no error", async (_, request) => {
    expect(await countTokens(request)).toBeGreaterThanOrEqual(0);
  });
});

describe("deferred tools", () => {
  const deferred = { ...WEATHER_TOOL, defer_loading: true };
  const reference = { type: "tool_result", content: [{ type: "tool_reference", tool_name: "get_weather" }] };

  it("cost nothing before something refers to them", async () => {
    const without = await countTokens({ messages: [{ role: "user", content: "hi" }] });
    const withDeferred = await countTokens({ messages: [{ role: "user", content: "hi" }], tools: [deferred] });
    expect(withDeferred).toBe(without);
  });

  it("cost their definition once something does, once only", async () => {
    const once = await countTokens({ messages: [{ role: "user", content: [reference] }], tools: [deferred] });
    const plain = await countTokens({ messages: [{ role: "user", content: [reference] }], tools: [WEATHER_TOOL] });
    expect(once).toBe(plain);
  });
});

describe("adding something never lowers the count", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 60 });
  const block = fc.oneof(
    words.map((text) => ({ type: "text", text })),
    words.map((thinking) => ({ type: "thinking", thinking, signature: "c2ln" })),
    words.map((name) => ({ type: "tool_use", id: "1", name, input: { name } })),
    words.map((content) => ({ type: "tool_result", tool_use_id: "1", content })),
    fc.constant({ type: "image", source: { type: "url", url: "https://example.org" } }),
    fc.constant({ type: "document", source: { type: "url", url: "https://example.org" } }),
    fc.anything().map((value) => ({ type: "something_new", value })),
  );
  const message = fc.record({
    role: fc.constantFrom("user", "assistant", "system"),
    content: fc.array(block, { maxLength: 4 }),
  });
  const tool = fc.record({ name: words, description: words, input_schema: fc.constant({ type: "object" }) });
  const request = fc.record({
    model: fc.constantFrom("claude-opus-5-5", "claude-haiku-4-5", "gpt-4o"),
    messages: fc.array(message, { maxLength: 4 }),
    tools: fc.array(tool, { maxLength: 3 }),
  });

  it("be it a message, a block or a tool", async () => {
    await fc.assert(
      fc.asyncProperty(request, message, block, tool, async (base, more, part, another) => {
        const before = await countTokens(base);
        const longer = [
          { ...base, messages: [...base.messages, more] },
          { ...base, messages: base.messages.map((old) => ({ ...old, content: [...old.content, part] })) },
          { ...base, tools: [...base.tools, another] },
          { ...base, system: "and a system prompt" },
        ];
        for (const candidate of longer) expect(await countTokens(candidate)).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a body of a megabyte", () => {
  it.each([
    ["one letter", "a".repeat(1_000_000)],
    ["blanks", " ".repeat(1_000_000)],
    ["line ends", "\n".repeat(1_000_000)],
    ["dashes", "-".repeat(1_000_000)],
    ["a script without blanks", "漢字仮名交じり文".repeat(125_000)],
    ["emoji", "😀".repeat(500_000)],
    ["base64", "QUJDREVGR0g5MDEyMzQ1Njc4OTA=".repeat(36_000)],
  ])("of %s takes steps in proportion to its length", async (_, text) => {
    const { meter, countPiece } = createMeter();
    await countTokens(say(text), { countPiece });
    expect(meter.characters).toBe(text.length);
    expect(meter.steps).toBeLessThanOrEqual(text.length * (LONGEST_RUN + 1));
  });

  it("lets other work in between", async () => {
    let turns = 0;
    const ended = new AbortController();
    const others = countTurns(ended.signal, () => (turns += 1));
    await countTokens(say("word ".repeat(200_000)), { countPiece: () => 1 });
    ended.abort();
    await others;
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it("is counted for real, too", async () => {
    const counted = await countTokens(say("The quick brown fox jumps over the lazy dog. ".repeat(22_000)));
    expect(counted).toBeGreaterThan(200_000);
    expect(counted).toBeLessThan(240_000);
  });
});

function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  header.write("\x89PNG\r\n\x1a\n", 0, "latin1");
  header.writeUInt32BE(13, 8);
  header.write("IHDR", 12, "latin1");
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header;
}

/** What a byte pair encoder does for a piece: the square of each run of one kind. */
function createMeter() {
  const meter = { steps: 0, characters: 0 };
  const countPiece = (piece: string): number => {
    meter.characters += piece.length;
    for (const [run] of piece.matchAll(/\p{L}+|\p{N}{1,3}|\s+|[^\s\p{L}\p{N}]+/gu)) meter.steps += run.length ** 2;
    return 1;
  };
  return { meter, countPiece };
}

async function countTurns(signal: AbortSignal, onTurn: () => void): Promise<void> {
  while (!signal.aborted) {
    await new Promise((resolve) => setImmediate(resolve));
    onTurn();
  }
}
