import type { IncomingHttpHeaders } from "node:http";

import type { Candidate } from "@switchyard/routing";
import type { SessionPlace } from "@switchyard/state";
import { HEADERS, type RequestFacts, type TokenUsage } from "@switchyard/wire";

/** What a prompt cache keeps at least where nothing else is said, ms; every provider here keeps five minutes. */
const CACHE_MS = 5 * 60_000;
const LONG_CACHE_MS = 60 * 60_000;
/** So many lengths of answers are remembered. */
const OUTPUTS = 8;

/** A session and each of its agents have prompts, and so caches, of their own. Undefined: the client named none. */
export function sessionKeyOf(facts: Pick<RequestFacts, "sessionId">, headers: IncomingHttpHeaders): string | undefined {
  const session = firstOf(headers[HEADERS.sessionId]) ?? facts.sessionId;
  if (session === undefined || session === "") return undefined;
  const agent = firstOf(headers[HEADERS.agentId]);
  return agent === undefined ? session : `${session}/${agent}`;
}

/** Of a header that came more than once, the first. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Where the session's prompt is cached after an answer; undefined: the usage tells nothing of it. */
export function placeAfter(
  { provider, model }: Candidate,
  usage: TokenUsage,
  { now, bytes, previous }: { now: number; bytes: number; previous: readonly SessionPlace[] },
): SessionPlace | undefined {
  const cachedTokens = usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const promptTokens = usage.uncachedInput + cachedTokens;
  if (promptTokens === 0) return undefined;
  const before = previous.find((place) => place.provider === provider && place.model === model.id);
  return {
    provider,
    model: model.id,
    usedAt: now,
    warmUntil: now + (usage.cacheWrite1h > 0 ? LONG_CACHE_MS : CACHE_MS),
    promptTokens,
    promptBytes: bytes,
    cachedTokens,
    outputs: [usage.output, ...(before?.outputs ?? [])].slice(0, OUTPUTS),
  };
}
