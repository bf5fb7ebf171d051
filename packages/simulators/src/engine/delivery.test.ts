import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario, Simulator } from "../scenario.ts";
import { ask, events, startCounting, STREAM } from "./raw-client.fixture.ts";

describe("delivery", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startCounting();
  });
  afterEach(() => simulator.close());

  const whole = "data: a\n\ndata: b\n\ndata: c\n\ndata: [DONE]\n\n";
  const blocks: Scenario["blocks"] = [{ type: "text", text: "abc" }];

  it.each(["bytes", 3, "whole", "events"] as const)("sends the same bytes when it writes by %s", async (write) => {
    const received = await ask(simulator, { blocks, delivery: { write } });
    expect(received.body.toString()).toBe(whole);
    expect(simulator.requests[0]).toMatchObject({ finished: true, eventsWritten: 4 });
  });

  it("writes byte by byte in many chunks", async () => {
    const received = await ask(simulator, { blocks, delivery: { write: "bytes" } });
    expect(received.chunks.length).toBeGreaterThan(10);
  });

  it("ends lines with CRLF", async () => {
    const received = await ask(simulator, { blocks, delivery: { lineEnding: "\r\n" } });
    expect(received.body.toString()).toBe(whole.replaceAll("\n", "\r\n"));
  });

  it("puts comments and pings before every event and counts neither", async () => {
    const received = await ask(simulator, {
      blocks: [{ type: "text", text: "a" }],
      delivery: { comments: true, pings: true },
    });
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
    const received = await ask(simulator, { blocks, delivery: { compression } });
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
    const received = await ask(simulator, { blocks, delivery: { [name]: 30 } });
    const wanted = name === "eventDelayMs" ? 90 : 30;
    expect(performance.now() - began).toBeGreaterThanOrEqual(wanted - 2);
    expect(received.body.toString()).toBe(whole);
  });

  it("adds the scenario's headers to the answer", async () => {
    const received = await ask(simulator, { blocks, headers: { "x-extra": "1" } });
    expect(received.headers["x-extra"]).toBe("1");
  });
});
