import { createRecordRing, LONGEST_RECORD_BYTES } from "../memory/record-ring.ts";
import type { State } from "../state.ts";
import type { FleetLink } from "./fleet-link.ts";
import type { KeyBuilder } from "./key-builder.ts";
import type { ScriptRunner } from "./script-runner.ts";
import { createSessionPlaces } from "./session-places.ts";

type Kept =
  | "readSession"
  | "writeSession"
  | "nextTurn"
  | "readSwitches"
  | "writeSwitch"
  | "keepRecord"
  | "readRecord"
  | "recentRecords";

export interface KeepingOptions {
  link: FleetLink;
  runner: ScriptRunner;
  keys: KeyBuilder;
  now: () => number;
}

const RECORD_KEPT_MS = 3_600_000;
const MOST_RECORDS = 50_000;
/** What is kept by this gateway itself while it is alone. */
const OWN_RECORDS = { most: 5000, bytes: 8 * 1024 * 1024 };

/** Sessions, turns, switches and records. */
export function createKeeping({ link, runner, keys, now }: KeepingOptions): Pick<State, Kept> {
  const sessions = createSessionPlaces({ runner, keys, now });
  const ownRecords = createRecordRing(OWN_RECORDS.most, OWN_RECORDS.bytes);
  const turns = new Map<string, number>();

  /** Asks Redis where it answers; undefined where it does not. */
  const shared = async <T>(ask: () => Promise<T>): Promise<{ answer: T } | undefined> => {
    if (!link.shared) return undefined;
    try {
      return { answer: await ask() };
    } catch (error) {
      link.leave(error);
      return undefined;
    }
  };

  return {
    async readSession(key) {
      const told = await shared(() => sessions.read(key));
      // A Redis that was emptied knows none, and one that goes away tells none any more.
      if (told === undefined || told.answer.length === 0) return sessions.readLocal(key);
      for (const place of told.answer) sessions.writeLocal(key, place);
      return told.answer;
    },
    async writeSession(key, place) {
      sessions.writeLocal(key, place);
      await shared(() => sessions.write(key, place));
    },
    async nextTurn(name) {
      const told = await shared(() => runner.ask((client) => client.incr(keys.turn(name))));
      const turn = told === undefined ? (turns.get(name) ?? 0) : told.answer - 1;
      turns.set(name, turn + 1);
      return turn;
    },
    async readSwitches() {
      const told = await shared(() => runner.ask((client) => client.hgetall(keys.switches)));
      return told?.answer ?? { ...link.view.switches };
    },
    async writeSwitch(name, value) {
      if (value === undefined) delete link.view.switches[name];
      else link.view.switches[name] = value;
      const write = (): Promise<unknown> =>
        runner.ask((client) =>
          value === undefined ? client.hdel(keys.switches, name) : client.hset(keys.switches, name, value),
        );
      if ((await shared(write)) === undefined) link.later(write);
    },
    keepRecord(id, record) {
      if (Buffer.byteLength(record) > LONGEST_RECORD_BYTES) return;
      const args = [record, String(RECORD_KEPT_MS), String(MOST_RECORDS)];
      const keep = async (): Promise<void> => {
        const told = await shared(() => runner.run("keep-record", [keys.record(id), keys.recordIndex], args));
        if (told === undefined) ownRecords.keep(id, record, now());
      };
      void keep();
    },
    async readRecord(id) {
      const told = await shared(() => runner.ask((client) => client.get(keys.record(id))));
      return told?.answer ?? ownRecords.read(id, now());
    },
    async recentRecords(limit) {
      const told = await shared(() =>
        runner.ask(async (client): Promise<(string | null)[]> => {
          const newest = await client.zrevrange(keys.recordIndex, 0, limit - 1);
          return newest.length === 0 ? [] : client.mget(newest);
        }),
      );
      if (told === undefined) return ownRecords.recent(limit, now());
      // Some may have expired since they were listed.
      return told.answer.filter((record): record is string => record !== null);
    },
  };
}
