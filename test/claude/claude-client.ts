import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The newest client, and the one that npm picks on Node 20. */
export const CLIENT_VERSIONS = ["2.1.329", "2.1.197"] as const;
export type ClientVersion = (typeof CLIENT_VERSIONS)[number];

/** Path of the real client's program; installed from npm on first use, into a folder that git ignores. */
export async function installClient(version: ClientVersion): Promise<string> {
  const folder = path.join(ROOT, ".switchyard/clients", version);
  const program = path.join(folder, "node_modules/.bin/claude");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  await promisify(execFile)(
    "npm",
    ["install", "--no-audit", "--no-fund", "--no-save", `@anthropic-ai/claude-code@${version}`],
    { cwd: folder },
  );
  return program;
}

/** What `claude -p --output-format json` prints, as far as it is read here. */
export interface ClientResult {
  is_error: boolean;
  result: string;
  session_id: string;
  num_turns: number;
  stop_reason?: string;
  usage: {
    input_tokens: number;
    output_tokens: number;
    cache_read_input_tokens: number;
    cache_creation_input_tokens: number;
  };
}

export interface ClientRun {
  program: string;
  gateway: string;
  prompt: string;
  /** HOME of the client; the same one continues its sessions. */
  home: string;
  /** Working folder of the session. */
  folder: string;
  resume?: string;
  /** Sent with each request, "name: value" lines. */
  headers?: Readonly<Record<string, string>>;
  /** undefined: not set at all. */
  env?: Readonly<Record<string, string | undefined>>;
  timeoutMs?: number;
}

/** Runs one headless session of the real client, with nothing of this machine's own settings. Throws when it prints no result. */
export async function runClient(run: ClientRun): Promise<ClientResult & { exitCode: number }> {
  const args = [
    "-p",
    run.prompt,
    "--dangerously-skip-permissions",
    "--output-format",
    "json",
    ...(run.resume ? ["--resume", run.resume] : []),
  ];
  const child = spawn(run.program, args, {
    cwd: run.folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: run.timeoutMs ?? 60_000,
    env: clientEnvironment(run),
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (errors += chunk.toString()));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  try {
    return { ...(JSON.parse(output) as ClientResult), exitCode };
  } catch (cause) {
    throw new Error(
      `the client printed no result (exit code ${exitCode}): ${output.slice(0, 500)}${errors.slice(0, 500)}`,
      { cause },
    );
  }
}

/** Nothing of this machine's own settings is in it. */
export function clientEnvironment({
  home,
  gateway,
  headers,
  env,
}: Pick<ClientRun, "home" | "gateway" | "headers" | "env">): Record<string, string | undefined> {
  return {
    HOME: home,
    PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    TERM: "xterm",
    IS_SANDBOX: "1",
    ANTHROPIC_BASE_URL: gateway,
    ANTHROPIC_API_KEY: "test",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    ...(headers
      ? {
          ANTHROPIC_CUSTOM_HEADERS: Object.entries(headers)
            .map(([name, value]) => `${name}: ${value}`)
            .join("\n"),
        }
      : {}),
    ...env,
  };
}

export interface ClientFolders {
  home: string;
  folder: string;
  /** With all that is in them. */
  remove(): void;
}

/** An empty HOME and an empty project for one session. */
export function createClientFolders(): ClientFolders {
  const base = mkdtempSync(path.join(os.tmpdir(), "switchyard-claude-"));
  const [home, folder] = [path.join(base, "home"), path.join(base, "project")];
  for (const one of [home, folder]) mkdirSync(one);
  return {
    home,
    folder,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 3 }),
  };
}
