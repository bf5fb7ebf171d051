import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { createFolder } from "../__fixtures__/outboxes.ts";
import { intent } from "../__fixtures__/usage-events.ts";
import { formatEntry } from "./entry-line.ts";
import { SetSource, type SetSourceOptions } from "./set-source.ts";

const LIMITS = { batchEntries: 3, batchBytes: 100_000 };

const lines = (...names: string[]): string => names.map((name) => formatEntry({ at: 5, event: intent(name) })).join("");

function createSet(files: Record<string, string>): string {
  const set = createFolder();
  mkdirSync(set, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(set, name), content);
  return set;
}

function read(set: string, options: Partial<SetSourceOptions> = {}): SetSource & { names(): Promise<unknown> } {
  const source = new SetSource({ set, limits: LIMITS, onProblem: () => {}, ...options });
  return Object.assign(source, {
    names: async () => {
      const entries = await source.next();
      return Array.isArray(entries) ? entries.map(({ event }) => event.attempt.attemptId) : entries;
    },
  });
}

describe("SetSource", () => {
  it("gives an adopted folder in batches and deletes it at its end", async () => {
    const set = createSet({ "00000001.jsonl": lines("a", "b", "c", "d"), "00000002.jsonl": lines("e"), heartbeat: "" });
    const source = read(set);
    expect(await source.names()).toEqual(["a", "b", "c"]);
    expect(source.progress()).toEqual({ waiting: 5, done: 0, counted: true, oldestAt: 5 });
    await source.acknowledge(3);
    expect(await source.names()).toEqual(["d"]);
    await source.acknowledge(1);
    expect(await source.names()).toEqual(["e"]);
    expect(readdirSync(set)).not.toContain("00000001.jsonl");
    await source.acknowledge(1);
    expect(await source.names()).toBe("end");
    expect(readdirSync(dirname(set))).toEqual([]);
  });

  it("gives again what was not acknowledged, from the first of it on", async () => {
    const source = read(createSet({ "00000001.jsonl": lines("a", "b", "c", "d") }));
    await source.names();
    await source.acknowledge(1);
    expect(await source.names()).toEqual(["b", "c", "d"]);
    await source.acknowledge(1);
    await source.acknowledge(1);
    expect(await source.names()).toEqual(["d"]);
    expect(source.progress()).toMatchObject({ waiting: 1, done: 3 });
  });

  it("keeps the position over a close", async () => {
    const set = createSet({ "00000001.jsonl": lines("a", "b", "c", "d") });
    const first = read(set);
    await first.names();
    await first.acknowledge(2);
    await first.close();
    const second = read(set);
    expect(await second.names()).toEqual(["c", "d"]);
    expect(second.progress()).toMatchObject({ waiting: 2 });
  });

  it("waits for what a late owner still writes, until the folder is settled", async () => {
    const set = createSet({ "00000001.jsonl": lines("a") });
    const source = read(set, { settledAt: Date.now() + 60_000 });
    await source.names();
    await source.acknowledge(1);
    expect(await source.names()).toBeUndefined();
    const late = lines("b");
    appendFileSync(join(set, "00000001.jsonl"), late.slice(0, 50));
    expect(await source.names()).toBeUndefined();
    appendFileSync(join(set, "00000001.jsonl"), late.slice(50));
    expect(await source.names()).toEqual(["b"]);
    await source.acknowledge(1);
    writeFileSync(join(set, "00000002.jsonl"), lines("c"));
    expect(await source.names()).toEqual(["c"]);
    await source.acknowledge(1);
    expect(await source.names()).toBeUndefined();
    await source.close();
    expect(await read(set, { settledAt: Date.now() }).names()).toBe("end");
  });

  it("does not wait for the end of a line in a segment that grows", async () => {
    const set = createSet({ "00000001.jsonl": lines("a") + lines("b").slice(0, 30) });
    const problems: string[] = [];
    const live = { segment: () => 1, written: () => 2, oldestAt: () => 7 };
    const source = read(set, { live, onProblem: (problem) => problems.push(problem) });
    expect(await source.names()).toEqual(["a"]);
    await source.acknowledge(1);
    expect(await source.names()).toBeUndefined();
    expect(problems).toEqual([]);
    appendFileSync(join(set, "00000001.jsonl"), lines("b").slice(30));
    expect(await source.names()).toEqual(["b"]);
  });

  it("comes to its end when the folder is taken away", async () => {
    expect(await read(join(createFolder(), "gone")).names()).toBe("end");
  });

  it("ends at once with a folder that has nothing in it", async () => {
    const set = createSet({ heartbeat: "" });
    expect(await read(set).names()).toBe("end");
    expect(readdirSync(dirname(set))).toEqual([]);
  });
});
