import { DIMENSIONS, type Dimension, type ReportQuery } from "../ledger/ledger.ts";
import { parseMoment } from "./parse-moment.ts";

/** What `GET /api/costs` asks for. */
export interface CostQuery extends ReportQuery {
  format: "json" | "csv";
  limit: number;
  /** Groups that are left out before the first one. */
  offset: number;
}

const PARAMETERS = ["since", "until", "by", "order", "format", "limit", "offset", ...DIMENSIONS] as const;
const ORDERS = ["cost", "requests", "tokens", "time"] as const;
const DEFAULT_SINCE = "24h";
const DEFAULT_LIMIT = 1000;
const LARGEST_LIMIT = 100_000;
const MOMENT_WORDS = "a span as in 7d or 24h, or a date as in 2026-11-21 or 2026-11-21T10:00:00Z";

export interface CostQueryContext {
  now: number;
  timeZone: string;
}

/** The query, or everything that is wrong with it. */
export function parseCostQuery(
  parameters: URLSearchParams,
  { now, timeZone }: CostQueryContext,
): CostQuery | { problems: string[] } {
  const problems: string[] = [];
  const to = moment("until", undefined) ?? now;
  const from = moment("since", DEFAULT_SINCE) ?? now;
  if (problems.length === 0 && from >= to) problems.push("since: It should lie before until");
  const by = dimensions();
  const query: CostQuery = {
    from,
    to,
    by,
    timeZone,
    where: filters(),
    format: choice("format", ["json", "csv"] as const) ?? "json",
    limit: wholeNumber("limit", { fallback: DEFAULT_LIMIT, least: 1 }),
    offset: wholeNumber("offset", { fallback: 0, least: 0 }),
    ...order(),
  };
  for (const name of new Set(parameters.keys())) {
    if (!(PARAMETERS as readonly string[]).includes(name)) {
      problems.push(`${name}: There is no such parameter; there are ${PARAMETERS.join(", ")}`);
    }
  }
  return problems.length > 0 ? { problems } : query;

  function moment(name: string, fallback: string | undefined): number | undefined {
    const text = parameters.get(name) ?? fallback;
    if (text === undefined || text === "") return undefined;
    const at = parseMoment(text, { now, timeZone });
    if (at === undefined) problems.push(`${name}: Input should be ${MOMENT_WORDS}`);
    return at;
  }

  function dimensions(): Dimension[] {
    const names = (parameters.get("by") ?? "provider").split(",").map((name) => name.trim().toLowerCase());
    const wanted = [...new Set(names.filter((name) => name !== ""))];
    for (const name of wanted) {
      if (!isDimension(name)) problems.push(`by: ${JSON.stringify(name)} is not one of ${DIMENSIONS.join(", ")}`);
    }
    return wanted.filter(isDimension);
  }

  function filters(): Partial<Record<Dimension, readonly string[]>> {
    const given = DIMENSIONS.map((name) => [name, parameters.getAll(name)] as const);
    return Object.fromEntries(given.filter(([, values]) => values.length > 0));
  }

  function choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = parameters.get(name);
    if (text === null) return undefined;
    const found = values.find((value) => value === text);
    if (found === undefined) problems.push(`${name}: Input should be one of ${values.join(", ")}`);
    return found;
  }

  function wholeNumber(name: "limit" | "offset", { fallback, least }: { fallback: number; least: number }): number {
    const text = parameters.get(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= LARGEST_LIMIT) return value;
    problems.push(`${name}: Input should be a whole number from ${least} to ${LARGEST_LIMIT}`);
    return fallback;
  }

  /** Times are read in their order; anything else by what it cost. */
  function order(): Pick<ReportQuery, "orderBy"> {
    const isTimed = by.some((name) => name === "hour" || name === "day" || name === "month");
    return { orderBy: choice("order", ORDERS) ?? (isTimed ? "time" : "cost") };
  }
}

/** Where the next page begins; null: there is none, or none that may be asked for. */
export function nextOffset({ offset, limit }: Pick<CostQuery, "offset" | "limit">, truncated: boolean): number | null {
  return truncated && offset + limit <= LARGEST_LIMIT ? offset + limit : null;
}

function isDimension(name: string): name is Dimension {
  return (DIMENSIONS as readonly string[]).includes(name);
}
