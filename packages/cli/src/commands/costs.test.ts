import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { runCosts, type CostsOptions } from "./costs.ts";
import { findClosedAddress, startFakeWorker, type Answer, type FakeWorker } from "./fake-worker.fixture.ts";

const NOW = Date.parse("2026-11-21T15:30:00Z");
const OURS = `req_${"0123456789abcdef".repeat(2)}`;

let folder = "";
const workers: FakeWorker[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-costs-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(workers.splice(0).map(async (worker) => worker.close()));
});

async function start(answer: Answer): Promise<FakeWorker> {
  const worker = await startFakeWorker(answer);
  workers.push(worker);
  return worker;
}

/** A row of the ledger as the worker's API writes it. */
const SUMS = {
  requests: 2,
  succeeded: 1,
  failed: 1,
  aborted: 0,
  unknown: 0,
  uncached_input: 100,
  cache_read: 1000,
  cache_write_5m: 10,
  cache_write_1h: 0,
  output: 50,
  reasoning: 0,
  total_tokens: 1160,
  cost: 1.5,
  cost_nano_dollars: 1_500_000_000,
  subscription_cost: 0,
  estimated_cost: 0,
  reported_cost: 0,
  average_first_token_ms: null,
};
const GROUP = {
  day: "2026-11-20",
  provider: "anthropic",
  model: "claude-opus-5-5",
  session: "in-the-mesh",
  project: null,
};

/** Answers each question with one row of the dimensions asked for. */
const oneRow: Answer = ({ path: where, query }) => {
  if (where === "/api/stats")
    return {
      body: {
        total_cost: 1.5,
        provider_stats: { anthropic: { total_requests: 2, success_rate: 0.5, total_cost: 1.5 } },
      },
    };
  const by = (query.get("by") ?? "").split(",");
  const group = Object.fromEntries(by.map((name) => [name, (GROUP as Record<string, unknown>)[name] ?? null]));
  return { body: { time_zone: "UTC", by, rows: [{ ...group, ...SUMS }], truncated: false, total: SUMS } };
};

function writeTranscript(lines: readonly object[]): void {
  mkdirSync(path.join(folder, "projects/-home-dev-shop"), { recursive: true });
  writeFileSync(
    path.join(folder, "projects/-home-dev-shop/s.jsonl"),
    lines.map((line) => JSON.stringify(line)).join("\n"),
  );
}

function answered(session: string, requestId: string): object {
  return {
    type: "assistant",
    timestamp: "2026-11-20T10:00:00.000Z",
    sessionId: session,
    requestId,
    cwd: "/home/dev/shop",
    message: { id: `msg_${requestId}`, model: "claude-opus-5-5", usage: { input_tokens: 1000, output_tokens: 1000 } },
  };
}

async function run(options: Partial<CostsOptions>, env: Record<string, string> = {}) {
  let output = "";
  let errors = "";
  const code = await runCosts(
    { by: "day,model", ...options },
    {
      cwd: folder,
      env: { HOME: folder, CLAUDE_CONFIG_DIR: folder, ...env },
      columns: undefined,
      write: (text) => void (output += text),
      writeError: (text) => void (errors += text),
      now: NOW,
    },
  );
  return { code, output, errors };
}

describe("switchyard costs", () => {
  it("puts the ledger and the transcripts together, no answer twice", async () => {
    const worker = await start(oneRow);
    writeTranscript([answered("in-the-mesh", OURS), answered("elsewhere", "req_011Direct")]);
    const { code, output } = await run({ url: worker.url });
    expect(code).toBe(0);
    // 1000 × $4 + 1000 × $20, per million.
    expect(output).toMatch(/2026-11-20\s+claude-opus-5-5\s+mesh\s+2\s+100\s+1,000\s+10\s+50\s+\$1\.50/);
    expect(output).toMatch(/2026-11-20\s+claude-opus-5-5\s+direct\s+1\s+1,000\s+0\s+0\s+1,000\s+\$0\.0240/);
    expect(output).toMatch(/2026-11-20\s+shop\s+1\s+\$0\.0240\s+2\s+\$1\.50\s+3\.16k\s+\$1\.52/);
    expect(output).toMatch(/1 answer of the transcripts went through the mesh and counts once/);
  });

  it("asks with the admin token, for sessions a day more on both sides", async () => {
    const worker = await start(oneRow);
    await run(
      { url: worker.url, since: "2026-11-20", until: "2026-11-20", by: "project" },
      { SWITCHYARD_ADMIN_TOKEN: "secret-admin" },
    );
    expect(new Set(worker.asked.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer secret-admin"]));
    const questions = worker.asked.map(({ query }) =>
      [query.get("by"), query.get("since"), query.get("until")].join(" "),
    );
    const day = "2026-11-20T00:00:00.000Z 2026-11-21T00:00:00.000Z";
    expect(new Set(questions)).toEqual(
      new Set([
        `day,provider,model ${day}`,
        `day,session,project ${day}`,
        `project,session ${day}`,
        "session 2026-11-19T00:00:00.000Z 2026-11-22T00:00:00.000Z",
      ]),
    );
  });

  it("works with the transcripts alone while the worker is away, and says so", async () => {
    writeTranscript([answered("elsewhere", "req_011Direct")]);
    const { code, output } = await run({ url: await findClosedAddress() });
    expect(code).toBe(0);
    expect(output).toMatch(/\$0\.0240/);
    expect(output).toMatch(
      /Nothing from the ledger: the cost worker at http:\/\/127\.0\.0\.1:\d+ does not answer\s+\(ECONNREFUSED\)\./,
    );
  });

  it("works with the ledger alone where there are no transcripts, and says so", async () => {
    const worker = await start(oneRow);
    const { code, output } = await run({ url: worker.url });
    expect(code).toBe(0);
    expect(output).toMatch(/\$1\.50/);
    expect(output.replaceAll(/\s+/g, " ")).toContain(`there is no folder ${folder}/projects.`);
    expect(output).not.toMatch(/Directly and through the mesh/);
  });

  it("leaves the transcripts out where told to", async () => {
    const worker = await start(oneRow);
    writeTranscript([answered("elsewhere", "req_011Direct")]);
    const { output } = await run({ url: worker.url, transcripts: false, json: true });
    const told = JSON.parse(output) as { totals: { requests: number }; transcripts: object };
    expect(told.totals.requests).toBe(2);
    expect(told.transcripts).toEqual({ missing: "they were left out, as --no-transcripts says" });
  });

  it("reads the transcripts of a folder that is named", async () => {
    writeTranscript([answered("elsewhere", "req_011Direct")]);
    const { output } = await run(
      { url: await findClosedAddress(), transcripts: folder, csv: true, by: "project" },
      { CLAUDE_CONFIG_DIR: "/nowhere" },
    );
    expect(output.split("\r\n")[1]).toMatch(/^\/home\/dev\/shop,direct,1,/);
  });

  it("ends with 1 where neither could be read", async () => {
    const { code, output } = await run({ url: await findClosedAddress() });
    expect(code).toBe(1);
    expect(output).toMatch(/Nothing was asked in this time/);
  });

  it.each<[string, Partial<CostsOptions>, RegExp]>([
    ["dimensions that do not exist", { by: "day,colour" }, /there are provider, model/],
    ["no dimensions", { by: " , " }, /there are provider, model/],
    ["times that are none", { since: "soon" }, /--since "soon" is no time/],
    ["unknown reports", { format: "pdf" }, /there is claude-costs-report/],
  ])("refuses %s before anybody is asked", async (_, options, message) => {
    const worker = await start(oneRow);
    const { code, output, errors } = await run({ url: worker.url, ...options });
    expect({ code, output }).toEqual({ code: 1, output: "" });
    expect(errors).toMatch(message);
    expect(worker.asked).toEqual([]);
  });

  it.each<[string, Answer, RegExp]>([
    [
      "refuses the token",
      () => ({ status: 401, body: { error: { message: "no entry" } } }),
      /wants an admin token and none is set: set SWITCHYARD_ADMIN_TOKEN .*\(no entry\)/,
    ],
    [
      "has no ledger",
      () => ({ status: 503, body: { error: { message: "the database is away" } } }),
      /refused: the database is away/,
    ],
    ["answers with a page", () => ({ body: "<html>" }), /is no cost worker: its answer is no JSON/],
    ["answers with something else", () => ({ body: { hello: 1 } }), /is no cost worker of this version: time_zone/],
    [
      "answers with half a row",
      () => ({ body: { time_zone: "UTC", rows: [{ requests: 1 }] } }),
      /of this version: rows\.0\./,
    ],
  ])("goes on without a worker that %s", async (_, answer, message) => {
    const worker = await start(answer);
    writeTranscript([answered("elsewhere", "req_011Direct")]);
    const { code, output } = await run({ url: worker.url });
    expect(code).toBe(0);
    expect(output.replaceAll(/\n\s+/g, " ")).toMatch(message);
    expect(output).toMatch(/\$0\.0240/);
  });

  it("warns when the ledger has more rows than it gives", async () => {
    const worker = await start((request) => ({ body: { ...(oneRow(request).body as object), truncated: true } }));
    const { output } = await run({ url: worker.url });
    expect(output).toMatch(/The ledger has more rows than one answer holds: sums are too small/);
  });

  it("takes the days of the worker's time zone", async () => {
    const worker = await start((request) => ({
      body: { ...(oneRow(request).body as object), time_zone: "Asia/Tokyo" },
    }));
    writeTranscript([{ ...answered("elsewhere", "req_011Direct"), timestamp: "2026-11-19T20:00:00.000Z" }]);
    const { output } = await run({ url: worker.url, csv: true, by: "day" });
    expect(output).toMatch(/^2026-11-20,direct,1,/m);
  });

  it("writes a page", async () => {
    const worker = await start(oneRow);
    const html = path.join(folder, "costs.html");
    const { code, output, errors } = await run({ url: worker.url, html });
    expect({ code, output, errors }).toEqual({ code: 0, output: "", errors: `wrote ${html}\n` });
    expect(readFileSync(html, "utf8").startsWith("<!doctype html>")).toBe(true);
  });

  it("says which page it cannot write, and why, without a stack", async () => {
    const worker = await start(oneRow);
    const html = path.join(folder, "nowhere", "costs.html");
    const absent = await run({ url: worker.url, html });
    const errors = `--html "${html}" cannot be written: its folder does not exist\n`;
    expect(absent).toEqual({ code: 1, output: "", errors });
    expect((await run({ url: worker.url, html: folder })).errors).toMatch(/cannot be written: that is a folder\n$/);
  });

  it("makes the report of older gateways from the same figures", async () => {
    const worker = await start(oneRow);
    writeTranscript([answered("in-the-mesh", OURS), answered("elsewhere", "req_011Direct")]);
    const { output } = await run({ url: worker.url, format: "claude-costs-report" });
    const told = JSON.parse(output) as { combined_summary: object; native_claude_costs: object };
    expect(told.combined_summary).toMatchObject({
      total_estimated_cost: 1.524,
      native_cost: 0.024,
      multimodel_cost: 1.5,
    });
    expect(told.native_claude_costs).toMatchObject({
      total_messages: 1,
      projects: { "/home/dev/shop": { messages: 1 } },
    });
    expect(worker.asked.find(({ path: where }) => where === "/api/stats")?.query.get("hours")).toBe("160");
  });

  it("makes that report without the worker too", async () => {
    writeTranscript([answered("elsewhere", "req_011Direct")]);
    const { output } = await run({ url: await findClosedAddress(), format: "claude-costs-report" });
    const told = JSON.parse(output) as {
      multimodel_costs: { total_cost: number; missing: string };
      combined_summary: { native_cost: number };
    };
    expect(told.multimodel_costs.total_cost).toBe(0);
    expect(told.multimodel_costs.missing).toMatch(/does not answer/);
    expect(told.combined_summary.native_cost).toBe(0.024);
  });
});
