import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { freePort } from "@switchyard/state/testing";
import { Client } from "pg";

/** A Postgres server of its own on the loopback, in a folder that goes with it. */
export interface TestPostgres {
  /** A new, empty database; returns its address. */
  createDatabase(): Promise<string>;
  /** As a crash: connections break. */
  kill(): Promise<void>;
  /** On the same port, with what was committed. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Where distributions put the server's programs; the newest first. */
const FOLDERS = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql*/bin",
  "/usr/local/opt/postgresql*/bin",
];

/** Undefined where a server can be started; else why not, in words for a skipped test's title. */
export function whyNoPostgres(): string | undefined {
  if (findPrograms() === undefined) return "no postgres server here";
  if (process.getuid?.() === 0 && ordinaryUser() === undefined) return "no user to run a postgres server as";
  return undefined;
}

/** Throws an Error when it does not come up. */
export async function startPostgres(): Promise<TestPostgres> {
  const programs = findPrograms();
  if (programs === undefined) throw new Error("no postgres server here");
  const folder = await mkdtemp(join(tmpdir(), "switchyard-postgres-"));
  const user = process.getuid?.() === 0 ? ordinaryUser() : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "switchyard", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"],
    { ...user, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const launch = (): Promise<ChildProcess> => launchServer(join(programs, "postgres"), { data, port, user });
  let server = await launch();
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      await run(port, `create database books_${databases}`);
      return `postgres://switchyard@127.0.0.1:${port}/books_${databases}`;
    },
    kill: () => end(server),
    restart: async () => {
      await end(server);
      server = await launch();
    },
    close: async () => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface ServerPlace {
  data: string;
  port: number;
  user: { uid: number; gid: number } | undefined;
}

async function launchServer(program: string, { data, port, user }: ServerPlace): Promise<ChildProcess> {
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=60"];
  const options = settings.flatMap((setting) => ["-c", setting]);
  const child = spawn(program, ["-D", data, "-p", String(port), ...options], {
    ...user,
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`postgres did not start:\n${output}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-4000);
      if (output.includes("ready to accept connections")) resolve();
    });
  });
  child.removeAllListeners("exit");
  const reap = (): void => void child.kill("SIGQUIT");
  process.once("exit", reap);
  child.once("exit", () => process.off("exit", reap));
  return child;
}

/** SIGQUIT: at once, without a last word to clients, as after a crash. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGQUIT");
  await gone;
}

async function run(port: number, statement: string): Promise<void> {
  const client = new Client({ connectionString: `postgres://switchyard@127.0.0.1:${port}/postgres` });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function findPrograms(): string | undefined {
  const installed = FOLDERS.flatMap((pattern) => globSync(pattern)).toSorted(
    (left, right) => version(right) - version(left),
  );
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return [...path, ...installed].find((folder) =>
    ["postgres", "initdb"].every((program) => folder !== "" && existsSync(join(folder, program))),
  );
}

function version(folder: string): number {
  return Number(/(\d+)[^0-9]*\/bin$/.exec(folder)?.[1] ?? 0);
}

/** The server refuses to run as root. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((which) => spawnSync("id", [which, name], { encoding: "utf8" }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return undefined;
}
