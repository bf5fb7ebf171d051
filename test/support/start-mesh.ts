import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launchMesh, type Mesh } from "@switchyard/cli";
import { loadSettings } from "@switchyard/service-kit";
import { findFreePorts } from "./free-ports.ts";

export interface TestMesh {
  /** The gateway's address. */
  readonly url: string;
  /** Address of each provider service, by provider name. */
  readonly serviceUrls: Readonly<Record<string, string>>;
  /** Everything the processes wrote. */
  readonly log: readonly string[];
  readonly mesh: Mesh;
  pidOf(service: string): number;
  stop(): Promise<void>;
}

/** What each kind of provider needs to be on, over a simulator at `url`. */
export const SIMULATED: Readonly<Record<string, (url: string) => Record<string, string>>> = {
  anthropic: (url) => ({ ANTHROPIC_UPSTREAM_API_KEY: "sk-ant-api03-simulated", ANTHROPIC_UPSTREAM_BASE_URL: url }),
  vertex: (url) => ({
    GOOGLE_CLOUD_PROJECT: "simulated-project",
    VERTEX_ACCESS_TOKEN: "ya29.simulated",
    VERTEX_BASE_URL: url,
  }),
  "github-models": (url) => ({ GITHUB_TOKEN: "github_pat_simulated", GITHUB_MODELS_BASE_URL: url }),
  openrouter: (url) => ({ OPENROUTER_API_KEY: "sk-or-v1-simulated", OPENROUTER_BASE_URL: `${url}/api/v1` }),
  openai: (url) => ({ OPENAI_API_KEY: "sk-simulated", OPENAI_BASE_URL: `${url}/v1` }),
  azure: (url) => ({ AZURE_API_KEY: "simulated", AZURE_BASE_URL: `${url}/openai/v1` }),
  gemini: (url) => ({ GEMINI_API_KEY: "AIza-simulated", GEMINI_BASE_URL: `${url}/v1beta/openai` }),
  deepseek: (url) => ({ DEEPSEEK_API_KEY: "sk-simulated", DEEPSEEK_BASE_URL: `${url}/v1` }),
  ollama: (url) => ({ OLLAMA_BASE_URL: url }),
};

/** What stands before _PORT in the variable of each service's port. */
export const PORT_VARIABLES = [
  "GATEWAY",
  "COST_WORKER",
  "VERTEX",
  "GITHUB_MODELS",
  "ANTHROPIC",
  "OPENROUTER",
  "OPENAI",
  "AZURE",
  "GEMINI",
  "DEEPSEEK",
  "OLLAMA",
];

/** The real processes of `npm start`, on free ports, each configured provider over its simulator. */
export async function startMesh(options: {
  /** Simulator address by provider kind; kinds that are not named stay unconfigured. */
  simulators: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Content of switchyard.yaml; JSON is YAML. */
  config?: Readonly<Record<string, unknown>>;
}): Promise<TestMesh> {
  const cwd = mkdtempSync(path.join(os.tmpdir(), "switchyard-mesh-"));
  if (options.config) writeFileSync(path.join(cwd, "switchyard.yaml"), JSON.stringify(options.config));
  const ports = await findFreePorts(PORT_VARIABLES.length);
  const env: Record<string, string | undefined> = {
    PATH: process.env["PATH"],
    HOME: cwd,
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    SWITCHYARD_DEMO: "0",
    LOG_LEVEL: "warn",
    ...Object.fromEntries(PORT_VARIABLES.map((name, index) => [`${name}_PORT`, String(ports[index])])),
    ...Object.assign({}, ...Object.entries(options.simulators).map(([kind, url]) => SIMULATED[kind]?.(url))),
    ...options.env,
  };
  const log: string[] = [];
  const settings = loadSettings({ cwd, env });
  const mesh = await launchMesh({ settings, env, cwd, write: (line) => log.push(line), colour: false });
  // A mesh goes on without a cost worker that takes long to start, as on a busy machine; what is tested counts on it.
  if (mesh.services.some(({ name }) => name === "cost-worker")) {
    await untilLive(settings.costs.workerUrl).catch(async (error: unknown) => {
      await mesh.stop();
      throw error;
    });
  }
  return {
    url: `http://127.0.0.1:${settings.gateway.port}`,
    serviceUrls: Object.fromEntries(settings.providers.map(({ name, serviceUrl }) => [name, serviceUrl])),
    log,
    mesh,
    pidOf(service) {
      const pid = mesh.services.find(({ name }) => name === service)?.pid;
      if (pid === undefined) throw new Error(`no service ${service} runs`);
      return pid;
    },
    async stop() {
      await mesh.stop();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

const START_LIMIT_MS = 60_000;

async function untilLive(url: string): Promise<void> {
  for (const deadline = Date.now() + START_LIMIT_MS; ; await sleep(50)) {
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${START_LIMIT_MS / 1000} s`);
  }
}
