import type { CacheControl } from "@switchyard/wire";

import type { ContentPart, TextPart, Turn } from "./conversation.ts";

/** Most cache markers that an upstream takes in one request. */
const MAX_MARKERS = 4;

/** Which cache markers go along. */
export interface CacheMarkers {
  of(part: ContentPart): CacheControl | undefined;
}

export const NO_MARKERS: CacheMarkers = Object.freeze({ of: () => undefined });

/** The last markers of the prompt, as many as are taken: each covers all that stands before it. */
export function keepMarkers(system: readonly TextPart[], turns: readonly Turn[]): CacheMarkers {
  const marked: ContentPart[] = system.filter((part) => part.cache !== undefined);
  for (const turn of turns) {
    if (turn.role === "tool") for (const result of turn.results) marked.push(...markedOf(result.parts));
    else if (turn.role !== "assistant") marked.push(...markedOf(turn.parts));
    else for (const part of turn.parts) if (part.kind === "text" && part.cache !== undefined) marked.push(part);
  }
  const kept = new Set(marked.slice(-MAX_MARKERS));
  return { of: (part) => (kept.has(part) ? part.cache : undefined) };
}

function markedOf(parts: readonly ContentPart[]): ContentPart[] {
  return parts.filter((part) => part.cache !== undefined);
}
