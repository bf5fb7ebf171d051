import type { Request, Response } from "express";

import { showAlert } from "../alerts/show-alert.ts";
import { readCombinedReport } from "../reports/combined-report.ts";
import { nextOffset, parseCostQuery } from "../reports/parse-cost-query.ts";
import { addUp, costsAsCsv, showCostRow, showSums, subtract } from "../reports/show-costs.ts";
import { listProviders, readHourlyCosts, readUsageStats, statsAsCsv } from "../reports/usage-stats.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { Handler } from "./guarded.ts";
import { linkNextPage } from "./link-next-page.ts";
import { badRequest, parametersOf } from "./read-input.ts";

type ReportContext = Pick<WorkerContext, "ledger" | "settings" | "now">;

const DEFAULT_HOURS = 24;
const HOURS_OF_A_WEEK = 168;
const MOST_HOURS = 24 * 366;
const DEFAULT_ALERTS = 100;
const MOST_ALERTS = 1000;
const DAY_MS = 86_400_000;

/** GET /api/stats?hours=24. */
export function createStatsHandler(context: ReportContext): Handler {
  return async (request, response) => {
    response.json(await readUsageStats(statsContext(context), hoursOf(request)));
  };
}

/** GET /api/providers?hours=24: what each provider did and cost, the dearest first. */
export function createProvidersHandler(context: ReportContext): Handler {
  return async (request, response) => {
    const { provider_stats } = await readUsageStats(statsContext(context), hoursOf(request));
    response.json({ providers: listProviders(provider_stats) });
  };
}

/** GET /api/costs/hourly?hours=24. */
export function createHourlyCostsHandler(context: ReportContext): Handler {
  return async (request, response) => {
    response.json({ hourly_costs: await readHourlyCosts(statsContext(context), hoursOf(request)) });
  };
}

/**
 * GET /api/report?format=json&hours=168: the mesh's costs beside Claude Code's own; format=csv&hours=24: the mesh's, by
 * provider.
 */
export function createReportHandler(context: ReportContext & Pick<WorkerContext, "prices">): Handler {
  return async (request, response) => {
    const format = parametersOf(request).get("format") ?? "json";
    if (format !== "json" && format !== "csv") throw badRequest(["format: Input should be one of json, csv"]);
    if (format === "json") {
      const { ledger, prices, now } = context;
      const combined = { ledger, prices, settings: context.settings(), now: now() };
      response.json(await readCombinedReport(combined, hoursOf(request, HOURS_OF_A_WEEK)));
      return;
    }
    const stats = await readUsageStats(statsContext(context), hoursOf(request));
    sendCsv(response, "switchyard-report.csv", statsAsCsv(stats));
  };
}

/** GET /api/costs?since=7d&by=provider,day&format=csv&limit=100&offset=200: any sums over the books. */
export function createCostsHandler({ ledger, settings, now }: ReportContext): Handler {
  return async (request, response) => {
    const { timeZone } = settings().costs;
    const query = parseCostQuery(parametersOf(request), { now: now(), timeZone });
    if ("problems" in query) throw badRequest(query.problems);
    const { format, limit, offset, from, to, by } = query;
    // One more than asked for tells whether there is more.
    const found = await ledger.report({ ...query, limit: limit + 1 });
    const rows = found.slice(0, limit);
    const truncated = found.length > limit;
    const next = nextOffset(query, truncated);
    if (next !== null) linkNextPage(request, response, { offset: next, from, to });
    if (format === "csv") {
      sendCsv(response, "switchyard-costs.csv", costsAsCsv(rows, by));
      return;
    }
    const shown = addUp(rows);
    const isPart = truncated || offset > 0;
    const [whole] = isPart ? await ledger.report({ ...query, by: [], limit: 1, offset: 0 }) : [shown];
    const total = whole ?? addUp([]);
    response.json({
      since: new Date(from).toISOString(),
      until: new Date(to).toISOString(),
      time_zone: timeZone,
      by,
      rows: rows.map((row) => showCostRow(row, by)),
      truncated,
      next_offset: next,
      total: showSums(total),
      // Of all groups that are not among the rows.
      rest: isPart ? showSums(subtract(total, shown)) : null,
    });
  };
}

/** GET /api/alerts?hours=…&limit=100&active=true: newest first. */
export function createAlertsHandler({ ledger, now }: ReportContext): Handler {
  return async (request, response) => {
    const parameters = parametersOf(request);
    const since = parameters.has("hours") ? Math.max(0, now() - hoursOf(request) * (DAY_MS / 24)) : undefined;
    const alerts = await ledger.listAlerts({
      limit: wholeNumber(parameters, "limit", { fallback: DEFAULT_ALERTS, most: MOST_ALERTS }),
      ...(since === undefined ? {} : { since }),
      ...(parameters.get("active") === "true" ? { open: true } : {}),
    });
    response.json({ alerts: alerts.map(showAlert) });
  };
}

function statsContext({ ledger, settings, now }: ReportContext) {
  return { ledger, now: now(), timeZone: settings().costs.timeZone };
}

function hoursOf(request: Request, fallback = DEFAULT_HOURS): number {
  return wholeNumber(parametersOf(request), "hours", { fallback, most: MOST_HOURS });
}

function wholeNumber(
  parameters: URLSearchParams,
  name: string,
  { fallback, most }: { fallback: number; most: number },
): number {
  const text = parameters.get(name);
  if (text === null) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw badRequest([`${name}: Input should be a whole number from 1 to ${most}`]);
}

function sendCsv(response: Response, fileName: string, text: string): void {
  response.setHeader("content-disposition", `attachment; filename="${fileName}"`);
  response.type("text/csv").send(text);
}
