import { markersOf } from "../cache-markers.ts";
import type { Check } from "../request-facts.ts";

/**
 * Sources: platform.claude.com/docs/en/build-with-claude/prompt-caching (at most four markers, longer times first,
 * none on empty text); wording as in github.com/tghamm/Anthropic.SDK issue 50; read 2026-11.
 */
export const checkCacheMarkers: Check = ({ body }) => {
  const markers = markersOf(body);
  if (markers.length > 4) return `A maximum of 4 blocks with cache_control may be provided. Found ${markers.length}.`;
  const firstShort = markers.findIndex((marker) => marker.ttl === "5m");
  const lateLong = markers.find((marker, index) => marker.ttl === "1h" && firstShort >= 0 && index > firstShort);
  if (lateLong === undefined) return undefined;
  return (
    `${lateLong.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control ` +
    "block. Note that blocks are processed in the following order: `tools`, `system`, `messages`."
  );
};
