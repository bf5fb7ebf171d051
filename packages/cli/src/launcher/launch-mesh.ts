import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Settings } from "@switchyard/service-kit";
import { chooseServices } from "./choose-services.ts";
import { colourOf, prefixLines } from "./log-prefix.ts";
import { describeBusyPorts, findBusyPorts, GATEWAY } from "./ports.ts";
import { createServiceProcess, type ServiceProcess } from "./service-process.ts";
import { listMeshServices, type MeshService } from "./service-list.ts";
import { gatewayUrl } from "./gateway-url.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface LaunchOptions {
  settings: Settings;
  /** The environment that services are given, plus what the launcher adds. */
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** One line of output, already prefixed. */
  write: (line: string) => void;
  colour: boolean;
  /** Names of the services that are started here; absent: all of them. */
  only?: readonly string[];
}

export interface Mesh {
  readonly services: readonly ServiceProcess[];
  /** Names of services that did not answer in time, and without which the mesh goes on. */
  readonly late: readonly string[];
  /** Gateway first, so that no request meets a provider service that is gone; open streams get their grace. */
  stop(): Promise<void>;
  kill(): void;
}

/** A port that somebody else holds; the message names every one of them. */
export class BusyPortError extends Error {
  override readonly name = "BusyPortError";
}

/**
 * Starts each service of the mesh as its own process and waits until all of them answer. Throws BusyPortError, or
 * UnknownServiceError for a name in `only`, before anything is started.
 */
export async function launchMesh(options: LaunchOptions): Promise<Mesh> {
  const all = listMeshServices(options.settings);
  const list = options.only === undefined ? all : chooseServices(all, options.only);
  const busy = await findBusyPorts(
    list.flatMap((service) => service.ports),
    options.settings.gateway.host,
  );
  if (busy.length > 0) throw new BusyPortError(await describeBusyPorts(busy, gatewayUrl(options.settings)));

  const innerToken = options.settings.innerToken?.reveal() ?? randomBytes(24).toString("base64url");
  // PORT and HOST are those of a service that is started alone, also where .env has them.
  const env = { ...options.env, SWITCHYARD_MESH: "1", SWITCHYARD_INNER_TOKEN: innerToken };
  const width = Math.max(...list.map(({ name }) => name.length));
  const services = list.map((service, index) => startService(service, { ...options, env, width, index }));
  const late: string[] = [];
  const mesh = createMesh(services, late);
  try {
    const awaited = list.map(async (service) => {
      if (!(await waitUntilLive(service, options.write))) late.push(service.name);
    });
    await Promise.all(awaited);
    if (list.some(({ name }) => name === GATEWAY)) await waitUntilReady(options.settings);
  } catch (error) {
    mesh.kill();
    throw error;
  }
  return mesh;
}

/**
 * Each process has four threads for garbage and compilers by default, whatever the number of cores. The services'
 * heaps are small and the processes many: one each does the same with less waiting for each other.
 */
const NODE_FLAGS = ["--v8-pool-size=1"];

function startService(service: MeshService, options: LaunchOptions & { width: number; index: number }): ServiceProcess {
  const paint = options.colour ? colourOf(options.index) : (text: string) => text;
  const label = paint(`${service.name.padEnd(options.width)} │`);
  return createServiceProcess(
    {
      name: service.name,
      command: [...NODE_FLAGS, `${ROOT}${service.entry}`],
      env: options.env,
      cwd: options.cwd,
    },
    {
      onSpawn: (child) => {
        for (const stream of [child.stdout, child.stderr])
          if (stream) prefixLines(stream, { label, write: options.write });
      },
      onDeath: ({ reason, restartInMs }) =>
        options.write(
          `${label} ${service.name} ${reason}; ${restartInMs === undefined ? "it stays down until its configuration is right" : `starting it again in ${restartInMs / 1000} s`}`,
        ),
    },
  );
}

function createMesh(services: readonly ServiceProcess[], late: readonly string[]): Mesh {
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await services.find(({ name }) => name === GATEWAY)?.stop();
    await Promise.all(services.map((service) => service.stop()));
  };
  return {
    services,
    late,
    stop: () => (stopping ??= stopAll()),
    kill: () => services.forEach((service) => service.kill()),
  };
}

const START_LIMIT_MS = 60_000;
/** For a service without which the mesh goes on. */
const PATIENCE_MS = 15_000;

/** Polls /health/live of each listener until it answers. False: it did not, and the mesh goes on without. */
async function waitUntilLive({ host, ports, without }: MeshService, write: (line: string) => void): Promise<boolean> {
  const limitMs = without === undefined ? START_LIMIT_MS : PATIENCE_MS;
  for (const { name, port } of ports) {
    const deadline = Date.now() + limitMs;
    while (!(await isLive(`http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}/health/live`))) {
      if (Date.now() > deadline) {
        const problem = `${name} did not answer on port ${port} within ${limitMs / 1000} s; its log above says why`;
        if (without === undefined) throw new Error(problem);
        write(`${problem}. Without it ${without}.`);
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return true;
}

const READY_LIMIT_MS = 6000;

/** The gateway is ready once it knows what every service offers; a mesh with something wrong in it goes on without. */
async function waitUntilReady(settings: Settings): Promise<void> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await isLive(`${gatewayUrl(settings)}/health/ready`)) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function isLive(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
