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

export type Step = "hour" | "day" | "month";

export function stepOf(since: Span): Step {
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
export function toSeries(costs: Pick<Costs, "rows" | "since" | "until" | "time_zone">, step: Step): CostSeries {
  const { rows } = costs;
  // The times without costs too; a row whose name is another (a clock was put back) is not lost.
  const steps = [...new Set([...listSteps(costs, step), ...rows.map((row) => String(row[step]))])].toSorted();
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(providerOf(row), (totals.get(providerOf(row)) ?? 0) + row.cost);
  const ranked = [...totals].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  const named = ranked.length > MOST_SERIES + 1 ? ranked.slice(0, MOST_SERIES) : ranked;
  const bySeries = new Map(
    [...named, ...(named.length < ranked.length ? [OTHERS] : [])].map((name) => [name, steps.map(() => 0)]),
  );
  for (const row of rows) {
    const own = bySeries.get(providerOf(row)) ?? bySeries.get(OTHERS);
    const at = steps.indexOf(String(row[step]));
    if (own !== undefined) own[at] = (own[at] ?? 0) + row.cost;
  }
  return { steps, series: [...bySeries].map(([name, list]) => ({ name, costs: list })) };
}

function providerOf(row: CostRow): string {
  return String(row["provider"] ?? "no provider");
}

/** "2026-11-21T14:00+01:00" as "14:00"; days and months as they are. */
export function labelStep(step: string): string {
  return /T(\d\d:\d\d)/.exec(step)?.[1] ?? step;
}

const HALF_HOUR_MS = 1_800_000;
const STRIDES: Readonly<Record<Step, number>> = {
  hour: HALF_HOUR_MS,
  day: 12 * HALF_HOUR_MS,
  month: 240 * HALF_HOUR_MS,
};

/** Every hour, day or month of a time, named as the books name them: "2026-11-21T14:00+01:00", "2026-11-21", "2026-11". */
export function listSteps({ since, until, time_zone: zone }: Pick<Costs, "since" | "until" | "time_zone">, step: Step) {
  const nameOf = namer(zone, step);
  const from = Date.parse(since);
  const to = Date.parse(until);
  const names = new Set<string>();
  // Strides are shorter than any step, so that none is jumped over.
  for (let at = from; at < to; at += STRIDES[step]) names.add(nameOf(at));
  if (to > from) names.add(nameOf(to - 1));
  return [...names];
}

function namer(timeZone: string, step: Step): (at: number) => string {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    timeZoneName: "longOffset",
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const month = `${parts["year"]}-${parts["month"]}`;
    if (step === "month") return month;
    const day = `${month}-${parts["day"]}`;
    if (step === "day") return day;
    const offset = (parts["timeZoneName"] ?? "GMT").replace("GMT", "");
    return `${day}T${parts["hour"]}:00${offset === "" ? "+00:00" : offset}`;
  };
}
