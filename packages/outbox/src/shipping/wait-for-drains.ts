import { setTimeout as delay } from "node:timers/promises";

import type { Drain } from "./drain.ts";

const LOOK_MS = 10;

export interface WaitOptions {
  /** Those that run; one that came to its end is taken out. */
  drains: ReadonlySet<Drain>;
  /** What earlier runs left has been found. */
  ready: Promise<void>;
  /** How often entries changed from one source to another. */
  moves: () => number;
  timeoutMs: number;
}

/** Resolves when what waits now is acknowledged. Throws an Error at the deadline. */
export async function waitForDrains({ drains, ready, moves, timeoutMs }: WaitOptions): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  await Promise.race([ready, delay(timeoutMs, undefined, { ref: false })]);
  for (let before = moves(), targets = targetsOf(drains); ;) {
    if (isReached(drains, targets)) {
      if (moves() === before) return;
      // What moved is waited for where it is now.
      before = moves();
      targets = targetsOf(drains);
      continue;
    }
    if (performance.now() >= deadline) throw new Error(`usage still waits after ${timeoutMs} ms: ${waiting(drains)}`);
    await delay(LOOK_MS);
  }
}

/** How far each has to come; undefined: not counted yet. */
function targetsOf(drains: ReadonlySet<Drain>): Map<Drain, number | undefined> {
  return new Map([...drains].map((drain) => [drain, targetOf(drain)]));
}

function targetOf({ source }: Drain): number | undefined {
  const { counted, waiting: left, done } = source.progress();
  return counted ? left + done : undefined;
}

function isReached(drains: ReadonlySet<Drain>, targets: Map<Drain, number | undefined>): boolean {
  for (const [drain, known] of targets) {
    if (!drains.has(drain)) continue;
    const target = known ?? targetOf(drain);
    targets.set(drain, target);
    if (target === undefined || drain.source.progress().done < target) return false;
  }
  return true;
}

function waiting(drains: ReadonlySet<Drain>): string {
  const entries = [...drains].reduce((sum, { source }) => sum + source.progress().waiting, 0);
  return `${entries} entries`;
}
