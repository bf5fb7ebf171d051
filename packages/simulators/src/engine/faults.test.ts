import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario, Simulator } from "../scenario.ts";
import { ask, events, send, startCounting, STREAM } from "./raw-client.fixture.ts";

describe("faults", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startCounting();
  });
  afterEach(() => simulator.close());

  const blocks: Scenario["blocks"] = [{ type: "text", text: "abc" }];

  it("cuts before the status line", async () => {
    const received = await ask(simulator, { fault: { type: "cut" } });
    expect([received.status, received.ended]).toEqual([0, "ECONNRESET"]);
    expect(simulator.requests[0]).toMatchObject({ status: 0, finished: false });
    expect(simulator.requests[0]?.abortedAt).toBeUndefined();
  });

  it.each([0, 1, 2, 3, 4])("cuts after %i events, all of which arrive", async (afterEvents) => {
    const received = await ask(simulator, { blocks, fault: { type: "cut", afterEvents } });
    expect([received.status, received.ended]).toEqual([200, "ECONNRESET"]);
    expect(events(received)).toEqual(["data: a", "data: b", "data: c", "data: [DONE]"].slice(0, afterEvents));
    expect(simulator.requests[0]?.eventsWritten).toBe(afterEvents);
  });

  it.each([0, 1, 13, 40])("cuts after %i bytes", async (afterBytes) => {
    const received = await ask(simulator, { blocks, fault: { type: "cut", afterBytes } });
    expect([received.body.length, received.ended]).toEqual([afterBytes, "ECONNRESET"]);
  });

  it("resets the connection instead of closing it", async () => {
    const received = await ask(simulator, { blocks, fault: { type: "cut", reset: true } });
    expect(received.ended).toBe("ECONNRESET");
  });

  it("cuts an answer that is not streamed in its middle", async () => {
    const received = await ask(simulator, { blocks, fault: { type: "cut", afterBytes: 5 } }, {});
    expect([received.body.toString(), received.ended]).toEqual(['{"tex', "ECONNRESET"]);
  });

  it("ends properly in the middle", async () => {
    const received = await ask(simulator, { blocks, fault: { type: "end", afterEvents: 2 } });
    expect([events(received), received.ended]).toEqual([["data: a", "data: b"], "end"]);
  });

  it("ends an answer that is not streamed with half of its body", async () => {
    const received = await ask(simulator, { blocks, fault: { type: "end", afterEvents: 1 } }, {});
    expect([received.body.toString(), received.ended]).toEqual(['{"text"', "end"]);
  });

  it("puts an error into a stream that has begun", async () => {
    const received = await ask(simulator, { blocks, fault: { type: "error_in_200", afterEvents: 1, status: 500 } });
    expect([received.status, events(received)]).toEqual([200, ["data: a", "event: error\ndata: 500"]]);
  });

  it("answers an error as the body of a 200", async () => {
    const received = await ask(simulator, { fault: { type: "error_in_200", status: 503 } }, {});
    expect([received.status, received.body.toString()]).toEqual([200, "error 503"]);
  });

  it("redirects", async () => {
    const received = await ask(simulator, {
      fault: { type: "redirect", status: 307, location: "http://127.0.0.1:1/" },
    });
    expect([received.status, received.headers["location"]]).toEqual([307, "http://127.0.0.1:1/"]);
  });

  it("answers something that is not JSON", async () => {
    const received = await ask(simulator, { fault: { type: "not_json" } });
    expect([received.status, received.headers["content-type"]]).toEqual([200, "text/html"]);
  });

  it("answers an empty body", async () => {
    const received = await ask(simulator, { fault: { type: "empty_body" } });
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
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startCounting();
  });
  afterEach(() => simulator.close());

  it("are sent as they are", async () => {
    const text = "data: one\r\n\r\ndata: two\r\n\r\n";
    const received = await ask(simulator, { recorded: { text, contentType: "text/event-stream" } });
    expect(received.body.toString()).toBe(text);
    expect(simulator.requests[0]?.eventsWritten).toBe(2);
  });

  it("are cut at an event like any others", async () => {
    const text = "data: one\n\ndata: two\n\n";
    const received = await ask(simulator, {
      recorded: { text, contentType: "text/event-stream" },
      fault: { type: "cut", afterEvents: 1 },
    });
    expect(received.body.toString()).toBe("data: one\n\n");
  });
});
