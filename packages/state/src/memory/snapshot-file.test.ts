import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { candidate, fail, LONG, refused, requests, taken, targetStatus, usedOf } from "../conformance/state-bench.ts";
import { dollars, reserved, spend, statusOf } from "../conformance/spend-cases.ts";
import type { SessionPlace, State } from "../state.ts";
import type { MemoryStateOptions } from "./create-memory-state.ts";
import { createMemoryState } from "./create-memory-state.ts";

let time = 0;
let folder = "";
let problems: string[] = [];
const open: State[] = [];

function onProblem(message: string, cause: unknown): void {
  problems.push(`${message}: ${String(cause)}`);
}

function start(options: MemoryStateOptions): State {
  const state = createMemoryState({ now: () => time, onProblem, ...options });
  open.push(state);
  return state;
}

function path(): string {
  return join(folder, "state.jsonl");
}

function place(): SessionPlace {
  const times = { usedAt: time, warmUntil: time + 300_000 };
  return {
    provider: "north",
    model: "large-1",
    ...times,
    promptTokens: 10,
    promptBytes: 40,
    cachedTokens: 8,
    outputs: [],
  };
}

beforeEach(() => {
  time = 1_790_000_000_000;
  problems = [];
  folder = mkdtempSync(join(tmpdir(), "switchyard-state-"));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((state) => state.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe("the snapshot file", () => {
  it("keeps limits, breakers, rests, refusals, switches, turns and sessions over a restart", async () => {
    const before = start({ snapshotFile: path() });
    await taken(before, candidate({ limits: [requests(2)] }));
    const slow = { failureThreshold: 1, recoveryTimeoutMs: LONG };
    await fail(before, candidate({ bucket: "south/large", target: "south/large-1", breaker: slow }));
    const west = await taken(before, candidate({ bucket: "west/large", target: "west/large-1" }));
    const rest = { scope: "provider", failure: "auth", message: "no key", until: "change" } as const;
    await before.settle(west, { outcome: "neutral", rest });
    await before.learn("north/large-1", { kind: "beta", name: "b" }, time + LONG);
    await before.writeSwitch("strategy", "cost");
    await before.nextTurn("round");
    await before.writeSession("one", place());
    await before.close();

    const after = start({ snapshotFile: path() });
    expect(problems).toEqual([]);
    expect(await usedOf(after, "requests")).toBe(1);
    await taken(after, candidate({ limits: [requests(2)] }));
    expect(await refused(after, candidate({ limits: [requests(2)] }))).toMatchObject({ reason: "limit" });
    expect((await targetStatus(after, "south/large-1")).breaker).toBe("open");
    expect(after.snapshot().providers.get("west")).toEqual({ failure: "auth", message: "no key" });
    expect((await targetStatus(after)).rejections).toHaveLength(1);
    expect(await after.readSwitches()).toEqual({ strategy: "cost" });
    expect(await after.nextTurn("round")).toBe(1);
    expect(await after.readSession("one")).toEqual([place()]);
  });

  it("keeps what was spent in windows that last, and nothing of what was only reserved", async () => {
    const before = start({ snapshotFile: path() });
    const hour = dollars({ now: time }, 100);
    const over = dollars({ now: time }, 100, { name: "minute", endsAt: time + 1000 });
    const settled = await reserved(before, [hour, over], { amount: spend(50) });
    await reserved(before, [hour], { amount: spend(20) });
    if (settled === undefined) throw new Error("refused");
    await before.settleSpend(settled, spend(30));
    time += 2000;
    await before.close();
    expect(readFileSync(path(), "utf8")).not.toContain("minute");

    const after = start({ snapshotFile: path() });
    expect(problems).toEqual([]);
    expect(await statusOf(after, hour)).toMatchObject({ used: 30, reserved: 0 });
    await after.settleSpend(settled, spend(30));
    expect(await statusOf(after, hour)).toMatchObject({ used: 30 });
  });

  it("keeps no reservation: places at the same time are free, what was reserved stays counted", async () => {
    const limits = [requests(5), { ...requests(1), resource: "concurrency" as const }];
    const before = start({ snapshotFile: path() });
    const reservation = await taken(before, candidate({ limits }));
    await before.close();
    const after = start({ snapshotFile: path() });
    await after.settle(reservation, { outcome: "failure", used: { requests: 0, inputTokens: 0, outputTokens: 0 } });
    await taken(after, candidate({ limits }));
    expect(await usedOf(after, "requests")).toBe(2);
    expect((await targetStatus(after)).failuresInRow).toBe(0);
  });

  it("lets somebody else try out a breaker whose probe went down with the process", async () => {
    const breaker = { failureThreshold: 1, recoveryTimeoutMs: 10_000 };
    const before = start({ snapshotFile: path() });
    await fail(before, candidate({ breaker }));
    time += 10_000;
    await taken(before, candidate({ breaker }));
    await before.close();
    expect((await taken(start({ snapshotFile: path() }), candidate({ breaker }))).probe).toBe(true);
  });

  it("is absent at the first start, which is no problem", async () => {
    await taken(start({ snapshotFile: path() }), candidate());
    expect(problems).toEqual([]);
  });

  it.each([
    ["empty", ""],
    ["not JSON", "{"],
    ["of another version", '{"version":99,"lines":0}\n'],
    ["cut off", '{"version":1,"lines":2}\n["turns","round",3]\n'],
    ["of unknown lines", '{"version":1,"lines":1}\n["secrets","round",3]\n'],
    ["of damaged values", '{"version":1,"lines":1}\n["buckets","north/large",{"limits":[]}]\n'],
    ["of inherited names", '{"version":1,"lines":1}\n["constructor","round",3]\n'],
  ])("begins anew, and says so, when the file is %s", async (_, text) => {
    writeFileSync(path(), text);
    const state = start({ snapshotFile: path() });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^the saved state cannot be read/);
    await taken(state, candidate());
    await state.close();
    expect(readFileSync(path(), "utf8").split("\n")[0]).toContain('"version":1');
  });

  it("says when it cannot be written, and goes on", async () => {
    const state = start({ snapshotFile: join(folder, "absent", "state.jsonl") });
    await taken(state, candidate());
    await state.close();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^the state cannot be saved/);
  });

  it("is replaced whole, is its owner's alone, and leaves nothing unfinished behind", async () => {
    const state = start({ snapshotFile: path() });
    for (let count = 0; count < 250; count += 1) await state.writeSession(`s${count}`, place());
    await state.close();
    expect(readdirSync(folder)).toEqual(["state.jsonl"]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readFileSync(path(), "utf8").trimEnd().split("\n")).toHaveLength(251);
  });
});
