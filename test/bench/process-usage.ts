import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const MICROSECONDS_PER_TICK = 1e6 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** CPU time of a process so far, user and system, in µs: from the scheduler's own count where the kernel keeps one. */
export function cpuMicroseconds(pid: number): number {
  return scheduledMicroseconds(pid) ?? tickedMicroseconds(pid);
}

/** Exact to the nanosecond, thread by thread; undefined without /proc/<pid>/schedstat. */
function scheduledMicroseconds(pid: number): number | undefined {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]);
    } catch {
      // Ended meanwhile, or the kernel keeps no such count.
    }
  }
  return nanoseconds === 0 ? undefined : nanoseconds / 1000;
}

/** Granularity: one tick, mostly 10 ms. */
function tickedMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command in parentheses may hold spaces; fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * 1024;
}

export function sumOf(pids: readonly number[], read: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + read(pid), 0);
}
