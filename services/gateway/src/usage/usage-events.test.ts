import { once } from "node:events";
import { request as httpRequest } from "node:http";

import { describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import type { UsageEvent, UsageSettlement } from "@switchyard/wire";

import { answerError, breakOff, delta, PREAMBLE, startStream, textStream } from "../testing/fake-service.ts";
import { MINIMAL, post, STREAMED, type TestMesh, until, useMeshes } from "../testing/test-mesh.ts";

const mesh = useMeshes();

function settlements({ usage }: TestMesh): UsageSettlement[] {
  return usage.filter((event) => event.kind === "settlement");
}

/** Every attempt is announced once and settled once, in this order. */
function expectPaired(events: readonly UsageEvent[]): void {
  const ids = events.filter(({ kind }) => kind === "intent").map(({ attempt }) => attempt.attemptId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    const own = events.filter(({ attempt }) => attempt.attemptId === id);
    expect(own.map(({ kind }) => kind)).toEqual(["intent", "settlement"]);
    expect(own[1]?.attempt).toEqual(own[0]?.attempt);
  }
}

describe("what goes into the books", () => {
  it.each([
    ["streamed", STREAMED],
    ["not streamed", MINIMAL],
  ])("of an answer that is %s: who, where, what it took", async (form, body) => {
    const started = await mesh(1);
    const headers = {
      "x-claude-code-session-id": "session-1",
      "x-claude-code-agent-id": "agent-2",
      "x-claude-code-parent-agent-id": "agent-1",
    };
    const answer = await post(started, body, headers);
    expect(answer.status).toBe(200);
    expectPaired(started.usage);
    const [settlement] = settlements(started);
    expect(settlement).toMatchObject({
      kind: "settlement",
      outcome: "success",
      status: 200,
      usage: { uncachedInput: 7, output: 9, cacheRead: 0, estimated: false },
      attempt: {
        requestId: answer.headers.get("request-id"),
        attempt: 1,
        fallbackChain: [],
        session: "session-1",
        agent: "agent-2",
        parentAgent: "agent-1",
        provider: "one",
        providerKind: "openai-compatible",
        askedModel: "claude-test",
        model: "claude-test",
        upstreamModel: "claude-test",
        strategy: "priority",
        stream: form === "streamed",
        subscription: false,
      },
    });
    expect(settlement?.durationMs).toBeGreaterThanOrEqual(0);
    expect(settlement?.firstTokenMs === undefined).toBe(form !== "streamed");
  });

  it("the intent is written before the upstream is asked", async () => {
    const started = await mesh(1);
    const atArrival: string[] = [];
    started.services[0]?.answers((response) => {
      atArrival.push(...started.usage.map(({ kind }) => kind));
      startStream(response).end(textStream("hi"));
    });
    await post(started, STREAMED);
    expect(atArrival).toEqual(["intent"]);
  });

  it("the settlement is written before the client sees message_stop", async () => {
    const started = await mesh(1);
    const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    raw.end(JSON.stringify(STREAMED));
    const [response] = (await once(raw, "response")) as [NodeJS.ReadableStream];
    let settledBefore: boolean | undefined;
    response.on("data", (chunk: Buffer) => {
      if (chunk.includes("message_stop")) settledBefore ??= settlements(started).length === 1;
    });
    await once(response, "end");
    expect(settledBefore).toBe(true);
  });

  it("an attempt that failed stands there by its failure, and the next one tells of it", async () => {
    const started = await mesh(2);
    started.services[0]?.answers(answerError(529, "overloaded_error"));
    await post(started);
    expectPaired(started.usage);
    const [failed, answered] = settlements(started);
    expect(failed).toMatchObject({ outcome: "failure", failure: "overloaded", status: 529, usage: { output: 0 } });
    expect(failed?.attempt).toMatchObject({ provider: "one", attempt: 1 });
    expect(answered).toMatchObject({
      outcome: "success",
      attempt: { provider: "two", attempt: 2, fallbackChain: ["one/claude-test: overloaded"] },
    });
    expect(answered?.attempt.requestId).toBe(failed?.attempt.requestId);
  });

  it("a repeat on the same candidate is an attempt of its own", async () => {
    const started = await mesh(1, { providers: [{ maxRetries: 1 }] });
    started.services[0]?.answers(answerError(500, "api_error"), (response) =>
      startStream(response).end(textStream("hi")),
    );
    await post(started, STREAMED);
    expectPaired(started.usage);
    expect(settlements(started).map(({ outcome, attempt }) => [outcome, attempt.attempt])).toEqual([
      ["failure", 1],
      ["success", 2],
    ]);
  });

  it("a refused connection has no status and no tokens", async () => {
    const started = await mesh(1);
    started.services[0]?.close();
    await post(started);
    expect(settlements(started)[0]).toMatchObject({ outcome: "failure", failure: "network", usage: { output: 0 } });
    expect(settlements(started)[0]).not.toHaveProperty("status");
  });

  it("a stream that broke off is billed for what was seen, as an estimate", async () => {
    const started = await mesh(1);
    started.services[0]?.answers(breakOff(PREAMBLE + delta("x".repeat(400)), "destroy"));
    await post(started, STREAMED);
    const [settlement] = settlements(started);
    expect(settlement).toMatchObject({
      outcome: "failure",
      failure: "truncated",
      usage: { uncachedInput: 7, estimated: true },
    });
    expect(settlement?.usage.output).toBeGreaterThan(80);
    expect(settlement?.usage.output).toBeLessThan(120);
  });

  it.each([
    ["before any answer", () => {}, 0],
    ["in the preamble", breakOff(PREAMBLE, "hang"), 7],
    ["in the middle of the stream", breakOff(PREAMBLE + delta("some words"), "hang"), 7],
  ] as const)("a client that leaves %s: aborted, for what was seen", (_when, answerer, input) =>
    whenQuiet(async () => {
      const started = await mesh(2);
      started.services[0]?.answers(answerer);
      const raw = httpRequest(`${started.gateway.url}/v1/messages`, {
        method: "POST",
        agent: false,
        headers: { "content-type": "application/json" },
      });
      raw.on("error", () => {});
      raw.end(JSON.stringify(STREAMED));
      await until(() => started.services[0]?.requests.length === 1);
      // What the upstream has said must have reached the gateway: nothing tells of it from outside.
      await new Promise((resolve) => setTimeout(resolve, 50));
      raw.destroy();
      await until(() => settlements(started).length === 1);
      expectPaired(started.usage);
      expect(settlements(started)[0]).toMatchObject({
        outcome: "aborted",
        usage: { uncachedInput: input, estimated: true },
      });
    }),
  );

  it("a request that nobody can take leaves nothing", async () => {
    const started = await mesh(1);
    await post(started, { ...MINIMAL, model: "" });
    expect(started.usage).toEqual([]);
  });

  it("a test of a provider is an attempt like any other, marked as one", async () => {
    const started = await mesh(1);
    await fetch(`${started.gateway.url}/api/providers/one/test`, { method: "POST" });
    expectPaired(started.usage);
    expect(settlements(started)[0]).toMatchObject({ outcome: "success", attempt: { strategy: "probe" } });
  });

  it("names that clients make up are cut", async () => {
    const started = await mesh(1);
    await post(started, MINIMAL, { "x-claude-code-session-id": "s".repeat(5000) });
    expect(settlements(started)[0]?.attempt.session).toHaveLength(200);
  });
});
