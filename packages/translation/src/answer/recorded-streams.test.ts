import { describe, expect, it } from "@jest/globals";
import type { StreamEvent } from "@switchyard/wire";
import { newContext } from "./__fixtures__/answer-context.ts";
import { expectLegal } from "./__fixtures__/event-laws.ts";
import {
  hasRecordings,
  readRecordedAnswers,
  readRecordedStreams,
  type Recording,
} from "./__fixtures__/recorded-streams.ts";
import { runBytes, runChunks, toEventStream } from "./__fixtures__/run-stream.ts";
import { convertAnswer } from "./convert-answer.ts";
import { buildMessage } from "./message-builder.ts";

const describeRecorded = hasRecordings ? describe : describe.skip;
const title = hasRecordings ? "recorded streams" : "recorded streams (skipped: no recorded fixtures here)";

/** Offsets tried one by one in streams longer than this; shorter ones are split at every offset. */
const SHORT = 6000;

describeRecorded(title, () => {
  const streams = readRecordedStreams();

  it("are there for both dialects", () => {
    expect(streams.filter((stream) => stream.dialect === "chat").length).toBeGreaterThan(7);
    expect(streams.filter((stream) => stream.dialect === "responses").length).toBeGreaterThan(30);
  });

  describe.each(streams.map((stream) => [stream.name, stream] as const))("%s", (_name, stream) => {
    const context = newContext({
      target: {
        dialect: stream.dialect,
        reasoningHistory: stream.dialect === "chat" ? "reasoning_content" : "encrypted",
      },
    });

    it("becomes one legal answer, with nothing of its text lost", () => {
      const events = attempt(() =>
        runChunks(
          stream.data.map((line) => JSON.parse(line) as unknown),
          context,
        ),
      );
      if (isFailure(stream)) {
        expect(events).toEqual([expect.stringContaining("exceeded your current quota")]);
        return;
      }
      expectLegal(events as StreamEvent[]);
      const message = buildMessage(events as StreamEvent[]);
      const texts = (message?.content ?? []).flatMap((block) => ("text" in block ? [block.text] : []));
      for (const text of textsOf(stream)) expect(texts.join("")).toContain(text);
      const calls = (message?.content ?? []).filter((block) => block.type === "tool_use");
      expect(calls.map((call) => ("input" in call ? call.input : undefined))).toEqual(callsOf(stream));
    });

    it("means the same however its bytes are split", () => {
      const bytes = toEventStream(stream.data, { done: stream.dialect === "chat" });
      const whole = attempt(() => runBytes([bytes], context));
      for (const offset of offsetsOf(bytes)) {
        const split = attempt(() => runBytes([bytes.subarray(0, offset), bytes.subarray(offset)], context));
        if (JSON.stringify(split) !== JSON.stringify(whole)) throw new Error(`differs when split at ${offset}`);
      }
      const single = attempt(() =>
        runBytes(
          Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)),
          context,
        ),
      );
      expect(single).toEqual(whole);
    });

    it("means the same with CRLF, event names and without [DONE]", () => {
      const whole = attempt(() => runBytes([toEventStream(stream.data)], context));
      for (const options of [{ lineEnding: "\r\n" }, { lineEnding: "\r" }, { named: true }, { done: false }]) {
        expect(attempt(() => runBytes([toEventStream(stream.data, options)], context))).toEqual(whole);
      }
    });

    it("ends in an error wherever it is cut before its end", () => {
      if (isFailure(stream)) return;
      const step = Math.max(1, Math.floor(stream.data.length / 40));
      for (let count = 0; count < stream.data.length; count += step) {
        const part = stream.data.slice(0, count);
        if (part.some((line) => /"finish_reason":"\w|"type":"response.completed"/u.test(line))) break;
        const events = attempt(() => runBytes([toEventStream(part, { done: false })], context));
        if (typeof events[0] === "string") expect(events).toEqual([expect.stringContaining("cut off")]);
        else expectLegal(events as StreamEvent[]);
        expect(JSON.stringify(events)).not.toContain("message_stop");
      }
    });
  });
});

describeRecorded("recorded answers that were not streamed", () => {
  it.each(readRecordedAnswers().map((recorded) => [recorded.name, recorded] as const))("%s", (_name, recorded) => {
    const message = convertAnswer(recorded.answer, newContext({ target: { dialect: recorded.dialect } }));
    expect(message.content.length).toBeGreaterThan(0);
    expect(message.stop_reason).not.toBeNull();
    const usage = recorded.answer["usage"] as Record<string, number>;
    expect(message.usage.output_tokens).toBe(usage["completion_tokens"] ?? usage["output_tokens"]);
    const input =
      message.usage.input_tokens + message.usage.cache_read_input_tokens + message.usage.cache_creation_input_tokens;
    expect(input).toBe(usage["prompt_tokens"] ?? usage["input_tokens"]);
    expect(message.content.some((block) => block.type === "tool_use")).toBe(message.stop_reason === "tool_use");
  });
});

/** Events, or the message of what was thrown. */
function attempt(run: () => StreamEvent[]): (StreamEvent | string)[] {
  try {
    return run();
  } catch (error) {
    return [String(error)];
  }
}

function isFailure(stream: Recording): boolean {
  return stream.data.some((line) => line.includes('"type":"response.failed"'));
}

function textsOf(stream: Recording): string[] {
  const events = stream.data.map((line) => JSON.parse(line) as Record<string, never>);
  if (stream.dialect === "responses") {
    return events.flatMap((event) => {
      if (event["type"] !== "response.output_text.done") return [];
      const pieces = events.filter(
        (other) => other["type"] === "response.output_text.delta" && other["output_index"] === event["output_index"],
      );
      const streamed = pieces.map((piece) => String(piece["delta"])).join("");
      // Some recordings were shortened: their pieces are not the beginning of what they end with.
      return [String(event["text"]).startsWith(streamed) ? String(event["text"]) : streamed];
    });
  }
  return [
    events
      .map((event) => (event["choices"]?.[0] as { delta?: { content?: string } } | undefined)?.delta?.content ?? "")
      .join(""),
  ];
}

/** Inputs of the calls, read off the recording by other means than the translator's. */
function callsOf(stream: Recording): unknown[] {
  if (stream.dialect === "responses") {
    return stream.data.flatMap((line) => {
      const event = JSON.parse(line) as {
        type: string;
        item?: { type: string; arguments?: string; input?: string; name?: string };
      };
      if (event.type !== "response.output_item.done") return [];
      if (event.item?.type === "custom_tool_call") return [{ input: event.item.input }];
      if (event.item?.type !== "function_call") return [];
      const input = JSON.parse(event.item.arguments ?? "{}") as { tool_uses?: { parameters: unknown }[] };
      return event.item.name === "parallel" && input.tool_uses ? input.tool_uses.map((use) => use.parameters) : [input];
    });
  }
  const inputs: string[] = [];
  for (const line of stream.data) {
    const chunk = JSON.parse(line) as {
      choices?: { delta?: { tool_calls?: { index: number; function: { arguments?: string } }[] } }[];
    };
    for (const call of chunk.choices?.[0]?.delta?.tool_calls ?? []) {
      inputs[call.index] = (inputs[call.index] ?? "") + (call.function.arguments ?? "");
    }
  }
  return inputs.map((input) => JSON.parse(input) as unknown);
}

function offsetsOf(bytes: Uint8Array): number[] {
  if (bytes.length <= SHORT) return Array.from({ length: bytes.length }, (_, index) => index);
  // Every offset would take minutes: a stretch of them, and those around a spread of event boundaries.
  const offsets = Array.from({ length: 30 }, (_, index) => Math.floor(bytes.length / 2) + index);
  const text = Buffer.from(bytes);
  const step = Math.floor(bytes.length / 12);
  for (let at = text.indexOf("\n\n"); at >= 0; at = text.indexOf("\n\n", at + step)) {
    for (let near = at - 1; near <= at + 3; near += 1) offsets.push(near);
  }
  return offsets;
}
