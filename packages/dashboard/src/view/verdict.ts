import type { Alert, ClientKey, Overview } from "./api-types.ts";
import { listBudgets } from "./budgets.ts";
import type { Formats } from "./format.ts";
import { listLimits, type Tone } from "./limits.ts";
import type { Loaded } from "./loaded.ts";

export interface Matter {
  tone: Tone;
  text: string;
  /** Where more of it is told. */
  link: string;
}

export interface Verdict {
  tone: Tone;
  title: string;
  /** The worst first. */
  matters: Matter[];
}

export interface VerdictNeed {
  overview: Loaded<Overview>;
  alerts: Loaded<readonly Alert[]>;
  keys: Loaded<readonly ClientKey[]>;
  formats: Pick<Formats, "share" | "until">;
  now: number;
}

/** Whether all is well, and if not, what is the matter: what someone who walks past wants to know. */
export function judge(need: VerdictNeed): Verdict {
  const { overview, keys } = need;
  if (overview.data === undefined) {
    if (overview.problem === undefined) return { tone: "plain", title: "Looking …", matters: [] };
    return { tone: "bad", title: "The gateway does not answer", matters: [bad(overview.problem, "#/")] };
  }
  const matters = [
    ...(overview.problem === undefined ? [] : [bad(`The gateway does not answer now: ${overview.problem}`, "#/")]),
    ...ofProviders(overview.data, need),
    ...ofMesh(need),
    ...ofAlerts(need.alerts.data ?? []),
    ...ofBudgets(keys.data ?? [], need),
  ].toSorted((one, other) => ORDER.indexOf(one.tone) - ORDER.indexOf(other.tone));
  if (overview.data.status === "unhealthy") {
    const title = hasAny(overview.data) ? "No provider can answer" : "No provider is set up";
    return { tone: "bad", title, matters };
  }
  const tone = matters[0]?.tone ?? "good";
  const title = tone === "good" || tone === "plain" ? "All is well" : "Requests are answered; something needs a look";
  return { tone: tone === "bad" ? "warn" : tone === "plain" ? "good" : tone, title, matters };
}

const ORDER: readonly Tone[] = ["bad", "warn", "plain", "good"];

function hasAny({ providers }: Overview): boolean {
  return Object.values(providers).some(({ status }) => status !== "unconfigured");
}

function ofProviders({ providers }: Overview, need: VerdictNeed): Matter[] {
  const { formats, now } = need;
  return Object.entries(providers).flatMap(([name, health]) => {
    const link = `#/providers`;
    const { status, resting = [], breakers = {}, reason } = health;
    if (status === "unreachable") return [bad(`${name} does not answer: ${reason ?? "its service is away"}`, link)];
    if (status === "unhealthy")
      return [bad(`${name} fails: ${health.last_failure_reason ?? reason ?? "no answers"}`, link)];
    if (status === "degraded") return [warn(`${name} fails more often than not`, link)];
    if (!health.enabled) return [];
    const rests = resting.map(({ scope, failure, until }) =>
      warn(`${scope === "provider" ? name : `${name}, ${scope}`} rests (${failure}), ${backWhen(until, need)}`, link),
    );
    const open = Object.entries(breakers)
      .filter(([, { state }]) => state === "open")
      .map(([model]) => warn(`${name}: ${model} failed too often and is left alone`, link));
    const full = listLimits(health)
      .filter(({ share }) => share >= 1)
      .slice(0, 1)
      .map((limit) =>
        warn(`${name} is at its limit of ${limit.name}, free ${formats.until(limit.resetsAt, now)}`, link),
      );
    return [...rests, ...open, ...full];
  });
}

function backWhen(until: string | null, { formats, now }: VerdictNeed): string {
  return until === null ? "until its settings change or a test succeeds" : `back ${formats.until(until, now)}`;
}

/** What is the matter with the mesh itself. */
function ofMesh({ overview, alerts }: VerdictNeed): Matter[] {
  const alone = overview.data?.router_stats.store === "alone";
  return [
    ...(alerts.problem === undefined
      ? []
      : [warn(`Costs, budgets and alerts are not to be had: ${alerts.problem}`, "#/costs")]),
    ...(overview.data === undefined ? [] : ofRequests(overview.data.stats)),
    ...(alone ? [warn("Redis is away: each gateway goes on with its share of the limits", "#/settings")] : []),
  ];
}

const ENOUGH = 10;
const MANY = 0.1;

/** What came of whole requests, other than of single attempts: another provider may have answered. */
function ofRequests({ total_requests: total, failed_requests: failed }: Overview["stats"]): Matter[] {
  if (total < ENOUGH || failed / total < MANY) return [];
  return [warn(`${failed} of ${total} requests since this gateway's start were not answered`, "#/requests")];
}

function ofAlerts(alerts: readonly Alert[]): Matter[] {
  return alerts.filter(({ active }) => active).map(({ message }) => warn(message, "#/alerts"));
}

/** What is near its end raises an alert of its own; who is refused now is said here whether it did or not. */
function ofBudgets(keys: readonly ClientKey[], { formats }: VerdictNeed): Matter[] {
  return listBudgets(keys)
    .filter(({ share }) => share >= 1)
    .map(({ client, window, share }) =>
      warn(`${client} has used ${formats.share(share)} of its budget of this ${window}`, "#/costs"),
    );
}

function bad(text: string, link: string): Matter {
  return { tone: "bad", text, link };
}

function warn(text: string, link: string): Matter {
  return { tone: "warn", text, link };
}
