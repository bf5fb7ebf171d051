import type { Overview, ProviderHealth, ProviderStats, Stats, Tier } from "./api-types.ts";
import { type Fullness, listLimits, type Tone } from "./limits.ts";

export interface ProviderRow {
  name: string;
  health: ProviderHealth | undefined;
  status: string;
  tone: Tone;
  /** Of the last 24 hours, from the ledger; absent while it is away or where nothing went there. */
  stats: ProviderStats | undefined;
  fullest: Fullness | undefined;
}

const TONES: Readonly<Record<string, Tone>> = {
  healthy: "good",
  degraded: "warn",
  checking: "plain",
  resting: "warn",
  unhealthy: "bad",
  unreachable: "bad",
};

/** Those that can be asked first, by priority; then those that were used; those never set up last. */
export function listProviders(overview: Overview | undefined, stats: Stats | undefined): ProviderRow[] {
  const names = new Set([...Object.keys(overview?.providers ?? {}), ...Object.keys(stats?.provider_stats ?? {})]);
  return [...names]
    .map((name) => toRow(name, overview?.providers[name], stats?.provider_stats[name]))
    .toSorted((one, other) => rank(one) - rank(other) || priority(one) - priority(other));
}

function toRow(name: string, health: ProviderHealth | undefined, stats: ProviderStats | undefined): ProviderRow {
  const status = health?.status ?? "gone";
  return {
    name,
    health,
    status,
    tone: TONES[status] ?? "plain",
    stats,
    fullest: health === undefined ? undefined : listLimits(health)[0],
  };
}

function rank({ health, stats }: ProviderRow): number {
  if (health?.enabled === true) return 0;
  return stats === undefined ? 2 : 1;
}

function priority({ health }: ProviderRow): number {
  return health?.priority ?? Number.MAX_SAFE_INTEGER;
}

/** Whether it can be used, or could if it were switched on: others are only named. */
export function isConfigured(row: ProviderRow): boolean {
  return row.health !== undefined && whyFixed(row) === undefined && row.status !== "unconfigured";
}

/** Why a switch would be without effect, if it would be. */
export function whyFixed({ health }: ProviderRow): string | undefined {
  if (health === undefined) return "it is not in the settings any more";
  if (health.enabled || health.reason === SWITCHED_OFF) return undefined;
  const missing = health.missing ?? [];
  return missing.length > 0 ? `set ${missing.join(", ")} first` : (health.reason ?? "off by the settings");
}

const SWITCHED_OFF = "switched off at run time";

/** What is the matter, each in a sentence; times are left to whoever shows them. */
export function listTroubles(
  health: ProviderHealth,
  returning: Overview["router_stats"]["returning"] = [],
): { text: string; until: string | null | undefined }[] {
  const { resting = [], breakers = {}, left_out: leftOut = {} } = health;
  return [
    ...resting.map(({ scope, failure, until }) => ({
      text: `${scope === "provider" ? "All of it" : scope} rests: ${failure}`,
      until,
    })),
    ...returning.map(({ bucket, share }) => ({
      text: `${bucket} comes back after a rest: it gets ${Math.round(share * 100)} % of its traffic`,
      until: undefined,
    })),
    ...Object.entries(breakers).map(([model, breaker]) => ({
      text: `Breaker of ${model} is ${breaker.state.replaceAll("_", " ")}, ${breaker.failures_in_row} failures in a row`,
      until: breaker.open_until ?? undefined,
    })),
    ...Object.entries(leftOut).flatMap(([model, fields]) =>
      fields.map(({ kind, name, until }) => ({ text: `${model} gets no ${kind} ${name}: it refused it`, until })),
    ),
  ];
}

export const TIERS: readonly Tier[] = ["big", "middle", "small"];

/** A list with one of its entries a place further up or down; unchanged at the ends. */
export function move<Entry>(list: readonly Entry[], from: number, by: 1 | -1): Entry[] {
  const to = from + by;
  const [entry] = list.slice(from, from + 1);
  if (entry === undefined || to < 0 || to >= list.length) return [...list];
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, entry);
}

/** The colours that people know: above 90 % green, above 70 % yellow, else red. */
export function toneOfSuccess(rate: number | undefined): Tone {
  if (rate === undefined) return "plain";
  if (rate > 0.9) return "good";
  return rate > 0.7 ? "warn" : "bad";
}
