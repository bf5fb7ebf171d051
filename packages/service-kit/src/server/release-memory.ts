import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface ReleaseOptions {
  /** ms between two looks at the process. Default 5,000. */
  lookMs?: number;
  /** 0…1: how much of the time since the last look the process has worked. Default: Node's own measure. */
  utilization?: () => number;
  /** Bytes of memory that the process holds. Default: the system's count. */
  resident?: () => number;
  /** Default: a full collection. */
  collect?: () => void;
}

const LOOK_MS = 5000;
/** Below this nobody waits for an answer. */
const IDLE_SHARE = 0.05;
/** Less garbage than this is not worth standing still for. */
const WORTHWHILE_BYTES = 32 * 2 ** 20;

/**
 * Gives back what the start took, and what load took, as soon as nobody needs it any more. The engine makes room
 * for as much as a busy process leaves behind, some hundred MB, and keeps it while nothing happens. All stands
 * still for up to a tenth of a second then, so it waits until the process is idle; while it is busy the engine
 * collects by itself. Returns what ends the looking.
 */
export function releaseMemoryWhenIdle(options: ReleaseOptions = {}): () => void {
  const { lookMs = LOOK_MS, utilization = createUtilization(), collect = collectAll } = options;
  const { resident = () => process.memoryUsage.rss() } = options;
  /** The least that the process was seen to do with since its last collection. */
  let least = 0;
  const timer = setInterval(() => {
    const isBusy = utilization() > IDLE_SHARE;
    const held = resident();
    if (isBusy || held - least < WORTHWHILE_BYTES) {
      least = Math.min(least, held);
      return;
    }
    collect();
    least = resident();
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
