import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { waitUntil } from "../testing/index.ts";
import { createReplicaMemory } from "./replica-memory.ts";

const MINUTE = 60_000;

describe("how many gateways there are", () => {
  let directory: string;
  let file: string;
  let time = 0;
  let problems: string[] = [];
  const open = (expected?: number) =>
    createReplicaMemory({ file, expected, now: () => time, onProblem: (message) => problems.push(message) });
  const saved = (): unknown => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return undefined;
    }
  };
  const saves = (replicas: number): Promise<void> =>
    waitUntil(() => JSON.stringify(saved()) === JSON.stringify({ replicas }), `${replicas} are saved`);
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "switchyard-replicas-"));
    file = path.join(directory, "replicas.json");
    time = 0;
    problems = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("is one where nobody has said anything, else what the settings say", () => {
    expect(open().sharers).toBe(1);
    expect(open(4).sharers).toBe(4);
    expect(problems).toEqual([]);
  });

  it("outlives a restart", async () => {
    open().note(3);
    await saves(3);
    expect(open().sharers).toBe(3);
  });

  it("is the larger of what is remembered and what the settings say", () => {
    writeFileSync(file, `{"replicas":3}`);
    expect(open(2).sharers).toBe(3);
    expect(open(5).sharers).toBe(5);
  });

  it("does not fall at once when a look shows fewer: others may be on their way back", () => {
    const memory = open();
    memory.note(3);
    time += 14_000;
    memory.note(1);
    expect(memory.sharers).toBe(3);
    time += 2000;
    memory.note(1);
    expect(memory.sharers).toBe(1);
  });

  it("is what it was before they stopped one after the other", async () => {
    const memory = open();
    memory.note(3);
    await saves(3);
    for (const left of [2, 1]) {
      time += MINUTE;
      memory.note(left);
    }
    expect(open().sharers).toBe(3);
  });

  it("follows a fleet that has stayed smaller", async () => {
    const memory = open();
    memory.note(6);
    time += 11 * MINUTE;
    memory.note(2);
    await saves(2);
    expect(open().sharers).toBe(2);
  });

  it.each(["", "not JSON", "{}", `{"replicas":0}`, `{"replicas":"3"}`, "null"])("is not read from %j", (text) => {
    writeFileSync(file, text);
    expect(open(2).sharers).toBe(2);
    expect(problems).toHaveLength(1);
  });

  it("is kept in memory where it cannot be written", async () => {
    file = path.join(directory, "missing", "replicas.json");
    const memory = open();
    memory.note(3);
    expect(memory.sharers).toBe(3);
    await waitUntil(() => problems.length > 0, "the problem is told");
  });
});
