import type { Settings } from "@switchyard/service-kit";

/** One process of the mesh, and where it listens. */
export interface MeshService {
  name: string;
  /** Path below the repository's root. */
  entry: string;
  ports: readonly { name: string; port: number; variable: string }[];
  host: string;
}

const ENTRY_OF_KIND: Readonly<Record<string, { name: string; entry: string }>> = {
  anthropic: { name: "anthropic", entry: "services/anthropic/src/main.ts" },
  vertex: { name: "vertex", entry: "services/vertex/src/main.ts" },
  "github-models": { name: "github-models", entry: "services/github-models/src/main.ts" },
  openrouter: { name: "openrouter", entry: "services/openrouter/src/main.ts" },
};
const OTHER_KINDS = { name: "openai-compatible", entry: "services/openai-compatible/src/main.ts" };

/** The processes that these settings ask for: one per kind of service, several listeners where one serves several providers. */
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
  return [gateway, ...services.values()];
}

/** The environment variable that moves a provider's port. */
export function portVariable(provider: string): string {
  return `${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_PORT`;
}
