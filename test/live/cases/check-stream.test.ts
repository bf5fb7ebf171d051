import { describe, expect, it } from "@jest/globals";
import { checkStream } from "./check-stream.ts";

const START = { type: "message_start", message: {} };
const DELTA = { type: "message_delta", delta: {} };
const STOP = { type: "message_stop" };
const open = (index: number) => ({ type: "content_block_start", index, content_block: { type: "text" } });
const add = (index: number) => ({ type: "content_block_delta", index, delta: { type: "text_delta", text: "a" } });
const close = (index: number) => ({ type: "content_block_stop", index });

const check = (...events: unknown[]) => checkStream(events.map((event) => JSON.stringify(event)));

describe("checkStream", () => {
  it("finds nothing wrong with a legal stream", () => {
    expect(check(START, { type: "ping" }, open(0), add(0), close(0), open(1), close(1), DELTA, STOP)).toEqual([]);
    expect(check(START, DELTA, STOP)).toEqual([]);
  });

  it.each<[string, unknown[], string]>([
    ["an end without message_stop", [START, open(0), close(0), DELTA], "the stream has no message_stop"],
    ["no event at all", [], "the stream has no message_stop"],
    [
      "a block before the start",
      [open(0), START, close(0), DELTA, STOP],
      "content_block_start came before message_start",
    ],
    ["two starts", [START, START, DELTA, STOP], "message_start came twice"],
    ["overlapping blocks", [START, open(0), open(1), close(1), DELTA, STOP], "block 1 started inside block 0"],
    ["a gap in the indexes", [START, open(1), close(1), DELTA, STOP], "block 1 came where 0 was due"],
    ["a repeated index", [START, open(0), close(0), open(0), close(0), DELTA, STOP], "block 0 came where 1 was due"],
    [
      "a delta for a closed block",
      [START, open(0), close(0), add(0), DELTA, STOP],
      "a delta came for block 0, which is not open",
    ],
    ["a stop of a block that never was", [START, close(3), DELTA, STOP], "block 3 stopped, which is not open"],
    ["a block that stays open", [START, open(0), DELTA, STOP], "block 0 was never stopped"],
    ["no message_delta", [START, open(0), close(0), STOP], "message_stop came without a message_delta"],
    ["something after the end", [START, DELTA, STOP, add(0)], "content_block_delta came after message_stop"],
    ["an error", [START, { type: "error", error: { message: "too busy" } }], "the stream holds an error: too busy"],
    ["an event without a type", [START, { n: 1 }, DELTA, STOP], 'an event is no JSON object with a type: {"n":1}'],
  ])("names %s", (_what, events, problem) => {
    expect(check(...events)).toContain(problem);
  });

  it("names an event that is no JSON", () => {
    expect(checkStream(["{"])).toContain("an event is no JSON object with a type: {");
  });
});
