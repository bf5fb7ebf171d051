import type { Dimension } from "../ledger.ts";

/** ms; where a quarter of an hour begins, every zone of today may begin its hours and days. */
const QUARTER = 900_000;
const HOUR = 3_600_000;
const QUARTER_DAY = 21_600_000;
const DAY = 86_400_000;

/** Spans that sums are kept for, ms, finest first; each is a multiple of the one before, all begin at the epoch. */
export const SPANS = [QUARTER, HOUR, QUARTER_DAY, DAY] as const;

export type Span = (typeof SPANS)[number];

export const FINEST_SPAN = QUARTER;
export const WHOLE_DAY = DAY;

/** Dimensions that a sum keeps apart. */
export type SumDimension = Extract<
  Dimension,
  "provider" | "model" | "asked_model" | "tier" | "outcome" | "client" | "session" | "agent"
>;

/**
 * One set of dimensions for which sums are kept. The fewer dimensions, the fewer sums: each report reads the first cube
 * that knows all its dimensions. Which sets there are follows from what is asked: a session has few clients, projects and
 * agents, but each of them many models, providers and outcomes, so those stand apart from each other.
 */
export interface Cube {
  /** Stands in the table; never given to another set. */
  id: number;
  dimensions: readonly SumDimension[];
  /** Finest first; finer pieces of time are read from the rows. */
  spans: readonly Span[];
}

const TRAFFIC: readonly SumDimension[] = ["provider", "model", "asked_model", "tier", "outcome"];
const WITHOUT_QUARTERS: readonly Span[] = [HOUR, QUARTER_DAY, DAY];

export const CUBES: readonly Cube[] = [
  { id: 1, dimensions: TRAFFIC, spans: SPANS },
  { id: 2, dimensions: ["client"], spans: SPANS },
  { id: 3, dimensions: [...TRAFFIC, "client"], spans: SPANS },
  { id: 4, dimensions: ["client", "session"], spans: WITHOUT_QUARTERS },
  { id: 5, dimensions: ["client", "session", "agent"], spans: WITHOUT_QUARTERS },
  { id: 6, dimensions: ["client", "session", "provider", "model"], spans: WITHOUT_QUARTERS },
  { id: 7, dimensions: [...TRAFFIC, "client", "session", "agent"], spans: [HOUR, DAY] },
];

/** The first of these dimensions; a project is known by its sessions. */
export function chooseCube(dimensions: Iterable<Dimension>): Cube {
  const needed = [...dimensions].filter((dimension) => !isTime(dimension)).map(sumDimension);
  const cube = CUBES.find((candidate) => needed.every((dimension) => candidate.dimensions.includes(dimension)));
  if (cube === undefined) throw new RangeError(`no sums by ${needed.join(", ")}`);
  return cube;
}

export type TimeDimension = Extract<Dimension, "hour" | "day" | "month">;

export function isTime(dimension: Dimension): dimension is TimeDimension {
  return dimension === "hour" || dimension === "day" || dimension === "month";
}

function sumDimension(dimension: Dimension): SumDimension {
  if (isTime(dimension)) throw new RangeError(`${dimension} is a time`);
  return dimension === "project" ? "session" : dimension;
}
