import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/** A service of the mesh that may be killed and started again, on the same port. */
export interface MeshProcess {
  readonly name: string;
  readonly url: string;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** How often it was killed. */
  readonly kills: number;
  /** Resolves when it answers. Without effect while it runs. */
  start(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL for a process that does not end; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface MeshProcessOptions {
  name: string;
  /** Below the root of the repository: "services/gateway/src/main.ts". */
  entry: string;
  port: number;
  /** Answers 2xx when the process may be used. */
  readyRoute: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  log: string[];
  /** Of Node, before the entry. */
  flags?: readonly string[];
}

export function createMeshProcess(options: MeshProcessOptions): MeshProcess {
  const { name, port, readyRoute, log } = options;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let kills = 0;
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || !isRunning()) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  return {
    name,
    url,
    get pid() {
      return child?.pid ?? 0;
    },
    get kills() {
      return kills;
    },
    async start() {
      if (isRunning()) return;
      child = launch(options);
      const started = child;
      await untilAnswers(`${url}${readyRoute}`, () => started.exitCode !== null, log);
    },
    async kill() {
      if (isRunning()) kills += 1;
      await end("SIGKILL");
    },
    async stop() {
      const timer = setTimeout(() => child?.kill("SIGKILL"), STOP_LIMIT_MS);
      await end("SIGTERM").finally(() => clearTimeout(timer));
    },
  };
}

/** The IPC channel tells the process when this one is gone: then it stops by itself. */
function launch({ name, entry, cwd, env, log, flags = [] }: MeshProcessOptions): ChildProcess {
  const child = spawn(process.execPath, [...flags, `${ROOT}${entry}`], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.once("exit", (code) => {
    if (code !== null && code !== 0) log.push(`${name} ended with code ${code}`);
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\n")) if (line !== "") log.push(`${name}: ${line}`);
      if (log.length > 5_000) log.splice(0, log.length - 5_000);
    });
  return child;
}

async function untilAnswers(url: string, hasEnded: () => boolean, log: readonly string[]): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline || hasEnded())
      throw new Error(`${url} does not answer; the last lines:\n${log.slice(-20).join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
