import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { readStream } from "@switchyard/provider-kit/conformance";
import { HEADERS } from "@switchyard/wire";

import { continueWith, DialectBench, READ_TOOL } from "../dialect-bench.fixture.ts";

const chat = new DialectBench({ kind: "deepseek", model: "deepseek-v4-pro" });
const messages = new DialectBench({ kind: "deepseek", model: "deepseek-v4-pro", settings: { dialect: "messages" } });
const THINKS = { tools: [READ_TOOL], thinking: { type: "adaptive" } };
const CALL = [
  { type: "reasoning", text: "Hm." },
  { type: "tool_call", name: "Read", input: {} },
] as const;

beforeAll(() => Promise.all([chat.open(), messages.open()]));
beforeEach(() => {
  chat.reset();
  messages.reset();
});
afterAll(() => Promise.all([chat.close(), messages.close()]));

describe("DeepSeek by chat completions", () => {
  it("gets its reasoning back with the results of its calls", async () => {
    chat.reset({ blocks: [...CALL] }, { blocks: [{ type: "text", text: "ok" }] });
    const first = await readStream(await chat.ask(THINKS));
    expect(first.content[0]).toMatchObject({ type: "thinking", thinking: "Hm." });
    await (await chat.ask({ ...THINKS, messages: continueWith(first.content) })).text();
    expect(chat.lastSent().refused).toBeUndefined();
    expect(chat.lastSent().body).toContain('"reasoning_content":"Hm."');
  });

  it("does not think where the client has not asked for it", async () => {
    await (await chat.ask({ tools: [READ_TOOL] })).text();
    expect(chat.lastSent().json).toMatchObject({ thinking: { type: "disabled" } });
  });

  it("says that the balance is spent, and which account it is", async () => {
    chat.reset({ error: { status: 402 } });
    const response = await chat.ask();
    expect(response.status).toBe(503);
    expect(response.headers.get(HEADERS.failure)).toBe("billing");
    expect(await response.text()).toContain("DEEPSEEK_API_KEY");
  });

  it("may be busy, which passes", async () => {
    chat.reset({ error: { status: 503 } });
    expect((await chat.ask()).headers.get(HEADERS.failure)).toBe("overloaded");
  });

  it("may keep the connection alive with comments for as long as it thinks", async () => {
    chat.reset({ blocks: [{ type: "text", text: "late" }], delivery: { comments: true, firstByteDelayMs: 100 } });
    expect((await readStream(await chat.ask())).content).toMatchObject([{ text: "late" }]);
  });
});

describe("DeepSeek by its Messages endpoint", () => {
  it("has its key in x-api-key", async () => {
    await (await messages.ask()).text();
    expect(messages.lastSent().path).toBe("/anthropic/v1/messages");
    expect(messages.lastSent().headers["x-api-key"]).toBe("test-key");
    expect(messages.lastSent().headers).not.toHaveProperty("authorization");
  });

  it("marks its thinking as its own and gets it back as it was", async () => {
    messages.reset({ blocks: [...CALL] }, { blocks: [{ type: "text", text: "ok" }] });
    const first = await readStream(await messages.ask(THINKS));
    expect(first.content[0]?.["signature"]).toMatch(/^sw1\./);
    await (await messages.ask({ ...THINKS, messages: continueWith(first.content) })).text();
    expect(messages.lastSent().refused).toBeUndefined();
    expect(messages.lastSent().body).toContain('"thinking":"Hm."');
    expect(messages.lastSent().body).not.toContain("sw1.");
  });

  it("goes on with a loop that another model began, without thinking for as long as it lasts", async () => {
    const foreign = [{ type: "tool_use", id: "toolu_01", name: "Read", input: {} }];
    const response = await messages.ask({ ...THINKS, messages: continueWith(foreign) });
    expect(messages.lastSent().refused).toBeUndefined();
    expect(response.status).toBe(200);
    expect(messages.lastSent().json).toMatchObject({ thinking: { type: "disabled" } });
  });
});
