import { afterEach, describe, expect, it } from "@jest/globals";
import { Counter, Registry } from "prom-client";

import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { attemptFacts, intent, settlement } from "../testing/usage-events.ts";
import { waitFor } from "../testing/wait-for.ts";
import { createCorrectableCounter } from "./correctable-counter.ts";

let worker: TestWorker | undefined;
afterEach(async () => {
  await worker?.close();
  worker = undefined;
});

async function start(): Promise<TestWorker> {
  worker = await startTestWorker({ deps: { times: { lostIntentsMs: 5 } } });
  return worker;
}

async function send(at: TestWorker, ...events: unknown[]): Promise<void> {
  expect((await at.ask("/usage", { json: { events } })).status).toBe(200);
}

/** The values of a metric's series whose labels contain these. */
async function valueOf(at: TestWorker, name: string, ...labels: string[]): Promise<number> {
  const lines = (await at.ask("/metrics")).text.split("\n");
  const own = lines.filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)));
  return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

const REQUESTS = "claude_multimodel_requests_total";
const COST = "claude_multimodel_cost_total";
const TOKENS = "claude_multimodel_tokens_total";

/** An attempt that is in the books as unknown, with 1,000 estimated tokens of input: $0.003. */
async function loseAttempt(at: TestWorker) {
  const attempt = attemptFacts();
  await send(at, intent({ attempt, leaseUntil: Date.now() - 1 }));
  await waitFor(async () => (await valueOf(at, REQUESTS, 'status="error"')) === 1);
  return attempt;
}

describe("a settlement that comes after its attempt was given up", () => {
  it("counts once: what was counted in its place is taken off what follows", async () => {
    const own = await start();
    const attempt = await loseAttempt(own);
    expect(await valueOf(own, COST)).toBeCloseTo(0.003, 9);
    await send(own, settlement({ attempt, usage: { uncachedInput: 400, output: 200 } }));
    expect(await valueOf(own, REQUESTS, 'status="success"')).toBe(1);
    // 400 are less than the 1,000 that were counted: it stays, and never falls.
    expect(await valueOf(own, TOKENS, 'type="input"')).toBe(1000);
    expect(await valueOf(own, TOKENS, 'type="output"')).toBe(200);
    await send(own, settlement({ usage: { uncachedInput: 5000, output: 100 }, outcome: "failure" }));
    expect(await valueOf(own, REQUESTS)).toBe(2);
    expect(await valueOf(own, TOKENS, 'type="input"')).toBe(5400);
    expect(await valueOf(own, TOKENS, 'type="output"')).toBe(300);
    const { total_cost: booked } = (await own.ask("/api/stats")).json;
    expect(await valueOf(own, COST)).toBeCloseTo(Number(booked), 9);
    expect(await valueOf(own, "switchyard_cost_by_source_total", 'source="table"')).toBeCloseTo(Number(booked), 9);
  });

  it("counts once where it is sent twice", async () => {
    const own = await start();
    const attempt = await loseAttempt(own);
    const late = settlement({ attempt, usage: { uncachedInput: 3000, output: 0 } });
    await send(own, late);
    await send(own, late);
    expect(await valueOf(own, TOKENS, 'type="input"')).toBe(3000);
    expect(await valueOf(own, REQUESTS, 'status="success"')).toBe(1);
    expect(await valueOf(own, "switchyard_usage_events_total", 'result="settled"')).toBe(1);
  });
});

describe("a counter that is corrected", () => {
  it("never falls, and is exact again when as much has come", async () => {
    const counter = new Counter({ name: "things", help: "Things.", labelNames: ["kind"], registers: [new Registry()] });
    const things = createCorrectableCounter(counter);
    const told: number[] = [];
    for (const amount of [5, -3, 1, 1, 1, 4, -2, -1, 3]) {
      things.add({ kind: "one" }, amount);
      // oxlint-disable-next-line no-await-in-loop
      told.push((await counter.get()).values[0]?.value ?? 0);
    }
    expect(told).toEqual([5, 5, 5, 5, 5, 9, 9, 9, 9]);
  });

  it("keeps its series apart, whatever the order of their labels", async () => {
    const counter = new Counter({
      name: "things",
      help: "Things.",
      labelNames: ["kind", "size"],
      registers: [new Registry()],
    });
    const things = createCorrectableCounter(counter);
    things.add({ kind: "one", size: "big" }, -2);
    things.add({ size: "big", kind: "one" }, 3);
    things.add({ kind: "two", size: "big" }, 3);
    expect((await counter.get()).values.map(({ value }) => value)).toEqual([1, 3]);
  });
});
