import http from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { startSimulator, type Simulator } from "@switchyard/simulators";
import { createRandom } from "./create-random.ts";
import { runLoad } from "./run-load.ts";
import { sendTurn, type TurnResult } from "./send-turn.ts";
import { createSession, type SessionShape } from "./session.ts";
import { createPlayer } from "./wanted-answer.ts";

const SHAPE: SessionShape = {
  model: "claude-sonnet-5-5",
  system: [1_100, 1_100],
  turn: [100, 100],
  output: [40, 40],
  turns: [3, 3],
  maxTokens: 500,
  firstOutputMs: 0,
  streamMs: 0,
};

function numbers(seed: number): number[] {
  const random = createRandom(seed);
  return [random.next(), random.between(1, 1_000_000), random.gap(5)];
}

describe("a load of sessions", () => {
  const agent = new http.Agent({ keepAlive: true });
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator("anthropic");
  });
  afterEach(() => {
    simulator.reset();
    simulator.quotas.replace([]);
  });
  afterAll(async () => {
    agent.destroy();
    await simulator.close();
  });
  const send = (body: string): Promise<TurnResult> => sendTurn({ url: simulator.url, body, agent });
  const play = (): void => {
    const player = createPlayer();
    simulator.answerWith((request) => player.play(request));
  };

  it("is the same for the same seed", () => {
    expect(numbers(4)).toEqual(numbers(4));
    expect(numbers(4)).not.toEqual(numbers(5));
  });

  it("has gaps that are as long on average as its rate says", () => {
    const random = createRandom(1);
    const sum = Array.from({ length: 20_000 }, () => random.gap(5)).reduce((total, gap) => total + gap, 0);
    expect(sum / 20_000).toBeCloseTo(0.2, 2);
  });

  it("grows its prompts, of which all but the new is read from the cache", async () => {
    play();
    simulator.quotas.replace([{ resource: "input_tokens", limit: 100_000 }]);
    const session = createSession(SHAPE, createRandom(1));
    const inputs: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const before = simulator.quotas.report().quotas[0]?.accepted ?? 0;
      expect(await send(session.ask().body)).toMatchObject({ ok: true, status: 200 });
      session.keep();
      inputs.push((simulator.quotas.report().quotas[0]?.accepted ?? 0) - before);
    }
    expect(inputs[0]).toBeGreaterThan(1_200);
    expect(Math.max(...inputs.slice(1))).toBeLessThan(250);
    expect(session.isOver).toBe(true);
  });

  it.each([
    ["a cut", { fault: { type: "cut", afterEvents: 3 } }, { ok: false, status: 0 }],
    ["an end without message_stop", { fault: { type: "end", afterEvents: 3 } }, { ok: false, failure: "ended early" }],
    ["an error in a 200", { fault: { type: "error_in_200", afterEvents: 3 } }, { ok: false, status: 200 }],
    [
      "a 429 with its wait",
      { error: { status: 429, headers: { "retry-after": "2.5" } } },
      { ok: false, status: 429, retryAfterMs: 2_500 },
    ],
  ] as const)("tells %s from a whole answer", async (_name, scenario, wanted) => {
    simulator.script({ blocks: [{ type: "text", text: "a few words of text" }], ...scenario });
    expect(await send(createSession(SHAPE, createRandom(2)).ask().body)).toMatchObject(wanted);
  });

  it("tries again when it is told to, and counts a turn as failed when its tries are over", async () => {
    play();
    simulator.quotas.replace([{ resource: "requests", limit: 2, windowMs: 60_000 }]);
    const options = { urls: [simulator.url], shape: SHAPE, seed: 1, rate: 40, durationMs: 150 };
    const turns = await runLoad({ ...options, tries: 2, maxWaitMs: 10 });
    expect(turns.filter(({ ok }) => ok)).toHaveLength(2);
    expect(turns.filter(({ ok }) => !ok).every(({ tries, last }) => tries === 2 && last.status === 429)).toBe(true);
    expect(simulator.quotas.report().refused).toBe((turns.length - 2) * 2);
  });
});
