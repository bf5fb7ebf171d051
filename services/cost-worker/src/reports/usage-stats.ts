import { budgetWindows } from "@switchyard/service-kit/calendar";
import { DateTime } from "luxon";

import { type ShownAlert, showAlert } from "../alerts/show-alert.ts";
import type { Ledger, ReportRow } from "../ledger/ledger.ts";
import { toCsv, totalTokens } from "./show-costs.ts";

/** Dollars, seconds, shares 0…1. */
export interface ProviderStats {
  total_requests: number;
  successful_requests: number;
  success_rate: number;
  total_tokens: number;
  total_cost: number;
  avg_response_time: number;
}

export interface HourlyCost {
  /** "2026-11-21T14:00+01:00". */
  hour: string;
  cost: number;
}

export interface UsageStats {
  period_hours: number;
  start_time: string;
  end_time: string;
  provider_stats: Record<string, ProviderStats>;
  recent_alerts: ShownAlert[];
  hourly_costs: HourlyCost[];
  total_cost: number;
  total_requests: number;
  total_tokens: number;
}

export interface StatsContext {
  ledger: Pick<Ledger, "report" | "listAlerts">;
  now: number;
  timeZone: string;
}

const HOUR_MS = 3_600_000;
const RECENT_ALERTS = 10;

/** What the last hours came to, by provider and by hour. */
export async function readUsageStats({ ledger, now, timeZone }: StatsContext, hours: number): Promise<UsageStats> {
  const from = Math.max(0, now - hours * HOUR_MS);
  const [rows, alerts, hourly] = await Promise.all([
    ledger.report({ from, to: now + 1, by: ["provider"], timeZone, orderBy: "cost" }),
    ledger.listAlerts({ since: from, limit: RECENT_ALERTS }),
    readHourlyCosts({ ledger, now, timeZone }, hours),
  ]);
  return {
    period_hours: hours,
    start_time: new Date(from).toISOString(),
    end_time: new Date(now).toISOString(),
    provider_stats: Object.fromEntries(rows.map((row) => [row.group.provider ?? "", providerStats(row)])),
    recent_alerts: alerts.map(showAlert),
    hourly_costs: hourly,
    total_cost: rows.reduce((sum, { cost }) => sum + cost, 0) / 1e9,
    total_requests: rows.reduce((sum, { requests }) => sum + requests, 0),
    total_tokens: rows.reduce((sum, row) => sum + totalTokens(row), 0),
  };
}

function providerStats(row: ReportRow): ProviderStats {
  return {
    total_requests: row.requests,
    successful_requests: row.succeeded,
    success_rate: row.requests === 0 ? 0 : row.succeeded / row.requests,
    total_tokens: totalTokens(row),
    total_cost: row.cost / 1e9,
    avg_response_time: (row.averageDurationMs ?? 0) / 1000,
  };
}

export interface ProviderLine {
  name: string;
  requests: number;
  success_rate: number;
  cost: number;
  avg_response_time: number;
  tokens: number;
}

/** The same figures as a list. */
export function listProviders(stats: UsageStats["provider_stats"]): ProviderLine[] {
  return Object.entries(stats).map(([name, one]) => ({
    name,
    requests: one.total_requests,
    success_rate: one.success_rate,
    cost: one.total_cost,
    avg_response_time: one.avg_response_time,
    tokens: one.total_tokens,
  }));
}

/** Each of the last calendar hours, those without cost too; newest first. */
export async function readHourlyCosts({ ledger, now, timeZone }: StatsContext, hours: number): Promise<HourlyCost[]> {
  const [hour] = budgetWindows(now, timeZone);
  const starts = Array.from({ length: hours }, (_, back) => hour.startsAt - back * HOUR_MS).filter((at) => at >= 0);
  const from = starts.at(-1) ?? hour.startsAt;
  const rows = await ledger.report({ from, to: hour.endsAt, by: ["hour"], timeZone });
  const costs = new Map(rows.map(({ group, cost }) => [group.hour, cost]));
  return starts.map((at) => {
    const label = DateTime.fromMillis(at, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HH:00ZZ");
    return { hour: label, cost: (costs.get(label) ?? 0) / 1e9 };
  });
}

/** The header is the one that people's spreadsheets know. */
export function statsAsCsv({ provider_stats }: UsageStats): string {
  const columns = [
    "Provider",
    "Total Requests",
    "Successful Requests",
    "Success Rate",
    "Total Tokens",
    "Total Cost",
    "Avg Response Time",
  ];
  return toCsv(
    columns,
    Object.entries(provider_stats).map(([provider, stats]) => [
      provider,
      stats.total_requests,
      stats.successful_requests,
      stats.success_rate,
      stats.total_tokens,
      stats.total_cost,
      stats.avg_response_time,
    ]),
  );
}
