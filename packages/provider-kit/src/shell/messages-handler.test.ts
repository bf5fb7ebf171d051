import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { HEADERS } from "@switchyard/wire";

import { CHAT_SETUP } from "../conformance/__fixtures__/chat-provider.ts";
import { ConformanceBench, readStream } from "../conformance/index.ts";

const bench = new ConformanceBench(CHAT_SETUP);
beforeAll(() => bench.open());
beforeEach(() => bench.reset());
afterAll(() => bench.close());

const LONG = { blocks: [{ type: "text" as const, text: "word ".repeat(500) }], delivery: { eventDelayMs: 20 } };

describe("a service that shuts down", () => {
  it("ends a stream under way with an overloaded_error event, after which clients try again", async () => {
    const service = await bench.start();
    bench.reset(LONG);
    const response = await bench.post({}, service);
    const closed = service.close();
    const stream = await readStream(response);
    expect(stream).toMatchObject({ finished: false, error: { type: "overloaded_error" } });
    expect(stream.content).toHaveLength(1);
    await closed;
    await bench.simulator.waitFor(({ abortedAt }) => abortedAt !== undefined);
  });

  it("answers a request that has no output yet with a true 503, and stops the upstream", async () => {
    const service = await bench.start();
    bench.reset({ delivery: { firstByteDelayMs: 60_000 } });
    const answer = bench.post({ inner: true }, service);
    await bench.simulator.waitFor(({ path }) => path.includes("completions"));
    const closed = service.close();
    const response = await answer;
    expect(response.status).toBe(503);
    expect(response.headers.get(HEADERS.failure)).toBe("overloaded");
    expect(await response.json()).toMatchObject({ error: { type: "overloaded_error" } });
    await closed;
    await bench.simulator.waitFor(({ abortedAt }) => abortedAt !== undefined);
  });
});

describe("who is believed what", () => {
  const facts = JSON.stringify({ model: "gpt-4.1-mini", stream: false, estimatedInputTokens: 1, typedTools: [] });

  it("takes model and reading of the body from the gateway", async () => {
    const headers = { [HEADERS.model]: "gpt-4.1-mini", [HEADERS.facts]: facts };
    const response = await bench.post({ inner: true, body: bench.body({ stream: false }), headers });
    expect(response.status).toBe(200);
    expect(response.headers.get(HEADERS.model)).toBe("gpt-4.1-mini");
    expect(bench.generations()[0]?.json).toMatchObject({ model: "gpt-4.1-mini" });
  });

  it("takes neither from anyone else", async () => {
    const headers = { [HEADERS.model]: "gpt-4.1-mini", [HEADERS.facts]: facts };
    const response = await bench.post({ headers });
    expect(await readStream(response)).toMatchObject({ finished: true });
    expect(bench.generations()[0]?.json).toMatchObject({ model: "gpt-4.1", stream: true });
  });

  it("refuses a model of the gateway's that it does not have", async () => {
    const response = await bench.post({ inner: true, headers: { [HEADERS.model]: "nobody" } });
    expect(response.status).toBe(404);
    expect(response.headers.get(HEADERS.failure)).toBe("model-not-found");
    expect(bench.generations()).toEqual([]);
  });
});

describe("what an answer says of itself", () => {
  it("tells its provider, model, attempts and what the service added", async () => {
    const response = await bench.post({ inner: true });
    await response.text();
    expect(response.headers.get(HEADERS.provider)).toBe("openai");
    expect(response.headers.get(HEADERS.model)).toBe("gpt-4.1");
    expect(response.headers.get(HEADERS.attempts)).toBe("1");
    expect(Number(response.headers.get(HEADERS.serviceOverheadMs))).toBeGreaterThan(0);
    expect(Number(response.headers.get(HEADERS.upstreamMs))).toBeGreaterThan(0);
    expect(response.headers.get(HEADERS.simulated)).toBeNull();
  });

  it("tells only the gateway what the upstream took", async () => {
    const response = await bench.post({});
    await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get(HEADERS.upstreamMs)).toBeNull();
  });

  it("says so when it was simulated", async () => {
    const service = await bench.start({ settings: { simulated: true } });
    const response = await bench.post({}, service);
    await response.text();
    expect(response.headers.get(HEADERS.simulated)).toBe("true");
  });

  it("passes on what the upstream says of its limits", async () => {
    bench.reset({
      blocks: [{ type: "text", text: "x" }],
      headers: { "x-ratelimit-remaining-requests": "7", "retry-after": "1", "set-cookie": "a=1" },
    });
    const response = await bench.post({ inner: true });
    await response.text();
    expect(response.headers.get("x-ratelimit-remaining-requests")).toBe("7");
    expect(response.headers.get("set-cookie")).toBeNull();
  });
});

describe("waiting before another try", () => {
  it("ends when the client leaves", async () => {
    const service = await bench.start({ settings: { maxRetries: 3 } });
    bench.reset({ error: { status: 503, headers: { "retry-after": "3" } }, times: "always" });
    const abort = new AbortController();
    const answer = bench.post({ signal: abort.signal }, service);
    answer.catch(() => {});
    await bench.simulator.waitFor(({ status }) => status === 503);
    abort.abort();
    await expect(answer).rejects.toThrow();
    const deadline = Date.now() + 2000;
    let metrics = "";
    while (!metrics.includes('status="499"') && Date.now() < deadline) {
      // Asked until the service has noted it.
      metrics = await (await bench.get("/metrics", service)).text();
    }
    expect(metrics).toContain('status="499"');
    expect(bench.generations()).toHaveLength(1);
  });
});
