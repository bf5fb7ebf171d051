import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";

import {
  answerError,
  answerText,
  breakOff,
  delta,
  EPILOGUE,
  PREAMBLE,
  startStream,
  textStream,
} from "../testing/fake-service.ts";
import { get, post, STREAMED, type TestMesh, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

/** One provider alone with a breaker that opens soon. */
function start(recoveryTimeoutMs = 60_000, count = 1): Promise<TestMesh> {
  return mesh(count, { settings: { circuitBreaker: { failureThreshold: 3, recoveryTimeoutMs } } });
}

async function breakerOf(started: TestMesh): Promise<string> {
  const { json } = await get(started, "/admin/provider/one/health");
  const { breakers } = json as { breakers?: Record<string, { state: string }> };
  return breakers?.["claude-test"]?.state ?? "closed";
}

const FAILS = answerError(500, "api_error", "overloaded");

describe("circuit breakers", () => {
  it("open after failures in a row, and then nobody is asked", async () => {
    const started = await start(60_000, 2);
    started.services[0]?.answers(FAILS);
    for (let count = 0; count < 5; count += 1) {
      expect((await post(started)).headers.get("x-switchyard-provider")).toBe("two");
    }
    expect(started.services[0]?.requests).toHaveLength(3);
    expect(await breakerOf(started)).toBe("open");
  });

  it("open for streams that break off after their first output, however well they began", async () => {
    const started = await start();
    started.services[0]?.answers(breakOff(PREAMBLE + delta("half")));
    for (let count = 0; count < 3; count += 1) expect((await post(started, STREAMED)).text).toContain("event: error");
    await until(async () => (await breakerOf(started)) === "open");
    const { status, json, headers } = await post(started);
    expect(status).toBe(529);
    expect(JSON.stringify(json)).toContain("it failed 3 times in a row; its circuit breaker is open");
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(1);
    expect(started.services[0]?.requests).toHaveLength(3);
  });

  it("stay closed for single failures, and for the request's own faults and limits, however many", async () => {
    const started = await start();
    const bad = answerError(400, "invalid_request_error", "bad-request");
    started.services[0]?.answers(FAILS, FAILS, answerText("one"), FAILS, FAILS, bad);
    for (let count = 0; count < 12; count += 1) await post(started);
    expect(started.services[0]?.requests).toHaveLength(12);
    expect(await breakerOf(started)).toBe("closed");
  });

  it("let exactly one request through after the recovery time, and close at its first output", () =>
    whenQuiet(async () => {
      const started = await start(300);
      const [service] = started.services;
      service?.answers(FAILS);
      for (let count = 0; count < 3; count += 1) await post(started);
      const first = Promise.withResolvers<void>();
      const end = Promise.withResolvers<void>();
      service?.answers((response) => {
        void first.promise.then(() => startStream(response).write(PREAMBLE + delta("o")));
        void end.promise.then(() => response.end(delta("k") + EPILOGUE));
      }, answerText("two"));
      // Many ask at once; one of them becomes the probe.
      const storm: Promise<unknown>[] = [];
      await until(async () => {
        storm.push(...Array.from({ length: 5 }, () => post(started, STREAMED)));
        await Promise.race([storm.at(-1), new Promise((resolve) => setTimeout(resolve, 20))]);
        return (service?.requests.length ?? 0) > 3;
      });
      expect(service?.requests).toHaveLength(4);
      first.resolve();
      await until(async () => (await post(started)).status === 200);
      expect(service?.requests.length).toBeGreaterThanOrEqual(5);
      end.resolve();
      await Promise.all(storm);
    }));

  it.each([
    ["a client's 400", answerError(400, "invalid_request_error", "bad-request")],
    ["a failure", FAILS],
  ])("stay open when the probe ends in %s", async (_name, ending) => {
    const started = await start(200);
    const [service] = started.services;
    service?.answers(FAILS);
    for (let count = 0; count < 3; count += 1) await post(started);
    service?.answers(ending);
    await until(async () => {
      await post(started);
      return (service?.requests.length ?? 0) === 4;
    });
    expect(await breakerOf(started)).not.toBe("closed");
  });

  it("close when a test of the provider succeeds", async () => {
    const started = await start();
    started.services[0]?.answers(FAILS);
    for (let count = 0; count < 4; count += 1) await post(started);
    started.services[0]?.answers(answerText("one"));
    expect((await post(started, {}, {}, "/api/providers/one/test")).status).toBe(200);
    await until(async () => (await post(started)).status === 200);
    expect((await post(started, STREAMED)).text).toBe(textStream("one"));
  });
});
