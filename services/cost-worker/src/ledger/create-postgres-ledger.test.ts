import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { Client } from "pg";

import { facts, HOUR, settlement, TEN } from "./conformance/events.ts";
import { createLedger } from "./create-ledger.ts";
import { createPostgresLedger } from "./create-postgres-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { BEFORE_SESSIONS, readOldBooks, writeOldBooks } from "./testing/old-books.ts";
import { startPostgres, type TestPostgres, whyNoPostgres } from "./testing/start-postgres.ts";

const AWAY = { name: "LedgerUnavailableError" };
const TOTAL = { from: 0, to: TEN + 1000 * HOUR, by: [], timeZone: "UTC" } as const;

async function problemOf(url: string): Promise<{ name: string; message: string }> {
  const problem: unknown = await createPostgresLedger({ url }).catch((error: unknown) => error);
  if (!(problem instanceof Error)) throw new Error("it opened");
  return problem;
}

describe("an address", () => {
  it.each(["", "redis://127.0.0.1:6379", "localhost", "postgres://", "postgres://user:s3cret@host:port/books"])(
    "that is none of Postgres is refused, with the name of the setting: %p",
    async (url) => {
      const { name, message } = await problemOf(url);
      expect({ name, message }).toEqual({
        name: "LedgerSetupError",
        message:
          "DATABASE_URL (costs.database_url) is no address of a Postgres database; it looks like postgres://user:password@host:5432/database",
      });
    },
  );

  it("where nobody listens is told without the password, as something that may pass", async () => {
    const { name, message } = await problemOf("postgres://me:s3cret@127.0.0.1:9/books");
    expect(name).toBe("LedgerUnavailableError");
    expect(message).toMatch(/DATABASE_URL.*127\.0\.0\.1:9\/books does not answer.*ECONNREFUSED/);
    expect(message).not.toMatch(/s3cret/);
  });
});

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

const why = whyNoPostgres();

(why === undefined ? describe : describe.skip)(`with a server${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let server: TestPostgres;

  beforeAll(async () => {
    if (why === undefined) server = await startPostgres();
  }, 180_000);
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  afterAll(async () => server.close());

  async function open(url: string): Promise<Ledger> {
    const ledger = await createLedger({ databaseFile: "/nowhere/at/all", databaseUrl: url });
    cleanups.push(() => ledger.close());
    return ledger;
  }

  it("is used in place of the file when it is set", async () => {
    const ledger = await open(await server.createDatabase());
    expect(ledger.store).toBe("postgres");
  });

  it("refuses a database or a user that there is not, with the name of the setting", async () => {
    const url = new URL(await server.createDatabase());
    const elsewhere = new URL(url);
    elsewhere.pathname = "/nowhere";
    const stranger = new URL(url);
    stranger.username = "stranger";
    for (const wrong of [elsewhere, stranger]) {
      const { name, message } = await problemOf(wrong.href);
      expect(name).toBe("LedgerSetupError");
      expect(message).toMatch(/DATABASE_URL \(costs\.database_url\).*refuses.*does not exist/);
    }
  });

  it("refuses a user without the right to make tables", async () => {
    const url = await server.createDatabase();
    await ask(url, "create user reader");
    await ask(url, "revoke create on schema public from public");
    const reader = new URL(url);
    reader.username = "reader";
    expect(await problemOf(reader.href)).toMatchObject({
      name: "LedgerSetupError",
      message: expect.stringMatching(/DATABASE_URL.*permission denied/),
    });
  });

  it("is brought up to date once, by whichever of many workers comes first", async () => {
    const url = await server.createDatabase();
    const ledgers = await Promise.all(Array.from({ length: 5 }, () => open(url)));
    await Promise.all(ledgers.map((ledger, place) => ledger.write([settlement(facts(`a${place}`))])));
    expect(await ledgers[0]?.report(TOTAL)).toMatchObject([{ requests: 5 }]);
  });

  it("brings tables of the version before up to date, with the same reports", async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    await writeOldBooks(first);
    const before = await readOldBooks(first);
    await first.close();
    for (const statement of BEFORE_SESSIONS) await ask(url, statement);
    const ledger = await open(url);
    expect(await readOldBooks(ledger)).toEqual(before);
    await ledger.write([settlement(facts("new", { at: TEN, session: "s20", agent: "g1" }))]);
    const rows = (await readOldBooks(ledger))[0] ?? [];
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(301);
  });

  it("refuses tables of a newer version", async () => {
    const url = await server.createDatabase();
    await (await open(url)).close();
    await ask(url, "insert into ledger_migrations (name, timestamp) values ('0999-later', '2030-01-01')");
    expect(await problemOf(url)).toMatchObject({
      name: "LedgerSetupError",
      message: expect.stringMatching(/newer version.*0999-later.*update/),
    });
  });

  it("says that it is away when the server is killed, and goes on when it is back, with what was acknowledged", async () => {
    const ledger = await open(await server.createDatabase());
    await ledger.write([settlement(facts("before"))]);
    await server.kill();
    await expect(ledger.write([settlement(facts("during"))])).rejects.toMatchObject(AWAY);
    await expect(ledger.openIntents()).rejects.toMatchObject(AWAY);
    await expect(ledger.report(TOTAL)).rejects.toMatchObject(AWAY);
    await server.restart();
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: 1 }]);
    expect(await ledger.write([settlement(facts("before")), settlement(facts("during"))])).toMatchObject({
      settled: [{ attemptId: "during" }],
      duplicates: 1,
    });
  }, 180_000);

  it("keeps whole batches or none when it is killed amid them", async () => {
    const url = await server.createDatabase();
    const ledger = await open(url);
    const acknowledged: number[] = [];
    const writing = Array.from({ length: 200 }, async (_, number) => {
      const batch = Array.from({ length: 20 }, (_unused, place) => settlement(facts(`b${number}-${place}`)));
      await ledger.write(batch);
      acknowledged.push(number);
      if (acknowledged.length === 20) await server.kill();
    });
    await Promise.allSettled(writing);
    await server.restart();
    const found = await ask(
      url,
      "select split_part(attempt_id, '-', 1) as batch, count(*)::int as rows from ledger_attempts group by 1",
    );
    expect(found.every(({ rows }) => rows === 20)).toBe(true);
    const batches = new Set(found.map(({ batch }) => batch));
    expect(acknowledged.every((number) => batches.has(`b${number}`))).toBe(true);
    expect(acknowledged.length).toBeGreaterThanOrEqual(20);
    expect(acknowledged.length).toBeLessThan(200);
    expect(await ledger.report(TOTAL)).toMatchObject([{ requests: batches.size * 20 }]);
  }, 180_000);

  it("tells no sum that it could not tell exactly", async () => {
    const ledger = await open(await server.createDatabase());
    const cost = { nanoDollars: Number.MAX_SAFE_INTEGER, priceVersion: "test" };
    await ledger.write([settlement(facts("a"), { cost }), settlement(facts("b"), { cost })]);
    await expect(ledger.report(TOTAL)).rejects.toMatchObject({ name: "RangeError" });
  });
});
