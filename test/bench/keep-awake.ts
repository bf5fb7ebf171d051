import { spawn, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";

/** Ends with the process that began it, however that ends. */
const LOOP = `
  const parent = process.ppid;
  for (;;) {
    for (const until = Date.now() + 100; Date.now() < until; );
    if (process.ppid !== parent) process.exit();
  }
`;

/**
 * Keeps every core busy with work that gives way to any other at once (SCHED_IDLE). A core that has nothing to do
 * halts, and on a virtual machine it takes a good part of a millisecond until it is there again: whoever has more
 * hops would be measured by that. Gives the function that ends it; without util-linux's chrt nothing is done.
 */
export function keepAwake(): () => void {
  const loops = Array.from({ length: availableParallelism() }, (): ChildProcess => {
    const child = spawn("chrt", ["--idle", "0", process.execPath, "-e", LOOP], { stdio: "ignore" });
    child.on("error", () => {});
    return child;
  });
  return () => {
    for (const loop of loops) loop.kill("SIGKILL");
  };
}
