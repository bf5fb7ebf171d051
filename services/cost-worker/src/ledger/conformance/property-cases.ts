import { expect, it } from "@jest/globals";
import type { ModelTier } from "@switchyard/wire";
import * as fc from "fast-check";

import { DIMENSIONS, type Ledger, type PricedEvent, type ReportQuery, type ReportRow } from "../ledger.ts";
import { facts, HOUR, intent, lostPrice, MINUTE, settlement, USAGE } from "./events.ts";
import type { LedgerBench } from "./ledger-bench.ts";
import { PlainBooks } from "./plain-books.ts";

/** Clocks are put back in Berlin on the 25th of October, and were put on in Lord Howe, by half an hour, on the 3rd. */
const START = Date.parse("2026-10-01T00:00:00Z");
const LENGTH = 27 * 24 * HOUR;
const FAR = START + 400 * 24 * HOUR;
const PROJECTS = { s0: "/home/a", s1: "/home/b", s2: "/home/a" };
const ZONES = ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York", "Asia/Kathmandu"];

interface Story {
  attempt: ReturnType<typeof facts>;
  /** Undefined: it is never heard of again. */
  outcome: "success" | "failure" | "aborted" | undefined;
  hasIntent: boolean;
  tokens: number;
  cost: number;
  estimated: boolean;
  reported: boolean;
}

function among<Value>(...values: Value[]): fc.Arbitrary<Value> {
  return fc.constantFrom(...values);
}

/** A key without a value is no key. */
function withoutAbsent<Some extends object>(some: Some): { [Key in keyof Some]: Exclude<Some[Key], undefined> } {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Some]: Exclude<Some[Key], undefined>;
  };
}

const AT = fc.oneof(
  fc.nat(LENGTH).map((after) => START + after),
  fc.nat(LENGTH / (15 * MINUTE)).map((quarters) => START + quarters * 15 * MINUTE),
);

const STORY: fc.Arbitrary<Story> = fc.record({
  attempt: fc
    .record({
      at: AT,
      provider: among("vertex", "anthropic"),
      model: among("m1", "m2"),
      askedModel: among("m1", "alias"),
      tier: among<ModelTier>("big", "small"),
      client: among(undefined, "c0", "c1"),
      session: among(undefined, "s0", "s1", "s2", "s3"),
      agent: among(undefined, "g0"),
      subscription: fc.boolean(),
      estimatedInputTokens: fc.nat(5000),
    })
    .map((some) => facts("", withoutAbsent(some))),
  outcome: among("success", "success", "failure", "aborted", undefined),
  hasIntent: fc.boolean(),
  tokens: fc.nat(100_000),
  cost: fc.oneof(fc.nat(10_000_000_000), fc.constant(0)),
  estimated: fc.boolean(),
  reported: fc.boolean(),
});

const STORIES = fc
  .array(STORY, { maxLength: 40 })
  .map((stories) =>
    stories.map((story, place) => ({ ...story, attempt: { ...story.attempt, attemptId: `a${place}` } })),
  );

function eventsOf(story: Story): PricedEvent[] {
  const { attempt, outcome, hasIntent, tokens, cost, estimated, reported } = story;
  const opened = hasIntent || outcome === undefined ? [intent(attempt, START)] : [];
  if (outcome === undefined) return opened;
  const usage = { ...USAGE, uncachedInput: tokens, output: tokens % 977, estimated };
  const priced = { nanoDollars: cost, priceVersion: "test", ...(reported ? { reportedNanoDollars: cost } : {}) };
  return [...opened, settlement(attempt, { outcome, usage, cost: priced, durationMs: tokens % 7000 })];
}

/** The events in another order, some of them again, cut into batches. */
interface Telling {
  order: number[];
  again: number[];
  cuts: number;
}

const TELLING: fc.Arbitrary<Telling> = fc.record({
  order: fc.array(fc.nat(1000), { minLength: 80, maxLength: 80 }),
  again: fc.array(fc.nat(1000), { maxLength: 30 }),
  cuts: fc.integer({ min: 1, max: 30 }),
});

function tell(events: readonly PricedEvent[], { order, again, cuts }: Telling): PricedEvent[][] {
  const repeated = again.flatMap((place) => events[place % Math.max(1, events.length)] ?? []);
  const all = [...events, ...repeated]
    .map((event, place) => ({ event, key: order[place % order.length] ?? 0 }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ event }) => event);
  const batches: PricedEvent[][] = [];
  for (let from = 0; from < all.length; from += cuts) batches.push(all.slice(from, from + cuts));
  return batches;
}

const QUERY: fc.Arbitrary<ReportQuery> = fc
  .record({
    by: fc.uniqueArray(among(...DIMENSIONS), { maxLength: 4 }),
    edges: fc.tuple(AT, AT),
    always: fc.boolean(),
    timeZone: among(...ZONES),
    client: fc.option(among<readonly string[]>(["c0"], ["", "c1"], []), { nil: undefined }),
    project: fc.option(among<readonly string[]>(["/home/a"], [""]), { nil: undefined }),
    day: fc.option(among<readonly string[]>(["2026-10-25", "2026-10-03"], ["2026-10-04"]), { nil: undefined }),
  })
  .map(({ edges, always, client, project, day, ...query }) => ({
    ...query,
    from: always ? 0 : Math.min(...edges),
    to: always ? FAR : Math.max(...edges),
    where: {
      ...(client === undefined ? {} : { client }),
      ...(project === undefined ? {} : { project }),
      ...(day === undefined ? {} : { day }),
    },
  }));

const ORDER = among<ReportQuery["orderBy"]>(undefined, "cost", "requests", "tokens", "time");

function inAnyOrder(rows: readonly ReportRow[]): ReportRow[] {
  return rows.toSorted((left, right) => (groupKey(left) < groupKey(right) ? -1 : 1));
}

function groupKey(row: ReportRow): string {
  return JSON.stringify(DIMENSIONS.map((dimension) => row.group[dimension]));
}

async function told(ledger: Ledger, batches: readonly (readonly PricedEvent[])[]): Promise<string[]> {
  const settled: string[] = [];
  for (const batch of batches) settled.push(...(await ledger.write(batch)).settled.map((row) => row.attemptId));
  return settled;
}

export function registerPropertyCases(bench: LedgerBench): void {
  const runs = { numRuns: bench.harness.runs };

  it("keeps the same books in whatever order, pieces and repetitions events come", async () => {
    await fc.assert(
      fc.asyncProperty(STORIES, TELLING, QUERY, async (stories, telling, query) => {
        const ledger = await bench.create();
        const plain = new PlainBooks(PROJECTS);
        const events = stories.flatMap(eventsOf);
        plain.write(events);
        const batches = tell(events, telling);
        // Some are named before, some meanwhile, some get another name.
        await ledger.nameProjects({ s0: PROJECTS.s0, s1: "/home/other" });
        const settled = await told(ledger, batches.slice(0, 1));
        await ledger.nameProjects({ ...PROJECTS, s1: "/home/another" });
        settled.push(...(await told(ledger, batches.slice(1))));
        await ledger.nameProjects(PROJECTS);
        expect(settled.toSorted()).toEqual(
          stories.flatMap(({ attempt, outcome }) => (outcome === undefined ? [] : [attempt.attemptId])).toSorted(),
        );
        expect(await ledger.openIntents()).toBe(plain.openIntents());
        plain.closeLostIntents();
        await ledger.closeLostIntents(FAR, lostPrice);
        expect(inAnyOrder(await ledger.report(query))).toEqual(inAnyOrder(plain.report(query)));
        await bench.close();
      }),
      runs,
    );
  });

  it("has the same first groups as without a limit, in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        STORIES,
        QUERY,
        ORDER,
        fc.integer({ min: 1, max: 6 }),
        async (stories, query, orderBy, limit) => {
          const ledger = await bench.create();
          await ledger.write(stories.flatMap(eventsOf));
          await ledger.nameProjects(PROJECTS);
          const ordered = { ...query, ...(orderBy === undefined ? {} : { orderBy }) };
          const all = await ledger.report(ordered);
          expect(await ledger.report({ ...ordered, limit })).toEqual(all.slice(0, limit));
          await bench.close();
        },
      ),
      { numRuns: 2 * bench.harness.runs },
    );
  });

  it("ends with the settlement, wherever between events a lease ends", async () => {
    await fc.assert(
      fc.asyncProperty(STORIES, TELLING, fc.nat(20), async (stories, telling, place) => {
        const ledger = await bench.create();
        const plain = new PlainBooks();
        const events = stories.flatMap(eventsOf);
        const batches = tell(events, telling);
        await told(ledger, batches.slice(0, place));
        await ledger.closeLostIntents(FAR, lostPrice);
        await told(ledger, batches.slice(place));
        await ledger.closeLostIntents(FAR, lostPrice);
        plain.write(events);
        plain.closeLostIntents();
        const query = {
          from: 0,
          to: FAR,
          by: ["client", "session", "outcome", "hour"],
          timeZone: "Asia/Kolkata",
        } as const;
        expect(inAnyOrder(await ledger.report(query))).toEqual(inAnyOrder(plain.report(query)));
        await bench.close();
      }),
      runs,
    );
  });

  it("has sums by any dimension that add up to the total, before and after rows are removed", async () => {
    await fc.assert(
      fc.asyncProperty(STORIES, QUERY, fc.nat(LENGTH), async (stories, query, age) => {
        const ledger = await bench.create();
        const plain = new PlainBooks();
        const events = stories.flatMap(eventsOf);
        plain.write(events);
        await ledger.write(events);
        const whole = { from: 0, to: FAR, timeZone: query.timeZone };
        const [total] = plain.report({ ...whole, by: [] });
        for (const removeBefore of [0, START + age]) {
          await ledger.retain(removeBefore);
          const parts = await ledger.report({ ...whole, by: query.by });
          const added = (amount: "cost" | "requests" | "output"): number =>
            parts.reduce((sum, row) => sum + row[amount], 0);
          for (const amount of ["cost", "requests", "output"] as const)
            expect(added(amount)).toBe(total?.[amount] ?? 0);
        }
        await bench.close();
      }),
      runs,
    );
  });
}
