import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = join(import.meta.dirname, "write-until-killed.ts");

/** A process that writes a ledger. */
export interface Writer {
  /** What it said last: the number of batches that were acknowledged. */
  acknowledged(): number;
  /** Resolves when so many batches are acknowledged. */
  reached(batches: number): Promise<void>;
  /** The error that ended its writing. */
  failed(): Promise<string>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** `largestFile`: KiB that a file may have; beyond, writing fails as on a full disk. */
export function startWriter(file: string, { largestFile }: { largestFile?: number } = {}): Writer {
  const limit = largestFile === undefined ? "" : `ulimit -f ${largestFile}; `;
  const child = spawn("bash", ["-c", `${limit}exec "$0" "$@"`, process.execPath, PROGRAM, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let acknowledged = 0;
  let problem: string | undefined;
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (/^\d+$/.test(line)) acknowledged = Number(line);
    else problem = line;
    for (const watcher of watchers) watcher();
  });
  const until = <Value>(value: () => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = value();
        if (found !== undefined) resolve(found);
        else if (child.exitCode !== null) reject(new Error(`the writer ended with ${child.exitCode}`));
      };
      watchers.add(look);
      child.once("exit", look);
      look();
    });
  return {
    acknowledged: () => acknowledged,
    reached: async (batches) => {
      await until(() => (acknowledged >= batches ? true : undefined));
    },
    failed: () => until(() => problem),
    kill: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
