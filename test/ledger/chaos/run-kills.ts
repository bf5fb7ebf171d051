import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../../quota/load/create-random.ts";

/** What may be killed. */
export interface Victim {
  readonly name: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface Kill {
  name: string;
  /** ms since the epoch. */
  at: number;
  /** ms until it was there again. */
  awayMs: number;
}

export interface KillOptions {
  /** Those that take turns; several that stand together die together. */
  rounds: readonly (readonly Victim[])[];
  seed: number;
  durationMs: number;
  /** ms between a death and the start, and between two deaths. */
  away: readonly [number, number];
  pause: readonly [number, number];
}

/**
 * Kills one after the other and starts each again after a moment, over and over, the next one while the last may still
 * be starting. Resolves when all run again.
 */
export async function runKills({ rounds, seed, durationMs, away, pause }: KillOptions): Promise<Kill[]> {
  const random = createRandom(seed);
  const kills: Kill[] = [];
  const starting = new Map<Victim, Promise<void>>();
  const revive = async (victim: Victim, at: number, afterMs: number): Promise<void> => {
    await sleep(afterMs);
    await victim.start();
    kills.push({ name: victim.name, at, awayMs: Date.now() - at });
  };
  const until = Date.now() + durationMs;
  for (let turn = 0; Date.now() < until; turn += 1) {
    await sleep(random.between(...pause));
    const victims = rounds[turn % rounds.length] ?? [];
    await Promise.all(victims.map(async (victim) => starting.get(victim)));
    const at = Date.now();
    await Promise.all(victims.map((victim) => victim.kill()));
    for (const victim of victims) {
      const revived = revive(victim, at, random.between(...away));
      revived.catch(() => undefined);
      starting.set(victim, revived);
    }
  }
  await Promise.all(starting.values());
  return kills;
}
