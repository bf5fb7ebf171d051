import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "@jest/globals";
import { whenQuiet } from "@switchyard/state/testing";
import { startSimulator, type Simulator } from "@switchyard/simulators";
import { findFreePorts } from "../support/free-ports.ts";
import { countEvents, sendMessages } from "../support/send-messages.ts";
import { PORT_VARIABLES } from "../support/start-mesh.ts";

const RUN = fileURLToPath(new URL("../../scripts/run.mjs", import.meta.url));
/** For a test: a mesh is a dozen processes, which start slowly on a busy machine. */
const LIMIT_MS = 180_000;
const REQUEST = { model: "claude-sonnet-5", max_tokens: 200, messages: [{ role: "user", content: "Hello!" }] };

/** `npm start` as a person starts it, on free ports. */
interface Started {
  child: ChildProcess;
  url: string;
  ports: Readonly<Record<string, number>>;
  output: () => string;
  /** Resolves once the output holds this. */
  sees: (text: string | RegExp) => Promise<void>;
  exit: Promise<number | null>;
}

describe("npm start", () => {
  const running: ChildProcess[] = [];
  const simulators: Simulator[] = [];
  const holders: Server[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const holder of holders.splice(0)) holder.close();
    await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  async function startMesh(
    options: { args?: readonly string[]; env?: Record<string, string>; files?: Record<string, string> } = {},
  ): Promise<Started> {
    const free = await findFreePorts(PORT_VARIABLES.length);
    const ports = Object.fromEntries(PORT_VARIABLES.map((name, index) => [name, free[index] ?? 0]));
    const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-start-"));
    folders.push(cwd);
    for (const [name, content] of Object.entries(options.files ?? {})) writeFileSync(path.join(cwd, name), content);
    const child = spawn(process.execPath, [RUN, "start", ...(options.args ?? [])], {
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: cwd,
        INIT_CWD: cwd,
        ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`${name}_PORT`, String(port)])),
        ...options.env,
      },
    });
    running.push(child);
    let text = "";
    const waiting = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        for (const look of waiting) look();
      });
    const exit = once(child, "exit").then(([code]) => {
      for (const look of waiting) look();
      return code as number | null;
    });
    const sees = (wanted: string | RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
          if (found) resolve();
          else if (child.exitCode !== null) reject(new Error(`it ended without "${String(wanted)}":\n${text}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      });
    return { child, url: `http://127.0.0.1:${ports["GATEWAY"]}`, ports, output: () => text, sees, exit };
  }

  it(
    "without any credential runs over simulators, says so in its box, and marks each answer",
    async () => {
      const { url, output, sees } = await startMesh();
      await sees("Point Claude Code here");
      expect(output()).toContain("No credential is used");
      expect(output()).toContain(`export ANTHROPIC_BASE_URL=${url}`);
      const answer = await sendMessages(url, REQUEST);
      expect(answer.status).toBe(200);
      expect(answer.headers["x-switchyard-simulated"]).toBe("true");
    },
    LIMIT_MS,
  );

  it(
    "starts a service that is killed again, says so, and answers meanwhile",
    async () => {
      const { url, ports, output, sees } = await startMesh();
      await sees("Point Claude Code here");
      const info = (await (await fetch(`http://127.0.0.1:${ports["ANTHROPIC"]}/info`)).json()) as { port: number };
      expect(info.port).toBe(ports["ANTHROPIC"]);
      const pid = pidOfPort(ports["ANTHROPIC"] ?? 0);
      process.kill(pid, "SIGKILL");
      const answer = await sendMessages(url, { ...REQUEST, stream: true });
      expect(answer.status).toBe(200);
      expect(countEvents(answer, "message_stop")).toBe(1);
      await sees(/anthropic was ended by SIGKILL; starting it again in 0\.5 s/);
      await sees(/anthropic +│ .*started[\s\S]*anthropic +│ .*started/);
      expect(output().match(/anthropic +│ .*: started/g)?.length).toBe(2);
    },
    LIMIT_MS,
  );

  it(
    "runs the cost worker too, tells where its ledger is, and answers while it is started again",
    async () => {
      const { url, ports, output, sees } = await startMesh();
      await sees("Point Claude Code here");
      // Where it is slow to start, the rest does not wait for it.
      await sees(/cost-worker +│ .*started/);
      const port = ports["COST_WORKER"] ?? 0;
      const [line = ""] = output().match(/│ cost-worker .*on.*│/) ?? [];
      expect(line).toContain(`http://127.0.0.1:${port}`);
      expect(line).toMatch(/ledger: \/.*\/\.switchyard\/ledger\.sqlite/);
      expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
      process.kill(pidOfPort(port), "SIGKILL");
      expect((await sendMessages(url, REQUEST)).status).toBe(200);
      await sees(/cost-worker was ended by SIGKILL; starting it again in 0\.5 s/);
      await sees(/cost-worker +│ .*started[\s\S]*cost-worker +│ .*started/);
    },
    LIMIT_MS,
  );

  it(
    "with --only starts the services that are named, and says what the others have to share",
    async () => {
      const { ports, output, sees } = await startMesh({ args: ["--only", "vertex,openrouter"] });
      await sees("Point Claude Code here");
      expect(output()).toContain("Started here: vertex, openrouter.");
      expect(output()).toContain("Set SWITCHYARD_INNER_TOKEN, the same for every part");
      expect((await fetch(`http://127.0.0.1:${ports["VERTEX"]}/health/live`)).status).toBe(200);
      for (const name of ["GATEWAY", "COST_WORKER", "ANTHROPIC"]) await untilFree(ports[name] ?? 0);
    },
    LIMIT_MS,
  );

  it(
    "with --only and a name that no service has starts nothing, and lists those that there are",
    async () => {
      const { output, exit } = await startMesh({ args: ["--only", "gateway,ledger"], env: { SWITCHYARD_DEMO: "0" } });
      expect(await exit).toBe(64);
      expect(output()).toContain("There is no service ledger. Name some of: gateway, cost-worker, ");
      expect(output()).not.toContain("started");
    },
    LIMIT_MS,
  );

  it.each(["VERTEX", "COST_WORKER"])(
    "names the service and the variable of %s's port if it is taken, and starts nothing",
    async (prefix) => {
      const holder = createServer().listen(0, "127.0.0.1");
      holders.push(holder);
      await once(holder, "listening");
      const port = (holder.address() as { port: number }).port;
      const { output, exit } = await startMesh({ env: { [`${prefix}_PORT`]: String(port) } });
      expect(await exit).not.toBe(0);
      expect(output()).toContain(
        `Port ${port} (${prefix.toLowerCase().replace("_", "-")}) is in use by another program. Stop that program, or set ${prefix}_PORT to a free port.`,
      );
      expect(output()).not.toContain("started urls");
    },
    LIMIT_MS,
  );

  it(
    "lists every problem of the configuration at once, with its place and remedy, and starts nothing",
    async () => {
      const { output, exit } = await startMesh({
        files: { "switchyard.yaml": "providers:\n  - name: openrouter\n    priority: soon\ngateway:\n  prot: 8080\n" },
      });
      expect(await exit).toBe(78);
      expect(output()).toMatch(/providers[.[]0\]?\.priority/);
      expect(output()).toMatch(/prot.*\n?.*port/);
      expect(output()).not.toContain("started urls");
    },
    LIMIT_MS,
  );

  /** A mesh with one stream open that would go on for minutes. */
  async function startWithOpenStream() {
    const upstream = await startSimulator("anthropic");
    simulators.push(upstream);
    upstream.script({
      times: "always",
      blocks: [{ type: "text", text: "A long answer." }],
      delivery: { events: 5000, eventDelayMs: 50 },
    });
    const started = await startMesh({
      env: { ANTHROPIC_UPSTREAM_API_KEY: "sk-ant-api03-simulated", ANTHROPIC_UPSTREAM_BASE_URL: upstream.url },
    });
    await started.sees("Point Claude Code here");
    const answer = sendMessages(started.url, { ...REQUEST, stream: true });
    await upstream.waitFor(({ method, eventsWritten }) => method === "POST" && eventsWritten > 5);
    // What a terminal does: the signal goes to the whole group.
    const pressCtrlC = (): boolean => process.kill(-(started.child.pid ?? 0), "SIGINT");
    return { ...started, answer, upstream, pressCtrlC };
  }

  it(
    "at Ctrl-C gives open streams five seconds, then ends them with an overloaded_error, and itself",
    () =>
      whenQuiet(async () => {
        const { answer, exit, pressCtrlC, upstream } = await startWithOpenStream();
        const pressed = performance.now();
        pressCtrlC();
        const { events } = await answer;
        expect(performance.now() - pressed).toBeGreaterThan(4500);
        expect(events.at(-1)).toMatchObject({ type: "error", error: { type: "overloaded_error" } });
        expect(events.some(({ type }) => type === "message_stop")).toBe(false);
        await exit;
        expect(performance.now() - pressed).toBeLessThan(12_000);
        await upstream.waitFor(({ abortedAt }) => abortedAt !== undefined);
      }),
    2 * LIMIT_MS,
  );

  it(
    "at a second Ctrl-C ends at once",
    () =>
      whenQuiet(async () => {
        const { answer, exit, sees, pressCtrlC } = await startWithOpenStream();
        pressCtrlC();
        await sees("Once more ends everything at once");
        const pressed = performance.now();
        pressCtrlC();
        await exit;
        // Who waits for open streams waits for five seconds.
        expect(performance.now() - pressed).toBeLessThan(3500);
        expect((await answer).broken).toBe(true);
      }),
    2 * LIMIT_MS,
  );

  it(
    "leaves no service behind when the launcher itself is killed",
    async () => {
      const { child, ports, sees } = await startMesh();
      await sees("Point Claude Code here");
      const launcher = pidOfChild(child.pid ?? 0);
      process.kill(launcher, "SIGKILL");
      await untilFree(ports["GATEWAY"] ?? 0);
      await untilFree(ports["VERTEX"] ?? 0);
    },
    LIMIT_MS,
  );
});

/** Process that listens on a port, from /proc. */
function pidOfPort(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const row = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1]?.endsWith(`:${hex}`) === true && fields[3] === "0A");
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && holdsSocket(name, `socket:[${row?.[9]}]`));
  if (pid === undefined) throw new Error(`nobody listens on ${port}`);
  return Number(pid);
}

function holdsSocket(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    // Gone meanwhile, or not ours.
    return false;
  }
}

/** The one child of a process. */
function pidOfChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

/** Resolves once nobody listens on the port any more. */
async function untilFree(port: number): Promise<void> {
  for (;;) {
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
