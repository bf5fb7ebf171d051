import type Anthropic from "@anthropic-ai/sdk";
import { expect, it } from "@jest/globals";
import { ask, TOOL, type SdkBench } from "./sdk-case.ts";
import { CLIENT_KEY } from "./sdk-rig.ts";

const GREETING = "Grüße, 世界 👋 from the other side.";

/** What the SDK's calls return, whole and streamed. */
export function registerAnswerCases(bench: SdkBench): void {
  it("messages.create returns a message with its usage and its request id", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: GREETING }], usage: { input: 120, output: 12 } });
    const { data, response, request_id } = await bench.client().messages.create(ask(bench)).withResponse();
    expect(data).toMatchObject({
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: GREETING }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 120, output_tokens: 12 },
    });
    expect(data.id).toMatch(/^\S{8,}$/);
    expect(request_id).toMatch(/^\S{8,}$/);
    expect(response.headers.get("x-switchyard-provider")).toBe(bench.target.kind);
  });

  it("messages.create takes the key as a Bearer token too", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: GREETING }] });
    const client = bench.client({ apiKey: null, authToken: CLIENT_KEY });
    expect((await client.messages.create(ask(bench))).content).toMatchObject([{ type: "text", text: GREETING }]);
    expect(bench.simulator().requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(bench.simulator().requests)).not.toContain(CLIENT_KEY);
  });

  it("messages.create with stream yields the events in order", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: GREETING }] });
    const types: string[] = [];
    let text = "";
    for await (const event of await bench.client().messages.create({ ...ask(bench), stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
    }
    expect(types.filter((type) => type !== "ping")).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(text).toBe(GREETING);
  });

  it("messages.stream tells its text as it comes, and the message at its end", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: GREETING }], usage: { input: 120, output: 12 } });
    const stream = bench.client().messages.stream(ask(bench));
    const seen: string[] = [];
    const snapshots: string[] = [];
    stream.on("connect", () => seen.push("connect"));
    stream.on("text", (_delta, snapshot) => snapshots.push(snapshot));
    stream.on("contentBlock", ({ type }) => seen.push(`block ${type}`));
    stream.on("finalMessage", () => seen.push("finalMessage"));
    stream.on("end", () => seen.push("end"));
    const message = await stream.finalMessage();
    await stream.done();
    expect(message).toMatchObject({ stop_reason: "end_turn", usage: { input_tokens: 120, output_tokens: 12 } });
    expect(await stream.finalText()).toBe(GREETING);
    expect(snapshots.at(-1)).toBe(GREETING);
    expect(snapshots.length).toBeGreaterThan(1);
    expect(seen).toEqual(["connect", "block text", "finalMessage", "end"]);
    expect(stream.request_id).toMatch(/^\S{8,}$/);
  });

  it("messages.stream builds parallel tool calls up, and their results go back", async () => {
    const cities = [{ city: "Paris" }, { city: 'São "Paulo"' }];
    bench
      .simulator()
      .script(
        { blocks: cities.map((input) => ({ type: "tool_call", name: TOOL.name, input })) },
        { blocks: [{ type: "text", text: "Sunny in both." }] },
      );
    const request = ask(bench, { tools: [TOOL] });
    const stream = bench.client().messages.stream(request);
    const partial: unknown[] = [];
    stream.on("inputJson", (_delta, snapshot) => partial.push(snapshot));
    const { content, stop_reason: stopReason } = await stream.finalMessage();
    const calls = content.filter((block): block is Anthropic.ToolUseBlock => block.type === "tool_use");
    expect(stopReason).toBe("tool_use");
    expect(calls.map(({ name, input }) => ({ name, input }))).toEqual(
      cities.map((input) => ({ name: TOOL.name, input })),
    );
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(partial).toContainEqual({ city: "Paris" });
    const results = calls.map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "sunny" }));
    const messages: Anthropic.MessageParam[] = [
      ...request.messages,
      { role: "assistant", content },
      { role: "user", content: results },
    ];
    expect(
      await bench
        .client()
        .messages.stream({ ...request, messages })
        .finalText(),
    ).toBe("Sunny in both.");
  });

  if (bench.target.versions !== false) registerVersionCase(bench);
  if (bench.target.thinks) registerThinkingCase(bench);
}

function registerVersionCase(bench: SdkBench): void {
  it("answers in the version of the API that the SDK asks for", async () => {
    bench.simulator().script({ blocks: [{ type: "text", text: GREETING }], times: 2 });
    const whole = await bench.client().messages.create(ask(bench));
    const streamed = await bench.client().messages.stream(ask(bench)).finalMessage();
    for (const message of [whole, streamed]) {
      expect(message).toMatchObject({ container: null, stop_details: null, diagnostics: null });
    }
  });
}

function registerThinkingCase(bench: SdkBench): void {
  it("messages.stream tells thinking and its signature, and the upstream takes them back", async () => {
    bench.simulator().script(
      {
        blocks: [
          { type: "reasoning", text: "Let me look." },
          { type: "tool_call", name: TOOL.name, input: { city: "Oslo" } },
        ],
      },
      { blocks: [{ type: "text", text: "Rain." }] },
    );
    const request = ask(bench, { tools: [TOOL], thinking: { type: "adaptive", display: "summarized" } });
    const stream = bench.client().messages.stream(request);
    const told = { thinking: "", signature: "" };
    stream.on("thinking", (_delta, snapshot) => (told.thinking = snapshot));
    stream.on("signature", (signature) => (told.signature = signature));
    const { content } = await stream.finalMessage();
    const thought = content.find((block) => block.type === "thinking");
    expect(thought).toMatchObject({ thinking: told.thinking, signature: told.signature });
    expect(told.thinking).toContain("Let me look.");
    expect(told.signature).not.toBe("");
    const results = content
      .filter((block) => block.type === "tool_use")
      .map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "rain" }));
    const messages: Anthropic.MessageParam[] = [
      ...request.messages,
      { role: "assistant", content },
      { role: "user", content: results },
    ];
    expect(
      await bench
        .client()
        .messages.stream({ ...request, messages })
        .finalText(),
    ).toBe("Rain.");
  });
}
