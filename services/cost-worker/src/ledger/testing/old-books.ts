import type { Dimension, Ledger, ReportRow } from "../ledger.ts";
import { COST, DAY, facts, HOUR, settlement, TEN } from "../conformance/events.ts";

const BY: readonly (readonly Dimension[])[] = [
  ["session", "agent", "model"],
  ["agent", "provider"],
  ["client", "agent", "project"],
  ["client", "project"],
  ["session"],
];

/** Ten days of sessions with and without agents and projects, and attempts of no session, some without their rows. */
export async function writeOldBooks(ledger: Ledger): Promise<void> {
  await ledger.write(
    Array.from({ length: 300 }, (_, place) =>
      settlement(
        facts(`old-${place}`, {
          at: TEN - 10 * DAY + place * 45 * 60_000,
          client: `c${place % 3}`,
          session: place % 7 === 0 ? "" : `s${Math.floor(place / 8)}`,
          agent: place % 4 === 0 ? `g${place % 5}` : "",
          provider: `p${place % 2}`,
          model: `m${place % 3}`,
        }),
        { cost: { ...COST, nanoDollars: 100 + place } },
      ),
    ),
  );
  await ledger.nameProjects(Object.fromEntries([3, 4, 5, 20].map((number) => [`s${number}`, `/p${number % 2}`])));
  await ledger.retain(TEN - 6 * DAY);
}

/** Reports that read what an update makes of old books, of all the time and of some of it. */
export async function readOldBooks(ledger: Ledger): Promise<ReportRow[][]> {
  const times = [
    [0, TEN + DAY],
    [TEN - 8 * DAY + 5 * HOUR, TEN - 2 * DAY + 40_000],
  ] as const;
  return Promise.all(
    times.flatMap(([from, to]) => BY.map((by) => ledger.report({ from, to, by, timeZone: "UTC", orderBy: "cost" }))),
  );
}
/** Statements that make books of this version those of the one before sums over whole sessions. */
export const BEFORE_SESSIONS: readonly string[] = [
  "drop table ledger_session_sums",
  "drop table ledger_sessions",
  "delete from ledger_sums where cube in (12, 13, 14)",
  "delete from ledger_migrations where name = '0004-sessions'",
];
