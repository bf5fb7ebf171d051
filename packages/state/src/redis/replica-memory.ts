import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";

/** How many gateways there are, for whoever has to share without being able to ask. */
export interface ReplicaMemory {
  /** Among so many the limits are divided while Redis is away. At least 1. */
  readonly sharers: number;
  /** What a look at Redis has shown. */
  note(replicas: number): void;
}

export interface ReplicaMemoryOptions {
  /** Where the number outlives a restart; undefined: nowhere. */
  file?: string | undefined;
  /** What the settings say, for a first start; the larger number holds. */
  expected?: number | undefined;
  /** ms since the epoch. */
  now: () => number;
  onProblem?: ((message: string, cause: unknown) => void) | undefined;
}

/** Who has not been seen for so long is not counted in any more: right after a loss others are still coming back. */
const RECENT_MS = 15_000;
/** A smaller number is remembered once it has stood for so long: gateways that stop one after the other stop all. */
const SETTLED_MS = 600_000;

export function createReplicaMemory({ file, expected = 1, now, onProblem }: ReplicaMemoryOptions): ReplicaMemory {
  let kept = Math.max(1, expected, readCount(file, onProblem));
  let keptSince = now();
  let writing = Promise.resolve();
  /** The last counts, newest last, none smaller than one after it. */
  let peaks: { count: number; at: number }[] = [];

  const keep = (count: number): void => {
    keptSince = now();
    if (count === kept) return;
    kept = count;
    if (file === undefined) return;
    writing = writing
      .then(() => writeCount(file, count))
      .catch((error: unknown) => onProblem?.("the number of gateways cannot be saved", error));
  };

  return {
    get sharers() {
      return peaks.reduce((most, { count }) => Math.max(most, count), 0) || kept;
    },
    note(replicas) {
      const at = now();
      peaks = [...peaks.filter((peak) => at - peak.at < RECENT_MS && peak.count > replicas), { count: replicas, at }];
      if (replicas >= kept || at - keptSince >= SETTLED_MS) keep(replicas);
    },
  };
}

function readCount(file: string | undefined, onProblem: ReplicaMemoryOptions["onProblem"]): number {
  if (file === undefined) return 0;
  try {
    const told: unknown = JSON.parse(readFileSync(file, "utf8"));
    const count = typeof told === "object" && told !== null && "replicas" in told ? told.replicas : undefined;
    if (typeof count === "number" && Number.isInteger(count) && count > 0) return count;
    throw new Error("it holds no number of gateways");
  } catch (error) {
    // What node:fs throws may be another realm's Error.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      onProblem?.("the remembered number of gateways cannot be read", error);
    return 0;
  }
}

/** Whole or not at all: gateways that share a directory write the same file. */
async function writeCount(file: string, replicas: number): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(unfinished, `${JSON.stringify({ replicas })}\n`, { mode: 0o600 });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
