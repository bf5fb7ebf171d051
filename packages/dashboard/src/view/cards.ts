import type { Alert, Overview, Stats } from "./api-types.ts";
import { type Formats, NOTHING } from "./format.ts";
import type { Tone } from "./limits.ts";
import type { Loaded } from "./loaded.ts";
import { toneOfSuccess } from "./providers.ts";

export interface Card {
  title: string;
  value: string;
  /** A line below it. */
  more: string;
  tone: Tone;
  link: string;
}

export interface CardsNeed {
  overview: Overview | undefined;
  stats: Loaded<Stats>;
  alerts: Loaded<readonly Alert[]>;
  formats: Formats;
}

/** What it costs, how much is asked, how much of it is answered, what has been raised. */
export function makeCards({ overview, stats, alerts, formats }: CardsNeed): Card[] {
  return [
    costCard(stats, formats),
    requestsCard(stats, overview, formats),
    successCard(stats, formats),
    alertsCard(alerts),
  ];
}

const AWAY = "the cost worker is away";

function costCard({ data, problem }: Loaded<Stats>, formats: Formats): Card {
  const card = { title: "Cost, 24 h", tone: "plain", link: "#/costs" } as const;
  if (data === undefined) return { ...card, value: NOTHING, more: problem === undefined ? "" : AWAY };
  const [thisHour] = data.hourly_costs;
  return {
    ...card,
    value: formats.money(data.total_cost),
    more: `${formats.money(thisHour?.cost ?? 0)} this hour · ${formats.short(data.total_tokens)} tokens`,
  };
}

function requestsCard({ data, problem }: Loaded<Stats>, overview: Overview | undefined, formats: Formats): Card {
  const waiting = overview === undefined ? 0 : overview.waiting_requests.admission + overview.waiting_requests.limits;
  const active = overview === undefined ? "" : `${formats.count(overview.active_requests)} under way`;
  return {
    title: "Requests, 24 h",
    value: data === undefined ? NOTHING : formats.count(data.total_requests),
    more: [active, waiting > 0 ? `${formats.count(waiting)} waiting` : "", problem === undefined ? "" : AWAY]
      .filter((text) => text !== "")
      .join(" · "),
    tone: "plain",
    link: "#/requests",
  };
}

function successCard({ data, problem }: Loaded<Stats>, formats: Formats): Card {
  const card = { title: "Success rate, 24 h", link: "#/providers" } as const;
  const rate = data === undefined ? undefined : successRate(data);
  if (data === undefined || rate === undefined) {
    const more = data === undefined ? (problem === undefined ? "" : AWAY) : "nothing was asked yet";
    return { ...card, value: NOTHING, more, tone: "plain" };
  }
  const failed = data.total_requests - countSuccesses(data);
  return {
    ...card,
    value: formats.share(rate),
    more:
      failed === 0
        ? "every attempt at a provider"
        : `${formats.count(failed)} of ${formats.count(data.total_requests)} attempts at a provider failed`,
    tone: toneOfSuccess(rate),
  };
}

function alertsCard({ data, problem }: Loaded<readonly Alert[]>): Card {
  const card = { title: "Active alerts", link: "#/alerts" } as const;
  if (data === undefined) return { ...card, value: NOTHING, more: problem === undefined ? "" : AWAY, tone: "plain" };
  const [newest] = data;
  return {
    ...card,
    value: String(data.length),
    more: newest === undefined ? "none" : newest.message,
    tone: newest === undefined ? "good" : "warn",
  };
}

function countSuccesses({ provider_stats: byProvider }: Stats): number {
  return Object.values(byProvider).reduce((sum, { successful_requests: one }) => sum + one, 0);
}

/** Of all attempts; undefined where there were none. */
function successRate(stats: Stats): number | undefined {
  return stats.total_requests === 0 ? undefined : countSuccesses(stats) / stats.total_requests;
}
