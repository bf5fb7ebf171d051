import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Simulator, SimulatorKind } from "@switchyard/simulators";
import { findFreePorts } from "../../support/free-ports.ts";
import { SIMULATED } from "../../support/start-mesh.ts";
import { createMeshProcess, type MeshProcess } from "./mesh-process.ts";

export interface LedgerMeshOptions {
  simulators: readonly Simulator[];
  /** The model that each provider serves everything with, by kind. */
  models: Readonly<Record<string, string>>;
  redisUrl?: string;
  /** Postgres instead of a file of SQLite. */
  databaseUrl?: string;
  /** Seconds that an attempt may take in all; its intent is given up a minute later. */
  totalSeconds: number;
}

/** Two gateways, a process for each provider service, a cost worker; two of these with Postgres. */
export interface LedgerMesh {
  /** All that run or ran; the first two from the beginning. */
  readonly gateways: readonly MeshProcess[];
  readonly workers: readonly MeshProcess[];
  readonly ledgerFile: string;
  readonly outboxDirectory: string;
  /** What the processes wrote, warnings and errors. */
  readonly log: readonly string[];
  /** Starts one more gateway, under another name than any before, on the same volume. */
  addGateway(): Promise<MeshProcess>;
  stop(): Promise<void>;
}

/** The intent's lease must outlive every attempt by a minute. */
export const LEASE_MARGIN_SECONDS = 60;

export const INNER_TOKEN = "inner-token-of-a-test-mesh";

const GATEWAYS = 2;
const SPARE_PORTS = 3;

/** Real processes over simulators that run elsewhere. What they keep lies in one folder, which goes with them. */
export async function startLedgerMesh(options: LedgerMeshOptions): Promise<LedgerMesh> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-ledger-"));
  writeFileSync(path.join(cwd, "switchyard.yaml"), JSON.stringify(createConfig(options)));
  const kinds = options.simulators.map(({ kind }) => kind as SimulatorKind);
  const ports = await findFreePorts(kinds.length + 1 + GATEWAYS + SPARE_PORTS);
  const take = (): number => ports.shift() ?? fail();
  const servicePorts = new Map(kinds.map((kind) => [kind, take()]));
  const workerPort = take();
  const log: string[] = [];
  const files = { ledger: path.join(cwd, "ledger.sqlite"), outbox: path.join(cwd, "outbox") };
  const env = { ...createEnvironment(options, { cwd, workerPort, servicePorts }), ...toVariables(files) };

  const services = [...new Map(kinds.map((kind) => [entryOf(kind), kind]))].map(([entry, kind]) =>
    createMeshProcess({
      name: entry.split("/")[1] ?? entry,
      entry,
      port: servicePorts.get(kind) ?? fail(),
      readyRoute: "/health/live",
      cwd,
      env,
      log,
    }),
  );
  const workerPorts = options.databaseUrl === undefined ? [workerPort] : [workerPort, take()];
  const workers = workerPorts.map((port, index) =>
    createMeshProcess({
      name: workerPorts.length === 1 ? "cost worker" : `cost worker ${index + 1}`,
      entry: "services/cost-worker/src/main.ts",
      port,
      readyRoute: "/health/live",
      cwd,
      env: { ...env, COST_WORKER_PORT: String(port) },
      log,
    }),
  );
  const gateways: MeshProcess[] = [];
  const addGateway = async (): Promise<MeshProcess> => {
    const port = take();
    const gateway = createMeshProcess({
      name: `gateway ${"ABCD"[gateways.length] ?? gateways.length}`,
      entry: "services/gateway/src/main.ts",
      port,
      readyRoute: "/health/ready",
      cwd,
      log,
      env: { ...env, GATEWAY_PORT: String(port) },
    });
    gateways.push(gateway);
    await gateway.start();
    return gateway;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await Promise.all([...workers, ...services].map((one) => one.stop()));
    rmSync(cwd, { recursive: true, force: true });
  };
  try {
    // A gateway looks at its services when it starts: they come first.
    await Promise.all([...workers, ...services].map((one) => one.start()));
    for (let index = 0; index < GATEWAYS; index += 1) await addGateway();
  } catch (error) {
    await stop();
    throw error;
  }
  return { gateways, workers, ledgerFile: files.ledger, outboxDirectory: files.outbox, log, addGateway, stop };
}

function fail(): never {
  throw new Error("no port is left for one more process");
}

function createConfig({ simulators, models, totalSeconds }: LedgerMeshOptions): Record<string, unknown> {
  return {
    max_retries: 0,
    timeouts: { first_output: totalSeconds, idle: totalSeconds, total: totalSeconds },
    // Providers are made to fail now and then: that must not send them away.
    circuit_breaker: { failure_threshold: 1_000 },
    gateway: {
      routing_strategy: "round_robin",
      substitution: "by_strategy",
      fallback_delay: 0.01,
      max_concurrent_requests: 1_000,
      shutdown_grace: 5,
    },
    costs: { intent_lease: totalSeconds + LEASE_MARGIN_SECONDS, price_refresh: 0, time_zone: "UTC" },
    providers: simulators.map(({ kind }, index) => ({
      name: kind,
      priority: index + 1,
      models: Object.fromEntries(["big", "middle", "small"].map((tier) => [tier, [models[kind]]])),
    })),
  };
}

interface Places {
  cwd: string;
  workerPort: number;
  servicePorts: ReadonlyMap<SimulatorKind, number>;
}

function createEnvironment(
  { simulators, redisUrl, databaseUrl }: LedgerMeshOptions,
  { cwd, workerPort, servicePorts }: Places,
): Record<string, string | undefined> {
  return {
    PATH: process.env["PATH"],
    HOME: cwd,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    SWITCHYARD_DEMO: "0",
    SWITCHYARD_MESH: "1",
    SWITCHYARD_INNER_TOKEN: INNER_TOKEN,
    LOG_LEVEL: "warn",
    COST_WORKER_PORT: String(workerPort),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...Object.fromEntries([...servicePorts].map(([kind, port]) => [portVariable(kind), String(port)])),
    ...Object.assign({}, ...simulators.map(({ kind, url }) => SIMULATED[kind]?.(url))),
  };
}

function toVariables({ ledger, outbox }: { ledger: string; outbox: string }): Record<string, string> {
  return { SWITCHYARD_LEDGER: ledger, SWITCHYARD_OUTBOX: outbox };
}

function portVariable(kind: string): string {
  return `${kind.toUpperCase().replaceAll("-", "_")}_PORT`;
}

const OWN_SERVICES: ReadonlySet<string> = new Set(["anthropic", "vertex", "github-models", "openrouter"]);

function entryOf(kind: string): string {
  return `services/${OWN_SERVICES.has(kind) ? kind : "openai-compatible"}/src/main.ts`;
}
