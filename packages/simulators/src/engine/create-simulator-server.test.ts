import { Agent, request as httpRequest } from "node:http";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario, Simulator } from "../scenario.ts";
import { createSimulatorServer } from "./create-simulator-server.ts";
import { createCountingDialect } from "./counting-dialect.fixture.ts";

interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  chunks: Buffer[];
  /** "end", or the code with which the connection broke. */
  ended: string;
}

/** A client over a bare socket's stream: tells what arrived before the connection ended, and how it ended. */
function send(url: string, body: unknown, options: { method?: string; leaveAfterMs?: number } = {}): Promise<Received> {
  return new Promise((resolve) => {
    const received: Received = { status: 0, headers: {}, body: Buffer.alloc(0), chunks: [], ended: "" };
    const finish = (ended: string): void => {
      received.ended ||= ended;
      received.body = Buffer.concat(received.chunks);
      resolve(received);
    };
    const outgoing = httpRequest(url, { method: options.method ?? "POST", agent: new Agent() }, (incoming) => {
      received.status = incoming.statusCode ?? 0;
      received.headers = incoming.headers;
      incoming.on("data", (chunk: Buffer) => {
        received.chunks.push(chunk);
        if (options.leaveAfterMs !== undefined) outgoing.destroy();
      });
      incoming.on("end", () => finish("end"));
      incoming.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? "error"));
    outgoing.on("close", () => setImmediate(finish, "closed"));
    outgoing.end(options.method === "GET" ? undefined : JSON.stringify(body));
  });
}

function callControl(simulator: Simulator, path: string, body?: unknown): Promise<Response> {
  const url = `${simulator.url}/__control/${path}`;
  return fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
}

const STREAM = { stream: true };
const events = (received: Received): string[] =>
  received.body
    .toString()
    .split("\n\n")
    .filter((event) => event !== "");

describe("the engine", () => {
  let simulator: Simulator;
  const ask = (scenario: Scenario, body: unknown = STREAM): Promise<Received> => {
    simulator.script(scenario);
    return send(`${simulator.url}/count`, body);
  };

  beforeEach(async () => {
    simulator = await createSimulatorServer({ kind: "counting", definition: { dialects: [createCountingDialect()] } });
  });
  afterEach(() => simulator.close());

  it("answers by the default scenario when nothing is scripted", async () => {
    const received = await send(`${simulator.url}/count`, {});
    expect(received.status).toBe(200);
    expect(JSON.parse(received.body.toString())).toEqual({ text: "This is a simulated answer. No model was asked." });
  });

  it("streams one frame per event", async () => {
    const received = await ask({ blocks: [{ type: "text", text: "abc" }] });
    expect(events(received)).toEqual(["data: a", "data: b", "data: c", "data: [DONE]"]);
    expect(simulator.requests[0]).toMatchObject({ status: 200, finished: true, eventsWritten: 4, dialect: "count" });
  });

  it("answers 404 where no dialect serves the path", async () => {
    expect((await send(`${simulator.url}/elsewhere`, {})).status).toBe(404);
  });

  it("refuses by the dialect's check, without using up a scenario", async () => {
    simulator.script({ blocks: [{ type: "text", text: "kept" }] });
    const refused = await send(`${simulator.url}/count`, { forbidden: true });
    expect(refused.status).toBe(400);
    expect(simulator.requests[0]?.refused).toBe("forbidden");
    const answered = await send(`${simulator.url}/count`, {});
    expect(JSON.parse(answered.body.toString())).toEqual({ text: "kept" });
  });

  it("refuses a body over the dialect's limit with 413", async () => {
    const received = await send(`${simulator.url}/count`, { text: "x".repeat(20_000) });
    expect(received.status).toBe(413);
  });

  it("tells the dialect why a body is not JSON", async () => {
    const received = await new Promise<number>((resolve) => {
      const outgoing = httpRequest(`${simulator.url}/count`, { method: "POST" }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode ?? 0);
      });
      outgoing.end("{");
    });
    expect(received).toBe(400);
    expect(simulator.requests[0]?.refused).toMatch(/JSON/);
  });

  describe("scripts", () => {
    it("uses a scenario once, as often as told, or always", async () => {
      simulator.script(
        { blocks: [{ type: "text", text: "once" }] },
        { times: 2, blocks: [{ type: "text", text: "twice" }] },
        { times: "always", blocks: [{ type: "text", text: "always" }] },
      );
      const texts: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        const received = await send(`${simulator.url}/count`, {});
        texts.push((JSON.parse(received.body.toString()) as { text: string }).text);
      }
      expect(texts).toEqual(["once", "twice", "twice", "always", "always"]);
    });

    it.each([
      ["model", { match: { model: "b" } }, { model: "b" }],
      ["stream", { match: { stream: false } }, { stream: false }],
      ["contains", { match: { contains: "needle" } }, { hay: "needle" }],
      ["path", { match: { path: "/count" } }, {}],
    ])("keeps a scenario that matches by %s for the request that fits", async (_by, scenario, body) => {
      simulator.script({ ...scenario, times: "always", blocks: [{ type: "text", text: "matched" }] });
      const received = await send(`${simulator.url}/count`, body);
      expect(received.body.toString()).toContain("matched");
    });

    it.each([{ model: "b" }, { stream: false }, { contains: "needle" }, { path: "/other" }])(
      "leaves a scenario that matches by %j alone when the request does not fit",
      async (match) => {
        simulator.script({ match, blocks: [{ type: "text", text: "matched" }] });
        const received = await send(`${simulator.url}/count`, { model: "a", stream: true });
        expect(events(received).slice(0, 4)).toEqual(["data: T", "data: h", "data: i", "data: s"]);
      },
    );

    it("asks answerWith, then the brain, then the queue", async () => {
      simulator.script({ times: "always", blocks: [{ type: "text", text: "queue" }] });
      simulator.useBrain((view) => (view.model === "b" ? { blocks: [{ type: "text", text: "brain" }] } : undefined));
      simulator.answerWith((request) =>
        request.body.includes("first") ? { blocks: [{ type: "text", text: "function" }] } : undefined,
      );
      const text = async (body: unknown): Promise<string> =>
        (await send(`${simulator.url}/count`, body)).body.toString();
      expect(await text({ model: "b", first: 1 })).toContain("function");
      expect(await text({ model: "b" })).toContain("brain");
      expect(await text({ model: "a" })).toContain("queue");
    });

    it("words a scripted error as the dialect does, unless a body is given", async () => {
      const worded = await ask({ error: { status: 429, headers: { "retry-after": "7" } } });
      expect([worded.status, worded.headers["retry-after"], worded.body.toString()]).toEqual([429, "7", "error 429"]);
      const given = await ask({ error: { status: 503, body: { odd: true } } });
      expect([given.status, given.body.toString()]).toEqual([503, '{"odd":true}']);
    });
  });

  describe("delivery", () => {
    const whole = "data: a\n\ndata: b\n\ndata: c\n\ndata: [DONE]\n\n";
    const blocks: Scenario["blocks"] = [{ type: "text", text: "abc" }];

    it.each(["bytes", 3, "whole", "events"] as const)("sends the same bytes when it writes by %s", async (write) => {
      const received = await ask({ blocks, delivery: { write } });
      expect(received.body.toString()).toBe(whole);
      expect(simulator.requests[0]).toMatchObject({ finished: true, eventsWritten: 4 });
    });

    it("writes byte by byte in many chunks", async () => {
      const received = await ask({ blocks, delivery: { write: "bytes" } });
      expect(received.chunks.length).toBeGreaterThan(10);
    });

    it("ends lines with CRLF", async () => {
      const received = await ask({ blocks, delivery: { lineEnding: "\r\n" } });
      expect(received.body.toString()).toBe(whole.replaceAll("\n", "\r\n"));
    });

    it("puts comments and pings before every event and counts neither", async () => {
      const received = await ask({ blocks: [{ type: "text", text: "a" }], delivery: { comments: true, pings: true } });
      expect(events(received)).toEqual([
        ": keep-alive",
        "event: ping\ndata: {}",
        "data: a",
        ": keep-alive",
        "event: ping\ndata: {}",
        "data: [DONE]",
      ]);
      expect(simulator.requests[0]?.eventsWritten).toBe(2);
    });

    it.each([
      ["gzip", gunzipSync],
      ["br", brotliDecompressSync],
      ["zstd", zstdDecompressSync],
    ] as const)("compresses with %s", async (compression, decompress) => {
      const received = await ask({ blocks, delivery: { compression } });
      expect(received.headers["content-encoding"]).toBe(compression);
      expect(decompress(received.body).toString()).toBe(whole);
    });

    it.each(["gzip", "br", "zstd"] as const)(
      "makes each event readable at once when it compresses with %s",
      async (compression) => {
        const encodings = { gzip: "gzip", br: "br", zstd: "zstd" };
        simulator.script({ blocks, delivery: { compression }, fault: { type: "hang", afterEvents: 2 } });
        const response = await fetch(`${simulator.url}/count`, {
          method: "POST",
          body: JSON.stringify(STREAM),
          headers: { "accept-encoding": encodings[compression] },
        });
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        let text = "";
        while (!text.includes("data: b")) text += Buffer.from((await reader.read()).value ?? []).toString();
        await reader.cancel();
        expect(text).toBe("data: a\n\ndata: b\n\n");
      },
    );

    it.each(["delayMs", "firstByteDelayMs", "eventDelayMs"] as const)("waits for %s", async (name) => {
      const began = performance.now();
      const received = await ask({ blocks, delivery: { [name]: 30 } });
      const wanted = name === "eventDelayMs" ? 90 : 30;
      expect(performance.now() - began).toBeGreaterThanOrEqual(wanted - 2);
      expect(received.body.toString()).toBe(whole);
    });

    it("adds the scenario's headers to the answer", async () => {
      const received = await ask({ blocks, headers: { "x-extra": "1" } });
      expect(received.headers["x-extra"]).toBe("1");
    });
  });

  describe("faults", () => {
    const blocks: Scenario["blocks"] = [{ type: "text", text: "abc" }];

    it("cuts before the status line", async () => {
      const received = await ask({ fault: { type: "cut" } });
      expect([received.status, received.ended]).toEqual([0, "ECONNRESET"]);
      expect(simulator.requests[0]).toMatchObject({ status: 0, finished: false });
      expect(simulator.requests[0]?.abortedAt).toBeUndefined();
    });

    it.each([0, 1, 2, 3, 4])("cuts after %i events, all of which arrive", async (afterEvents) => {
      const received = await ask({ blocks, fault: { type: "cut", afterEvents } });
      expect([received.status, received.ended]).toEqual([200, "ECONNRESET"]);
      expect(events(received)).toEqual(["data: a", "data: b", "data: c", "data: [DONE]"].slice(0, afterEvents));
      expect(simulator.requests[0]?.eventsWritten).toBe(afterEvents);
    });

    it.each([0, 1, 13, 40])("cuts after %i bytes", async (afterBytes) => {
      const received = await ask({ blocks, fault: { type: "cut", afterBytes } });
      expect([received.body.length, received.ended]).toEqual([afterBytes, "ECONNRESET"]);
    });

    it("resets the connection instead of closing it", async () => {
      const received = await ask({ blocks, fault: { type: "cut", reset: true } });
      expect(received.ended).toBe("ECONNRESET");
    });

    it("cuts an answer that is not streamed in its middle", async () => {
      const received = await ask({ blocks, fault: { type: "cut", afterBytes: 5 } }, {});
      expect([received.body.toString(), received.ended]).toEqual(['{"tex', "ECONNRESET"]);
    });

    it("ends properly in the middle", async () => {
      const received = await ask({ blocks, fault: { type: "end", afterEvents: 2 } });
      expect([events(received), received.ended]).toEqual([["data: a", "data: b"], "end"]);
    });

    it("ends an answer that is not streamed with half of its body", async () => {
      const received = await ask({ blocks, fault: { type: "end", afterEvents: 1 } }, {});
      expect([received.body.toString(), received.ended]).toEqual(['{"text"', "end"]);
    });

    it("puts an error into a stream that has begun", async () => {
      const received = await ask({ blocks, fault: { type: "error_in_200", afterEvents: 1, status: 500 } });
      expect([received.status, events(received)]).toEqual([200, ["data: a", "event: error\ndata: 500"]]);
    });

    it("answers an error as the body of a 200", async () => {
      const received = await ask({ fault: { type: "error_in_200", status: 503 } }, {});
      expect([received.status, received.body.toString()]).toEqual([200, "error 503"]);
    });

    it("redirects", async () => {
      const received = await ask({ fault: { type: "redirect", status: 307, location: "http://127.0.0.1:1/" } });
      expect([received.status, received.headers["location"]]).toEqual([307, "http://127.0.0.1:1/"]);
    });

    it("answers something that is not JSON", async () => {
      const received = await ask({ fault: { type: "not_json" } });
      expect([received.status, received.headers["content-type"]]).toEqual([200, "text/html"]);
    });

    it("answers an empty body", async () => {
      const received = await ask({ fault: { type: "empty_body" } });
      expect([received.status, received.body.length, received.ended]).toEqual([200, 0, "end"]);
    });

    it.each([undefined, 0, 2])("hangs after %s events and notes when the client leaves", async (afterEvents) => {
      simulator.script({ blocks, fault: { type: "hang", ...(afterEvents === undefined ? {} : { afterEvents }) } });
      const controller = new AbortController();
      const sent = fetch(`${simulator.url}/count`, {
        method: "POST",
        body: JSON.stringify(STREAM),
        signal: controller.signal,
      }).then((response) => response.text());
      await simulator.waitFor((request) => request.eventsWritten === (afterEvents ?? 0));
      controller.abort();
      await expect(sent).rejects.toThrow();
      const request = await simulator.waitFor((recorded) => recorded.abortedAt !== undefined);
      expect([request.finished, request.eventsWritten]).toEqual([false, afterEvents ?? 0]);
    });

    it("stops writing when the client leaves in mid-stream", async () => {
      simulator.script({ blocks: [{ type: "text", text: "x".repeat(500) }], delivery: { eventDelayMs: 5 } });
      await send(`${simulator.url}/count`, STREAM, { leaveAfterMs: 0 });
      const request = await simulator.waitFor((recorded) => recorded.abortedAt !== undefined);
      expect(request.eventsWritten).toBeLessThan(500);
      expect(request.finished).toBe(false);
    });
  });

  describe("recorded bytes", () => {
    it("are sent as they are", async () => {
      const text = "data: one\r\n\r\ndata: two\r\n\r\n";
      const received = await ask({ recorded: { text, contentType: "text/event-stream" } });
      expect(received.body.toString()).toBe(text);
      expect(simulator.requests[0]?.eventsWritten).toBe(2);
    });

    it("are cut at an event like any others", async () => {
      const text = "data: one\n\ndata: two\n\n";
      const received = await ask({
        recorded: { text, contentType: "text/event-stream" },
        fault: { type: "cut", afterEvents: 1 },
      });
      expect(received.body.toString()).toBe("data: one\n\n");
    });
  });

  describe("control endpoints", () => {
    it("take scripts, tell requests and forget both", async () => {
      await callControl(simulator, "script", [{ blocks: [{ type: "text", text: "remote" }] }]);
      expect((await send(`${simulator.url}/count`, {})).body.toString()).toContain("remote");
      const requests = (await (await callControl(simulator, "requests")).json()) as { path: string }[];
      expect(requests.map((request) => request.path)).toEqual(["/count"]);
      await callControl(simulator, "script", [{ blocks: [{ type: "text", text: "forgotten" }] }]);
      await callControl(simulator, "reset", {});
      expect(simulator.requests).toEqual([]);
      expect((await send(`${simulator.url}/count`, {})).body.toString()).not.toContain("forgotten");
    });

    it.each([
      ["script", { not: "an array" }],
      ["script", ["text"]],
      ["brain", { name: "unheard of" }],
    ])("refuse a wrong body for %s with 400", async (path, body) => {
      expect((await callControl(simulator, path, body)).status).toBe(400);
    });

    it("answer 404 to what they do not know", async () => {
      expect((await callControl(simulator, "nothing")).status).toBe(404);
    });
  });

  it("remembers only the newest requests when told how many", async () => {
    const small = await createSimulatorServer({
      kind: "counting",
      definition: { dialects: [createCountingDialect()] },
      keepRequests: 2,
    });
    for (const model of ["a", "b", "c"]) await send(`${small.url}/count`, { model });
    expect(small.requests.map((request) => request.body)).toEqual(['{"model":"b"}', '{"model":"c"}']);
    await small.close();
  });

  it("fails a wait when it is closed", async () => {
    const waiting = simulator.waitFor(() => false);
    const failed = expect(waiting).rejects.toThrow("the simulator was closed");
    await simulator.close();
    await failed;
  });

  it("rejects when its port is taken", async () => {
    const definition = { dialects: [createCountingDialect()] };
    await expect(createSimulatorServer({ kind: "counting", definition, port: simulator.port })).rejects.toThrow(
      "EADDRINUSE",
    );
  });

  describe("a fixed answer", () => {
    it("is rendered once and neither checks nor keeps requests", async () => {
      const dialect = createCountingDialect();
      const fast = await createSimulatorServer({
        kind: "counting",
        definition: { dialects: [dialect] },
        fixed: { blocks: [{ type: "text", text: "ab" }] },
      });
      for (let count = 0; count < 3; count += 1) {
        const received = await send(`${fast.url}/count`, { model: "m", stream: true, forbidden: true });
        expect(events(received)).toEqual(["data: a", "data: b", "data: [DONE]"]);
      }
      expect((await send(`${fast.url}/count`, { model: "m" })).body.toString()).toBe('{"text":"ab"}');
      expect([dialect.rendered(), fast.requests.length]).toEqual([2, 0]);
      await fast.close();
    });
  });
});
