import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator, type QuotaRule, type Simulator, type SimulatorKind } from "@switchyard/simulators";
import { findFreePorts } from "../../support/free-ports.ts";
import { SIMULATED } from "../../support/start-mesh.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface FleetProvider {
  kind: SimulatorKind;
  /** What the simulator really enforces. */
  quotas?: readonly QuotaRule[];
  /** More of the provider's entry in the settings. */
  settings?: Readonly<Record<string, unknown>>;
  /** What the gateways are told of the quotas, as `providers[].limits`; default: nothing. */
  limits?: readonly Readonly<Record<string, unknown>>[];
}

export interface FleetOptions {
  gateways: number;
  /** In order of priority. */
  providers: readonly FleetProvider[];
  redisUrl?: string;
  /** More of the settings' file. */
  config?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
  /** ms that a prompt cache of five minutes lives. */
  promptCacheMs?: number;
}

export interface FleetGateway {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. It is not started again. */
  kill(): Promise<void>;
}

export interface Fleet {
  readonly gateways: readonly FleetGateway[];
  readonly simulators: readonly Simulator[];
  simulatorOf(kind: SimulatorKind): Simulator;
  /** What the processes wrote, warnings and errors. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** Real processes: so many gateways and one service per provider kind, over simulators in this process. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const simulators = await Promise.all(
    options.providers.map(({ kind, quotas = [] }) =>
      startSimulator(kind, {
        quotas,
        keepRequests: 2_000,
        ...(options.promptCacheMs === undefined ? {} : { promptCacheMs: options.promptCacheMs }),
      }),
    ),
  );
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-fleet-"));
  writeFileSync(path.join(cwd, "switchyard.yaml"), JSON.stringify(createConfig(options)));
  const ports = await findFreePorts(options.providers.length + options.gateways);
  const env = createEnvironment(options, { simulators, ports, cwd });
  const log: string[] = [];
  const run = (entry: string, more: Record<string, string> = {}): ChildProcess =>
    runProcess(entry, { cwd, env: { ...env, ...more }, log });

  const entries = new Set(options.providers.map(({ kind }) => entryOf(kind)));
  const services = [...entries].map((entry) => run(entry));
  const servicePorts = ports.slice(0, options.providers.length);
  const gateways: { port: number; process: ChildProcess }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map(({ process }) => end(process, "SIGKILL")));
    await Promise.all(services.map((service) => end(service, "SIGKILL")));
    await Promise.all(simulators.map((simulator) => simulator.close()));
    rmSync(cwd, { recursive: true, force: true });
  };
  try {
    // A gateway looks at its services when it starts: they come first.
    await untilAllAnswer(servicePorts, "/health/live", log);
    for (const port of ports.slice(options.providers.length))
      gateways.push({ port, process: run("services/gateway/src/main.ts", { GATEWAY_PORT: String(port) }) });
    const gatewayPorts = gateways.map(({ port }) => port);
    await untilAllAnswer(gatewayPorts, "/health/ready", log);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    gateways: gateways.map(({ port, process }) => ({
      url: `http://127.0.0.1:${port}`,
      pid: process.pid ?? 0,
      kill: () => end(process, "SIGKILL"),
    })),
    simulators,
    simulatorOf(kind) {
      const found = simulators.find((simulator) => simulator.kind === kind);
      if (found === undefined) throw new Error(`the fleet has no ${kind}`);
      return found;
    },
    log,
    stop,
  };
}

function createConfig({ providers, config = {} }: FleetOptions): Record<string, unknown> {
  return {
    ...config,
    providers: providers.map(({ kind, settings, limits }, index) => ({
      name: kind,
      priority: index + 1,
      ...settings,
      ...(limits === undefined ? {} : { limits }),
    })),
  };
}

const VARIABLE_OF_KIND = (kind: string): string => `${kind.toUpperCase().replaceAll("-", "_")}_PORT`;

function createEnvironment(
  { providers, redisUrl, env }: FleetOptions,
  { simulators, ports, cwd }: { simulators: readonly Simulator[]; ports: readonly number[]; cwd: string },
): Record<string, string | undefined> {
  return {
    PATH: process.env["PATH"],
    HOME: cwd,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    SWITCHYARD_DEMO: "0",
    SWITCHYARD_MESH: "1",
    SWITCHYARD_INNER_TOKEN: "inner-token-of-a-test-fleet",
    LOG_LEVEL: "warn",
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...Object.fromEntries(providers.map(({ kind }, index) => [VARIABLE_OF_KIND(kind), String(ports[index])])),
    ...Object.assign({}, ...simulators.map(({ kind, url }) => SIMULATED[kind]?.(url))),
    ...env,
  };
}

const OWN_SERVICES: ReadonlySet<string> = new Set(["anthropic", "vertex", "github-models", "openrouter"]);

function entryOf(kind: string): string {
  return `services/${OWN_SERVICES.has(kind) ? kind : "openai-compatible"}/src/main.ts`;
}

interface ProcessOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  log: string[];
}

/** The IPC channel tells the process when this one is gone: then it stops by itself. */
function runProcess(entry: string, { cwd, env, log }: ProcessOptions): ChildProcess {
  const child = spawn(process.execPath, [`${ROOT}${entry}`], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.once("exit", (code) => log.push(`${ENDED} ${entry} with code ${code}`));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log.push(...text.split("\n").filter((line) => line !== ""));
      if (log.length > 2_000) log.splice(0, log.length - 2_000);
    });
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

const START_LIMIT_MS = 60_000;
const ENDED = "ended:";

async function untilAllAnswer(ports: readonly number[], route: string, log: readonly string[]): Promise<void> {
  await Promise.all(ports.map((port) => untilAnswers(`http://127.0.0.1:${port}${route}`, log)));
}

async function untilAnswers(url: string, log: readonly string[]): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline || log.some((line) => line.startsWith(ENDED)))
      throw new Error(`${url} does not answer; the last lines:\n${log.slice(-20).join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
