import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-ports.ts";

/** A redis-server that a test may stop, freeze and start again on the same port. */
export interface RedisProcess {
  readonly port: number;
  /** SIGKILL, as a crash; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** A new process on the same port, empty (nothing is kept on disk). */
  restart(): Promise<void>;
  /** Ends the process and removes its folder. */
  close(): Promise<void>;
}

export interface RedisProcessOptions {
  /** More arguments of the command line: ["--cluster-enabled", "yes"]. */
  arguments?: readonly string[];
  /** Called with the folder of the process before it starts; what it returns goes first on the command line. */
  configure?: (folder: string, port: number) => Promise<readonly string[]>;
  /** Default: a free port of the loopback. */
  port?: number;
}

/** Undefined where redis-server can be started; else why not, in words for a skipped test's title. */
export function whyNoRedis(): string | undefined {
  return spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "no redis-server here";
}

/** Starts a redis-server without persistence on a port of the loopback. Throws an Error when it does not come up. */
export async function startRedisProcess(options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), "switchyard-redis-"));
  const port = options.port ?? (await freePort());
  const first = (await options.configure?.(folder, port)) ?? [];
  const command = [
    ...first,
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    ...(first.includes("--sentinel") ? [] : ["--save", "", "--appendonly", "no"]),
    ...(options.arguments ?? []),
  ];
  let child = await launch(command);
  return {
    port,
    kill: () => end(child, "SIGKILL"),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    restart: async () => {
      await end(child, "SIGKILL");
      child = await launch(command);
    },
    close: async () => {
      await end(child, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(command: readonly string[]): Promise<ChildProcess> {
  const child = spawn("redis-server", command, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`redis-server did not start:\n${output}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-4000);
      if (/Ready to accept connections|Running mode=sentinel/.test(output)) resolve();
    });
    child.stderr.resume();
  });
  child.removeAllListeners("exit");
  const reap = (): void => void child.kill("SIGKILL");
  process.once("exit", reap);
  child.once("exit", () => process.off("exit", reap));
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}
