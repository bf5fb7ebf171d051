import { expect, it } from "@jest/globals";

import {
  type Dimension,
  DIMENSIONS,
  type Ledger,
  type PricedEvent,
  type ReportQuery,
  type ReportRow,
} from "../ledger.ts";
import { COST, DAY, facts, HOUR, MINUTE, settlement, TEN, USAGE } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";

const SESSIONS = 240;
const FIRST = TEN - 40 * DAY;

/** Over forty days: sessions of an hour to four days, some with agents, attempts without a session among them. */
function manySessions(): PricedEvent[] {
  return Array.from({ length: SESSIONS }, (_session, number) =>
    Array.from({ length: 6 }, (_attempt, place) => {
      const session = number % 40 === 7 ? "" : `s${(number * 7919) % SESSIONS}`;
      const step = number % 11 === 0 ? 16 * HOUR : 11 * MINUTE;
      const attempt = facts(`a${number}-${place}`, {
        at: FIRST + number * 4 * HOUR + place * step,
        provider: `p${(number + place) % 3}`,
        model: `m${place % 2}`,
        client: `c${number % 5}`,
        session,
        ...(place % 3 === 2 ? { agent: `g${number % 60}-${place}` } : {}),
      });
      const nanoDollars = 1000 + ((number * 131 + place * 17) % 400);
      const usage = { ...USAGE, uncachedInput: (number * 37) % 1000 };
      const outcome = (number + place) % 9 === 0 ? "failure" : "success";
      return settlement(attempt, { outcome, usage, cost: { ...COST, nanoDollars } });
    }),
  ).flat();
}

function projectsOf(count: number, name: string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_session, number) => [`s${number}`, `${name}${number % 3}`]),
  );
}

async function fill(ledger: Ledger): Promise<void> {
  const events = manySessions();
  await ledger.nameProjects(projectsOf(SESSIONS / 2, "/early"));
  await ledger.write(events.slice(0, events.length / 2));
  // Sessions get another project when they are told of anew.
  await ledger.nameProjects(projectsOf(SESSIONS, "/late"));
  await ledger.write(events.slice(events.length / 2));
}

async function readPages(ledger: Ledger, query: ReportQuery, limit: number): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for (;;) {
    const page = await ledger.report({ ...query, limit, offset: rows.length });
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

const CHOICES: readonly (readonly Dimension[])[] = [
  ["session"],
  ["session", "agent"],
  ["session", "agent", "model"],
  ["session", "project", "outcome"],
  ["agent", "provider"],
  ["agent", "project", "client"],
  ["client", "agent", "outcome"],
  ["day", "session"],
  ["hour", "agent", "model"],
  ["provider", "model", "day"],
];

/** Without the months, what they have in common added up. */
function withoutMonths(rows: readonly ReportRow[]): Record<string, [requests: number, cost: number, output: number]> {
  const groups: Record<string, [number, number, number]> = {};
  for (const { group, requests, cost, output } of rows) {
    const key = JSON.stringify(DIMENSIONS.map((dimension) => (dimension === "month" ? "" : group[dimension])));
    const [before, spent, told] = groups[key] ?? [0, 0, 0];
    groups[key] = [before + requests, spent + cost, told + output];
  }
  return groups;
}

export function registerPageCases(bench: LedgerBench): void {
  it.each(["cost", "requests", "tokens", "time", undefined] as const)(
    "has pages that together are the whole, in the order of %s",
    async (orderBy) => {
      const ledger = await bench.create();
      await fill(ledger);
      for (const by of CHOICES) {
        const query = { from: 0, to: TEN + 30 * DAY, by, timeZone: "Europe/Berlin", ...(orderBy ? { orderBy } : {}) };
        const whole = await ledger.report(query);
        expect(whole.length).toBeGreaterThan(0);
        expect(await readPages(ledger, query, 97)).toEqual(whole);
        // Far from the first one another way is taken.
        expect(await ledger.report({ ...query, limit: 1990, offset: 20 })).toEqual(whole.slice(20, 2010));
        expect(await ledger.report({ ...query, limit: 6000, offset: 20 })).toEqual(whole.slice(20));
        expect(await ledger.report({ ...query, limit: 5, offset: whole.length })).toEqual([]);
        expect(await ledger.report({ ...query, limit: 5, offset: whole.length + 1000 })).toEqual([]);
      }
    },
  );

  it("adds up sessions that begin before the time, end after it or do both, as month by month", async () => {
    const ledger = await bench.create();
    await fill(ledger);
    const times = [
      [FIRST + 5 * DAY + 7 * HOUR + 13 * MINUTE, FIRST + 21 * DAY + 90_001],
      [FIRST + 90 * MINUTE, TEN],
      [FIRST + 9 * DAY, FIRST + 11 * DAY + 30 * MINUTE],
    ] as const;
    for (const removeBefore of [0, FIRST + 10 * DAY, TEN + DAY]) {
      await ledger.retain(removeBefore);
      for (const [from, to] of times) {
        for (const by of CHOICES.slice(0, 7)) {
          for (const where of [
            {},
            { client: ["c1", "c4"] },
            { project: ["/late1"] },
            { provider: ["p2"], agent: [""] },
          ]) {
            const query = { from, to, by, where, timeZone: "UTC" };
            const monthly = await ledger.report({ ...query, by: [...by, "month"] });
            expect(withoutMonths(await ledger.report(query))).toEqual(withoutMonths(monthly));
          }
        }
      }
    }
  });
}
