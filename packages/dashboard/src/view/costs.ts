import type { CostRow, Costs } from "./api-types.ts";

export const GROUPINGS = [
  { id: "provider", title: "Provider" },
  { id: "model", title: "Model" },
  { id: "client", title: "Client" },
  { id: "session", title: "Session" },
  { id: "agent", title: "Agent" },
  { id: "project", title: "Project" },
  { id: "day", title: "Day" },
  { id: "hour", title: "Hour" },
  { id: "asked_model", title: "Model asked for" },
  { id: "tier", title: "Tier" },
  { id: "outcome", title: "Outcome" },
] as const;

export type Grouping = (typeof GROUPINGS)[number]["id"];

export const SPANS = [
  { id: "1h", title: "Last hour" },
  { id: "24h", title: "24 hours" },
  { id: "7d", title: "7 days" },
  { id: "30d", title: "30 days" },
  { id: "365d", title: "A year" },
] as const;

export type Span = (typeof SPANS)[number]["id"];

export interface CostChoice {
  by: Grouping;
  since: Span;
}

const MOST_ROWS = 100;

/** What the page's address asks for; what it does not know is the default. */
export function readChoice(parameters: URLSearchParams): CostChoice {
  return {
    by: GROUPINGS.find(({ id }) => id === parameters.get("by"))?.id ?? "provider",
    since: SPANS.find(({ id }) => id === parameters.get("since"))?.id ?? "24h",
  };
}

export function linkTo({ by, since }: CostChoice): string {
  return `#/costs?by=${by}&since=${since}`;
}

export function tableQuery({ by, since }: CostChoice): string {
  const order = isTime(by) ? "" : "&order=cost";
  return `/api/costs?since=${since}&by=${by}${order}&limit=${isTime(by) ? 1000 : MOST_ROWS}`;
}

/** All of it, whatever the table shows. */
export function csvQuery({ by, since }: CostChoice): string {
  return `/api/costs?since=${since}&by=${by}&format=csv&limit=100000`;
}

/** Costs over time, by provider. */
export function chartQuery({ since }: CostChoice): string {
  return `/api/costs?since=${since}&by=${stepOf(since)},provider`;
}

export function stepOf(since: Span): "hour" | "day" | "month" {
  if (since === "1h" || since === "24h") return "hour";
  return since === "365d" ? "month" : "day";
}

function isTime(by: Grouping): boolean {
  return by === "day" || by === "hour";
}

/** What stands for a row that has no value there. */
export function nameGroup(row: CostRow, by: Grouping, nameClient: (id: string | null) => string): string {
  const value = row[by];
  if (by === "client") return nameClient(value === null || value === undefined ? null : String(value));
  if (value === null || value === undefined || value === "") return `no ${by.replaceAll("_", " ")}`;
  return String(value);
}

export interface CostSeries {
  /** Names of the steps, oldest first. */
  steps: string[];
  /** Dollars of each step, the dearest series first. */
  series: { name: string; costs: number[] }[];
}

const MOST_SERIES = 7;
const OTHERS = "all others";

/** Rows by time and provider as one series for each provider, the small ones together. */
export function toSeries({ rows }: Pick<Costs, "rows">, step: string): CostSeries {
  const steps = [...new Set(rows.map((row) => String(row[step])))].toSorted();
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(providerOf(row), (totals.get(providerOf(row)) ?? 0) + row.cost);
  const ranked = [...totals].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  const named = ranked.length > MOST_SERIES + 1 ? ranked.slice(0, MOST_SERIES) : ranked;
  const costs = new Map(
    [...named, ...(named.length < ranked.length ? [OTHERS] : [])].map((name) => [name, steps.map(() => 0)]),
  );
  for (const row of rows) {
    const own = costs.get(providerOf(row)) ?? costs.get(OTHERS);
    const at = steps.indexOf(String(row[step]));
    if (own !== undefined) own[at] = (own[at] ?? 0) + row.cost;
  }
  return { steps, series: [...costs].map(([name, list]) => ({ name, costs: list })) };
}

function providerOf(row: CostRow): string {
  return String(row["provider"] ?? "no provider");
}

/** "2026-11-21T14:00+01:00" as "14:00"; days and months as they are. */
export function labelStep(step: string): string {
  return /T(\d\d:\d\d)/.exec(step)?.[1] ?? step;
}
