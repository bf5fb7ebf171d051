import { spawn, type ChildProcess } from "node:child_process";
import { restartDelayMs, STABLE_AFTER_MS } from "./backoff.ts";

/** EX_CONFIG of sysexits.h: the configuration is wrong, starting again would not help. */
const EXIT_CONFIGURATION = 78;

export interface ServiceSpec {
  name: string;
  /** The entry file and its arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

export interface ServiceProcessDeps {
  /** Called with each new process, so that its output can be shown. */
  onSpawn(child: ChildProcess): void;
  /** Called when it dies unasked; without `restartInMs` it is not started again. */
  onDeath(death: { reason: string; restartInMs?: number }): void;
  node?: string;
  restartDelay?: (attempt: number) => number;
}

export interface ServiceProcess {
  readonly name: string;
  readonly pid: number | undefined;
  /** Asks it to stop; resolves when it has. It is not started again. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Keeps one service running in a process (and process group) of its own: the terminal's Ctrl-C reaches the
 * launcher alone, which then stops the services in order. The IPC channel tells an orphan that its launcher is gone.
 */
export function createServiceProcess(spec: ServiceSpec, deps: ServiceProcessDeps): ServiceProcess {
  const delay = deps.restartDelay ?? restartDelayMs;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let failures = 0;

  const launch = (): void => {
    const startedAt = Date.now();
    const launched = spawn(deps.node ?? process.execPath, [...spec.command], {
      cwd: spec.cwd,
      env: { ...spec.env },
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = launched;
    deps.onSpawn(launched);
    let ended = false;
    const end = (reason: string, code?: number | null): void => {
      if (ended) return;
      ended = true;
      if (child === launched) child = undefined;
      if (stopping) return;
      if (code === EXIT_CONFIGURATION) return deps.onDeath({ reason });
      failures = Date.now() - startedAt > STABLE_AFTER_MS ? 0 : failures;
      const restartInMs = delay(failures);
      failures += 1;
      deps.onDeath({ reason, restartInMs });
      timer = setTimeout(launch, restartInMs);
    };
    launched.once("error", (error) => end(`could not be started (${error.message})`));
    launched.once("exit", (code, signal) => end(signal ? `was ended by ${signal}` : `ended with code ${code}`, code));
  };

  launch();
  return {
    name: spec.name,
    get pid() {
      return child?.pid;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      await new Promise<void>((resolve) => {
        running.once("exit", () => resolve());
        running.kill("SIGTERM");
      });
    },
    kill() {
      stopping = true;
      clearTimeout(timer);
      child?.kill("SIGKILL");
    },
  };
}
