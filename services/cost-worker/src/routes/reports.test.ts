import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { nextOffset } from "../reports/parse-cost-query.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";
import { costing, settlement } from "../testing/usage-events.ts";

const HOUR = 3_600_000;

let worker: TestWorker;
const now = Date.now();

beforeAll(async () => {
  worker = await startTestWorker({ settings: {} });
  const events = [
    costing(1, { provider: "openrouter", at: now - 1000, session: "s1" }),
    costing(2, { provider: "openrouter", at: now - HOUR, session: "s1" }),
    settlement({
      attempt: { provider: "vertex", at: now - 2 * HOUR },
      outcome: "failure",
      failure: "overloaded",
      status: 529,
      durationMs: 500,
      usage: { uncachedInput: 0, output: 0 },
    }),
    costing(4, { provider: "=cmd|'/c calc'!A0", at: now - 3 * HOUR, session: "s2" }),
    costing(64, { provider: "vertex", at: now - 48 * HOUR }),
  ];
  await worker.ask("/usage", { json: { events } });
});
afterAll(() => worker.close());

describe("GET /api/stats", () => {
  it("tells the last 24 hours by provider, with failures", async () => {
    const { json } = await worker.ask("/api/stats");
    expect(Object.keys(json)).toEqual([
      "period_hours",
      "start_time",
      "end_time",
      "provider_stats",
      "recent_alerts",
      "hourly_costs",
      "total_cost",
      "total_requests",
      "total_tokens",
    ]);
    expect(json).toMatchObject({ period_hours: 24, total_cost: 7, total_requests: 4, total_tokens: 3300 });
    expect(json["provider_stats"]).toMatchObject({
      openrouter: {
        total_requests: 2,
        successful_requests: 2,
        success_rate: 1,
        total_tokens: 2200,
        total_cost: 3,
        avg_response_time: 1.5,
      },
      vertex: { total_requests: 1, successful_requests: 0, success_rate: 0, total_cost: 0, avg_response_time: 0.5 },
    });
  });

  it("tells as many hours as asked for", async () => {
    const { json } = await worker.ask("/api/stats?hours=72");
    expect(json).toMatchObject({ period_hours: 72, total_cost: 71 });
  });

  it.each(["0", "-5", "1.5", "many", "99999999", ""])("refuses %j hours", async (hours) => {
    expect((await worker.ask(`/api/stats?hours=${hours}`)).status).toBe(400);
    expect((await worker.ask(`/api/costs/hourly?hours=${hours}`)).status).toBe(400);
  });
});

describe("GET /api/providers", () => {
  it("lists the same by provider, the dearest first", async () => {
    const { json } = await worker.ask("/api/providers?hours=24");
    expect(json["providers"]).toMatchObject([
      { name: "=cmd|'/c calc'!A0", requests: 1, cost: 4, tokens: 1100 },
      { name: "openrouter", requests: 2, success_rate: 1, cost: 3, avg_response_time: 1.5, tokens: 2200 },
      { name: "vertex", requests: 1, success_rate: 0, cost: 0, avg_response_time: 0.5, tokens: 0 },
    ]);
  });

  it("refuses hours that are none", async () => {
    expect((await worker.ask("/api/providers?hours=none")).status).toBe(400);
  });
});

describe("GET /api/costs/hourly", () => {
  it("names every hour, newest first, those without cost too", async () => {
    const { json } = await worker.ask("/api/costs/hourly?hours=6");
    const hours = json["hourly_costs"] as { hour: string; cost: number }[];
    expect(hours).toHaveLength(6);
    expect(hours.map(({ hour }) => Date.parse(hour))).toEqual(
      Array.from({ length: 6 }, (_, back) => Math.floor(now / HOUR - back) * HOUR),
    );
    expect(hours.reduce((sum, { cost }) => sum + cost, 0)).toBe(7);
    expect(hours.filter(({ cost }) => cost === 0).length).toBeGreaterThanOrEqual(2);
  });
});

describe("GET /api/report", () => {
  it("as CSV has the header that spreadsheets know, and no formulas", async () => {
    const answer = await worker.ask("/api/report?format=csv");
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect(answer.headers.get("content-disposition")).toContain("attachment");
    const [header, ...lines] = answer.text.trimEnd().split("\r\n");
    expect(header).toBe(
      "Provider,Total Requests,Successful Requests,Success Rate,Total Tokens,Total Cost,Avg Response Time",
    );
    expect(lines).toContain("openrouter,2,2,1,2200,3,1.5");
    expect(lines).toContain("'=cmd|'/c calc'!A0,1,1,1,1100,4,1.5");
  });

  it("as JSON puts the mesh beside what Claude Code used without it", async () => {
    const report = await worker.ask("/api/report?hours=24");
    expect(report.json).toMatchObject({
      native_claude_costs: { total_cost: 0, total_conversations: 0 },
      multimodel_costs: { period_hours: 24, total_cost: 7 },
      combined_summary: { total_estimated_cost: 7, native_cost: 0, multimodel_cost: 7 },
      recommendations: expect.any(Array),
    });
    expect((await worker.ask("/api/report")).json).toMatchObject({ multimodel_costs: { period_hours: 168 } });
    expect((await worker.ask("/api/report?format=xml")).status).toBe(400);
  });
});

describe("GET /api/report where Claude Code has written transcripts", () => {
  it("adds what did not come through the mesh, and counts no answer twice", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "switchyard-transcripts-"));
    mkdirSync(path.join(directory, "-srv-shop"));
    const usage = {
      input_tokens: 1000,
      output_tokens: 100,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    };
    const line = (id: string, sessionId: string, requestId: string): string =>
      JSON.stringify({
        type: "assistant",
        timestamp: new Date(now - 1000).toISOString(),
        sessionId,
        requestId,
        cwd: "/srv/shop",
        version: "2.1.329",
        message: { id, type: "message", role: "assistant", model: "claude-opus-4-8", content: [], usage },
      });
    const lines = [
      line("msg_1", "session-direct", "req_011CSomeIdOfTheApiItself"),
      line("msg_2", "s1", `req_${"0".repeat(32)}`),
    ];
    writeFileSync(path.join(directory, "-srv-shop", "session.jsonl"), `${lines.join("\n")}\n`);
    const own = await startTestWorker({ costs: { transcriptsDirectory: directory } });
    try {
      await own.ask("/usage", { json: { events: [costing(1, { at: now - 1000, session: "s1" })] } });
      const { json } = await own.ask("/api/report");
      // Opus 4.8 costs $5 and $25 per million.
      const direct = (1000 * 5 + 100 * 25) / 1e6;
      expect(json).toMatchObject({
        native_claude_costs: { total_cost: direct, total_conversations: 1 },
        combined_summary: { native_cost: direct, multimodel_cost: 1, total_estimated_cost: 1 + direct },
      });
    } finally {
      await own.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe("GET /api/costs", () => {
  it.each([
    [
      "by=provider",
      [
        ["=cmd|'/c calc'!A0", 4],
        ["openrouter", 3],
        ["vertex", 0],
      ],
    ],
    [
      "by=session",
      [
        ["s2", 4],
        ["s1", 3],
        [null, 0],
      ],
    ],
    [
      "by=provider&since=72h",
      [
        ["vertex", 64],
        ["=cmd|'/c calc'!A0", 4],
        ["openrouter", 3],
      ],
    ],
    ["by=provider&since=7d&until=30h", [["vertex", 64]]],
    ["by=provider&limit=1", [["=cmd|'/c calc'!A0", 4]]],
    [
      "by=provider&provider=openrouter&provider=vertex",
      [
        ["openrouter", 3],
        ["vertex", 0],
      ],
    ],
    [
      "by=outcome&order=requests",
      [
        ["success", 7],
        ["failure", 0],
      ],
    ],
  ])("%s", async (query, expected) => {
    const { json } = await worker.ask(`/api/costs?${query}`);
    const [dimension] = json["by"] as [string];
    const rows = json["rows"] as Record<string, unknown>[];
    expect(rows.map((row) => [row[dimension], row["cost"]])).toEqual(expected);
  });

  it("tells the total of everything, also where rows are left out", async () => {
    const { json } = await worker.ask("/api/costs?by=provider&limit=1");
    expect(json).toMatchObject({ truncated: true, total: { cost: 7, requests: 4, failed: 1 } });
  });

  it.each(["provider", "session", "day,provider"])("has pages by %s that together are the whole", async (by) => {
    const whole = (await worker.ask(`/api/costs?by=${by}&since=7d`)).json;
    const rows: unknown[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const { json } = await worker.ask(`/api/costs?by=${by}&since=7d&limit=1&offset=${offset}`);
      expect(json["total"]).toMatchObject({ requests: (whole["total"] as { requests: number }).requests });
      rows.push(...(json["rows"] as unknown[]));
      offset = json["next_offset"] as number | null;
    }
    expect(rows.length).toBeGreaterThan(1);
    expect(rows).toEqual(whole["rows"]);
  });

  it("names no next page that may not be asked for", () => {
    expect(nextOffset({ offset: 99_000, limit: 1000 }, true)).toBe(100_000);
    expect(nextOffset({ offset: 99_001, limit: 1000 }, true)).toBeNull();
    expect(nextOffset({ offset: 0, limit: 1000 }, false)).toBeNull();
  });

  it("by day is in the order of days", async () => {
    const { json } = await worker.ask("/api/costs?by=day&since=7d");
    const days = (json["rows"] as { day: string }[]).map(({ day }) => day);
    expect(days).toEqual([...days].toSorted());
    expect(days.length).toBeGreaterThanOrEqual(2);
  });

  it("as CSV is exact to the nano-dollar, without formulas", async () => {
    const { text } = await worker.ask("/api/costs?by=provider,session&format=csv");
    const [header, first] = text.split("\r\n");
    expect(header).toMatch(
      /^provider,session,requests,succeeded,.*,cost,subscription_cost,estimated_cost,reported_cost$/,
    );
    expect(first).toMatch(/^'=cmd\|'\/c calc'!A0,s2,1,1,.*,4,0,0,4$/);
  });

  it("is refused with all problems, and what would be right", async () => {
    const { status, json } = await worker.ask(
      "/api/costs?by=provider,colour&since=yesterday&format=xml&limit=0&page=2",
    );
    expect(status).toBe(400);
    const { details } = json["error"] as { details: { problems: string[] } };
    expect(details.problems.map((problem) => problem.split(":", 1)[0])).toEqual([
      "since",
      "by",
      "format",
      "limit",
      "page",
    ]);
    expect(details.problems[1]).toContain("provider, model, asked_model, tier, client, session, agent, project");
  });

  it("is refused where it begins after its end", async () => {
    expect((await worker.ask("/api/costs?since=2026-02-02&until=2026-02-01")).text).toContain("before until");
  });

  it("by project, as transcripts tell of sessions", async () => {
    const answer = await worker.ask("/api/projects", { method: "PUT", body: '{"projects":{"s1":"~/shop"}}' });
    expect(answer.status).toBe(200);
    const { json } = await worker.ask("/api/costs?by=project");
    const rows = json["rows"] as { project: string | null; cost: number }[];
    expect(rows.map(({ project, cost }) => [project, cost])).toEqual([
      [null, 4],
      ["~/shop", 3],
    ]);
    expect((await worker.ask("/api/projects", { method: "PUT", body: '{"projects":{"s1":5}}' })).status).toBe(400);
  });
});
