import { check, type Check, type ProofTable } from "../../quota/proof.ts";
import type { ClientRequest } from "../load/run-load.ts";
import { BUCKETS, FATES, isIntentOnly, type ComparedAttempt, type Comparison, type Fate } from "./compare-books.ts";

const WORDS: Readonly<Record<Fate, string>> = {
  answered: "answered whole",
  refused: "refused by the upstream",
  cut: "cut off by the upstream",
  left: "client left",
  killed: "gateway killed in the middle",
  edge: "gateway killed in the same moment",
  unsent: "gateway killed before it was sent",
};

/** The fates of attempts whose gateway was killed. */
const IN_FLIGHT: ReadonlySet<Fate> = new Set(["killed", "edge", "unsent"]);

const OUTCOMES = ["success", "failure", "aborted", "unknown", "intent"] as const;

export function tabulateBooks({ compared, tokens }: Comparison): ProofTable[] {
  const rows = FATES.map((fate) => tabulateFate(fate, compared));
  const sums = rows[0]?.map((_, column) => rows.reduce((sum, row) => sum + Number(row[column]), 0)) ?? [];
  return [
    {
      caption: "Attempts by what became of them, as clients and upstreams saw it, and the rows they have in the ledger",
      head: ["fate", "attempts at upstreams", "rows", ...OUTCOMES, "wrong"],
      rows: [...rows, ["all", ...sums.slice(1).map(String)]],
    },
    {
      caption: "Tokens of answered attempts",
      head: ["bucket", "upstreams", "ledger", "difference"],
      rows: BUCKETS.map((bucket) => [
        bucket,
        String(tokens.upstream[bucket]),
        String(tokens.ledger[bucket]),
        String(tokens.ledger[bucket] - tokens.upstream[bucket]),
      ]),
    },
  ];
}

function tabulateFate(fate: Fate, compared: readonly ComparedAttempt[]): string[] {
  const mine = compared.filter((one) => one.fate === fate);
  const count = (fits: (one: ComparedAttempt) => boolean): string => String(mine.filter(fits).length);
  return [
    WORDS[fate],
    count(({ attempt }) => attempt !== undefined),
    count(({ row }) => row !== undefined),
    ...OUTCOMES.map((outcome) => count(({ row }) => row?.outcome === outcome)),
    count(({ fault }) => fault !== undefined),
  ];
}

export function judgeBooks(comparison: Comparison, requests: readonly ClientRequest[]): Check[] {
  const { compared, duplicates, strangers, tokens } = comparison;
  const answered = compared.filter(({ fate }) => fate === "answered");
  const settled = answered.filter(({ row }) => row?.outcome === "success");
  const wrong = compared.filter(({ fault }) => fault !== undefined);
  const unknown = compared.filter(({ row }) => isIntentOnly(row));
  const inFlight = compared.filter(({ fate }) => IN_FLIGHT.has(fate));
  const settledEdge = inFlight.filter(({ row }) => row !== undefined && !isIntentOnly(row));
  const off = BUCKETS.filter((bucket) => tokens.ledger[bucket] !== tokens.upstream[bucket]);
  const killedClients = new Set(requests.filter(({ ending }) => ending === "broken").map(({ marker }) => marker));
  return [
    check(
      "settled rows equal the upstreams' counts in number",
      settled.length === answered.length && answered.length > 0,
      `${settled.length} rows, ${answered.length} attempts answered`,
    ),
    check(
      "and in every token bucket, attempt by attempt",
      off.length === 0 && answered.every(({ fault }) => fault === undefined),
      off.length === 0 ? `the difference of ${BUCKETS.length} buckets is 0` : `${off.join(", ")} differ`,
    ),
    check(
      "rows that only have an intent equal the attempts killed in flight",
      unknown.length === inFlight.length - settledEdge.length && settledEdge.every(({ fate }) => fate === "edge"),
      `${unknown.length} rows, ${inFlight.length} attempts without an end, ${settledEdge.length} of them settled in the very moment`,
    ),
    check(
      "every one of them is of a client whose gateway was killed",
      unknown.every(({ fate, marker }) => killedClients.has(marker) || fate === "edge"),
      `${unknown.length} of ${killedClients.size} broken requests`,
    ),
    check("no third kind", wrong.length === 0 && strangers.length === 0, describeWrong(wrong, strangers.length)),
    check("no duplicate", duplicates.length === 0, `${duplicates.length} of ${compared.length} rows`),
  ];
}

function describeWrong(wrong: readonly ComparedAttempt[], strangers: number): string {
  const examples = wrong.slice(0, 5).map(({ marker, place, fate, fault }) => `${marker}/${place} ${fate}: ${fault}`);
  return `${wrong.length} wrong rows, ${strangers} strange ones${examples.length === 0 ? "" : `; ${examples.join("; ")}`}`;
}
