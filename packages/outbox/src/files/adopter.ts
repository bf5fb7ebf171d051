import { access, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";

import type { OutboxLimits } from "../outbox.ts";
import { hasCode } from "./has-code.ts";
import type { OwnSet } from "./own-set.ts";
import { HEARTBEAT_FILE, instanceOfSet } from "./set-names.ts";

/** The heartbeat of a folder that its owner has left on purpose. */
const LEFT = 0;

export interface AdopterOptions {
  directory: string;
  instance: string;
  limits: Pick<OutboxLimits, "heartbeatMs" | "staleMs" | "scanMs">;
  /** Where adopted folders go: below the folder of this run, so that they count as alive with it. */
  own(): OwnSet | undefined;
  /** A folder is this process's own now. `left`: its owner had closed it, and writes no more. */
  onAdopted: (set: string, left: boolean) => void;
  onProblem: (problem: string, cause: unknown) => void;
}

/** Looks for folders whose owner is gone, and takes them. */
export interface Adopter {
  /** Resolves when the folders of earlier runs under this name have been looked for once. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** A heartbeat as it was last seen, and since when it has been the same, by this process's steady clock. */
interface Sight {
  beatAt: number;
  since: number;
}

export function createAdopter(options: AdopterOptions): Adopter {
  const { directory, limits } = options;
  let sights = new Map<string, Sight>();
  let lookedAt = performance.now();
  let foundOwn = false;
  let closed = false;

  const adopt = async (name: string, own: OwnSet): Promise<void> => {
    const target = join(own.set, name);
    if (!(await move(join(directory, name), target))) return;
    const left = (await readHeartbeat(target)) === LEFT;
    await flatten(target, own, left);
    options.onAdopted(target, left);
  };

  /** What the earlier owner had adopted itself is brought up beside it, each a folder of its own. */
  const flatten = async (set: string, own: OwnSet, left: boolean): Promise<void> => {
    for (const inner of await readdir(set)) {
      if (instanceOfSet(inner) === undefined) continue;
      const target = join(own.set, inner);
      if (!(await move(join(set, inner), target))) continue;
      await flatten(target, own, left);
      options.onAdopted(target, left);
    }
  };

  const isAbandoned = async (name: string, now: number): Promise<boolean> => {
    const beatAt = await readHeartbeat(join(directory, name));
    if (beatAt === undefined) return false;
    if (beatAt === LEFT) return true;
    const known = sights.get(name);
    const since = known?.beatAt === beatAt ? known.since : now;
    sights.set(name, { beatAt, since });
    // Clocks of machines differ: an old heartbeat alone proves nothing, one that stands still does.
    const still = now - since;
    return still >= limits.staleMs || (Date.now() - beatAt > limits.staleMs && still > 2 * limits.heartbeatMs);
  };

  const look = async (): Promise<void> => {
    const own = options.own();
    const now = performance.now();
    // Who slept itself cannot tell who else did.
    if (now - lookedAt > 2 * limits.scanMs + limits.heartbeatMs) sights = new Map();
    lookedAt = now;
    if (own === undefined) return;
    const names = (await readdir(directory)).filter((name) => name !== own.name && instanceOfSet(name) !== undefined);
    for (const name of sights.keys()) if (!names.includes(name)) sights.delete(name);
    for (const name of names) {
      if (closed) return;
      const earlierRun = !foundOwn && instanceOfSet(name) === options.instance;
      if (earlierRun || (await isAbandoned(name, now))) await adopt(name, own);
    }
    foundOwn = true;
  };

  let looking = Promise.resolve();
  const lookAfter = async (earlier: Promise<void>): Promise<void> => {
    await earlier;
    try {
      if (!closed) await look();
    } catch (error) {
      if (!hasCode(error, "ENOENT")) options.onProblem("the outbox cannot look for files left by others", error);
    }
  };
  const lookSafely = (): Promise<void> => {
    looking = lookAfter(looking);
    return looking;
  };
  const timer = setInterval(() => void lookSafely(), limits.scanMs).unref();
  return {
    ready: lookSafely(),
    close: async () => {
      closed = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** Exactly one of many that try gets true. Throws the system's error. */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    // A file server may have done it and lost the answer.
    return exists(to);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** ms since the epoch; the folder's own time where its owner died before the first; undefined: gone. */
async function readHeartbeat(set: string): Promise<number | undefined> {
  for (const path of [join(set, HEARTBEAT_FILE), set]) {
    try {
      return (await stat(path)).mtimeMs;
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }
  return undefined;
}
