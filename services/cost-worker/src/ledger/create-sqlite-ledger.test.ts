import { afterEach, describe, expect, it } from "@jest/globals";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { facts, HOUR, settlement, TEN } from "./conformance/events.ts";

import { createLedger } from "./create-ledger.ts";
import { createSqliteLedger } from "./create-sqlite-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { LedgerSetupError } from "./ledger-setup-error.ts";
import { BEFORE_SESSIONS, readOldBooks, writeOldBooks } from "./testing/old-books.ts";
import { startWriter, type Writer } from "./testing/start-writer.ts";
import { BATCH } from "./testing/write-until-killed.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "switchyard-ledger-"));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(file: string): Promise<Ledger> {
  const ledger = await createSqliteLedger({ file });
  cleanups.push(() => ledger.close());
  return ledger;
}

function writer(file: string, options?: Parameters<typeof startWriter>[1]): Writer {
  const started = startWriter(file, options);
  cleanups.push(() => started.kill());
  return started;
}

async function problemOf(file: string): Promise<LedgerSetupError> {
  const problem: unknown = await createSqliteLedger({ file }).catch((error: unknown) => error);
  if (!(problem instanceof LedgerSetupError)) throw new Error(`no LedgerSetupError but ${String(problem)}`);
  return problem;
}

const TOTAL = { from: 0, to: TEN + 1000 * HOUR, by: [], timeZone: "UTC" } as const;

/** Rows, sums over them, and the file itself say the same. */
async function expectWholeBooks(file: string): Promise<number> {
  const ledger = await open(file);
  const [total] = await ledger.report(TOTAL);
  const bySession = await ledger.report({ ...TOTAL, by: ["session", "hour"] });
  await ledger.close();
  const plain = new DatabaseSync(file, { readOnly: true });
  const rows = plain.prepare("select count(*) as count from ledger_attempts").get()?.["count"];
  expect(plain.prepare("pragma integrity_check").get()).toMatchObject({ integrity_check: "ok" });
  plain.close();
  expect(total?.requests ?? 0).toBe(rows);
  expect(bySession.reduce((sum, row) => sum + row.requests, 0)).toBe(rows);
  return Number(rows);
}

describe("a file", () => {
  it("is created with its folder, for its owner only", async () => {
    const file = join(newFolder(), "state", "deep", "ledger.sqlite");
    const ledger = await createLedger({ databaseFile: file });
    cleanups.push(() => ledger.close());
    expect(ledger.store).toBe("sqlite");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700);
  });

  it("of another program is refused and left as it was", async () => {
    const file = join(newFolder(), "other.sqlite");
    const other = new DatabaseSync(file);
    other.exec("create table notes (text)");
    other.close();
    const before = readFileSync(file);
    expect((await problemOf(file)).message).toMatch(/costs\.database_file.*another program's database/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("that is no database is refused and left as it was", async () => {
    const file = join(newFolder(), "letter.txt");
    writeFileSync(file, "Dear ledger, ".repeat(1000));
    expect((await problemOf(file)).message).toMatch(
      /costs\.database_file \(SWITCHYARD_LEDGER\).*no SQLite database, or damaged/,
    );
    expect(readFileSync(file, "utf8")).toMatch(/^Dear ledger/);
  });

  it("that is damaged is refused", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    await (await open(file)).close();
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(3900, 0xa5), 0, 3900, 100);
    expect((await problemOf(file)).message).toMatch(/damaged/);
  });

  it("in a place that cannot be a folder is refused", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const { message } = await problemOf(join(folder, "file", "ledger.sqlite"));
    expect(message).toMatch(/costs\.database_file \(SWITCHYARD_LEDGER\).*cannot be opened for writing/);
  });

  it("that is a folder is refused", async () => {
    expect((await problemOf(newFolder())).message).toMatch(/cannot be opened for writing/);
  });

  const root = process.getuid?.() === 0;
  (root ? it.skip : it)(
    `in a folder without permission is refused${root ? " (skipped: root may write anywhere)" : ""}`,
    async () => {
      const folder = join(newFolder(), "locked");
      mkdirSync(folder);
      chmodSync(folder, 0o500);
      expect((await problemOf(join(folder, "ledger.sqlite"))).message).toMatch(/cannot be opened for writing.*EACCES/);
    },
  );

  it("of the version before is brought up to date, with the same reports, and goes on from there", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    const first = await open(file);
    await writeOldBooks(first);
    const before = await readOldBooks(first);
    await first.close();
    const old = new DatabaseSync(file);
    for (const statement of BEFORE_SESSIONS) old.exec(statement);
    old.close();
    const ledger = await open(file);
    expect(await readOldBooks(ledger)).toEqual(before);
    await ledger.write([settlement(facts("new", { at: TEN - HOUR, session: "s20", agent: "g1" }))]);
    const rows = (await readOldBooks(ledger))[0] ?? [];
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(301);
  });

  it("of a newer version is refused and left as it was", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    await (await open(file)).close();
    const later = new DatabaseSync(file);
    later.exec("insert into ledger_migrations (name, timestamp) values ('0999-later', '2030-01-01')");
    later.close();
    expect((await problemOf(file)).message).toMatch(/newer version.*0999-later.*update/);
    expect((await problemOf(file)).message).toMatch(/newer version/);
  });
});

describe("one writer", () => {
  it("keeps a second worker of the same process out, by whatever name it knows the file", async () => {
    const folder = newFolder();
    const file = join(folder, "ledger.sqlite");
    const ledger = await open(file);
    symlinkSync(file, join(folder, "link.sqlite"));
    for (const name of [file, join(folder, "link.sqlite")]) {
      const { message } = await problemOf(name);
      expect(message).toMatch(/another cost worker writes the ledger .*SQLite has one writer.*DATABASE_URL/);
    }
    expect(await ledger.write([settlement(facts("a"))])).toMatchObject({ duplicates: 0 });
    await ledger.close();
    expect(await (await open(file)).report(TOTAL)).toMatchObject([{ requests: 1 }]);
  });

  it("keeps a second process out, until the first is gone, even by kill -9", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    const first = writer(file);
    await first.reached(1);
    expect((await problemOf(file)).message).toMatch(/DATABASE_URL/);
    const second = writer(file);
    expect(await second.failed()).toMatch(/LedgerSetupError: another cost worker.*DATABASE_URL/);
    await first.kill();
    await expectWholeBooks(file);
  });

  it("lets others read while it writes", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    const ledger = await open(file);
    const reader = new DatabaseSync(file, { readOnly: true });
    cleanups.push(() => reader.close());
    reader.exec("begin");
    reader.prepare("select count(*) from ledger_attempts").get();
    await ledger.write([settlement(facts("a"))]);
    reader.exec("commit");
    expect(reader.prepare("select count(*) as rows from ledger_attempts").get()).toMatchObject({ rows: 1 });
  });
});

describe("trouble", () => {
  it("kill -9 amid writing loses no acknowledged batch and halves none", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    let before = 0;
    for (const batches of [1, 7, 23]) {
      const process = writer(file);
      // Batches of the runs before are known; they are acknowledged again, and add nothing.
      await process.reached(batches);
      await process.kill();
      const rows = await expectWholeBooks(file);
      expect(rows % BATCH).toBe(0);
      expect(rows).toBeGreaterThanOrEqual(Math.max(before, process.acknowledged() * BATCH));
      before = rows;
    }
  }, 180_000);

  it("a full disk rejects the batch, which leaves nothing behind", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    const process = writer(file, { largestFile: 600 });
    expect(await process.failed()).toMatch(/^LedgerUnavailableError: the ledger does not answer/);
    await process.kill();
    expect(process.acknowledged()).toBeGreaterThan(0);
    expect(await expectWholeBooks(file)).toBe(process.acknowledged() * BATCH);
  }, 180_000);

  it("a file held by another program rejects writing after a while, and works again when it is let go", async () => {
    const file = join(newFolder(), "ledger.sqlite");
    const ledger = await open(file);
    const other = new DatabaseSync(file);
    cleanups.push(() => other.close());
    other.exec("begin immediate");
    await expect(ledger.write([settlement(facts("a"))])).rejects.toMatchObject({ name: "LedgerUnavailableError" });
    expect(await ledger.report(TOTAL)).toEqual([]);
    other.exec("rollback");
    expect(await ledger.write([settlement(facts("a"))])).toMatchObject({ settled: [{ attemptId: "a" }] });
  });

  it("more nano-dollars than can be told exactly are not told at all", async () => {
    const ledger = await open(join(newFolder(), "ledger.sqlite"));
    const cost = { nanoDollars: Number.MAX_SAFE_INTEGER, priceVersion: "test" };
    await ledger.write([settlement(facts("a"), { cost }), settlement(facts("b"), { cost })]);
    await expect(ledger.report(TOTAL)).rejects.toMatchObject({ name: "RangeError" });
  });
});
