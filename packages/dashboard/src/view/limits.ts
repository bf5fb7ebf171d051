import type { Limit, ProviderHealth } from "./api-types.ts";

export interface Fullness {
  /** "requests per minute". */
  name: string;
  bucket: string;
  used: number;
  limit: number;
  /** 0…1; more when the upstream says so. */
  share: number;
  resetsAt: string;
  tone: Tone;
}

export type Tone = "good" | "warn" | "bad" | "plain";

const NEAR = 0.8;
const FULL = 1;

/** Every limit that is known of a provider, the fullest first. */
export function listLimits({ limits = {} }: Pick<ProviderHealth, "limits">): Fullness[] {
  return Object.entries(limits)
    .flatMap(([bucket, list]) => list.map((limit) => toFullness(bucket, limit)))
    .toSorted((one, other) => other.share - one.share);
}

function toFullness(bucket: string, limit: Limit): Fullness {
  const share = limit.limit > 0 ? limit.used / limit.limit : 1;
  return {
    name: nameLimit(limit),
    bucket,
    used: limit.used,
    limit: limit.limit,
    share,
    resetsAt: limit.resets_at,
    tone: toneOf(share),
  };
}

/** From four fifths on others are preferred; at the end nobody is sent there. */
function toneOf(share: number): Tone {
  if (share >= FULL) return "bad";
  return share >= NEAR ? "warn" : "good";
}

const WINDOWS: Readonly<Record<number, string>> = { 1: "second", 60: "minute", 3600: "hour", 86_400: "day" };

function nameLimit({ resource, window_seconds: seconds }: Limit): string {
  const what = resource.replaceAll("_", " ");
  if (resource === "concurrency") return "at the same time";
  return `${what} per ${WINDOWS[seconds] ?? `${seconds} s`}`;
}
