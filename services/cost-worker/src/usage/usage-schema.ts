import type { FailureName, UsageEvent } from "@switchyard/wire";
import { z } from "zod";

const LONGEST_TEXT = 500;
/** No attempt has more tokens or lasts longer; whatever is above is broken, and would break every sum it is part of. */
const MOST = 1e10;
/** $10,000, for the same reason. */
const MOST_NANO_DOLLARS = 1e13;

const text = z.string().max(LONGEST_TEXT);
const count = z.number().nonnegative().max(MOST);
/** ms since the epoch, as far as Date goes. */
const time = z.number().nonnegative().max(8.64e15);

const attempt = z.object({
  attemptId: z.string().regex(/^[\w-]{1,200}$/, "Letters, digits, _ and - only, at most 200"),
  requestId: text,
  attempt: z.number().int().positive().max(1000),
  fallbackChain: z.array(text).max(100),
  instance: text,
  at: time,
  client: text.optional(),
  session: text.optional(),
  agent: text.optional(),
  parentAgent: text.optional(),
  provider: text.min(1),
  providerKind: text,
  askedModel: text,
  model: text,
  upstreamModel: text,
  tier: z.enum(["big", "middle", "small"]),
  mode: text.optional(),
  strategy: text,
  stream: z.boolean(),
  subscription: z.boolean(),
  simulated: z.boolean(),
  estimatedInputTokens: count,
});

const usage = z.object({
  uncachedInput: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
  reasoning: count,
  webSearches: count.optional(),
  reportedCostNanoDollars: z.number().nonnegative().max(MOST_NANO_DOLLARS).optional(),
  estimated: z.boolean(),
});

const intent = z.object({ kind: z.literal("intent"), attempt, leaseUntil: time });

const settlement = z.object({
  kind: z.literal("settlement"),
  attempt,
  outcome: z.enum(["success", "failure", "aborted"]),
  // Any name: a gateway may be newer than its worker.
  failure: z.custom<FailureName>((value) => typeof value === "string" && value.length <= 100, "A name").optional(),
  status: z.number().int().min(100).max(599).optional(),
  firstTokenMs: count.optional(),
  durationMs: count,
  usage,
});

const event = z.discriminatedUnion("kind", [intent, settlement]);

/** What is wrong with one event of a list. */
export interface EventProblem {
  /** Place in the list, from 0. */
  index: number;
  /** "attempt.provider"; "": the event as a whole. */
  field: string;
  problem: string;
}

export interface CheckedEvents {
  events: UsageEvent[];
  /** Of those that are left out, each with every problem. */
  problems: EventProblem[];
}

/** Sorts what came over a wire into events and problems. Fields that nobody knows are left out. */
export function checkEvents(list: readonly unknown[]): CheckedEvents {
  const checked: CheckedEvents = { events: [], problems: [] };
  for (const [index, candidate] of list.entries()) {
    const parsed = event.safeParse(candidate);
    if (parsed.success) checked.events.push(withoutUndefined(parsed.data));
    else {
      for (const { path, message } of parsed.error.issues) {
        checked.problems.push({ index, field: path.join("."), problem: message });
      }
    }
  }
  return checked;
}

/** zod's optional fields may be there and undefined; those of the wire are there or not. */
function withoutUndefined(parsed: z.infer<typeof event>): UsageEvent {
  return parsed as UsageEvent;
}

/** So many problems are told in words. */
const MOST_WORDS = 20;

/** "events[3].attempt.provider: Invalid input; …", for people. */
export function describeProblems(problems: readonly EventProblem[]): string {
  const words = problems
    .slice(0, MOST_WORDS)
    .map(({ index, field, problem }) => `events[${index}]${field === "" ? "" : `.${field}`}: ${problem}`);
  if (problems.length > MOST_WORDS) words.push(`and ${problems.length - MOST_WORDS} more`);
  return words.join("; ");
}
