import type { Dimension } from "../ledger.ts";

/** ms; where a quarter of an hour begins, every zone of today may begin its hours and days. */
const QUARTER = 900_000;
const HOUR = 3_600_000;
const QUARTER_DAY = 21_600_000;
const DAY = 86_400_000;

/** Spans that sums are kept for, ms, finest first; each is a multiple of the one before, all begin at the epoch. */
export const SPANS = [QUARTER, HOUR, QUARTER_DAY, DAY] as const;

export const FINEST_SPAN = QUARTER;
export const WHOLE_DAY = DAY;

/** Dimensions that a sum keeps apart. */
export type SumDimension = Extract<
  Dimension,
  "provider" | "model" | "asked_model" | "tier" | "outcome" | "client" | "session" | "agent"
>;

/**
 * One set of dimensions for which sums are kept. The fewer dimensions, the fewer sums, so each report reads the
 * smallest cube that knows all its dimensions.
 */
export interface Cube {
  id: number;
  dimensions: readonly SumDimension[];
  /** ms: the finest span that outlives the removal of rows. */
  kept: (typeof SPANS)[number];
}

const TRAFFIC: readonly SumDimension[] = ["provider", "model", "asked_model", "tier", "outcome"];

/** The sums of sessions, of which there are most by far, and by which an index finds one session. */
export const SESSION_CUBE = 3;

/** Smallest first. */
export const CUBES: readonly Cube[] = [
  { id: 1, dimensions: TRAFFIC, kept: QUARTER },
  { id: 2, dimensions: [...TRAFFIC, "client"], kept: QUARTER },
  { id: SESSION_CUBE, dimensions: [...TRAFFIC, "client", "session", "agent"], kept: HOUR },
];

/** The smallest cube with these dimensions; a project is known by its sessions. */
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
