import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import { waitUntil } from "@switchyard/state/testing";

import { createTestLedger } from "./__fixtures__/ledgers.ts";
import { createFolder, open, readAll, segmentsIn } from "./__fixtures__/outboxes.ts";
import { startChild } from "./__fixtures__/start-child.ts";
import { intent } from "./__fixtures__/usage-events.ts";

/** Its owner writes there again meanwhile. */
const REMOVED = { recursive: true, maxRetries: 20, retryDelay: 10 };
const NAMES = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}`);

/** A path that cannot be a folder, until the file there is removed. */
function blockedFolder(): { directory: string; unblock: () => void } {
  const blocker = join(dirname(createFolder()), "blocked");
  writeFileSync(blocker, "");
  return { directory: join(blocker, "outbox"), unblock: () => rmSync(blocker) };
}

describe("a disk that refuses", () => {
  it("is told once, and usage is shipped from memory", async () => {
    const { directory } = blockedFolder();
    const outbox = open({ directory });
    for (const name of NAMES(500)) outbox.append(intent(name));
    await outbox.drained(30_000);
    expect(outbox.ledger.ids).toEqual(NAMES(500));
    expect(outbox.problems).toEqual([expect.stringContaining("the disk does not take usage")]);
    expect(outbox.status()).toMatchObject({ waiting: 0, lost: 0, problem: expect.stringContaining("ENOTDIR") });
  });

  it("gets what waits in memory as soon as it takes it", async () => {
    const { directory, unblock } = blockedFolder();
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ directory, ledger });
    for (const name of NAMES(300)) outbox.append(intent(name));
    unblock();
    await waitUntil(
      async () => (await readAll(directory).catch(() => "")).split("\n").length === 301,
      "all are on disk",
    );
    expect(outbox.status().waiting).toBe(300);
    outbox.append(intent("last"));
    ledger.away = false;
    await outbox.drained(30_000);
    expect(new Set(ledger.ids)).toEqual(new Set([...NAMES(300), "last"]));
    expect(outbox.status()).toMatchObject({ waiting: 0, lost: 0 });
    expect(outbox.status().problem).toBeUndefined();
  });

  it("costs the oldest entries when the memory is full too, and it is said how many", async () => {
    const { directory } = blockedFolder();
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ directory, ledger, limits: { heldEntries: 10 } });
    for (const name of NAMES(25)) outbox.append(intent(name));
    expect(outbox.status()).toMatchObject({ waiting: 10, lost: 15 });
    expect(outbox.problems).toContain("the disk refuses and the memory for usage is full: 1 entries are lost");
    ledger.away = false;
    await outbox.drained(30_000);
    expect(ledger.ids.slice(-9)).toEqual(NAMES(25).slice(-9));
  });

  it("tells at the end what it could not keep", async () => {
    const { directory } = blockedFolder();
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ directory, ledger });
    for (const name of NAMES(5)) outbox.append(intent(name));
    await outbox.close();
    expect(outbox.problems.at(-1)).toBe("5 entries of usage that the disk did not take are lost");
  });

  it("picks up files of earlier runs when it can be read again", async () => {
    const first = open();
    first.ledger.away = true;
    first.append(intent("early"));
    await first.close();
    const blocker = `${first.directory}.away`;
    spawnSync("mv", [first.directory, blocker]);
    writeFileSync(first.directory, "");
    const second = open({ directory: first.directory });
    second.append(intent("late"));
    await waitUntil(() => second.ledger.ids.length === 1, "what came late is shipped from memory");
    rmSync(first.directory);
    spawnSync("mv", [blocker, first.directory]);
    await waitUntil(() => second.ledger.ids.includes("early"), "what came early is found");
  });

  it("whose folder somebody removed gets a new one, and nothing that waits in memory is lost", async () => {
    const ledger = createTestLedger();
    const outbox = open({ ledger });
    outbox.append(intent("shipped"));
    await outbox.drained(30_000);
    await rm(outbox.directory, REMOVED);
    for (const name of NAMES(20)) outbox.append(intent(name));
    await waitUntil(() => outbox.problems.some((problem) => problem.includes("taken over or removed")), "it is seen");
    outbox.append(intent("after"));
    await outbox.drained(30_000);
    const arrived = new Set(ledger.ids);
    expect([...NAMES(20), "after"].filter((name) => !arrived.has(name))).toEqual([]);
    expect(await segmentsIn(outbox.directory)).toHaveLength(1);
  });

  it("whose folder somebody removed still has what was appended before that was seen", async () => {
    const ledger = createTestLedger();
    const outbox = open({ ledger });
    outbox.append(intent("shipped"));
    await outbox.drained(30_000);
    ledger.away = true;
    await rm(outbox.directory, REMOVED);
    // Into a file that has no name any more.
    for (const name of NAMES(20)) outbox.append(intent(name));
    await waitUntil(
      async () => (await readAll(outbox.directory).catch(() => "")).includes('"attemptId":"a19"'),
      "it has a new folder with the last of them",
    );
    ledger.away = false;
    await outbox.drained(30_000);
    const arrived = new Set(ledger.ids);
    expect(NAMES(20).filter((name) => !arrived.has(name))).toEqual([]);
  });

  // A limit of the process on the size of files: writes are cut short and then fail, as on a full disk.
  it("that takes half a line is given the whole line later, and no line is torn", async () => {
    const directory = createFolder();
    const child = await startChild(
      { directory, instance: "full", entries: 200, limits: { segmentBytes: 100_000_000 } },
      "trap '' XFSZ; ulimit -f 40;",
    );
    await waitUntil(() => child.done, "it has appended all");
    expect(child.problems).toContainEqual(expect.stringContaining("the disk does not take usage"));
    const text = await readAll(directory);
    expect(text.endsWith("\n")).toBe(true);
    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThan(200);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it("that has room again gets everything", async () => {
    if (spawnSync("prlimit", ["--version"]).status !== 0) return;
    const directory = createFolder();
    const child = await startChild(
      { directory, instance: "full", entries: 200, limits: { segmentBytes: 100_000_000 } },
      "trap '' XFSZ; ulimit -S -f 40;",
    );
    await waitUntil(() => child.done, "it has appended all");
    spawnSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
    await waitUntil(async () => (await readAll(directory)).trimEnd().split("\n").length === 200, "all are on disk");
    await child.kill();
    const next = open({ directory, instance: "full" });
    await next.drained(30_000);
    expect(next.ledger.ids).toEqual(child.appended);
  });

  it("does not make a folder of a file that is in its place", async () => {
    const directory = createFolder();
    mkdirSync(dirname(directory), { recursive: true });
    writeFileSync(directory, "mine");
    const outbox = open({ directory });
    outbox.append(intent("a"));
    await outbox.drained(30_000);
    expect(outbox.ledger.ids).toEqual(["a"]);
  });
});
