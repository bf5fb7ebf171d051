import { addPlace, createSessionStore, placeExpiresAt, PLACES_KEPT } from "../memory/session-store.ts";
import type { SessionPlace } from "../state.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { ScriptRunner } from "./script-runner.ts";

/** Where sessions are warm: in Redis, and this gateway's own beside it for when it is alone. */
export interface SessionPlaces {
  read(key: string): Promise<SessionPlace[]>;
  write(key: string, place: SessionPlace): Promise<void>;
  /** Of this gateway alone. */
  readLocal(key: string): SessionPlace[];
  writeLocal(key: string, place: SessionPlace): void;
}

const MOST_LOCAL = 5000;

export function createSessionPlaces(options: {
  runner: ScriptRunner;
  keys: KeyBuilder;
  now: () => number;
}): SessionPlaces {
  const { runner, keys, now } = options;
  const local = createSessionStore(MOST_LOCAL, []);
  return {
    async read(key) {
      const texts = await runner.ask((client) => client.hvals(keys.session(key)));
      let places: SessionPlace[] = [];
      for (const text of texts) places = addPlace(places, JSON.parse(text) as SessionPlace);
      return places;
    },
    async write(key, place) {
      const target = `${place.provider}/${place.model}`;
      const args = [target, JSON.stringify(place), String(PLACES_KEPT), String(Math.ceil(placeExpiresAt(place)))];
      await runner.run("write-session", [keys.session(key)], args);
    },
    readLocal: (key) => local.read(key, now()),
    writeLocal: (key, place) => local.write(key, place, now()),
  };
}
