import { once } from "node:events";
import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
  get,
} from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";

import { afterEach, describe, expect, it } from "@jest/globals";
import { GatewayError, NO_USAGE, createSseFramer, framesOf } from "@switchyard/wire";

import { type AnswerResult, awaitAnswer } from "./await-answer.ts";
import { type AwaitCommitOptions, type CommitResult, awaitCommit } from "./await-commit.ts";
import { createEarlyHeaders } from "./early-headers.ts";
import { STREAM_HEADERS } from "./error-event.ts";
import { type PumpOptions, type StreamOutcome, pump } from "./pump.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  server.listen(0, "127.0.0.1");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function event(type: string, fields: Record<string, unknown> = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const START = event("message_start", { message: { model: "m", usage: { input_tokens: 7, output_tokens: 1 } } });
const PING = event("ping");
const BLOCK = event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
const text = (words: string) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text: words } });
const END = [
  event("content_block_stop", { index: 0 }),
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } }),
  event("message_stop"),
].join("");
const ANSWER = START + PING + BLOCK + text("Hello") + text(" world") + END;
const ERROR = event("error", { error: { type: "overloaded_error", message: "busy" } });

function write(stream: PassThrough, ...parts: string[]): PassThrough {
  for (const part of parts) stream.write(part);
  return stream;
}

async function* broken(reason: Error): AsyncGenerator<Buffer> {
  yield Buffer.from(START);
  await Promise.resolve();
  throw reason;
}

const PATIENT = { firstOutputMs: 5000, idleMs: 5000 };

function commit(source: AsyncIterable<Buffer>, options: Partial<AwaitCommitOptions> = {}): Promise<CommitResult> {
  return awaitCommit({ source, timeouts: PATIENT, ...options });
}

async function failure(result: Promise<CommitResult | AnswerResult>) {
  const settled = await result;
  if (settled.kind !== "failed") throw new Error(`was ${settled.kind}`);
  const { type, status, failure: name, message } = settled.error;
  return { type, status, failure: name, message };
}

describe("awaitCommit", () => {
  it("holds everything up to the first real output", async () => {
    const source = write(new PassThrough(), START, PING, BLOCK);
    const result = commit(source);
    write(source, text("a") + text("b"));
    expect(await result).toMatchObject({
      kind: "committed",
      stream: { held: Buffer.from(START + PING + BLOCK + text("a")), leftover: { ends: [text("b").length] } },
    });
  });

  it("fails by the type of an error inside a 200, wherever in the preamble it comes", async () => {
    for (const preamble of ["", START, START + PING + BLOCK]) {
      const source = write(new PassThrough(), preamble + ERROR);
      // oxlint-disable-next-line no-await-in-loop
      expect(await failure(commit(source))).toMatchObject({
        type: "overloaded_error",
        status: 529,
        failure: "overloaded",
        message: "busy",
      });
      expect(source.destroyed).toBe(true);
    }
  });

  it("fails as truncated when the stream ends before its first output", async () => {
    for (const preamble of ["", ": hello\n\n", START, START + BLOCK, START + BLOCK + text("half").slice(0, -1)]) {
      const source = write(new PassThrough(), preamble);
      source.end();
      // oxlint-disable-next-line no-await-in-loop
      expect(await failure(commit(source))).toMatchObject({ failure: "truncated", status: 502 });
    }
  });

  it("fails as truncated when the connection breaks before the first output", async () => {
    const source = write(new PassThrough(), START);
    const result = commit(source);
    source.destroy(new Error("reset"));
    expect(await failure(result)).toMatchObject({ failure: "truncated" });
  });

  it("fails when an answer succeeds without content, and keeps what it took", async () => {
    const source = write(new PassThrough(), START + BLOCK + END);
    const result = await commit(source);
    expect(result).toMatchObject({ kind: "failed", usage: { uncachedInput: 7, output: 9 } });
    expect(result.kind === "failed" && result.error.failure).toBe("truncated");
  });

  it("commits a refusal, which has no content", async () => {
    const refusal = event("message_delta", { delta: { stop_reason: "refusal" }, usage: { output_tokens: 1 } });
    expect(await commit(write(new PassThrough(), START + refusal))).toMatchObject({ kind: "committed" });
  });

  it("fails as timeout when pings go on but no output comes", async () => {
    const source = write(new PassThrough(), START);
    const pings = setInterval(() => source.write(PING), 10);
    closers.push(() => clearInterval(pings));
    expect(await failure(commit(source, { timeouts: { firstOutputMs: 80, idleMs: 5000 } }))).toMatchObject({
      type: "timeout_error",
      failure: "timeout",
    });
  });

  it("fails as timeout when nothing comes at all", async () => {
    const source = new PassThrough();
    expect(await failure(commit(source, { timeouts: { firstOutputMs: 5000, idleMs: 30 } }))).toMatchObject({
      failure: "timeout",
    });
    expect(source.destroyed).toBe(true);
  });

  it("commits a preamble of more than it may hold", async () => {
    const result = await commit(write(new PassThrough(), START + PING.repeat(20)), { maxHeldBytes: 200 });
    expect(result.kind === "committed" && result.stream.held.length).toBeGreaterThan(200);
  });

  it("leaves out the beginning of an answer that begins anew before any output", async () => {
    const result = await commit(write(new PassThrough(), START + PING + START + BLOCK + text("a")));
    expect(result.kind === "committed" && result.stream.held.toString()).toBe(START + PING + BLOCK + text("a"));
  });

  it("ends the source when the caller aborts", async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const result = commit(source, { signal: controller.signal });
    controller.abort();
    expect(await result).toEqual({ kind: "aborted" });
    expect(source.destroyed).toBe(true);
    expect(await commit(new PassThrough(), { signal: controller.signal })).toEqual({ kind: "aborted" });
  });

  it("fails as truncated when a generator throws, and by the name of a GatewayError", async () => {
    const billing = new GatewayError("billing_error", "no credit", { failure: "billing" });
    expect(await failure(commit(broken(new Error("gone"))))).toMatchObject({ failure: "truncated" });
    expect(await failure(commit(broken(billing)))).toMatchObject({ failure: "billing", status: 402 });
  });

  it("commits whatever way the bytes are split", async () => {
    for (const size of [1, 2, 7, 100]) {
      const source = new PassThrough({ highWaterMark: 1e6 });
      const bytes = Buffer.from(ANSWER.replaceAll("\n", "\r\n"));
      for (let at = 0; at < bytes.length; at += size) source.write(bytes.subarray(at, at + size));
      // oxlint-disable-next-line no-await-in-loop
      const result = await commit(source);
      expect(result.kind === "committed" && framesOf(createSseFramer().push(result.stream.held))).toHaveLength(4);
    }
  });
});

interface Relay {
  url: string;
  outcome: Promise<StreamOutcome>;
}

/** A relay in front of an upstream, both on real sockets. */
async function relayTo(upstream: RequestListener, options: Partial<PumpOptions> = {}): Promise<Relay> {
  const upstreamUrl = await serve(upstream);
  let resolve: (outcome: StreamOutcome) => void;
  const outcome = new Promise<StreamOutcome>((done) => {
    resolve = done;
  });
  const relay = async (source: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = await awaitCommit({ source, timeouts: PATIENT });
    if (result.kind !== "committed") throw new Error("The relay did not commit.");
    response.writeHead(200, STREAM_HEADERS);
    resolve(await pump(result.stream, response, { idleMs: 5000, deadline: performance.now() + 5000, ...options }));
  };
  const url = await serve((_request, response) => {
    get(upstreamUrl, { agent: false }, (source) => void relay(source, response));
  });
  return { url, outcome };
}

async function read(url: string): Promise<{ body: string; complete: boolean; response: IncomingMessage }> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  let body = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    body += chunk;
  });
  response.on("error", () => {});
  await once(response, "close");
  return { body, complete: response.complete, response };
}

const CUTS = framesOf(createSseFramer().push(Buffer.from(ANSWER))).map(String);

describe("pump", () => {
  it("forwards every byte and ends cleanly at message_stop", async () => {
    const relay = await relayTo((_request, response) => void response.end(ANSWER));
    expect(await read(relay.url)).toMatchObject({ body: ANSWER, complete: true });
    expect(await relay.outcome).toEqual({
      finished: true,
      clientGone: false,
      stopReason: "end_turn",
      usage: { ...NO_USAGE, uncachedInput: 7, output: 9, estimated: false },
    });
  });

  it("ends at message_stop although the upstream keeps its connection, and closes that then", async () => {
    let upstream: ServerResponse | undefined;
    const relay = await relayTo((_request, response) => {
      upstream = response;
      response.write(ANSWER);
    });
    expect((await read(relay.url)).body).toBe(ANSWER);
    if (upstream?.destroyed === false) await once(upstream, "close");
    expect(upstream?.writableFinished).toBe(false);
  });

  it.each(CUTS.slice(3, -1).map((_frame, index) => index + 4))(
    "says a cut after event %d in exactly one error event, never a clean end",
    async (count) => {
      const sent = CUTS.slice(0, count).join("");
      for (const manner of ["end", "destroy"] as const) {
        // oxlint-disable-next-line no-await-in-loop
        const relay = await relayTo((_request, response) => {
          // Half an event more: it must not be forwarded.
          response.write(sent + CUTS[count]?.slice(0, 12), () =>
            manner === "end" ? response.end() : response.destroy(),
          );
        });
        // oxlint-disable-next-line no-await-in-loop
        const { body } = await read(relay.url);
        expect(body.startsWith(sent)).toBe(true);
        const more = framesOf(createSseFramer().push(Buffer.from(body.slice(sent.length))));
        expect(more.map(String)).toEqual([expect.stringContaining('event: error\ndata: {"type":"error"')]);
        // oxlint-disable-next-line no-await-in-loop
        expect(await relay.outcome).toMatchObject({
          finished: false,
          failure: "truncated",
          usage: { uncachedInput: 7 },
        });
      }
    },
  );

  it("forwards the upstream's own error event as the one that ends the stream", async () => {
    const relay = await relayTo((_request, response) => void response.end(START + BLOCK + text("a") + ERROR + END));
    expect((await read(relay.url)).body).toBe(START + BLOCK + text("a") + ERROR);
    expect(await relay.outcome).toMatchObject({ finished: false, failure: "overloaded", error: { message: "busy" } });
  });

  it("ends an answer that begins anew after output", async () => {
    const relay = await relayTo((_request, response) => void response.end(START + BLOCK + text("a") + ANSWER));
    const { body } = await read(relay.url);
    expect(body.match(/message_start/g)).toHaveLength(2);
    expect(body).toContain("began its answer anew");
    expect(body).not.toContain("Hello");
  });

  it("ends with timeout_error when the upstream falls silent, pings until then", async () => {
    const relay = await relayTo((_request, response) => void response.write(START + BLOCK + text("a")), {
      idleMs: 120,
      pingIntervalMs: 25,
    });
    const { body } = await read(relay.url);
    expect(body.match(/event: ping/g)?.length).toBeGreaterThan(1);
    expect(body.match(/event: error/g)).toHaveLength(1);
    expect(body).toContain('"timeout_error"');
    expect(await relay.outcome).toMatchObject({ failure: "timeout" });
  });

  it("ends with timeout_error at the deadline although the upstream goes on", async () => {
    const relay = await relayTo(
      (_request, response) => {
        response.write(START + BLOCK);
        const timer = setInterval(() => response.write(text("a")), 5);
        response.once("close", () => clearInterval(timer));
      },
      { deadline: performance.now() + 150 },
    );
    expect((await read(relay.url)).body).toMatch(/timeout_error[^\n]*\n\n$/);
  });

  it("ends with overloaded_error at a shutdown", async () => {
    const relay = await relayTo((_request, response) => void response.write(START + BLOCK + text("a")), {
      onShutdown: (hook) => {
        const shutDown = setImmediate(hook);
        return () => clearImmediate(shutDown);
      },
    });
    const reading = read(relay.url);
    const { error } = await relay.outcome;
    expect(error?.type).toBe("overloaded_error");
    expect((await reading).body).toMatch(/^event: error\ndata: .*overloaded_error.*\n\n$/m);
  });

  it("ends the upstream within 100 ms when the client leaves", async () => {
    let left: Promise<unknown> | undefined;
    const relay = await relayTo((_request, response) => {
      left = once(response, "close");
      response.write(START + BLOCK + text("a"));
    });
    const request = get(relay.url, { agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.on("error", () => {});
    await once(response, "data");
    const at = performance.now();
    request.destroy();
    await left;
    expect(performance.now() - at).toBeLessThan(100);
    expect(await relay.outcome).toMatchObject({ finished: false, clientGone: true });
  });

  it("reads no faster than the client", async () => {
    let written = 0;
    const relay = await relayTo((_request, response) => {
      response.write(START + BLOCK);
      const chunk = text("x".repeat(60_000));
      const more = (): void => {
        while (written < 64e6) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end(END);
      };
      more();
    });
    const [response] = (await once(get(relay.url, { agent: false }), "response")) as [IncomingMessage];
    // What sockets hold by themselves settles; then nothing moves until the client reads.
    let before = -1;
    while (before !== written) {
      before = written;
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(40e6);
    response.resume();
    await once(response, "close");
    expect(await relay.outcome).toMatchObject({ finished: true });
  });

  it("tells what the answer took before message_stop goes out", async () => {
    const noted: number[] = [];
    const relay = await relayTo((_request, response) => void response.end(ANSWER), {
      beforeStop: ({ output }) => noted.push(output),
    });
    await read(relay.url);
    expect(noted).toEqual([9]);
  });
});

describe("createEarlyHeaders", () => {
  it("sends head and pings after a while, and nothing when stopped before", async () => {
    const url = await serve((_request, response) => {
      const early = createEarlyHeaders(response, {
        afterMs: 10,
        pingIntervalMs: 10,
        headers: () => ({ "request-id": "r" }),
      });
      setTimeout(() => {
        early.stop();
        response.end(early.sent ? "data: end\n\n" : "");
      }, 100);
    });
    const { body, response } = await read(url);
    expect(response.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8", "request-id": "r" });
    expect(body).toMatch(/^(event: ping\ndata: {"type":"ping"}\n\n){2,}data: end\n\n$/);
  });
});

const MESSAGE = {
  type: "message",
  model: "m",
  content: [{ type: "text", text: "hi" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 3, output_tokens: 4 },
};

function answer(body: string, options: { totalMs?: number; idleMs?: number } = {}): Promise<AnswerResult> {
  const source = new PassThrough({ highWaterMark: 1e6 });
  source.end(body);
  return awaitAnswer({ source, timeouts: { totalMs: 5000, idleMs: 5000, ...options } });
}

describe("awaitAnswer", () => {
  it("gives the body byte for byte, with its usage", async () => {
    const body = JSON.stringify(MESSAGE, undefined, 3);
    expect(await answer(body)).toMatchObject({
      kind: "committed",
      answer: { body: Buffer.from(body), usage: { uncachedInput: 3, output: 4 }, stopReason: "end_turn", model: "m" },
    });
  });

  it.each([
    ["is empty", ""],
    ["is not JSON", "<html>504</html>"],
    ["is cut", JSON.stringify(MESSAGE).slice(0, -1)],
    ["is no message", "{}"],
    ["has no content", JSON.stringify({ ...MESSAGE, content: [] })],
    ["has an empty text only", JSON.stringify({ ...MESSAGE, content: [{ type: "text", text: "" }] })],
  ])("fails when a 200 %s", async (_name, body) => {
    expect(await failure(answer(body))).toMatchObject({ failure: "truncated", status: 502, type: "api_error" });
  });

  it("takes a refusal without content", async () => {
    expect(await answer(JSON.stringify({ ...MESSAGE, content: [], stop_reason: "refusal" }))).toMatchObject({
      kind: "committed",
    });
  });

  it("fails by the type of an error inside a 200", async () => {
    const body = { type: "error", error: { type: "rate_limit_error", message: "later" } };
    expect(await failure(answer(JSON.stringify(body)))).toEqual({
      type: "rate_limit_error",
      status: 429,
      failure: "throttled-without-window",
      message: "later",
    });
  });

  it("waits for the first byte as long as the whole may take, then no longer than idle", async () => {
    const silent = new PassThrough();
    const begun = new PassThrough();
    begun.write("{");
    const timeouts = { totalMs: 150, idleMs: 20 };
    const at = performance.now();
    const first = failure(awaitAnswer({ source: silent, timeouts }));
    expect((await failure(awaitAnswer({ source: begun, timeouts }))).message).toContain("stopped for 0.02 s");
    expect(performance.now() - at).toBeLessThan(140);
    expect(await first).toMatchObject({ failure: "timeout", message: expect.stringContaining("within 0.15 s") });
  });

  it("ends the source when the caller aborts", async () => {
    const controller = new AbortController();
    const source = new PassThrough();
    const result = awaitAnswer({ source, timeouts: { totalMs: 5000, idleMs: 5000 }, signal: controller.signal });
    controller.abort();
    expect(await result).toEqual({ kind: "aborted" });
    expect(source.destroyed).toBe(true);
  });
});
