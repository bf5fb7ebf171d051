import type { Dimension } from "../ledger.ts";

/** ms; where a quarter of an hour begins, every zone of today may begin its hours and days. */
const QUARTER = 900_000;
const HOUR = 3_600_000;
const QUARTER_DAY = 21_600_000;
const DAY = 86_400_000;
const EIGHT_DAYS = 8 * DAY;
const SIXTY_FOUR_DAYS = 64 * DAY;

/** Spans that sums are kept for, ms, finest first; each is a multiple of the one before, all begin at the epoch. */
export const SPANS = [QUARTER, HOUR, QUARTER_DAY, DAY, EIGHT_DAYS, SIXTY_FOUR_DAYS] as const;

export type Span = (typeof SPANS)[number];

export const FINEST_SPAN = QUARTER;
export const WHOLE_DAY = DAY;
/** Of sums by session, agent and project. */
export const FINEST_SPAN_OF_SESSIONS = HOUR;
export const LONGEST_SPAN = SIXTY_FOUR_DAYS;

export type TimeDimension = Extract<Dimension, "hour" | "day" | "month">;

/** Dimensions that a sum can keep apart. */
export type SumDimension = Exclude<Dimension, TimeDimension>;

/**
 * One set of dimensions for which sums are kept. The fewer dimensions, the fewer sums: each report reads the first cube
 * that knows all its dimensions. Which sets there are follows from what is asked: a session has few clients, projects and
 * agents, but each of them many models, providers and outcomes, so those stand apart from each other.
 */
export interface Cube {
  /** Stands in the table; never given to another set. */
  id: number;
  /** A project is known by its sessions, too; where it is a dimension of its own it stands in the session's column. */
  dimensions: readonly SumDimension[];
  /** Finest first; finer pieces of time are read from the rows. */
  spans: readonly Span[];
}

const TRAFFIC = ["provider", "model", "asked_model", "tier", "outcome"] as const;
const WITHOUT_QUARTERS: readonly Span[] = [HOUR, QUARTER_DAY, DAY];
/** Of sessions there are new ones each day: longer spans would hold as many sums. */
const IN_THE_LONG_RUN: readonly Span[] = [HOUR, DAY, EIGHT_DAYS, SIXTY_FOUR_DAYS];

export const DETAILS: Cube = { id: 7, dimensions: [...TRAFFIC, "client", "session", "agent"], spans: [HOUR, DAY] };

/** Those that hold every attempt. */
export const CUBES: readonly Cube[] = [
  { id: 1, dimensions: TRAFFIC, spans: SPANS },
  { id: 2, dimensions: ["client"], spans: SPANS },
  { id: 3, dimensions: [...TRAFFIC, "client"], spans: SPANS },
  { id: 8, dimensions: [...TRAFFIC, "project"], spans: IN_THE_LONG_RUN },
  { id: 13, dimensions: ["client", "project"], spans: IN_THE_LONG_RUN },
  { id: 4, dimensions: ["client", "session"], spans: WITHOUT_QUARTERS },
  { id: 5, dimensions: ["client", "session", "agent"], spans: WITHOUT_QUARTERS },
  { id: 10, dimensions: [...TRAFFIC, "client", "project"], spans: IN_THE_LONG_RUN },
  { id: 6, dimensions: ["client", "session", "provider", "model"], spans: WITHOUT_QUARTERS },
  DETAILS,
];

/** Only of attempts without an agent, which are most of them: beside them agents are found one by one. */
export const CUBES_WITHOUT_AGENT: readonly Cube[] = [
  { id: 9, dimensions: [...TRAFFIC, "client"], spans: IN_THE_LONG_RUN },
  { id: 11, dimensions: [...TRAFFIC, "project"], spans: IN_THE_LONG_RUN },
  { id: 14, dimensions: ["client", "project"], spans: IN_THE_LONG_RUN },
];

/** Only of attempts without a session: all others are in the sums over whole sessions. */
export const WITHOUT_SESSION: Cube = {
  id: 12,
  dimensions: [...TRAFFIC, "client", "session", "agent"],
  spans: IN_THE_LONG_RUN,
};

export const CUBES_BY_PROJECT: readonly Cube[] = [...CUBES, ...CUBES_WITHOUT_AGENT].filter(({ dimensions }) =>
  dimensions.includes("project"),
);

/** The first that knows these dimensions. */
export function chooseCube(dimensions: Iterable<Dimension>): Cube {
  const needed = [...dimensions].filter((dimension) => !isTime(dimension));
  const cube = CUBES.find((candidate) => needed.every((dimension) => knows(candidate, dimension)));
  if (cube === undefined) throw new RangeError(`no sums by ${needed.join(", ")}`);
  return cube;
}

export function isTime(dimension: Dimension): dimension is TimeDimension {
  return dimension === "hour" || dimension === "day" || dimension === "month";
}

/** Itself, or by the sessions of projects. */
export function knows({ dimensions }: Cube, dimension: SumDimension): boolean {
  return dimensions.includes(dimension) || (dimension === "project" && dimensions.includes("session"));
}
