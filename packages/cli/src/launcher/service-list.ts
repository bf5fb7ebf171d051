import type { Settings } from "@switchyard/service-kit";

/** One process of the mesh, and where it listens. */
export interface MeshService {
  name: string;
  /** Path below the repository's root. */
  entry: string;
  ports: readonly { name: string; port: number; variable: string }[];
  host: string;
  /** What goes on without it; absent: the mesh does not start without it. */
  without?: string;
}

const ENTRY_OF_KIND: Readonly<Record<string, { name: string; entry: string }>> = {
  anthropic: { name: "anthropic", entry: "services/anthropic/src/main.ts" },
  vertex: { name: "vertex", entry: "services/vertex/src/main.ts" },
  "github-models": { name: "github-models", entry: "services/github-models/src/main.ts" },
  openrouter: { name: "openrouter", entry: "services/openrouter/src/main.ts" },
};
const OTHER_KINDS = { name: "openai-compatible", entry: "services/openai-compatible/src/main.ts" };

/**
 * The processes that these settings ask for: one per kind of service, several listeners where one serves several
 * providers. The gateway is the first; the cost worker is among them unless it is found elsewhere.
 */
export function listMeshServices(settings: Settings): MeshService[] {
  const services = new Map<string, MeshService>();
  for (const provider of settings.providers) {
    const { name, entry } = ENTRY_OF_KIND[provider.kind] ?? OTHER_KINDS;
    const port = { name: provider.name, port: provider.port, variable: portVariable(provider.name) };
    const known = services.get(name);
    services.set(name, {
      name,
      entry,
      host: settings.gateway.host,
      ports: known ? [...known.ports, port] : [port],
    });
  }
  const { host, port } = settings.gateway;
  const gateway = {
    name: "gateway",
    entry: "services/gateway/src/main.ts",
    host,
    ports: [{ name: "gateway", port, variable: "GATEWAY_PORT" }],
  };
  return [gateway, ...(isWorkerHere(settings) ? [costWorker(settings)] : []), ...services.values()];
}

function costWorker({ costs }: Settings): MeshService {
  return {
    name: "cost-worker",
    entry: "services/cost-worker/src/main.ts",
    host: costs.host,
    ports: [{ name: "cost-worker", port: costs.port, variable: "COST_WORKER_PORT" }],
    without: `answers go on, and what they cost waits in ${costs.outboxDirectory}`,
  };
}

const HERE = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** False where COST_WORKER_URL names another machine, or another port of this one: somebody else runs it then. */
export function isWorkerHere({ costs }: Pick<Settings, "costs">): boolean {
  const { hostname, port } = new URL(costs.workerUrl);
  return (HERE.has(hostname) || hostname === costs.host) && (port === "" ? 80 : Number(port)) === costs.port;
}

/** The environment variable that moves a provider's port. */
function portVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_PORT`;
}
