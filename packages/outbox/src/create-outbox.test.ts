import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import { waitUntil, whenQuiet } from "@switchyard/state/testing";

import { createTestLedger } from "./__fixtures__/ledgers.ts";
import { createFolder, filesIn, open, readAll, segmentsIn } from "./__fixtures__/outboxes.ts";
import { intent, settlement } from "./__fixtures__/usage-events.ts";
import { formatEntry } from "./files/entry-line.ts";

const NAMES = (count: number, prefix = "a"): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const lines = (...names: string[]): string => names.map((name) => formatEntry({ at: 5, event: intent(name) })).join("");

function leave(files: Record<string, string>): string {
  const directory = createFolder();
  const set = join(directory, "one.0123456789ab");
  mkdirSync(set, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(set, name), content);
  return directory;
}

/** Bytes that are left after everything else was collected: how much garbage there is depends on the machine. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("createOutbox", () => {
  it("has an entry on disk when append returns, and ships it in order", async () => {
    const ledger = createTestLedger();
    const gate = Promise.withResolvers<void>();
    ledger.gate = gate.promise;
    const outbox = open({ ledger });
    for (const name of NAMES(10)) outbox.append(intent(name));
    expect((await readAll(outbox.directory)).split("\n")).toHaveLength(11);
    expect(outbox.status()).toMatchObject({ waiting: 10, shipped: 0 });
    gate.resolve();
    await outbox.drained(30_000);
    expect(outbox.ledger.ids).toEqual(NAMES(10));
    expect(outbox.status()).toEqual({ waiting: 0, shipped: 10, adopted: 0, rejected: 0, lost: 0 });
  });

  it("gives the ledger events as they were appended", async () => {
    const events: unknown[] = [];
    const ledger = createTestLedger();
    const outbox = open({
      shipper: { ship: async (batch) => void events.push(...batch), close: () => ledger.close() },
    });
    const odd = settlement("ünïcode-\u2028-\u0000-\ud83d\ude00");
    outbox.append(odd);
    await outbox.drained(30_000);
    expect(events).toEqual([odd]);
  });

  it("ships what came alone within 50 ms", () =>
    whenQuiet(async () => {
      const ledger = createTestLedger();
      const shippedAt = Promise.withResolvers<number>();
      const outbox = open({
        shipper: { ship: async () => shippedAt.resolve(performance.now()), close: () => ledger.close() },
        limits: { lingerMs: 20 },
      });
      const appendedAt = performance.now();
      outbox.append(intent("a"));
      expect((await shippedAt.promise) - appendedAt).toBeLessThan(150);
    }));

  it("keeps its folder and files to its own user", async () => {
    const outbox = open();
    outbox.append(intent("a"));
    const modes = await Promise.all(
      ["", ...(await readdir(outbox.directory, { recursive: true }))].map(async (name) => {
        const { mode } = await stat(join(outbox.directory, name));
        return mode & 0o077;
      }),
    );
    expect(modes.length).toBeGreaterThan(3);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it.each(["", "a.b", "a/b", "..", "ä"])("refuses %j as a name of an instance", (instance) => {
    expect(() => open({ instance })).toThrow(TypeError);
  });

  it("has one batch on its way at a time, of 200 entries at most", async () => {
    const ledger = createTestLedger();
    const gate = Promise.withResolvers<void>();
    ledger.gate = gate.promise;
    const outbox = open({ ledger });
    for (const name of NAMES(1000)) outbox.append(intent(name));
    await waitUntil(() => ledger.asked === 1, "a batch is on its way");
    gate.resolve();
    await outbox.drained(30_000);
    expect(ledger.mostUnderWay).toBe(1);
    expect(Math.max(...ledger.batches.map((batch) => batch.length))).toBe(200);
    expect(ledger.ids).toEqual(NAMES(1000));
  });

  it("has batches of as many bytes as allowed at most", async () => {
    const ledger = createTestLedger();
    const outbox = open({ ledger, limits: { batchBytes: 10_000 } });
    for (const name of NAMES(100)) outbox.append(intent(name));
    await outbox.drained(30_000);
    const line = formatEntry({ at: Date.now(), event: intent("a10") }).length;
    expect(Math.max(...ledger.batches.map((batch) => batch.length))).toBe(Math.floor(10_000 / line));
    expect(ledger.ids).toEqual(NAMES(100));
  });

  it("ships an entry that is longer than a batch", async () => {
    const outbox = open({ limits: { batchBytes: 500 } });
    const long = intent("long");
    outbox.append({ ...long, attempt: { ...long.attempt, fallbackChain: NAMES(2000) } });
    outbox.append(intent("short"));
    await outbox.drained(30_000);
    expect(outbox.ledger.ids).toEqual(["long", "short"]);
  });

  it("begins a new segment when one is full, and deletes each that is done", async () => {
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ ledger, limits: { segmentBytes: 2000 } });
    for (const name of NAMES(30)) outbox.append(intent(name));
    expect((await segmentsIn(outbox.directory)).length).toBeGreaterThan(5);
    ledger.away = false;
    await outbox.drained(30_000);
    await waitUntil(async () => (await segmentsIn(outbox.directory)).length === 1, "one segment is left");
    expect(ledger.ids).toEqual(NAMES(30));
  });

  it("tries again until the ledger takes a batch, and tells of it once", async () => {
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ ledger, now: () => 1234 });
    outbox.append(intent("a"));
    await waitUntil(() => ledger.asked >= 5, "it is tried again");
    expect(outbox.status()).toMatchObject({
      waiting: 1,
      oldestAt: 1234,
      problem: "the ledger does not take usage: the ledger is away",
    });
    expect(outbox.problems).toEqual(["the ledger does not take usage: the ledger is away"]);
    ledger.away = false;
    await outbox.drained(30_000);
    expect(outbox.status()).toEqual({ waiting: 0, shipped: 1, adopted: 0, rejected: 0, lost: 0 });
  });

  it("says at the deadline that entries still wait", async () => {
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ ledger });
    outbox.append(intent("a"));
    await expect(outbox.drained(50)).rejects.toThrow("usage still waits after 50 ms: 1 entries");
  });

  it("leaves nothing behind when everything is shipped", async () => {
    const outbox = open();
    for (const name of NAMES(10)) outbox.append(intent(name));
    await outbox.drained(30_000);
    await outbox.close();
    expect(await filesIn(outbox.directory)).toEqual([]);
  });

  it("goes on where the last run stopped", async () => {
    const first = open();
    for (const name of NAMES(10)) first.append(intent(name));
    await first.drained(30_000);
    first.ledger.away = true;
    for (const name of NAMES(7, "b")) first.append(intent(name));
    await first.close();
    const second = open({ directory: first.directory });
    await second.drained(30_000);
    expect(second.ledger.ids).toEqual(NAMES(7, "b"));
    expect(second.status()).toMatchObject({ adopted: 7, shipped: 7, waiting: 0 });
    await waitUntil(async () => (await segmentsIn(second.directory)).length === 1, "the files of the first are gone");
    await second.close();
    expect(await filesIn(second.directory)).toEqual([]);
  });

  it("closes while a batch is on its way, and ships it after the next start", async () => {
    const ledger = createTestLedger();
    ledger.gate = new Promise(() => {});
    const first = open({ ledger });
    first.append(intent("a"));
    await waitUntil(() => ledger.asked === 1, "a batch is on its way");
    await first.close();
    expect(first.problems).toEqual([]);
    const second = open({ directory: first.directory });
    await second.drained(30_000);
    expect(second.ledger.ids).toEqual(["a"]);
  });

  it("never keeps a backlog in memory: it is read in pieces", async () => {
    const ledger = createTestLedger();
    ledger.away = true;
    const outbox = open({ ledger, limits: { heartbeatMs: 10 } });
    const event = intent("a");
    const before = heapInUse();
    for (let index = 0; index < 60_000; index += 1) outbox.append(event);
    await waitUntil(() => ledger.asked > 1, "shipping was tried");
    const grown = heapInUse() - before;
    expect(outbox.status().waiting).toBe(60_000);
    // On disk it is 50 MB.
    expect(grown).toBeLessThan(30_000_000);
  });
});

describe("an entry that the ledger refuses for ever", () => {
  it("is set aside alone, and the others arrive in order", async () => {
    const ledger = createTestLedger();
    ledger.refuses = ({ attempt }) => ["a13", "a77"].includes(attempt.attemptId);
    ledger.away = true;
    const outbox = open({ ledger });
    for (const name of NAMES(100)) outbox.append(intent(name));
    ledger.away = false;
    await outbox.drained(30_000);
    expect(ledger.ids).toEqual(NAMES(100).filter((name) => name !== "a13" && name !== "a77"));
    expect(outbox.status()).toMatchObject({ waiting: 0, rejected: 2 });
    const rejected = await readFile(join(outbox.directory, "rejected.jsonl"), "utf8");
    expect(
      rejected
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { at: expect.any(Number), reason: "no ledger can read this", event: intent("a13") },
      { at: expect.any(Number), reason: "no ledger can read this", event: intent("a77") },
    ]);
    expect(outbox.problems.filter((problem) => problem.includes("refuses"))).toEqual([
      "the ledger refuses the entry of attempt a13 (now in rejected.jsonl): no ledger can read this",
      "the ledger refuses the entry of attempt a77 (now in rejected.jsonl): no ledger can read this",
    ]);
  });

  it("does not stop the others when it cannot be set aside", async () => {
    const ledger = createTestLedger();
    ledger.refuses = ({ attempt }) => attempt.attemptId === "a1";
    const outbox = open({ ledger });
    mkdirSync(join(outbox.directory, "rejected.jsonl"));
    for (const name of NAMES(3)) outbox.append(intent(name));
    await outbox.drained(30_000);
    expect(ledger.ids).toEqual(["a0", "a2"]);
    expect(outbox.problems).toEqual([expect.stringContaining("could not be set aside")]);
  });

  it("is not sent again with the others when the ledger goes away in the middle of the search", async () => {
    const ledger = createTestLedger();
    ledger.refuses = ({ attempt }) => {
      // The half with the bad one comes after the good half.
      if (ledger.ids.length === 2) ledger.away = true;
      return attempt.attemptId === "a3";
    };
    const gate = Promise.withResolvers<void>();
    ledger.gate = gate.promise;
    const outbox = open({ ledger });
    for (const name of NAMES(4)) outbox.append(intent(name));
    gate.resolve();
    await waitUntil(() => ledger.away && ledger.asked > 6, "the ledger is away");
    ledger.refuses = ({ attempt }) => attempt.attemptId === "a3";
    ledger.away = false;
    await outbox.drained(30_000);
    expect(ledger.ids).toEqual(["a0", "a1", "a2"]);
    expect(outbox.status().rejected).toBe(1);
  });
});

describe("files that are not as they were written", () => {
  it("a torn last line is left out and told", async () => {
    const directory = leave({ "00000001.jsonl": lines("a", "b") + lines("c").slice(0, 100) });
    const outbox = open({ directory });
    await outbox.drained(30_000);
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "the old files are gone");
    expect(outbox.ledger.ids).toEqual(["a", "b"]);
    expect(outbox.problems).toEqual([expect.stringContaining("the outbox ends in a torn line")]);
  });

  it("a last line that lacks its line end only is an entry", async () => {
    const directory = leave({ "00000001.jsonl": lines("a", "b").trimEnd() });
    const outbox = open({ directory });
    await waitUntil(() => outbox.ledger.ids.length === 2, "both entries arrive");
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "the old files are gone");
    expect(outbox.problems).toEqual([]);
  });

  it("a torn line in a segment that others follow does not stop those", async () => {
    const directory = leave({
      "00000001.jsonl": lines("a") + lines("x").slice(0, 40),
      "00000002.jsonl": lines("b"),
      "00000004.jsonl": lines("c"),
    });
    const outbox = open({ directory });
    await waitUntil(() => outbox.ledger.ids.length === 3, "all whole entries arrive");
    expect(outbox.ledger.ids).toEqual(["a", "b", "c"]);
  });

  it("lines of rubbish, zeros and other JSON are left out and told", async () => {
    const rubbish = `${"\u0000".repeat(5000)}\n{"half":\n[]\nnull\n{"at":1}\n`;
    const directory = leave({ "00000001.jsonl": lines("a") + rubbish + lines("b") + "\u0000".repeat(4096) });
    const outbox = open({ directory });
    await outbox.drained(30_000);
    await waitUntil(async () => (await segmentsIn(directory)).length === 1, "the old files are gone");
    expect(outbox.ledger.ids).toEqual(["a", "b"]);
    expect(outbox.problems).toEqual([
      expect.stringContaining("5 unreadable lines"),
      expect.stringContaining("torn line"),
    ]);
    expect(outbox.status().waiting).toBe(0);
  });

  it.each(["", "{", "[]", '{"segment":-1,"offset":"x"}', "null"])(
    "a position of %j begins at the start",
    async (text) => {
      const directory = leave({ "00000001.jsonl": lines("a", "b"), "position.json": text });
      const outbox = open({ directory });
      await outbox.drained(30_000);
      expect(outbox.ledger.ids).toEqual(["a", "b"]);
    },
  );

  it("a position beyond the end of what a power loss left sends nothing again and stops nothing", async () => {
    const directory = leave({
      "00000001.jsonl": lines("a", "b"),
      "00000002.jsonl": lines("c"),
      "position.json": '{"segment":1,"offset":99999}',
    });
    const outbox = open({ directory });
    await outbox.drained(30_000);
    expect(outbox.ledger.ids).toEqual(["c"]);
  });

  it("folders and files of others in the directory are let alone", async () => {
    const directory = createFolder();
    mkdirSync(join(directory, "lost+found"), { recursive: true });
    mkdirSync(join(directory, "one.backup"));
    appendFileSync(join(directory, "one.backup", "00000001.jsonl"), lines("x"));
    const outbox = open({ directory });
    outbox.append(intent("a"));
    await outbox.drained(30_000);
    await outbox.close();
    expect(outbox.ledger.ids).toEqual(["a"]);
    expect(await filesIn(directory)).toEqual(["one.backup/00000001.jsonl"]);
  });
});
