import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { formatStreamEvent } from "@switchyard/wire";
import type { AnswerContext } from "../contract.ts";
import { newContext } from "./__fixtures__/answer-context.ts";
import { readRecordedStreams, type Recording } from "./__fixtures__/recorded-streams.ts";
import { delta, finish, runBytes, toEventStream, toolDelta } from "./__fixtures__/run-stream.ts";
import { buildMessage } from "./message-builder.ts";

/** Serves whatever text it was last given as the stream of POST /v1/messages. */
let server: Server;
let served = "";
let client: Anthropic;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_test" });
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = new Anthropic({ baseURL: `http://127.0.0.1:${port}`, apiKey: "test", maxRetries: 0 });
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const REQUEST: Anthropic.MessageStreamParams = {
  model: "claude-test",
  max_tokens: 100,
  messages: [{ role: "user", content: "Hi" }],
};

function chatContext(changes: Parameters<typeof newContext>[0] = {}): AnswerContext {
  return newContext({ apiVersion: "2026-10-21", ...changes });
}

/** What the SDK makes of the events, and what the events say. */
async function readBySdk(
  data: readonly string[],
  context: AnswerContext,
): Promise<{ final: Anthropic.Message; built: unknown; texts: string; thoughts: string }> {
  const events = runBytes([toEventStream(data)], context);
  served = events.map(formatStreamEvent).join("");
  let texts = "";
  let thoughts = "";
  const stream = client.messages.stream(REQUEST);
  stream.on("text", (piece) => (texts += piece));
  stream.on("thinking", (piece) => (thoughts += piece));
  const final = await stream.finalMessage();
  return { final, built: buildMessage(events), texts, thoughts };
}

function asData(chunks: readonly unknown[]): string[] {
  return chunks.map((chunk) => JSON.stringify(chunk));
}

describe("the official SDK's stream helper", () => {
  it("reads reasoning, text and parallel calls as they were meant", async () => {
    const { final, texts, thoughts } = await readBySdk(
      asData([
        delta({ reasoning_content: "Think." }),
        delta({ content: "I read " }),
        delta({ content: "both." }),
        toolDelta(0, { id: "functions.Read:0", name: "Read", arguments: '{"path":' }),
        toolDelta(1, { id: "functions.Read:1", name: "Read", arguments: '{"path":"b"' }),
        toolDelta(0, { arguments: '"a"}' }),
        toolDelta(1, { arguments: "}" }),
        finish("tool_calls", {
          prompt_tokens: 100,
          completion_tokens: 20,
          total_tokens: 120,
          prompt_tokens_details: { cached_tokens: 60 },
        }),
      ]),
      chatContext({ target: { reasoningHistory: "reasoning_content" } }),
    );
    expect({ texts, thoughts }).toEqual({ texts: "I read both.", thoughts: "Think." });
    expect(final).toMatchObject({
      role: "assistant",
      model: "claude-test",
      stop_reason: "tool_use",
      stop_details: null,
      container: null,
      content: [
        { type: "thinking", thinking: "Think.", signature: expect.stringMatching(/^sw1\./u) },
        { type: "text", text: "I read both.", citations: null },
        { type: "tool_use", name: "Read", input: { path: "a" }, caller: { type: "direct" } },
        { type: "tool_use", name: "Read", input: { path: "b" } },
      ],
      usage: { input_tokens: 40, cache_read_input_tokens: 60, cache_creation_input_tokens: 0, output_tokens: 20 },
    });
  });

  it("takes an error event for an error, with its type", async () => {
    const events = runBytes([toEventStream(asData([delta({ content: "half" })]))], chatContext());
    served = events.map(formatStreamEvent).join("");
    const failed = client.messages.stream(REQUEST).finalMessage();
    await expect(failed).rejects.toMatchObject({ type: "api_error" });
  });

  it("reads a refusal", async () => {
    const { final } = await readBySdk(asData([delta({ refusal: "No." }), finish("stop")]), chatContext());
    expect(final).toMatchObject({ stop_reason: "refusal", stop_details: { type: "refusal", explanation: "No." } });
  });
});

const recordings = readRecordedStreams().filter(
  (recording) => !recording.data.some((line) => line.includes("response.failed")),
);
const describeRecorded = recordings.length > 0 ? describe : describe.skip;

describeRecorded(
  recordings.length > 0 ? "of every recorded stream" : "recorded streams (skipped: no recorded fixtures here)",
  () => {
    it.each(recordings.map((recording) => [recording.name, recording] as const))(
      "the official SDK reads %s",
      async (_name: string, recording: Recording) => {
        for (const apiVersion of ["2023-06-01", "2026-10-21"]) {
          const context = newContext({
            apiVersion,
            target: {
              dialect: recording.dialect,
              reasoningHistory: recording.dialect === "chat" ? "reasoning_content" : "encrypted",
            },
          });
          const { final, built } = await readBySdk(recording.data, context);
          const { content, stop_reason: stopReason, usage } = final;
          const expected = built as Anthropic.Message;
          expect(JSON.parse(JSON.stringify(content))).toEqual(JSON.parse(JSON.stringify(expected.content)));
          expect(stopReason).toBe(expected.stop_reason);
          for (const field of [
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "output_tokens_details",
          ] as const) {
            expect(usage[field]).toEqual(expected.usage[field]);
          }
        }
      },
    );
  },
);
