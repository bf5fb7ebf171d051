import { expect, type it } from "@jest/globals";
import { HEADERS } from "@switchyard/wire";

import type { ConformanceBench } from "./conformance-bench.ts";
import { parseEvents, readStream } from "./message-stream.ts";

interface ErrorBody {
  type: string;
  error: { type: string; message: string };
}

/** Status of the upstream → what the gateway is told, and what a client of the service alone gets. */
const ERROR_ANSWERS = [
  { upstream: 400, failure: "bad-request", status: 400, type: "invalid_request_error" },
  { upstream: 401, failure: "auth", status: 503, type: "api_error" },
  { upstream: 402, failure: "billing", status: 503, type: "api_error" },
  { upstream: 429, failure: /^throttled/, status: 429, type: "rate_limit_error" },
  { upstream: 500, failure: "overloaded", status: /^5/, type: /./ },
  { upstream: 503, failure: "overloaded", status: /^5/, type: /./ },
  { upstream: 529, failure: "overloaded", status: /^5/, type: /./ },
];

/** Short enough to be waited for, long enough for a busy machine to get as far as it should. */
const SHORT = { connectMs: 5000, firstOutputMs: 1500, idleMs: 1500, totalMs: 15_000 };

/** What goes wrong upstream, and how it is told. */
export function registerFailureCases(bench: ConformanceBench, it_: typeof it): void {
  for (const { upstream, failure, status, type } of ERROR_ANSWERS) {
    it_(`names an answer of ${upstream}`, async () => {
      for (const stream of [true, false]) {
        bench.reset({ error: { status: upstream, message: "the upstream's own words" } });
        const response = await bench.post({ inner: true, body: bench.body({ stream }) });
        const { error } = (await response.json()) as ErrorBody;
        expect(response.headers.get(HEADERS.failure)).toMatch(failure);
        expect(String(response.status)).toMatch(status instanceof RegExp ? status : String(status));
        expect(error.type).toMatch(type);
        expect(error.message).toContain("the upstream's own words");
        expect(bench.generations()).toHaveLength(1);
      }
    });
  }

  it_("says which setting to look at when our credential is refused, and never 401", async () => {
    const service = await bench.start({ settings: bench.setup.wrongCredential ?? WRONG_KEY });
    bench.reset();
    const response = await bench.post({}, service);
    const { error } = (await response.json()) as ErrorBody;
    expect(response.status).toBe(503);
    expect(error.type).toBe("api_error");
    expect(error.message).toMatch(/[A-Z]{3,}_[A-Z_]+|credential/);
    expect(response.headers.get(HEADERS.failure)).toBeNull();
  });

  for (const stream of [true, false]) {
    const how = stream ? "a stream" : "a whole answer";
    it_(`gives an error inside the 200 of ${how} its true status`, async () => {
      bench.reset({ fault: { type: "error_in_200", message: "too busy inside" } });
      const response = await bench.post({ inner: true, body: bench.body({ stream }) });
      expect(response.status).toBeGreaterThanOrEqual(429);
      expect(response.headers.get(HEADERS.failure)).not.toBeNull();
      expect(((await response.json()) as ErrorBody).error.message).toContain("too busy inside");
    });

    it_(`gives a cut before the first output of ${how} a true status`, async () => {
      bench.reset({ fault: { type: "cut" }, times: "always" });
      const response = await bench.post({ inner: true, body: bench.body({ stream }) });
      expect(response.status).toBe(502);
      expect(response.headers.get(HEADERS.failure)).toMatch(/^(network|truncated)$/);
    });

    it_(`gives ${how} without a body a true status`, async () => {
      bench.reset({ fault: { type: "empty_body" } });
      const response = await bench.post({ inner: true, body: bench.body({ stream }) });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.headers.get(HEADERS.failure)).not.toBeNull();
    });

    it_(`gives ${how} that is no JSON a true status`, async () => {
      bench.reset({ fault: { type: "not_json" } });
      const response = await bench.post({ inner: true, body: bench.body({ stream }) });
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.headers.get(HEADERS.failure)).not.toBeNull();
    });

    it_(`gives up on ${how} that never begins, and closes the connection`, async () => {
      const timeouts = stream ? SHORT : { ...SHORT, totalMs: 1500 };
      const service = await bench.start({ settings: { timeouts } });
      bench.reset({ fault: { type: "hang" } });
      const response = await bench.post({ inner: true, body: bench.body({ stream }) }, service);
      expect(response.status).toBe(504);
      expect(response.headers.get(HEADERS.failure)).toBe("timeout");
      await bench.simulator.waitFor(({ abortedAt }) => abortedAt !== undefined);
    });
  }

  it_("ends a stream that is cut after its first output with one error event, never as if it were whole", async () => {
    bench.reset({ blocks: [{ type: "text", text: "word ".repeat(100) }], fault: { type: "cut", afterEvents: 8 } });
    const response = await bench.post();
    expect(response.status).toBe(200);
    const stream = await readStream(response);
    expect(stream.finished).toBe(false);
    expect(stream.error).toBeDefined();
    expect("word ".repeat(100)).toContain(String(stream.content[0]?.["text"]));
  });

  it_("ends a stream that ends in the middle with one error event", async () => {
    bench.reset({ blocks: [{ type: "text", text: "word ".repeat(100) }], fault: { type: "end", afterEvents: 8 } });
    const stream = await readStream(await bench.post());
    expect(stream.finished).toBe(false);
    expect(stream.error).toBeDefined();
  });

  it_("ends a stream that falls silent after its first output with a timeout_error event", async () => {
    const service = await bench.start({ settings: { timeouts: SHORT } });
    bench.reset({ blocks: [{ type: "text", text: "word ".repeat(100) }], fault: { type: "hang", afterEvents: 8 } });
    const stream = await readStream(await bench.post({}, service));
    expect(stream).toMatchObject({ finished: false, error: { type: "timeout_error" } });
  });

  it_("names a refused connection", async () => {
    const service = await bench.start({ settings: { baseUrl: "http://127.0.0.1:1" } });
    const response = await bench.post({ inner: true }, service);
    expect(response.status).toBe(502);
    expect(response.headers.get(HEADERS.failure)).toBe("network");
  });

  it_("sends one request for the gateway, and tries again by itself when it is used alone", async () => {
    const service = await bench.start({ settings: { maxRetries: 2 } });
    const busy = { error: { status: 503 }, times: 2 };
    bench.reset(busy);
    expect((await bench.post({ inner: true }, service)).status).toBeGreaterThanOrEqual(500);
    expect(bench.generations()).toHaveLength(1);
    bench.reset(busy, { blocks: [{ type: "text", text: "at last" }] });
    const response = await bench.post({}, service);
    expect(await readStream(response)).toMatchObject({ finished: true, content: [{ text: "at last" }] });
    expect(response.headers.get(HEADERS.attempts)).toBe("3");
    expect(bench.generations()).toHaveLength(3);
  });

  it_("says what is wrong with a body that is none, and asks nobody", async () => {
    bench.reset();
    for (const body of ["", "{", "[]", '{"model":"m"}', bench.body({ max_tokens: "many" })]) {
      const response = await bench.post({ body });
      expect(response.status).toBe(400);
      expect(((await response.json()) as ErrorBody).error.type).toBe("invalid_request_error");
    }
    expect(bench.generations()).toHaveLength(0);
  });

  it_("keeps a client of its own in patience while the upstream is silent, and then tells the truth", async () => {
    const service = await bench.start({ settings: { timeouts: SHORT }, earlyHeadersMs: 100 });
    bench.reset({ fault: { type: "hang" } });
    const response = await bench.post({}, service);
    expect(response.status).toBe(200);
    const events = parseEvents(await response.text());
    expect(events.filter(({ type }) => type === "ping").length).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ type: "error", error: { type: "overloaded_error" } });
    expect(events.some(({ type }) => type === "message_start")).toBe(false);
  });
}

const WRONG_KEY = {
  credential: {
    type: "api_key" as const,
    value: { reveal: () => "invalid", toJSON: () => "***", toString: () => "***" },
  },
};
