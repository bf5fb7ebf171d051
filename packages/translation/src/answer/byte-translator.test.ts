import { describe, expect, it } from "@jest/globals";
import { GatewayError } from "@switchyard/wire";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal, summarize } from "./__fixtures__/event-laws.ts";
import { delta, finish, runBytes, toEventStream, toolDelta } from "./__fixtures__/run-stream.ts";
import { createByteTranslator } from "./byte-translator.ts";

const ANSWER = [delta({ content: "Grüße 👋 " }), delta({ content: "日本" }), finish("stop")].map((chunk) =>
  JSON.stringify(chunk),
);

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

/** What comes of it: lines, or the failure that was thrown. */
function outcome(pieces: readonly Uint8Array[]): string[] {
  try {
    const events = runBytes(pieces, newContext());
    expectLegal(events);
    return summarize(events);
  } catch (error) {
    if (error instanceof GatewayError) return [`thrown ${String(error.failure)}: ${error.message}`];
    throw error;
  }
}

/** The same text split at every offset must come out the same. */
function everySplit(text: string | Uint8Array): string[] {
  const all = typeof text === "string" ? bytes(text) : text;
  const whole = outcome([all]);
  for (let offset = 0; offset <= all.length; offset += 1) {
    expect(outcome([all.subarray(0, offset), all.subarray(offset)])).toEqual(whole);
  }
  expect(outcome(Array.from(all, (_, index) => all.subarray(index, index + 1)))).toEqual(whole);
  return whole;
}

describe("an event stream", () => {
  const said = ["text Grüße 👋 日本", "end_turn"];

  it("is read wherever its bytes are split, characters of several bytes included", () => {
    expect(everySplit(toEventStream(ANSWER))).toEqual(said);
  });

  it.each([
    ["CRLF", toEventStream(ANSWER, { lineEnding: "\r\n" })],
    ["CR", toEventStream(ANSWER, { lineEnding: "\r" })],
    ["no [DONE]", toEventStream(ANSWER, { done: false })],
    ["no blank line at its end", bytes(ANSWER.map((line) => `data: ${line}`).join("\n\n"))],
    ["no space behind the colon", bytes(ANSWER.map((line) => `data:${line}\n\n`).join(""))],
    [
      "comments",
      bytes(`: OPENROUTER PROCESSING\n\n${ANSWER.map((line) => `: keep-alive\ndata: ${line}\n\n`).join("")}`),
    ],
    ["a byte order mark", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), toEventStream(ANSWER)])],
    [
      "ids, names and retry times",
      bytes(ANSWER.map((line, index) => `id: ${index}\nevent: message\nretry: 10\ndata: ${line}\n\n`).join("")),
    ],
    ["an event without data", bytes(`data:\n\n${ANSWER.map((line) => `data: ${line}\n\n`).join("")}`)],
    ["blank lines first", bytes(`\n\n${ANSWER.map((line) => `data: ${line}\n\n`).join("")}`)],
    [
      "one event over several data lines",
      bytes(ANSWER.map((line) => `data: ${line.replace(',"object"', ',\ndata: "object"')}\n\n`).join("")),
    ],
  ])("is read with %s", (_name, stream) => {
    expect(everySplit(stream)).toEqual(said);
  });

  it("ends at [DONE], whatever comes behind it", () => {
    const translator = createByteTranslator(newContext());
    const events = translator.push(
      bytes(`${Buffer.from(toEventStream(ANSWER)).toString()}data: {"choices":[{"delta":{"content":"more"}}]}\n\n`),
    );
    expect(summarize(events)).toEqual(said);
    expect(translator.isDone).toBe(true);
    expect(translator.push(toEventStream(ANSWER))).toEqual([]);
    expect(translator.end()).toEqual([]);
  });

  it("is cut off when [DONE] comes without a reason to stop", () => {
    expect(outcome([toEventStream(ANSWER.slice(0, 2))])).toEqual(["error api_error"]);
  });

  it("returns what a chunk says with that chunk", () => {
    const translator = createByteTranslator(newContext());
    const [first = "", second = ""] = ANSWER.map((line) => `data: ${line}\n\n`);
    expect(translator.push(bytes(first)).map((event) => event.type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
    ]);
    expect(translator.push(bytes(second.slice(0, 10)))).toEqual([]);
    expect(translator.push(bytes(second.slice(10)))).toHaveLength(1);
  });
});

describe("a stream that fails", () => {
  const begun = `data: ${ANSWER[0] ?? ""}\n\n`;

  it("by an event that is not JSON is thrown before the first output and an error event after it", () => {
    expect(everySplit("data: <html>Bad Gateway</html>\n\n")).toEqual([
      "thrown truncated: The upstream sent an event that is not JSON",
    ]);
    expect(everySplit(`${begun}data: {"choices":[}\n\n`)).toEqual(["error api_error"]);
  });

  it("by an error event of another name is read", () => {
    expect(everySplit('event: error\ndata: {"message":"Rate limit exceeded","code":429}\n\n')).toEqual([
      "thrown throttled-without-window: Rate limit exceeded",
    ]);
    expect(everySplit("event: error\ndata: model is overloaded\n\n")).toEqual([
      "thrown overloaded: model is overloaded",
    ]);
  });

  it("by half an event at its end was cut off", () => {
    expect(everySplit(`${begun}data: {"choices":[{"delta":{"con`)).toEqual(["error api_error"]);
    expect(everySplit('data: {"choices":[{"delta":{"con')).toEqual([
      "thrown truncated: The upstream's answer was cut off before its end",
    ]);
  });

  it("without any bytes was cut off", () => {
    expect(outcome([])).toEqual(["thrown truncated: The upstream's answer was cut off before its end"]);
    expect(outcome([bytes("\n \n")])).toEqual(["thrown truncated: The upstream's answer was cut off before its end"]);
  });

  it("by plain words was cut off", () => {
    expect(everySplit("upstream connect error\n")).toEqual([
      "thrown truncated: The upstream's answer was cut off before its end",
    ]);
  });

  it("stays failed after it was thrown", () => {
    const translator = createByteTranslator(newContext());
    expect(() => translator.push(bytes('data: {"error":{"message":"no","code":500}}\n\n'))).toThrow("no");
    expect(translator.isDone).toBe(true);
    expect(translator.push(toEventStream(ANSWER))).toEqual([]);
    expect(translator.end()).toEqual([]);
  });

  it("by an event without an end is given up", () => {
    const translator = createByteTranslator(newContext());
    translator.push(bytes(`${begun}data: `));
    const megabyte = Buffer.alloc(1024 * 1024, "x");
    const events = [];
    for (let count = 0; count < 40 && !translator.isDone; count += 1) events.push(...translator.push(megabyte));
    expect(events).toMatchObject([{ type: "error", error: { message: "The upstream sent an event that has no end" } }]);
  });
});

describe("a body that is no stream", () => {
  it("is read as the error that it is", () => {
    expect(
      everySplit(
        '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}',
      ),
    ).toEqual(["thrown billing: You exceeded your current quota"]);
    expect(
      everySplit('\n[{"error":{"code":429,"message":"Resource exhausted","status":"RESOURCE_EXHAUSTED"}}]\n'),
    ).toEqual(["thrown throttled-without-window: Resource exhausted"]);
  });

  it("is read as the answer that it is, where the upstream did not stream after all", () => {
    const answer = {
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    };
    expect(everySplit(JSON.stringify(answer, null, 1))).toEqual(["text Hi", "end_turn"]);
  });

  it("is told when it is a page", () => {
    expect(outcome([bytes("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>")])).toEqual([
      'thrown overloaded: The upstream answered 200: a page titled "502 Bad Gateway"',
    ]);
  });

  it("is told when it is cut off", () => {
    expect(outcome([bytes('{"choices":[{"mess')])[0]).toContain("thrown overloaded");
  });
});

describe("the work per chunk", () => {
  it("does not grow with what was there before", () => {
    const pieces = Array.from({ length: 20_000 }, () =>
      Buffer.from(`data: ${JSON.stringify(toolDelta(0, { arguments: "xxxxxxxxxx" }))}\n\n`),
    );
    const begin = bytes(
      `data: ${JSON.stringify(toolDelta(0, { id: "a", name: "Write", arguments: '{"content":"' }))}\n\n`,
    );
    const ratios = [1, 2, 3].map(() => {
      const translator = createByteTranslator(newContext());
      translator.push(begin);
      const [first = 1, second = 0] = [0, 1].map((half) => {
        const start = process.cpuUsage();
        for (const piece of pieces.slice(half * 10_000, (half + 1) * 10_000)) translator.push(piece);
        return process.cpuUsage(start).user;
      });
      return second / first;
    });
    // Were it quadratic, the second half would cost three times the first, each time; others on the machine may slow one.
    expect(Math.min(...ratios)).toBeLessThan(2.5);
  });
});
