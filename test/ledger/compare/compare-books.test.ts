import { describe, expect, it } from "@jest/globals";
import type { RecordedRequest } from "@switchyard/simulators";
import type { ClientRequest } from "../load/run-load.ts";
import type { UpstreamAttempt } from "../upstream/play-upstream.ts";
import type { BookRow } from "./book-row.ts";
import { compareBooks, emptyBuckets, type Books, type Comparison } from "./compare-books.ts";
import { judgeBooks } from "./judge-books.ts";

const USAGE = { ...emptyBuckets(), uncachedInput: 1_001, cacheRead: 20, output: 30, reasoning: 4 };

const RECORDED: RecordedRequest = {
  at: 0,
  method: "POST",
  path: "/v1/messages",
  headers: {},
  body: "",
  json: undefined,
  status: 200,
  eventsWritten: 9,
  finished: true,
  notes: [],
};

function client(marker: string, more: Partial<ClientRequest> = {}): ClientRequest {
  const whole = { ending: "whole", sawEnd: true, status: 200 } as const;
  return { marker, gateway: "gateway A", stream: true, at: 1_000, endedAt: 2_000, ...whole, ...more };
}

function attempt(marker: string, more: Partial<UpstreamAttempt> = {}): UpstreamAttempt {
  return { marker, place: 1, kind: "anthropic", plan: "answer", usage: USAGE, request: RECORDED, ...more };
}

function row(session: string, more: Partial<BookRow> = {}): BookRow {
  const usage = { ...USAGE, estimated: false };
  return {
    attemptId: `id-${session}-${more.attempt ?? 1}`,
    session,
    attempt: 1,
    provider: "anthropic",
    at: 1_000,
    cost: 0,
    outcome: "success",
    usage,
    ...more,
  };
}

const NONE = { ...emptyBuckets(), estimated: true };
const BROKEN = { ending: "broken", sawEnd: false } as const;
const SEVERED: RecordedRequest = { ...RECORDED, finished: false, abortedAt: 2_000 };

function compare(books: Partial<Books>): Comparison {
  return compareBooks({ requests: [], attempts: [], rows: [], kills: [], ...books });
}

function failedChecks(books: Partial<Books>): string[] {
  const comparison = compare(books);
  return judgeBooks(comparison, books.requests ?? [])
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);
}

const GOOD: Partial<Books> = { requests: [client("a")], attempts: [attempt("a")], rows: [row("a")] };

describe("attempts beside their rows", () => {
  it("whole books pass every check", () => {
    const requests = [client("a"), client("b", BROKEN), client("c"), client("d", BROKEN)];
    const attempts = [
      attempt("a"),
      attempt("b", { request: SEVERED }),
      attempt("c", { plan: "refuse", usage: emptyBuckets() }),
      attempt("c", { place: 2, kind: "openai" }),
    ];
    const rows = [
      row("a"),
      row("b", { outcome: "unknown", usage: NONE }),
      row("c", { outcome: "failure", failure: "overloaded", status: 529, usage: NONE }),
      row("c", { attempt: 2, provider: "openai" }),
      row("d", { outcome: "unknown", usage: NONE }),
    ];
    expect(failedChecks({ requests, attempts, rows })).toEqual([]);
    expect(compare({ requests, attempts, rows }).compared.map(({ fate }) => fate)).toEqual([
      "answered",
      "killed",
      "refused",
      "answered",
      "unsent",
    ]);
  });

  it.each<[string, Partial<Books>]>([
    ["an answer without a row", { rows: [] }],
    ["one token too many", { rows: [row("a", { usage: { ...USAGE, output: 31, estimated: false } })] }],
    ["an estimate in place of the count", { rows: [row("a", { usage: { ...USAGE, estimated: true } })] }],
    ["an answer of which only the intent is left", { rows: [row("a", { outcome: "unknown", usage: NONE })] }],
    ["an answer that stands there as a failure", { rows: [row("a", { outcome: "failure", failure: "network" })] }],
    ["two rows of one attempt", { rows: [row("a"), row("a", { attemptId: "another" })] }],
    ["a row that no upstream knows of", { rows: [row("a"), row("a", { attempt: 2 })] }],
    ["a row of nobody's request", { rows: [row("a"), row("")] }],
    ["the row of another provider", { rows: [row("a", { provider: "vertex" })] }],
    [
      "an attempt killed in flight that was settled all the same",
      { requests: [client("a", BROKEN)], attempts: [attempt("a", { request: SEVERED })] },
    ],
    [
      "an attempt killed in flight that left nothing",
      { requests: [client("a", BROKEN)], attempts: [attempt("a", { request: SEVERED })], rows: [] },
    ],
    [
      "an answer whose end the client saw, and whose settlement is lost",
      { requests: [client("a", { ending: "broken", sawEnd: true })], rows: [row("a", { outcome: "unknown" })] },
    ],
    [
      "tokens of a refused request",
      { attempts: [attempt("a", { plan: "refuse" })], rows: [row("a", { outcome: "failure" })] },
    ],
  ])("%s is found", (_name, books) => {
    expect(failedChecks({ ...GOOD, ...books })).not.toEqual([]);
  });

  it.each(["success", "unknown"] as const)("the very moment of the death may be settled or not: %s", (outcome) => {
    const requests = [client("a"), client("b", BROKEN)];
    const attempts = [attempt("a"), attempt("b")];
    expect(failedChecks({ requests, attempts, rows: [row("a"), row("b", { outcome })] })).toEqual([]);
  });

  it("a client may leave before its upstream is cut off", () => {
    const requests = [client("a"), client("b", { ending: "left", sawEnd: false })];
    const attempts = [attempt("a"), attempt("b", { plan: "cut" })];
    expect(failedChecks({ requests, attempts, rows: [row("a"), row("b", { outcome: "aborted" })] })).toEqual([]);
  });

  it("a client that leaves in the moment of the death is not held against the ledger", () => {
    const requests = [client("a"), client("b", { ending: "left", sawEnd: false })];
    const attempts = [attempt("a"), attempt("b", { request: SEVERED })];
    const rows = [row("a"), row("b", { outcome: "unknown", usage: NONE })];
    const kills = [{ name: "gateway A", at: 2_010, awayMs: 500 }];
    expect(failedChecks({ requests, attempts, rows, kills })).toEqual([]);
    expect(failedChecks({ requests, attempts, rows, kills: [] })).not.toEqual([]);
    const before = { ...SEVERED, abortedAt: 1_900 };
    expect(
      failedChecks({ requests, attempts: [attempt("a"), attempt("b", { request: before })], rows, kills }),
    ).not.toEqual([]);
  });
});
