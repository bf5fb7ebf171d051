import { type ClientRequest, request as httpRequest } from "node:http";

import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import { type Answerer, breakOff, delta, PREAMBLE } from "../testing/fake-service.ts";
import { get, MINIMAL, STREAMED, type TestMesh, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

function send(started: TestMesh, body: unknown): ClientRequest {
  const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
    method: "POST",
    agent: false,
    headers: { "content-type": "application/json" },
  });
  raw.on("error", () => {});
  raw.end(JSON.stringify(body));
  return raw;
}

describe("when the client leaves", () => {
  it.each([
    ["before any answer, streamed", STREAMED, () => {}],
    ["before any answer, not streamed", MINIMAL, () => {}],
    ["in the preamble", STREAMED, breakOff(PREAMBLE, "hang")],
    ["in the middle of a stream", STREAMED, breakOff(PREAMBLE + delta("a"), "hang")],
    ["in the middle of an answer", MINIMAL, breakOff("begun", "hang")],
  ] as [string, unknown, Answerer][])(
    "%s, the upstream is ended within 100 ms and nobody else asked",
    (_name, body, answerer) =>
      whenQuiet(async () => {
        const started = await mesh(2);
        const [one, two] = started.services;
        one?.answers(answerer);
        const raw = send(started, body);
        await until(() => one?.requests.length === 1);
        // The head, or the silence, must have reached the gateway.
        await new Promise((resolve) => setTimeout(resolve, 50));
        const at = performance.now();
        raw.destroy();
        const closed = await one?.requests[0]?.closed;
        expect(closed?.finished).toBe(false);
        expect((closed?.at ?? Infinity) - at).toBeLessThan(100);
        expect(two?.requests).toHaveLength(0);
      }),
  );

  it("in the middle of its request, it counts as one that left, and nobody is asked", async () => {
    const started = await mesh(1);
    const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      agent: false,
      headers: { "content-type": "application/json", "content-length": 1000 },
    });
    raw.on("error", () => {});
    raw.write('{"model":');
    const requestsOf = async () =>
      (await get(started, "/stats")).json["request_stats"] as { cancelled_requests: number; failed_requests: number };
    await until(async () => JSON.stringify((await get(started, "/stats")).json).includes('"active_requests":1'));
    raw.destroy();
    await until(async () => (await requestsOf()).cancelled_requests === 1);
    expect(await requestsOf()).toMatchObject({ failed_requests: 0 });
    expect(started.services[0]?.requests).toHaveLength(0);
  });
});
