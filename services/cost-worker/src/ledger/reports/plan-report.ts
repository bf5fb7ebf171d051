import { DIMENSIONS, type Dimension, type ReportQuery } from "../ledger.ts";
import { chooseCube, type Cube, isTime, type SumDimension, type TimeDimension } from "../sums/cubes.ts";
import { type CalendarBucket, calendarBuckets, zoneNamed } from "./calendar-buckets.ts";
import { type CoverOptions, coverTime, mergeSegments, type Segment } from "./cover-time.ts";

/** Where the books begin and end. */
export interface BooksExtent {
  /** ms since the epoch: no sum begins before, none ends after. */
  from: number;
  to: number;
  /** There are no rows of the time before. */
  rowsFrom: number;
}

/** Dimensions by whose names sums are found one by one. */
export type IndexedDimension = Extract<SumDimension, "session" | "agent">;

export interface ReportPlan {
  cube: Cube;
  segments: readonly Segment[];
  /** Of each bucket, by its number: the times that the query groups by. */
  times: readonly Partial<Record<TimeDimension, string>>[];
  columns: readonly SumDimension[];
  filters: readonly { column: SumDimension; values: readonly string[] }[];
  /** Only those that are named are asked for, which an index finds. */
  index: IndexedDimension | undefined;
  /** Only these groups: values of its columns. */
  groups?: readonly (readonly string[])[];
  /** Without those that have no name. */
  only?: IndexedDimension;
  /** In place of segments: sums over the whole of each session that lies within. */
  sessions?: SessionBounds;
}

/** ms since the epoch: its first attempt not before, its last one earlier than that. */
export interface SessionBounds {
  from: number;
  to: number;
}

const FROM_FINE: readonly TimeDimension[] = ["hour", "day", "month"];

/** What to read for a report, by default of the smallest cube. Throws RangeError for a zone or a dimension that there is not. */
export function planReport(query: ReportQuery, extent: BooksExtent, wanted?: Cube): ReportPlan {
  zoneNamed(query.timeZone);
  const by = [...new Set(query.by)];
  const where = Object.entries(query.where ?? {}) as [Dimension, readonly string[] | undefined][];
  const filtered = where.filter((entry): entry is [Dimension, readonly string[]] => entry[1] !== undefined);
  const used = new Set([...by, ...filtered.map(([dimension]) => dimension)]);
  for (const dimension of used) if (!DIMENSIONS.includes(dimension)) throw new RangeError(`no dimension ${dimension}`);
  const cube = wanted ?? chooseCube(used);
  const kept = filtered.filter(([dimension]) => isTime(dimension));
  const buckets = bucketsOf(query, extent, used).filter((bucket) =>
    kept.every(([dimension, values]) => isTime(dimension) && values.includes(bucket.labels[dimension])),
  );
  return {
    cube,
    ...cutTime(buckets, by.filter(isTime), { rowsFrom: extent.rowsFrom, spans: cube.spans }),
    columns: by.filter(isColumn),
    filters: filtered.flatMap(([column, values]) => (isTime(column) ? [] : [{ column, values }])),
    index: indexOf(query.where),
  };
}

/** Those without a name are not in the index. */
function indexOf(where: ReportQuery["where"] = {}): IndexedDimension | undefined {
  const isNamed = (dimension: IndexedDimension): boolean =>
    where[dimension] !== undefined && !where[dimension].includes("");
  return isNamed("session") ? "session" : isNamed("agent") ? "agent" : undefined;
}

function bucketsOf(query: ReportQuery, extent: BooksExtent, used: ReadonlySet<Dimension>): CalendarBucket[] {
  const from = Math.max(Math.ceil(query.from), extent.from);
  const to = Math.min(Math.ceil(query.to), extent.to);
  const unit = FROM_FINE.find((candidate) => used.has(candidate));
  if (unit !== undefined) return calendarBuckets({ from, to, timeZone: query.timeZone, unit });
  return from < to ? [{ starts: from, ends: to, labels: { hour: "", day: "", month: "" } }] : [];
}

function cutTime(
  buckets: readonly CalendarBucket[],
  by: readonly TimeDimension[],
  options: CoverOptions,
): Pick<ReportPlan, "segments" | "times"> {
  const times: Partial<Record<TimeDimension, string>>[] = [];
  const numbers = new Map<string, number>();
  const segments: Segment[] = [];
  for (const { starts, ends, labels } of buckets) {
    const key = by.map((dimension) => labels[dimension]).join();
    const bucket = numbers.get(key) ?? times.length;
    if (bucket === times.length) {
      numbers.set(key, bucket);
      times.push(Object.fromEntries(by.map((dimension) => [dimension, labels[dimension]])));
    }
    segments.push(...coverTime({ bucket, starts, ends }, options));
  }
  return { segments: mergeSegments(segments), times };
}

function isColumn(dimension: Dimension): dimension is SumDimension {
  return !isTime(dimension);
}
