import { createCatalog, createPriceBook } from "@switchyard/catalog";
import type { TranscriptEntry } from "@switchyard/transcripts";
import { buildCostReport, type CostReport, type CostReportNeed } from "./cost-report.ts";
import { groupRows, NO_SUMS, type CostRow, type CostSums } from "./cost-sums.ts";

export const DAY = 86_400_000;
export const TO = Date.parse("2026-11-21T00:00:00Z");

/** Numbers that look like nothing in particular, the same every time. */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const CATALOG = createCatalog();
export const PRICES = createPriceBook({ catalog: CATALOG, now: () => TO });
export const PLACES = [
  { name: "anthropic", kind: "anthropic", ready: true },
  { name: "vertex", kind: "vertex", ready: true },
  { name: "openrouter", kind: "openrouter", ready: false },
  { name: "openai", kind: "openai", ready: true },
];

export function meshRow(group: Readonly<Record<string, string>>, sums: Partial<CostSums>): CostRow {
  const filled = { ...NO_SUMS, requests: 1, succeeded: 1, ...sums };
  const { provider = "anthropic", model = "claude-opus-5-5" } = group;
  const facts = { provider, providerKind: provider, model, upstreamModel: model, at: TO - DAY };
  const cost = sums.cost ?? PRICES.cost(facts, { ...filled, estimated: false }).nanoDollars;
  return { way: "mesh", group, sums: { ...filled, cost } };
}

export function entry(more: Partial<TranscriptEntry>): TranscriptEntry {
  return {
    at: TO - DAY,
    session: "direct-1",
    sidechain: false,
    project: "/home/dev/shop",
    projectFolder: "-home-dev-shop",
    model: "claude-opus-5-5",
    usage: {
      uncachedInput: 100,
      cacheRead: 1000,
      cacheWrite5m: 10,
      cacheWrite1h: 0,
      output: 50,
      reasoning: 0,
      estimated: false,
    },
    fast: false,
    ...more,
  };
}

export function need(more: Partial<CostReportNeed> = {}): CostReportNeed {
  return {
    from: TO - 14 * DAY,
    to: TO,
    timeZone: "UTC",
    by: ["day", "model"],
    ledger: { missing: "the test has none" },
    transcripts: { missing: "the test has none" },
    catalog: CATALOG,
    prices: PRICES,
    places: PLACES,
    ...more,
  };
}

export const STATS = {
  directory: "/home/dev/.claude/projects",
  files: 31,
  bytes: 1_000_000,
  lines: 5000,
  duplicates: 900,
  synthetic: 2,
  outsideRange: 0,
  skipped: { torn: 1, not_json: 0, too_long: 0, no_time: 0, no_counts: 0 },
  unreadable: [],
};

const MODELS = [
  ["anthropic", "claude-opus-5-5"],
  ["vertex", "claude-opus-5-5"],
  ["anthropic", "claude-sonnet-5"],
  ["openai", "gpt-5.5"],
  ["anthropic", "claude-haiku-4-5"],
  ["deepseek", "deepseek-v4-pro"],
] as const;
const PROJECTS = ["/home/dev/shop", "/home/dev/blog", "/home/dev/billing-service", "/home/dev/notes"];

/** Two weeks of one person, through the mesh and directly. */
export function buildSampleReport(by: readonly string[] = ["day", "model"]): CostReport {
  const next = createNumbers(7);
  const rows: CostRow[] = [];
  const entries: TranscriptEntry[] = [];
  for (let day = 13; day >= 0; day -= 1) {
    const at = TO - (day + 1) * DAY;
    const date = new Date(at).toISOString().slice(0, 10);
    if (new Date(at).getUTCDay() === 0) continue;
    for (const [index, [provider, model]] of MODELS.entries()) {
      if (next() < 0.25) continue;
      const project = PROJECTS[Math.floor(next() * PROJECTS.length)] ?? "";
      const requests = Math.ceil(next() * 140);
      const group = { day: date, provider, model, session: `mesh${day}${index}0-4a7e`, project, agent: "" };
      const failed = Math.floor(requests * next() * 0.04);
      rows.push(
        meshRow(group, {
          requests,
          succeeded: requests - failed,
          failed,
          uncachedInput: Math.round(requests * 900 * next()),
          cacheRead: Math.round(requests * 61_000 * next()),
          cacheWrite5m: Math.round(requests * 2400 * next()),
          output: Math.round(requests * 700 * next()),
        }),
      );
    }
    for (let index = 0; index < 30 * next(); index += 1)
      entries.push(
        entry({
          at: at + index * 1000,
          session: `direct${day}-9c55`,
          project: PROJECTS[day % 3] ?? "",
          model: next() < 0.8 ? "claude-opus-5-5" : "claude-haiku-4-5",
          requestId: `req_011${day}${index}`,
          usage: {
            uncachedInput: 12,
            cacheWrite1h: 0,
            reasoning: 0,
            estimated: false,
            cacheRead: Math.round(60_000 * next()),
            cacheWrite5m: Math.round(4000 * next()),
            output: Math.round(900 * next()),
          },
        }),
      );
  }
  return buildCostReport(
    need({
      by,
      ledger: {
        read: {
          asked: groupRows(rows, [...by, "session"]),
          daily: groupRows(rows, ["day", "provider", "model"]),
          sessions: groupRows(rows, ["day", "session", "project"]),
          known: new Set(rows.map(({ group }) => group["session"] ?? "")),
        },
      },
      transcripts: { read: { entries, stats: STATS } },
    }),
  );
}
