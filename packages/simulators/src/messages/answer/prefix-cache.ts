import { createHash } from "node:crypto";
import { promptParts } from "../cache-markers.ts";
import type { PromptPart, PromptSource } from "../cache-markers.ts";
import { estimatePartTokens, FRAME_TOKENS } from "./estimate-part-tokens.ts";

/** Tokens of a prompt, split by what the cache did with them. */
export interface PromptTokens {
  uncached: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
}

export interface PrefixCache {
  /** Counts a prompt and remembers its marked prefixes for this credential and model. */
  use(owner: string, source: PromptSource): PromptTokens;
  /** Counts without remembering. */
  peek(owner: string, source: PromptSource): PromptTokens;
}

/** Shorter prefixes are not cached (platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11). */
const MINIMUM_TOKENS = 1_024;
const FIVE_MINUTES = 5 * 60_000;
const LIVES = { "5m": 1, "1h": 12 } as const;

interface Position {
  part: PromptPart;
  hash: string;
  /** Of everything up to and including this part. */
  tokens: number;
}

/**
 * Remembers prefixes by hash: the second request with the same marked prefix reads it, one that goes on from it reads
 * the old part and writes the new one. `lifeMs`: how long the cache of five minutes lives, for scaled time.
 */
export function createPrefixCache(now: () => number, lifeMs: number = FIVE_MINUTES): PrefixCache {
  const expiries = new Map<string, number>();

  const look = (owner: string, source: PromptSource) => {
    const positions = locate(owner, promptParts(source));
    const marked = positions.filter(({ part, tokens }) => part.ttl !== undefined && tokens >= MINIMUM_TOKENS);
    const end = marked.at(-1)?.tokens ?? 0;
    const at = now();
    const known = positions.findLast(({ hash, tokens }) => tokens <= end && (expiries.get(hash) ?? 0) > at);
    return { marked, tokens: split(positions, marked, known?.tokens ?? 0) };
  };

  return {
    peek: (owner, source) => look(owner, source).tokens,
    use(owner, source) {
      const { marked, tokens } = look(owner, source);
      for (const { part, hash } of marked) expiries.set(hash, now() + lifeMs * LIVES[part.ttl ?? "5m"]);
      return tokens;
    },
  };
}

function split(positions: readonly Position[], marked: readonly Position[], cacheRead: number): PromptTokens {
  const total = positions.at(-1)?.tokens ?? 0;
  const end = marked.at(-1)?.tokens ?? 0;
  const written = { "5m": 0, "1h": 0 };
  let from = cacheRead;
  for (const { part, tokens } of marked) {
    if (tokens <= from) continue;
    written[part.ttl ?? "5m"] += tokens - from;
    from = tokens;
  }
  return {
    uncached: total - Math.max(end, cacheRead) + FRAME_TOKENS,
    cacheRead,
    cacheWrite5m: written["5m"],
    cacheWrite1h: written["1h"],
  };
}

function locate(owner: string, parts: readonly PromptPart[]): Position[] {
  const hash = createHash("sha1").update(owner);
  let tokens = 0;
  return parts.map((part) => {
    hash.update(part.text).update("\n");
    tokens += estimatePartTokens(part.text);
    return { part, hash: hash.copy().digest("base64"), tokens };
  });
}
