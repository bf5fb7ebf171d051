import type { LimitedResource, LimitObservation } from "@switchyard/wire";

import type { LimitSource } from "./limit-source.ts";
import { type LimitTexts, readTexts } from "./read-amount.ts";

const A_MINUTE_MS = 60_000;
const A_DAY_MS = 86_400_000;

const RESOURCE: Readonly<Record<string, LimitedResource>> = {
  requests: "requests",
  req: "requests",
  tokens: "tokens",
  "input-tokens": "input_tokens",
  "output-tokens": "output_tokens",
};

const WINDOW_MS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: A_MINUTE_MS,
  hour: 3_600_000,
  day: A_DAY_MS,
};

const PREFIX = "x-ratelimit-";

/** `requests`, `tokens-minute` (Mistral, Cerebras), `tokens-per-minute` (DigitalOcean), `tokens_usage_based` (OpenAI, some models). */
const NAME =
  /^x-ratelimit-(limit|remaining|reset)-(requests|req|(?:input-|output-)?tokens)(?:-(?:per-)?(second|minute|hour|day))?(_usage_based)?$/u;

interface Group extends LimitTexts {
  resource: LimitedResource;
  windowMs: number | undefined;
}

/**
 * `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` and their kin: OpenAI
 * (https://developers.openai.com/api/docs/guides/rate-limits), Azure, Groq (https://console.groq.com/docs/rate-limits),
 * Mistral, Cerebras, DigitalOcean. Resets in any spelling.
 */
export function readResourceLimits(source: LimitSource, bareRequestsWindowMs?: number): LimitObservation[] {
  return groupHeaders(source.headers).flatMap((group) => {
    const told = readTexts(group, source.now);
    if (told === undefined || isSilent(told, source)) return [];
    const isBare = told.limit === undefined && group.resource === "requests";
    const windowMs = group.windowMs ?? (isBare ? bareRequestsWindowMs : undefined) ?? windowOf(told);
    return [{ resource: group.resource, ...told, ...(windowMs === undefined ? {} : { windowMs }) }];
  });
}

function groupHeaders(headers: Readonly<Record<string, string>>): Group[] {
  const groups = new Map<string, Group>();
  for (const header of Object.keys(headers)) {
    const [, what, name = "", window = "", variant = ""] = (header.startsWith(PREFIX) && NAME.exec(header)) || [];
    const resource = RESOURCE[name];
    if (resource === undefined) continue;
    const key = `${name} ${window} ${variant}`;
    const group = groups.get(key) ?? {
      resource,
      windowMs: WINDOW_MS[window],
      limit: undefined,
      remaining: undefined,
      reset: undefined,
    };
    group[what as keyof LimitTexts] = headers[header];
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** On Responses a bare 0 is a value that was never filled in (https://github.com/openai/openai-dotnet/issues/838). */
function isSilent(
  { limit, remaining }: Pick<LimitObservation, "limit" | "remaining">,
  { dialect }: LimitSource,
): boolean {
  return dialect === "responses" && limit === undefined && remaining === 0;
}

/**
 * The same headers tell of a minute here and of a day there (Groq's requests, OpenAI's lower tiers). These limits fill
 * up evenly, and the reset is when they are full: so much use and so much time fit one window. The reset may lag behind
 * the whole units that remain by one unit.
 */
function windowOf({
  limit,
  remaining,
  resetMs,
}: Pick<LimitObservation, "limit" | "remaining" | "resetMs">): number | undefined {
  if (limit === undefined || remaining === undefined || resetMs === undefined) return undefined;
  const used = limit - remaining;
  if (used < 1) return undefined;
  const tolerance = 1.05;
  return [A_MINUTE_MS, A_DAY_MS].find(
    (windowMs) =>
      resetMs <= (used / limit) * windowMs * tolerance + 1 &&
      resetMs >= (((used - 1) / limit) * windowMs) / tolerance - 1,
  );
}
