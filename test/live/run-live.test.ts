import { afterEach, describe, expect, it } from "@jest/globals";
import { createCatalog } from "@switchyard/catalog";
import { createSilentLogger } from "@switchyard/service-kit";
import { SIMULATOR_KINDS, type RecordedRequest, type SimulatorKind } from "@switchyard/simulators";
import { LIVE_CASES } from "./cases/live-cases.ts";
import { createFakeKey } from "./fake-key.ts";
import { findTargets } from "./find-targets.ts";
import { editEvents, editJson, runAgainst } from "./testing/run-against.ts";
import { startStandIn, type PassingAnswer, type StandIn } from "./testing/start-stand-in.ts";
import { createUpstream } from "./upstream/create-upstream.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function open(kind: SimulatorKind, distort?: (answer: PassingAnswer) => void): Promise<StandIn> {
  const standIn = await startStandIn(kind, distort);
  cleanups.push(() => standIn.close());
  return standIn;
}

describe("a run against an upstream that is as its simulator", () => {
  it.each(SIMULATOR_KINDS)("passes every case on %s, and the simulator disagrees nowhere", async (kind) => {
    const { report, ...tally } = await runAgainst(await open(kind));
    expect(report).not.toMatch(/✗|disagrees/);
    expect(tally).toMatchObject({ failed: 0, disagreeing: 0 });
    expect(tally.passed).toBeGreaterThanOrEqual(9);
  });

  it("sends no more requests than a case declares, nor asks for more tokens", async () => {
    const standIn = await open("anthropic");
    const catalog = createCatalog();
    const upstream = await createUpstream({ settings: standIn.settings, catalog, logger: createSilentLogger() });
    cleanups.push(() => upstream.close());
    const [target] = findTargets(upstream.provider, { catalog, now: Date.now() });
    if (target === undefined) throw new Error("nothing to ask");
    for (const live of LIVE_CASES) {
      standIn.simulator.requests.length = 0;
      // One case after the other, for they share what is recorded.
      await runAgainst(standIn, { cases: [live.name] });
      const asked = standIn.simulator.requests.filter(isPaid).map(({ json }) => json as { max_tokens: number });
      const { requests, outputTokens } = live.cost(target);
      expect({ name: live.name, requests: asked.length }).toEqual({ name: live.name, requests });
      if (live.name === "too-many-tokens") continue;
      for (const { max_tokens: maxTokens } of asked) expect(maxTokens).toBeLessThanOrEqual(outputTokens);
    }
  });
});

/** Generates, with the right key. */
function isPaid({ method, path, headers }: RecordedRequest): boolean {
  return method === "POST" && path === "/v1/messages" && headers["x-api-key"] === createFakeKey("anthropic", "real");
}

describe("a run against an upstream that differs from its simulator", () => {
  it("tells a key that the simulator lacks, in messages and in each kind of event", async () => {
    const standIn = await open("anthropic", (answer) => {
      editJson(answer, (body) => Object.assign(body["usage"] ?? {}, { iterations: [] }));
      editEvents(answer, (event) => {
        if (event["type"] === "message_delta") Object.assign(event["usage"] as object, { speed: "standard" });
      });
    });
    const { report, disagreeing, failed } = await runAgainst(standIn, { cases: ["text", "stream"] });
    expect(report).toContain(
      "keys of body that only one side has\n          upstream:  usage.iterations\n          simulator: (none)",
    );
    expect(report).toContain("keys of message_delta that only one side has\n          upstream:  usage.speed");
    expect({ disagreeing, failed }).toEqual({ disagreeing: 2, failed: 0 });
  });

  it("tells another wording and another type of a refusal", async () => {
    const standIn = await open("openai", (answer) => {
      if (answer.status === 400) {
        editJson(answer, (body) =>
          Object.assign(body["error"] as object, { message: "Unknown argument.", code: "unknown_argument" }),
        );
      }
    });
    const { report, disagreeing } = await runAgainst(standIn, { cases: ["unknown-field"] });
    expect(report).toMatch(
      /error\.message\n\s+upstream: {2}Unknown argument\.\n\s+simulator: \S.*switchyard_unknown_field/,
    );
    expect(report).toMatch(/error\.code\n\s+upstream: {2}unknown_argument/);
    expect(disagreeing).toBe(1);
  });

  it("tells that an upstream takes what its simulator refuses, and the other way round", async () => {
    const accepts = await open("deepseek");
    accepts.simulator.answerWith(() => ({ error: { status: 422, message: "no such thing" } }));
    const refused = await runAgainst(accepts, { cases: ["unknown-field"] });
    expect(refused.report).toMatch(/status\n\s+upstream: {2}422 no such thing\n\s+simulator: 200/);

    const lenient = await open("anthropic", (answer) => {
      if (answer.status !== 400) return;
      answer.status = 200;
      answer.text = JSON.stringify({
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "m",
        content: [{ type: "text", text: "pong" }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      });
    });
    const taken = await runAgainst(lenient, { cases: ["unknown-field"] });
    expect(taken.report).toMatch(/status\n\s+upstream: {2}200\n\s+simulator: 400 switchyard_unknown_field: /);
  });

  it("tells another order of events", async () => {
    const standIn = await open("openai", (answer) => {
      answer.text = answer.text.replaceAll(/event: response\.in_progress\ndata: .*\n\n/g, "");
    });
    const { report } = await runAgainst(standIn, { cases: ["stream"] });
    expect(report).toMatch(/order of events\n\s+upstream: {2}response\.created → response\.output_item\.added/);
    expect(report).toMatch(/simulator: response\.created → response\.in_progress → /);
  });

  it("tells headers of limits that the simulator does not send, and those that it invents", async () => {
    const standIn = await open("anthropic", (answer) => {
      delete answer.headers["anthropic-ratelimit-tokens-reset"];
      answer.headers["anthropic-ratelimit-unified-status"] = "allowed";
    });
    const { report } = await runAgainst(standIn, { cases: ["text"] });
    expect(report).toMatch(
      /rate limit headers that only one side has\n\s+upstream: {2}anthropic-ratelimit-unified-status\n\s+simulator: anthropic-ratelimit-tokens-reset/,
    );
  });

  it("tells another refusal of a wrong key", async () => {
    const standIn = await open("openai", (answer) => {
      if (answer.status === 401)
        editJson(answer, (body) => Object.assign(body["error"] as object, { message: "Bad key." }));
    });
    const { report, failed } = await runAgainst(standIn, { cases: ["wrong-key"] });
    expect(report).toMatch(/error\.message\n\s+upstream: {2}Bad key\.\n\s+simulator: Incorrect API key provided/);
    expect(failed).toBe(0);
  });

  it("tells which request of a case it was", async () => {
    const standIn = await open("anthropic", (answer) => {
      if (answer.text.includes("Sunny, I would say"))
        editJson(answer, (body) => Object.assign(body, { diagnostics: {} }));
    });
    const { report } = await runAgainst(standIn, { cases: ["tool"] });
    expect(report).toContain("the simulator disagrees in its answer to request 2:");
    expect(report).not.toContain("request 1:");
  });
});

describe("a run against an upstream that the service cannot cope with", () => {
  it("fails, with what was wrong", async () => {
    const standIn = await open("anthropic", (answer) => {
      if (answer.text.includes("message_stop"))
        answer.text = answer.text.slice(0, answer.text.indexOf("event: message_delta"));
    });
    const { report, failed, passed } = await runAgainst(standIn, { cases: ["text", "stream"] });
    expect({ failed, passed }).toEqual({ failed: 1, passed: 1 });
    expect(report).toMatch(/✗ stream.*\n\s+the stream holds an error: /);
  });

  it("fails when it counts otherwise than the upstream", async () => {
    let count = 0;
    const standIn = await open("anthropic", (answer) => {
      if (answer.path.includes("count_tokens")) editJson(answer, (body) => (body["input_tokens"] = count += 100));
    });
    const { report, failed } = await runAgainst(standIn, { cases: ["count-tokens"] });
    expect(failed).toBe(1);
    expect(report).toMatch(/counted \d+, the upstream itself \d+/);
  });

  it("fails when the service's refusal is not in the upstream's own words", async () => {
    let count = 0;
    const standIn = await open("anthropic", (answer) => {
      if (answer.status === 400) {
        editJson(answer, (body) =>
          Object.assign(body["error"] as object, { message: `refusal number ${(count += 1)}` }),
        );
      }
    });
    const { report, failed } = await runAgainst(standIn, { cases: ["unknown-field"] });
    expect(failed).toBe(1);
    expect(report).toContain('the upstream said "refusal number 1", the service "refusal number 2"');
  });

  it("fails once and leaves the rest when the upstream refuses its key from the start", async () => {
    const standIn = await open("openai", (answer) => {
      answer.status = 401;
    });
    const { report, ...tally } = await runAgainst(standIn);
    expect(tally).toMatchObject({ failed: 1, passed: 0, skipped: LIVE_CASES.length });
    expect(report).toContain(`${LIVE_CASES.length} cases skipped: the upstream cannot be used`);
  });
});
