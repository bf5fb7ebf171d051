import type { ProviderKind } from "@switchyard/catalog";
import type { BuildContext } from "./build-context.ts";
import { defined } from "./build-timeouts.ts";
import { dayOffset } from "./day-offset.ts";
import { variablePrefix } from "./known-providers.ts";
import { enforcementOf } from "./limit-algorithms.ts";
import type { FileLimit, FileLimits, FileShortLimits } from "./limits-schema.ts";
import { parseCount } from "./parse-values.ts";
import type { ProviderEntry } from "./provider-entries.ts";
import type { LimitedResource, LimitSettings } from "./settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Stated = readonly [resource: LimitedResource, windowMs: number];

/** What each name of the short form limits. */
const SHORT_NAMES: Readonly<Record<keyof FileShortLimits, Stated>> = {
  requests_per_minute: ["requests", MINUTE_MS],
  requests_per_day: ["requests", DAY_MS],
  tokens_per_minute: ["tokens", MINUTE_MS],
  tokens_per_day: ["tokens", DAY_MS],
  input_tokens_per_minute: ["input_tokens", MINUTE_MS],
  input_tokens_per_day: ["input_tokens", DAY_MS],
  output_tokens_per_minute: ["output_tokens", MINUTE_MS],
  output_tokens_per_day: ["output_tokens", DAY_MS],
  concurrency: ["concurrency", MINUTE_MS],
  rpm: ["requests", MINUTE_MS],
  rpd: ["requests", DAY_MS],
  tpm: ["tokens", MINUTE_MS],
  tpd: ["tokens", DAY_MS],
  max_requests_per_minute: ["requests", MINUTE_MS],
  max_tokens_per_minute: ["tokens", MINUTE_MS],
};

export interface LimitsPlan {
  name: string;
  kind: ProviderKind;
  entry: ProviderEntry | undefined;
}

/** A limit with the place of its statement. */
interface Placed {
  place: string;
  stated: FileLimit;
}

/** What a provider allows: its variables before its entry, RATE_LIMIT_PER_MINUTE where neither limits requests. */
export function buildLimits(plan: LimitsPlan, context: BuildContext): LimitSettings[] {
  const { entry } = plan;
  const fromFile = entry?.limits === undefined ? [] : listLimits(entry.limits, `${entry.place}.limits`);
  noteRepeated(fromFile, context);
  const fromVariables = readVariables(variablePrefix(plan.name), context);
  const replaced = new Set(fromVariables.map(keyOf));
  const placed = [...fromFile.filter((limit) => !replaced.has(keyOf(limit))), ...fromVariables];
  const general = context.environment.read(parseCount, "RATE_LIMIT_PER_MINUTE");
  if (general !== undefined && !placed.some(isRequestsPerMinute)) {
    placed.push({ place: "RATE_LIMIT_PER_MINUTE", stated: { resource: "requests", limit: general } });
  }
  return placed.map((limit) => toLimit(limit, plan.kind, context));
}

function listLimits(limits: FileLimits, place: string): Placed[] {
  if (Array.isArray(limits)) return limits.map((stated, index) => ({ place: `${place}[${index}]`, stated }));
  return Object.entries(SHORT_NAMES).flatMap(([name, [resource, per]]) => {
    const limit = limits[name as keyof FileShortLimits];
    if (limit === undefined) return [];
    return [{ place: `${place}.${name}`, stated: { resource, limit, ...(resource === "concurrency" ? {} : { per }) } }];
  });
}

function readVariables(prefix: string, { environment }: BuildContext): Placed[] {
  const read = (stated: Stated, ...names: readonly string[]): Placed[] => {
    const limit = environment.read(parseCount, ...names);
    const [resource, per] = stated;
    return limit === undefined ? [] : [{ place: names[0] ?? prefix, stated: { resource, limit, per } }];
  };
  return [
    ...read(["requests", MINUTE_MS], `${prefix}_MAX_REQUESTS_PER_MINUTE`, `${prefix}_RATE_LIMIT_PER_MINUTE`),
    ...read(["requests", DAY_MS], `${prefix}_MAX_REQUESTS_PER_DAY`),
    ...read(["tokens", MINUTE_MS], `${prefix}_MAX_TOKENS_PER_MINUTE`),
    ...read(["input_tokens", MINUTE_MS], `${prefix}_MAX_INPUT_TOKENS_PER_MINUTE`),
    ...read(["output_tokens", MINUTE_MS], `${prefix}_MAX_OUTPUT_TOKENS_PER_MINUTE`),
  ];
}

/** What of limits is the same statement, whatever its number. */
function keyOf({ stated: { resource, per = MINUTE_MS, models = [] } }: Placed): string {
  return JSON.stringify([resource, resource === "concurrency" ? 0 : per, models.toSorted()]);
}

function isRequestsPerMinute({ stated: { resource, per = MINUTE_MS } }: Placed): boolean {
  return resource === "requests" && per === MINUTE_MS;
}

function noteRepeated(limits: readonly Placed[], { problems }: BuildContext): void {
  const places = new Map<string, string>();
  for (const limit of limits) {
    const earlier = places.get(keyOf(limit));
    if (earlier === undefined) places.set(keyOf(limit), limit.place);
    else problems.add(limit.place, `limits the same as ${earlier}`, "Keep one of them.");
  }
}

function toLimit({ place, stated }: Placed, kind: ProviderKind, context: BuildContext): LimitSettings {
  const { resource, limit } = stated;
  const models = defined({ models: stated.models });
  if (resource === "concurrency") {
    noteOfConcurrency(stated, place, context);
    return { ...models, resource, algorithm: "sliding_window", limit, windowMs: MINUTE_MS };
  }
  const windowMs = stated.per ?? MINUTE_MS;
  const { algorithm, dayEnds, subWindowMs } = countingOf(stated, kind, windowMs);
  noteContradictions({ stated, place, algorithm, windowMs }, context);
  const offsetMs = algorithm === "fixed_window" && dayEnds !== undefined ? dayOffset(dayEnds, context.now) : undefined;
  return {
    ...models,
    resource,
    algorithm,
    limit,
    windowMs,
    ...defined({ burst: stated.burst, subWindowMs, offsetMs }),
  };
}

interface Counting {
  algorithm: LimitSettings["algorithm"];
  dayEnds: string | undefined;
  subWindowMs: number | undefined;
}

/** As the limit says; what it leaves open, as its kind of provider counts. */
function countingOf(stated: FileLimit, kind: ProviderKind, windowMs: number): Counting {
  const usual = enforcementOf(kind);
  const daily = windowMs === DAY_MS;
  const named = stated.day_ends === undefined ? stated.algorithm : (stated.algorithm ?? "fixed_window");
  const ofRequests = stated.resource === "requests" ? usual.requestsSubWindowMs : undefined;
  const shorter = ofRequests !== undefined && ofRequests < windowMs && !daily ? ofRequests : undefined;
  return {
    algorithm: named ?? (windowMs < DAY_MS ? usual.short : usual.day),
    dayEnds: daily ? (stated.day_ends ?? usual.dayEnds) : undefined,
    // An algorithm that was chosen is taken as it is.
    subWindowMs: stated.sub_window ?? (stated.algorithm === undefined ? shorter : undefined),
  };
}

function noteOfConcurrency(stated: FileLimit, place: string, { problems }: BuildContext): void {
  for (const name of ["per", "algorithm", "burst", "sub_window", "day_ends"] as const) {
    if (stated[name] === undefined) continue;
    problems.add(`${place}.${name}`, "does not apply to concurrency", "Remove it: requests count while they last.");
  }
}

interface Checked extends Placed {
  algorithm: LimitSettings["algorithm"];
  windowMs: number;
}

function noteContradictions({ stated, place, algorithm, windowMs }: Checked, { problems }: BuildContext): void {
  if (stated.burst !== undefined && algorithm !== "token_bucket") {
    problems.add(`${place}.burst`, `does not apply to ${algorithm}`, "Remove it, or write algorithm: token_bucket.");
  }
  if (stated.day_ends !== undefined && (windowMs !== DAY_MS || algorithm !== "fixed_window")) {
    problems.add(`${place}.day_ends`, "applies to a fixed window of a day only", "Remove it, or write per: day.");
  }
  if (stated.sub_window !== undefined && stated.sub_window >= windowMs) {
    problems.add(`${place}.sub_window`, "is not shorter than the window", "Write a shorter one, or remove it.");
  }
}
