import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { runCosts, type CostsOptions } from "@switchyard/cli/costs";
import { createCostWorker, type CostWorker } from "@switchyard/cost-worker";
import { createSilentLogger, loadSettings } from "@switchyard/service-kit";
import type { UsageSettlement } from "@switchyard/wire";
import { inventUsage, PROJECTS } from "./invent-usage.ts";

const COMMAND = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const DAY_MS = 86_400_000;
/** The first moment of today, UTC: everything was before it. */
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const dayBefore = (days: number): string => new Date(TODAY - days * DAY_MS).toISOString().slice(0, 10);
const RANGE = { since: dayBefore(5), until: dayBefore(1) };
const WORKER_RANGE = `since=${RANGE.since}T00:00:00Z&until=${dayBefore(0)}T00:00:00Z&limit=100000`;
const DIMENSIONS = "provider model asked_model tier client session agent project outcome hour day month".split(" ");
const SUMS =
  "requests succeeded failed aborted unknown uncached_input cache_read cache_write_5m cache_write_1h output reasoning cost_nano_dollars".split(
    " ",
  );

type Row = Record<string, unknown>;

let folder = "";
let worker: CostWorker;
const usage = inventUsage(300, TODAY);
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "switchyard-command-"));
  writeFileSync(
    path.join(folder, "switchyard.yaml"),
    JSON.stringify({
      costs: { time_zone: "UTC", price_refresh: 0, retention_days: 0, alerts: { hourly_cost: 0, daily_cost: 0 } },
    }),
  );
  const settings = loadSettings({ cwd: folder, env: {}, alone: "cost-worker" });
  worker = await createCostWorker({
    settings,
    logger: createSilentLogger(),
    listen: { host: "127.0.0.1", port: 0 },
  });
  await send("POST", "/usage", { events: usage });
  await send("PUT", "/api/projects", { projects: PROJECTS });
}, 180_000);
afterAll(async () => {
  await worker?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(method: string, where: string, body?: unknown): Promise<Row> {
  const answer = await fetch(worker.url + where, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Row;
}

/** What the command writes. */
async function run(options: Partial<CostsOptions>): Promise<string> {
  let output = "";
  const code = await runCosts(
    { by: "day,model", transcripts: false, url: worker.url, ...RANGE, ...options },
    {
      cwd: folder,
      env: { HOME: folder },
      columns: undefined,
      write: (text) => void (output += text),
      writeError: () => {},
      now: Date.now(),
    },
  );
  expect(code).toBe(0);
  return output;
}

/** By the values of the dimensions, "" where there is none; only what is asked for. */
function index(rows: readonly Row[], by: readonly string[], fields: readonly string[]): Record<string, Row> {
  return Object.fromEntries(
    rows.map((row) => [
      by.map((name) => (typeof row[name] === "string" ? row[name] : "")).join(" | "),
      Object.fromEntries(fields.map((name) => [name, row[name]])),
    ]),
  );
}

async function askWorker(by: readonly string[]): Promise<Record<string, Row>> {
  const { rows } = await send("GET", `/api/costs?by=${by.join(",")}&${WORKER_RANGE}`);
  return index(rows as Row[], by, SUMS);
}

interface Told {
  rows: (Row & { group: Row })[];
  totals: Row & { mesh: Row };
}

describe("switchyard costs over a real worker", () => {
  it.each(DIMENSIONS.map((name) => [name]))(
    "by %s shows the worker's own figures",
    async (by) => {
      const { rows } = JSON.parse(await run({ by, json: true })) as Told;
      const shown = index(
        rows.map(({ group, ...sums }) => ({ ...group, ...sums })),
        [by],
        SUMS,
      );
      expect(shown).toEqual(await askWorker([by]));
      expect(rows.length).toBeGreaterThan(by === "month" ? 0 : 1);
      expect(new Set(rows.map(({ way }) => way))).toEqual(new Set(["mesh"]));
    },
    30_000,
  );

  it("by several shows sums that are those of the events that were sent", async () => {
    const { rows, totals } = JSON.parse(await run({ by: "provider,outcome", json: true })) as Told;
    const fields = ["requests", "uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output"];
    const shown = index(
      rows.map(({ group, ...sums }) => ({ ...group, ...sums })),
      ["provider", "outcome"],
      fields,
    );
    expect(shown).toEqual(sumEvents(usage));
    expect(totals.mesh["requests"]).toBe(usage.length);
    expect(totals["cost_nano_dollars"]).toBe(rows.reduce((sum, row) => sum + Number(row["cost_nano_dollars"]), 0));
    expect(Number(totals["cost"])).toBeGreaterThan(1);
  });

  it("as CSV tells every row and every nano-dollar, and no formula", async () => {
    const text = await run({ by: "session", csv: true });
    const [head = "", ...lines] = text.trimEnd().split("\r\n");
    expect(head.split(",").slice(0, 3)).toEqual(["session", "way", "requests"]);
    const formula = lines.filter((line) => line.startsWith(`"'=HYPERLINK(""http://x"",""y"")",mesh,`));
    expect(formula).toHaveLength(1);
    const cost = head.split(",").indexOf("cost");
    const known = await askWorker(["session"]);
    for (const line of lines.filter((one) => one.startsWith("s-"))) {
      const cells = line.split(",");
      expect(Math.round(Number(cells[cost]) * 1e9)).toBe(known[cells[0] ?? ""]?.["cost_nano_dollars"]);
    }
    expect(lines).toHaveLength(Object.keys(known).length);
  });

  it("as a table, and as a page, shows the same total", async () => {
    const total = Object.values(await askWorker(["month"])).reduce(
      (sum, row) => sum + Number(row["cost_nano_dollars"]),
      0,
    );
    const money = `$${(total / 1e9).toFixed(2)}`;
    expect(await run({ by: "day" })).toMatch(new RegExp(`total\\s.*\\${money}`));
    const file = path.join(folder, "costs.html");
    await run({ html: file });
    const page = readFileSync(file, "utf8");
    expect(page).toContain(money);
    for (const project of new Set(Object.values(PROJECTS))) expect(page).toContain(path.basename(project));
    expect(page).not.toMatch(/<script|<link|src=|@import|url\((?!#)/i);
    expect(page).toContain("=HYPERLINK(&quot;http://x&quot;");
  });

  it("since a later day shows less, from that day's first moment on", async () => {
    const day = dayBefore(2);
    const { totals } = JSON.parse(await run({ since: day, until: day, json: true })) as Told;
    const from = Date.parse(`${day}T00:00:00Z`);
    const inside = usage.filter(({ attempt }) => attempt.at >= from && attempt.at < from + DAY_MS);
    expect(inside.length).toBeGreaterThan(10);
    expect(totals["requests"]).toBe(inside.length);
  });

  it("does the same as a process of its own", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        COMMAND,
        "costs",
        "--url",
        worker.url,
        "--no-transcripts",
        "--since",
        RANGE.since,
        "--until",
        RANGE.until,
        "--csv",
      ],
      { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder } },
    );
    expect(stdout).toBe(await run({ csv: true }));
  }, 180_000);
});

function sumEvents(events: readonly UsageSettlement[]): Record<string, Row> {
  const groups = Map.groupBy(events, ({ attempt, outcome }) => `${attempt.provider} | ${outcome}`);
  return Object.fromEntries(
    [...groups].map(([key, group]) => [
      key,
      {
        requests: group.length,
        uncached_input: sum(group, "uncachedInput"),
        cache_read: sum(group, "cacheRead"),
        cache_write_5m: sum(group, "cacheWrite5m"),
        cache_write_1h: sum(group, "cacheWrite1h"),
        output: sum(group, "output"),
      },
    ]),
  );
}

const sum = (
  group: readonly UsageSettlement[],
  bucket: "uncachedInput" | "cacheRead" | "cacheWrite5m" | "cacheWrite1h" | "output",
) => group.reduce((total, event) => total + event.usage[bucket], 0);
