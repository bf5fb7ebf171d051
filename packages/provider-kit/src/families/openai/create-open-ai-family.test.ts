import { Readable } from "node:stream";

import { describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import { type ModelInfo, type Warning, readRequestFacts, scanBody } from "@switchyard/wire";

import { createTranslationTarget } from "../../create-translation-target.ts";
import type { Provider } from "../../provider.ts";
import type { IncomingMessages } from "../family.ts";
import { createOpenAiFamily } from "./create-open-ai-family.ts";

const catalog = createCatalog();
const model = catalog.offersOf("deepseek").find(({ dialect }) => dialect !== "responses") as ModelInfo;
const chatModel: ModelInfo = { ...model, dialect: "chat" };

const PROVIDER: Provider = {
  name: "deepseek",
  kind: "deepseek",
  models: () => [chatModel],
  tiers: () => ({ big: [], middle: [], small: [] }),
  status: () => ({ status: "ok" }),
  authorize: async () => ({}),
  openAiShaped: {
    chat: () => ({ url: "http://upstream/chat/completions", headers: { "x-own": "1" } }),
    target: () =>
      createTranslationTarget(chatModel, catalog.profileOf(chatModel.canonical, "deepseek"), {
        provider: "deepseek",
        account: "a",
        overrides: { reasoningHistory: "thought_signature" },
      }),
  },
  check: async () => {},
  close: async () => {},
};

function incoming(body: object, stream = true): IncomingMessages {
  const bytes = Buffer.from(JSON.stringify({ model: chatModel.id, max_tokens: 1000, stream, ...body }));
  const scan = scanBody(bytes);
  return {
    chunks: [bytes],
    body: () => bytes,
    scan: () => scan,
    facts: readRequestFacts(scan),
    context: { requestId: "req_1", model: chatModel, stream, clientHeaders: {} },
  };
}

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

async function read(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const tools = [{ name: "Bash", input_schema: { type: "object", properties: {} } }];

describe("createOpenAiFamily", () => {
  it("sends what its provider's hooks say, and translates the stream as it comes", async () => {
    const call = createOpenAiFamily(PROVIDER, () => {}).createCall(
      incoming({ messages: [{ role: "user", content: "go" }] }),
    );
    expect(call).toMatchObject({
      url: "http://upstream/chat/completions",
      headers: { "x-own": "1" },
      startIsEstimate: true,
    });
    expect(JSON.parse(String(call.body))).toMatchObject({ model: chatModel.id, stream: true });
    const upstream = new Readable({ read: () => {} });
    const answer = call.read(upstream);
    upstream.push(chunk({ role: "assistant", content: "first" }));
    const [event] = (
      await new Promise<Buffer>((resolve) => {
        answer.once("data", resolve);
      })
    )
      .toString()
      .split("\n");
    expect(event).toBe("event: message_start");
    upstream.push(chunk({ content: " second" }) + chunk({}, "stop"));
    upstream.push(null);
    expect(await read(answer)).toContain("event: message_stop");
  });

  it("keeps a signature while the client has thinking off, and gives it back with the tool call it belongs to", async () => {
    const family = createOpenAiFamily(PROVIDER, () => {});
    const first = family.createCall(incoming({ tools, messages: [{ role: "user", content: "go" }] }));
    const call = {
      index: 0,
      id: "call_1",
      type: "function",
      function: { name: "Bash", arguments: "{}" },
      extra_content: { google: { thought_signature: "c2lnbmF0dXJl" } },
    };
    const upstream = chunk({ role: "assistant", tool_calls: [call] }) + chunk({}, "tool_calls");
    const events = await read(first.read(Readable.from([Buffer.from(upstream)])));
    expect(events).not.toContain("c2lnbmF0dXJl");
    const id = /"type":"tool_use","id":"([^"]+)"/.exec(events)?.[1];
    const messages = [
      { role: "user", content: "go" },
      { role: "assistant", content: [{ type: "tool_use", id, name: "Bash", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "ok" }] },
    ];
    const second = family.createCall(incoming({ tools, messages }));
    expect(String(second.body)).toContain("c2lnbmF0dXJl");
    const other = createOpenAiFamily(PROVIDER, () => {}).createCall(incoming({ tools, messages }));
    expect(String(other.body)).not.toContain("c2lnbmF0dXJl");
  });

  it("tells what of an answer could not be told, at its end", async () => {
    const told: Warning[] = [];
    const family = createOpenAiFamily(PROVIDER, (_context, warnings) => told.push(...warnings));
    const call = family.createCall(incoming({ messages: [{ role: "user", content: "go" }] }, false));
    const answer = {
      id: "c",
      choices: [{ index: 0, message: { role: "assistant", content: "x" }, finish_reason: "odd" }],
    };
    const message = JSON.parse(await read(call.read(Readable.from([Buffer.from(JSON.stringify(answer))])))) as object;
    expect(message).toMatchObject({ type: "message", content: [{ type: "text", text: "x" }] });
    expect(Array.isArray(told)).toBe(true);
  });

  it.each(["", "{", "<html>"])("fails on a whole answer of %j by name", async (body) => {
    const call = createOpenAiFamily(PROVIDER, () => {}).createCall(
      incoming({ messages: [{ role: "user", content: "go" }] }, false),
    );
    await expect(read(call.read(Readable.from([Buffer.from(body)])))).rejects.toMatchObject({ failure: "truncated" });
  });

  it("ends its answer with the error of the source, and the source with the answer", async () => {
    const call = createOpenAiFamily(PROVIDER, () => {}).createCall(
      incoming({ messages: [{ role: "user", content: "go" }] }),
    );
    const broken = new Readable({ read: () => {} });
    const reading = read(call.read(broken));
    broken.destroy(new Error("cut"));
    await expect(reading).rejects.toThrow("cut");
    const abandoned = new Readable({ read: () => {} });
    const closed = new Promise((resolve) => {
      abandoned.on("close", resolve);
    });
    const answer = call.read(abandoned);
    answer.on("error", () => {});
    answer.destroy();
    await closed;
  });
});
