import { expect, type it } from "@jest/globals";
import type { Scenario } from "@switchyard/simulators";

import type { ConformanceBench } from "./conformance-bench.ts";
import { readStream } from "./message-stream.ts";

interface Answer {
  model: string;
  content: Record<string, unknown>[];
  stop_reason: string;
  usage: Record<string, number>;
}

const TOOLS = [
  { name: "Read", description: "reads", input_schema: { type: "object", properties: { path: { type: "string" } } } },
  { name: "Bash", description: "runs", input_schema: { type: "object", properties: { command: { type: "string" } } } },
];

const PARALLEL: Scenario = {
  blocks: [
    { type: "text", text: "Two at once." },
    { type: "tool_call", name: "Read", input: { path: "/a b/é.txt" } },
    { type: "tool_call", name: "Bash", input: { command: 'echo "1"' } },
  ],
};

/** What an answer holds, streamed and not. */
export function registerAnswerCases(bench: ConformanceBench, it_: typeof it): void {
  it_("answers in text, whole", async () => {
    bench.reset({ blocks: [{ type: "text", text: "Grüße, 世界 👋" }] });
    const response = await bench.post({ body: bench.body({ stream: false }) });
    const answer = (await response.json()) as Answer;
    expect(response.status).toBe(200);
    expect(answer.content).toMatchObject([{ type: "text", text: "Grüße, 世界 👋" }]);
    expect(answer).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
    expect(response.headers.get("x-switchyard-attempts")).toBe("1");
  });

  it_("answers in text, streamed", async () => {
    bench.reset({ blocks: [{ type: "text", text: "Grüße, 世界 👋 ".repeat(20) }] });
    const response = await bench.post();
    const stream = await readStream(response);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(stream).toMatchObject({ finished: true, stopReason: "end_turn" });
    expect(stream.content).toMatchObject([{ type: "text", text: "Grüße, 世界 👋 ".repeat(20) }]);
  });

  it_("answers with parallel tool calls, streamed and whole alike", async () => {
    bench.reset({ ...PARALLEL, times: 2 });
    const stream = await readStream(await bench.post({ body: bench.body({ tools: TOOLS }) }));
    const whole = (await (await bench.post({ body: bench.body({ tools: TOOLS, stream: false }) })).json()) as Answer;
    for (const { content, reason } of [
      { content: stream.content, reason: stream.stopReason },
      { content: whole.content, reason: whole.stop_reason },
    ]) {
      expect(reason).toBe("tool_use");
      expect(content).toMatchObject([
        { type: "text", text: "Two at once." },
        { type: "tool_use", name: "Read", input: { path: "/a b/é.txt" } },
        { type: "tool_use", name: "Bash", input: { command: 'echo "1"' } },
      ]);
      expect(content[1]?.["id"]).not.toBe(content[2]?.["id"]);
    }
  });

  it_("takes the results of its tool calls", async () => {
    bench.reset(PARALLEL, { blocks: [{ type: "text", text: "Both done." }] });
    const first = await readStream(await bench.post({ body: bench.body({ tools: TOOLS }) }));
    const results = first.content
      .filter(({ type }) => type === "tool_use")
      .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "ok" }));
    const messages = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: first.content },
      { role: "user", content: [...results, { type: "text", text: "and?" }] },
    ];
    const response = await bench.post({ body: bench.body({ tools: TOOLS, messages }) });
    expect(response.status).toBe(200);
    expect((await readStream(response)).content).toMatchObject([{ type: "text", text: "Both done." }]);
  });

  it_("gives the upstream its thinking back, and leaves out what others thought", async () => {
    if (bench.setup.thinks === false) return;
    const thinking = { thinking: { type: "adaptive" } };
    bench.reset(
      { blocks: [{ type: "reasoning", text: "Hm." }, ...(PARALLEL.blocks ?? [])] },
      { blocks: [{ type: "text", text: "Done." }] },
    );
    const first = await readStream(await bench.post({ body: bench.body({ tools: TOOLS, ...thinking }) }));
    // In its first place, or, where only calls are signed, before the calls.
    expect(first.content.map(({ type }) => type)).toContain("thinking");
    const foreign = Buffer.from(
      JSON.stringify({
        issuer: { provider: "elsewhere", model: "m", account: "a" },
        payload: { kind: "reasoning_content", text: "not for you" },
      }),
    ).toString("base64url");
    const results = first.content
      .filter(({ type }) => type === "tool_use")
      .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "ok" }));
    const messages = [
      { role: "user", content: "Hello" },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "not for you", signature: `sw1.${foreign}` },
          { type: "text", text: "Earlier." },
        ],
      },
      { role: "user", content: "Go on" },
      { role: "assistant", content: first.content },
      { role: "user", content: results },
    ];
    const response = await bench.post({ body: bench.body({ tools: TOOLS, ...thinking, messages }) });
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "Done." }] });
    expect(bench.generations().at(-1)?.body).not.toContain("not for you");
  });

  it_("tells the usage in disjoint buckets", async () => {
    bench.reset({
      blocks: [{ type: "text", text: "x" }],
      usage: { input: 1000, cacheRead: 600, output: 40 },
      times: 2,
    });
    const { usage } = await readStream(await bench.post());
    const whole = (await (await bench.post({ body: bench.body({ stream: false }) })).json()) as Answer;
    for (const told of [usage, whole.usage]) {
      expect(told).toMatchObject({ input_tokens: 400, cache_read_input_tokens: 600, output_tokens: 40 });
    }
  });

  it_("passes a stream on that comes byte by byte", async () => {
    bench.reset({ blocks: [{ type: "text", text: "äöü 👋" }], delivery: { write: "bytes" } });
    expect(await readStream(await bench.post())).toMatchObject({ finished: true, content: [{ text: "äöü 👋" }] });
  });

  it_("passes a stream on whose lines end in CRLF, with comments in between", async () => {
    bench.reset({ blocks: [{ type: "text", text: "whole" }], delivery: { lineEnding: "\r\n", comments: true } });
    expect(await readStream(await bench.post())).toMatchObject({ finished: true, content: [{ text: "whole" }] });
  });

  for (const compression of ["gzip", "br", "zstd"] as const) {
    it_(`undoes ${compression}, although identity was asked for`, async () => {
      bench.reset({ blocks: [{ type: "text", text: "packed" }], delivery: { compression }, times: 2 });
      expect(await readStream(await bench.post())).toMatchObject({ finished: true, content: [{ text: "packed" }] });
      const whole = (await (await bench.post({ body: bench.body({ stream: false }) })).json()) as Answer;
      expect(whole.content).toMatchObject([{ text: "packed" }]);
      expect(bench.generations()[0]?.headers["accept-encoding"]).toBe("identity");
    });
  }

  it_("keeps many streams apart", async () => {
    bench.reset();
    const names = Array.from({ length: 12 }, (_none, index) => `answer number ${index}.`);
    bench.simulator.answerWith(({ body }) => {
      const asked = names.find((name) => body.includes(name));
      return asked === undefined
        ? undefined
        : { blocks: [{ type: "text", text: asked }], delivery: { eventDelayMs: 2 } };
    });
    const texts = await Promise.all(
      names.map(async (name) => {
        const messages = [{ role: "user", content: name }];
        return (await readStream(await bench.post({ body: bench.body({ messages }) }))).content[0]?.["text"];
      }),
    );
    bench.simulator.answerWith(undefined);
    expect(texts).toEqual(names);
  });
}
