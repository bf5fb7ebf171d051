import type { Candidate } from "@switchyard/routing";
import { limitsOf, type LimitSettings, type Settings } from "@switchyard/service-kit";
import type { Limit } from "@switchyard/state";

/** The configured limits of every candidate. */
export interface LimitBook {
  /** Equal candidates get the same list, so that whoever encodes it does it once. */
  limitsOf(settings: Settings, candidate: Pick<Candidate, "provider" | "model">): readonly Limit[];
}

const NONE: readonly Limit[] = Object.freeze([]);

export function createLimitBook(): LimitBook {
  let of: Settings | undefined;
  const pages = new Map<string, readonly Limit[]>();
  return {
    limitsOf: (settings, candidate) => {
      if (of !== settings) {
        of = settings;
        pages.clear();
      }
      const key = `${candidate.provider}/${candidate.model.id}`;
      let page = pages.get(key);
      if (page === undefined) {
        page = findLimits(settings, candidate);
        pages.set(key, page);
      }
      return page;
    },
  };
}

function findLimits({ providers }: Settings, { provider, model }: Pick<Candidate, "provider" | "model">) {
  const { limits = [], maxConcurrentRequests } = providers.find(({ name }) => name === provider) ?? {};
  const found = limitsOf(limits, [model.id, model.canonical, model.quota_bucket]);
  const named = found.filter(({ models }) => models !== undefined);
  const own = found.filter((limit) => limit.models !== undefined || !named.some((other) => isOfSame(limit, other)));
  if (maxConcurrentRequests === undefined) return own.length === 0 ? NONE : own.map(toLimit);
  return [...own.map(toLimit), placesOf(maxConcurrentRequests)];
}

/** What is said of a model goes before what is said of all. */
function isOfSame(one: LimitSettings, other: LimitSettings): boolean {
  return one.resource === other.resource && one.windowMs === other.windowMs;
}

function toLimit({ models: _models, ...limit }: LimitSettings): Limit {
  return limit;
}

/** Requests that the whole provider has at the same time, whatever their models and from whatever gateway. */
function placesOf(limit: number): Limit {
  return { resource: "concurrency", scope: "provider", algorithm: "fixed_window", limit, windowMs: 0 };
}
