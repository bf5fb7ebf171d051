import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface ReleaseOptions {
  /** ms between two looks at how busy the process is. Default 5,000. */
  lookMs?: number;
  /** 0…1: how much of the time since the last look the process has worked. Default: Node's own measure. */
  utilization?: () => number;
  /** Default: a full collection. */
  collect?: () => void;
}

const LOOK_MS = 5000;
/** Below this nobody waits for an answer. */
const IDLE_SHARE = 0.05;

/**
 * Gives back, once, what the start took and nobody needs any more: compiling leaves as much garbage as there
 * is of use, and the engine would keep its room for as long as the process has nothing to do. All stands still
 * for about a tenth of a second then, so it waits until the process is idle; while it is busy there is garbage
 * enough to be collected anyway. Returns what ends the waiting.
 */
export function releaseStartMemory(options: ReleaseOptions = {}): () => void {
  const { lookMs = LOOK_MS, utilization = createUtilization(), collect = collectAll } = options;
  const timer = setInterval(() => {
    if (utilization() > IDLE_SHARE) return;
    clearInterval(timer);
    collect();
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** How busy the event loop was since the last call. */
function createUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/** "last-resort" is what also gives pages back to the system (v8/src/extensions/gc-extension.cc). */
export function collectAll(): void {
  // The function exists in contexts that are made after the flag is set, and in no other.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  setFlagsFromString("--no-expose-gc");
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
