import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { RecordedRequest, Simulator } from "../scenario.ts";
import { createCountingDialect } from "./counting-dialect.fixture.ts";
import { createSimulatorServer } from "./create-simulator-server.ts";
import { createRequestLog } from "./request-log.ts";
import { ask, events, send, startCounting } from "./raw-client.fixture.ts";

function callControl(simulator: Simulator, path: string, body?: unknown): Promise<Response> {
  const url = `${simulator.url}/__control/${path}`;
  return fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
}

const EMPTY: RecordedRequest = {
  at: 0,
  method: "POST",
  path: "/",
  headers: {},
  body: "",
  json: undefined,
  status: 0,
  eventsWritten: 0,
  finished: false,
  notes: [],
};

describe("the engine", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startCounting();
  });
  afterEach(() => simulator.close());

  it("answers by the default scenario when nothing is scripted", async () => {
    const received = await send(`${simulator.url}/count`, {});
    expect(received.status).toBe(200);
    expect(JSON.parse(received.body.toString())).toEqual({ text: "This is a simulated answer. No model was asked." });
  });

  it("streams one frame per event", async () => {
    const received = await ask(simulator, { blocks: [{ type: "text", text: "abc" }] });
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
      const worded = await ask(simulator, { error: { status: 429, headers: { "retry-after": "7" } } });
      expect([worded.status, worded.headers["retry-after"], worded.body.toString()]).toEqual([429, "7", "error 429"]);
      const given = await ask(simulator, { error: { status: 503, body: { odd: true } } });
      expect([given.status, given.body.toString()]).toEqual([503, '{"odd":true}']);
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

  it("lets go of the oldest requests when their bodies take too much memory", async () => {
    const log = createRequestLog({ requests: 100, bytes: 25 });
    for (const body of ["a".repeat(10), "b".repeat(10), "c".repeat(10), "d".repeat(40)]) log.add({ ...EMPTY, body });
    expect(log.requests.map((request) => request.body[0])).toEqual(["d"]);
    log.clear();
    log.add({ ...EMPTY, body: "e" });
    expect(log.requests.length).toBe(1);
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

    it("is chosen by what the raw body holds, and may be cut like any other", async () => {
      const fast = await createSimulatorServer({
        kind: "counting",
        definition: { dialects: [createCountingDialect()] },
        fixed: [
          { match: { contains: "first" }, blocks: [{ type: "text", text: "1" }] },
          {
            match: { contains: "second" },
            blocks: [{ type: "text", text: "23" }],
            fault: { type: "cut", afterEvents: 1 },
          },
        ],
      });
      const say = (text: string) => send(`${fast.url}/count`, { text, stream: true });
      expect(events(await say("the first"))).toEqual(["data: 1", "data: [DONE]"]);
      expect(events(await say("the second"))).toEqual(["data: 2"]);
      // What no fixed scenario fits goes the usual way.
      expect((await send(`${fast.url}/count`, { text: "third", forbidden: true })).status).toBe(400);
      await fast.close();
    });
  });
});
