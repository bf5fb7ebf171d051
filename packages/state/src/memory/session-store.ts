import type { SessionPlace } from "../state.ts";

/** Places that a session is remembered at. */
export const PLACES_KEPT = 4;
/** After the last answer a place is of use for so long, warm or not: what its answers were like. */
const PLACE_KEPT_MS = 3_600_000;

export interface SessionStore {
  read(key: string, now: number): SessionPlace[];
  write(key: string, place: SessionPlace, now: number): void;
  entries(): [string, readonly SessionPlace[]][];
}

/** Sessions by key; those that were used least recently go first. */
export function createSessionStore(
  maxSessions: number,
  known: readonly [string, readonly SessionPlace[]][],
): SessionStore {
  // a Map keeps its order: the first is the one that was used least recently
  const sessions = new Map<string, readonly SessionPlace[]>(known.slice(-maxSessions));
  const kept = (key: string, now: number): SessionPlace[] =>
    (sessions.get(key) ?? []).filter((place) => placeExpiresAt(place) > now);
  const renew = (key: string, places: readonly SessionPlace[]): void => {
    sessions.delete(key);
    if (places.length > 0) sessions.set(key, places);
  };
  return {
    read(key, now) {
      const places = kept(key, now);
      renew(key, places);
      return [...places];
    },
    write(key, place, now) {
      renew(key, addPlace(kept(key, now), place));
      for (const oldest of sessions.keys()) {
        if (sessions.size <= maxSessions) break;
        sessions.delete(oldest);
      }
    },
    entries: () => [...sessions],
  };
}

/** ms since the epoch. */
export function placeExpiresAt(place: SessionPlace): number {
  return Math.max(place.warmUntil, place.usedAt + PLACE_KEPT_MS);
}

/** Newest first, each target once. */
export function addPlace(places: readonly SessionPlace[], place: SessionPlace): SessionPlace[] {
  const others = places.filter(({ provider, model }) => provider !== place.provider || model !== place.model);
  return [...others, place].toSorted((one, other) => other.usedAt - one.usedAt).slice(0, PLACES_KEPT);
}
